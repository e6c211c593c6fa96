import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readConversation } from "../../server/store/log/readConversation.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { realPlace } from "../../server/store/place.ts";
import { Store } from "../../server/store/store.ts";
import { silentLog } from "../../server/util/log.ts";
import { configBeside, PROFILE, workspacesIn } from "./serverProcess.ts";

/** Every event of every conversation in a store, in the trash or not, as JSON: what whoever has its key can read. */
export async function storedTexts(storePath: string): Promise<string> {
  const fs = nodeFileSystem;
  const keys = (await openedStore(storePath)).keys();
  const texts: string[] = [];
  for (const workspace of await workspacesIn(storePath)) {
    for (const where of ["conversations", "trash"]) {
      for (const conversationId of await namesIn(join(storePath, workspace, where))) {
        const folder = join(storePath, workspace, where, conversationId);
        for await (const events of readConversation({ fs, keys, folder, conversationId })) {
          texts.push(JSON.stringify(events));
        }
      }
    }
  }
  return texts.join("\n");
}

/** As the profile of the tests opens it. */
export async function openedStore(storePath: string): Promise<Store> {
  const keyFolder = join(configBeside(storePath), "rubberduck", "keys");
  const options = { path: storePath, fs: nodeFileSystem, keyFolder, keepsKey: false, place: realPlace };
  const store = new Store({ ...options, logger: silentLog, osSecret: { secret: PROFILE, lasts: true } });
  await store.opened();
  return store;
}

/** The bytes of every file below a folder, and the names of all that stands there. */
export async function rawBytes(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = entries.map((entry) => entry.name).join("\n");
  return Buffer.concat([Buffer.from(names), ...(await Promise.all(files.map((file) => readFile(file))))]);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
