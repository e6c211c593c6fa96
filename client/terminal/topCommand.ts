import { existsSync } from "node:fs";
import { introspectionText } from "../../server/protocol/introspectionText.ts";
import { defaultStorePath } from "../../server/store/location.ts";
import { systemClock } from "../../server/util/clock.ts";
import { DuckError } from "../../server/util/errors.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { opened } from "./store.ts";

export interface TopCommandOptions {
  readonly folder: string;
  /** Absent: the editor's. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly json: boolean;
}

const EVERY_MS = 2000;
const HOME = "\x1b[H\x1b[J";

/** How the process that has a folder's conversations goes: on a terminal again and again, else once. Answers the exit code. */
export async function topCommand({ folder, store, codeFile, json }: TopCommandOptions): Promise<number> {
  const path = await existingFolder(folder);
  const storePath = store ?? defaultStorePath(process.platform, process.env);
  // Who only looks makes no store.
  if (!existsSync(storePath)) throw nothingRuns();
  const services = terminalServices(path, storePath);
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.once("SIGINT", leave).once("SIGTERM", leave);
  try {
    await opened(services, codeFile);
    if ((await services.stored?.role()) !== "joined") {
      throw nothingRuns();
    }
    const isLive = process.stdout.isTTY && !json;
    do {
      const owner = (await services.introspect()).at(-1);
      if (owner === undefined) throw new DuckError("notFound", "Who has the conversations does not answer.");
      process.stdout.write(json ? `${JSON.stringify(owner)}\n` : `${isLive ? HOME : ""}${introspectionText(owner)}`);
      if (isLive) await systemClock.sleep(EVERY_MS, leaving.signal).catch(() => {});
    } while (isLive && !leaving.signal.aborted);
    return 0;
  } finally {
    await services.close();
  }
}

function nothingRuns(): DuckError {
  return new DuckError("notFound", "Nothing runs here: no editor and no rubberduck serve has this folder open.");
}
