import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Limits } from "../../server/gateway/limits.ts";
import { createServices, type Services } from "../../server/services.ts";
import { formatEntry, silentLog } from "../../server/util/log.ts";
import { storeSettings } from "./store.ts";
import { UsageError } from "./usage.ts";

/** The server's services in this process, for one folder. Whoever takes them closes them. */
export function terminalServices(folder: string, store: string | undefined, limits?: Limits): Services {
  const worker = (name: string) => new URL(name, pathToFileURL(`${__dirname}/`));
  return createServices({
    folders: [{ path: folder, name: basename(folder) }],
    ...(store !== undefined && { store: storeSettings(store) }),
    ...(limits && { limits }),
    trusted: true,
    grammars: join(__dirname, "grammars"),
    indexWorker: worker("indexWorker.js"),
    htmlWorker: worker("htmlWorker.js"),
    analysisWorker: worker("analysisWorker.js"),
    memoryWorker: worker("memoryWorker.js"),
    page: pathToFileURL(`${__dirname}/`),
    embedder: join(__dirname, "embedder"),
    logger: { ...silentLog, error: (message, error) => console.error(formatEntry(message, error)) },
  });
}

/** Absolute. Throws UsageError when it is none. */
export async function existingFolder(path: string): Promise<string> {
  const folder = resolve(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return folder;
  throw new UsageError(`${folder} is not a folder. Name an existing one with --folder.`);
}
