import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { realPlace } from "../../server/store/place.ts";
import { Store } from "../../server/store/store.ts";
import type { StoreKeys } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";
import { filesWith, identitiesIn } from "../fakes/foundText.ts";
import { unsealed } from "../fakes/unsealed.ts";

/**
 * In what files of the store a text stands, read with the recovery code in a copy of it: "log" for conversations, "memory" for what
 * is remembered, and the names of sealed files without their numbers.
 */
export async function placesOf(text: string, storePath: string, code: string): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), "duck-store-"));
  try {
    await cp(storePath, copy, { recursive: true });
    const keys = await keysIn(copy, code);
    const files = await filesIn(copy);
    const found = new Set<string>();
    for (const path of files.keys()) {
      const logId =
        /\/conversations\/([^/]+)\//.exec(path)?.[1] ?? (/\/memory\/.*\.log$/.test(path) ? "memory" : undefined);
      if (logId === undefined) continue;
      const identities = identitiesIn(files, keys, logId);
      assert.ok(identities.size > 0);
      if (filesWith(text, files, keys, logId, identities).length > 0) found.add(logId === "memory" ? "memory" : "log");
    }
    for (const [path, bytes] of files) {
      const name = basename(path);
      if (!name.endsWith(".bin") || name.startsWith("snapshot-")) continue;
      const opened = unsealed(keys, bytes);
      assert.ok(opened, `${name} can be opened`);
      if (opened.includes(text)) found.add(name.replace(/-[0-9a-f]+\.bin$/, ""));
    }
    return [...found].sort();
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function keysIn(path: string, code: string): Promise<StoreKeys> {
  const fs = nodeFileSystem;
  const keyFolder = join(path, "no-keys");
  const place = { path, fs, keyFolder, keepsKey: false, place: realPlace };
  const store = new Store({ ...place, osSecret: "late", logger: silentLog });
  await store.opened();
  await store.unlock({ kind: "recoveryCode", code });
  return store.keys();
}

async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
}
