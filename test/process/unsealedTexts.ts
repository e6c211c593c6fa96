import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readConversation } from "../../server/store/log/readConversation.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { unsealed } from "../fakes/unsealed.ts";
import { workspacesIn } from "./serverProcess.ts";
import { openedStore } from "./storedTexts.ts";

/**
 * Everything that stands in any file of a store for somebody who has its key, as text: events of memory, and every sealed file
 * of every generation. Answers what could be opened and the names of what could not.
 */
export async function unsealedTexts(storePath: string): Promise<{ texts: string; unopened: string[] }> {
  const keys = (await openedStore(storePath)).keys();
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
    const opened = unsealed(keys, await readFile(path));
    if (opened === undefined) unopened.push(entry.name);
    else texts.push(opened.toString("utf8"), opened.toString("latin1"));
  }
  return { texts: texts.join("\n"), unopened };
}
