import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readConversation } from "../../server/store/log/readConversation.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { savedPlace } from "../../server/store/savedPlace.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf, type StoreKeys } from "../../server/store/storeKeys.ts";
import { workspacesIn } from "./serverProcess.ts";
import { openedStore } from "./storedTexts.ts";

/** What files are sealed for, by those who write them. */
const PURPOSES = [
  "workspaces",
  "workspace",
  "conversation list",
  "trash",
  "settings",
  "patterns",
  "user memories",
  "code index",
  "memory items",
  "memory vectors",
];

/**
 * Everything that stands in any file of a store for somebody who has its key, as text: events of memory, and every sealed file
 * of every generation. Answers what could be opened and the names of what could not.
 */
export async function unsealedTexts(storePath: string): Promise<{ texts: string; unopened: string[] }> {
  const keys = (await openedStore(storePath)).keys();
  const all = [keys, ...(["code index", "memory"] as const).map((worker) => workerKeys(keys, worker))];
  const texts: string[] = [];
  const unopened: string[] = [];
  for (const workspace of await workspacesIn(storePath)) {
    const folder = join(storePath, workspace, "memory");
    const source = { fs: nodeFileSystem, keys, folder, conversationId: "memory" };
    for await (const events of readConversation(source)) texts.push(JSON.stringify(events));
  }
  const entries = await readdir(storePath, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".bin") || entry.name.startsWith("snapshot-")) continue;
    const path = join(entry.parentPath, entry.name);
    const opened = opens(all, await readFile(path));
    if (opened === undefined) unopened.push(entry.name);
    else texts.push(opened.toString("utf8"), opened.toString("latin1"));
  }
  return { texts: texts.join("\n"), unopened };
}

function opens(all: readonly StoreKeys[], bytes: Buffer): Buffer | undefined {
  for (const keys of all) {
    for (const purpose of PURPOSES) {
      const unsealed = unsealFile(keys, purpose, bytes);
      if (unsealed.kind === "ok") return unsealed.bytes;
    }
  }
  return undefined;
}

function workerKeys(keys: StoreKeys, worker: "code index" | "memory"): StoreKeys {
  return keysOf(keys.storeId, Buffer.from(savedPlace(keys, "", worker).key));
}
