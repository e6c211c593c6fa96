import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { StoreTasks } from "../../server/conversation/storeTasks.ts";
import { copyStore } from "../../server/store/copyStore.ts";
import type { FileSystem } from "../../server/store/fileSystem.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Store } from "../../server/store/store.ts";
import { silentLog } from "../../server/util/log.ts";
import { MadeStore } from "../fakes/madeStore.ts";

const unending = new AbortController().signal;
const quiet = { fs: nodeFileSystem, signal: unending, onProgress: () => {} };

test("a copy is whole, opens with the same key, and the store is as it was", async (t) => {
  const { made, tasks } = await filled(t);
  await mkdir(join(made.folder, "epochs"), { recursive: true });
  await writeFile(join(made.folder, "epochs", "00000001"), "{}");
  const before = await names(made.path);
  const to = join(made.root, "new", "store");
  const { verdict, files, bytes } = await tasks.copy(to, unending);
  assert.equal(verdict.isWhole, true, verdict.report);
  assert.deepEqual(await names(made.path), before);
  const copied = await names(to);
  assert.equal(files, copied.length);
  assert.ok(bytes > 5000 && copied.every((name) => !name.includes("epochs")), "claims are left behind");
  assert.equal((await stat(join(to, "keyring-2.json"))).mode & 0o077, 0);
  const store = new Store({ ...where(made), path: to });
  assert.equal((await store.opened()).state, "open");
});

test("what is written while it is copied is in the copy", async (t) => {
  const { made, tasks } = await filled(t);
  const to = join(made.root, "copy");
  let writing: Promise<unknown> | undefined;
  const open: FileSystem["open"] = async (path, mode) => {
    writing ??= mode === "create" ? made.write("late", 4) : undefined;
    await writing;
    return nodeFileSystem.open(path, mode);
  };
  await copyStore({ ...quiet, fs: { ...nodeFileSystem, open }, from: made.path, to });
  assert.deepEqual(await names(to), await names(made.path));
  assert.ok((await names(to)).some((name) => name.includes("late")));
  assert.equal((await tasks.verify(unending)).isWhole, true);
});

test("a folder that is not empty, or lies within the store, is refused and left alone", async (t) => {
  const { made } = await filled(t);
  const full = join(made.root, "full");
  await mkdir(full);
  await writeFile(join(full, "mine"), "");
  for (const to of [full, join(made.path, "inside"), made.path, made.root]) {
    await assert.rejects(copyStore({ ...quiet, from: made.path, to }), { code: "invalidRequest" }, to);
  }
  assert.deepEqual(await readdir(full), ["mine"]);
});

test("a copy that is broken off is taken away, and nothing else", async (t) => {
  const { made, tasks } = await filled(t);
  const to = join(made.root, "copy");
  const stop = new AbortController();
  tasks.onDidProgress(() => stop.abort(new Error("enough")));
  await assert.rejects(tasks.copy(to, stop.signal), /enough/);
  await assert.rejects(stat(to), { code: "ENOENT" });
  assert.equal((await tasks.verify(unending)).isWhole, true);
});

test("while an answer is under way the store is not moved", async (t) => {
  const { tasks, made } = await filled(t, true);
  await assert.rejects(tasks.copy(join(made.root, "copy"), unending), { code: "tooLate" });
});

test("everything is exported to a file of the user alone, as lines of JSON or for people", async (t) => {
  const { made, tasks } = await filled(t);
  const path = join(made.root, "all.jsonl");
  assert.deepEqual(await tasks.export({ path, format: "jsonLines" }, unending), { conversations: 2, unreadable: 0 });
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).title),
    ["About first", "About second"],
  );
  assert.equal((await stat(path)).mode & 0o077, 0);
  await tasks.export({ path, format: "markdown" }, unending);
  assert.match(await readFile(path, "utf8"), /^# About first\n[\s\S]*\n# About second\n/);
  const nowhere = join(made.root, "nowhere", "all.md");
  await assert.rejects(tasks.export({ path: nowhere, format: "markdown" }, unending), { code: "storeFailed" });
});

function where(made: MadeStore) {
  const place = { isNetworkDrive: async () => false, isAnothers: async () => false };
  const { path, keyFolder } = made;
  return { path, keyFolder, keepsKey: false, fs: nodeFileSystem, place, logger: silentLog };
}

async function filled(t: TestContext, isBusy = false) {
  const made = await MadeStore.create();
  t.after(() => made.dispose());
  await made.write("first", 4);
  await made.write("second", 2);
  const store = new Store(where(made));
  await store.opened();
  const tasks = new StoreTasks({ store, fs: nodeFileSystem, keyFolder: made.keyFolder, isBusy: async () => isBusy });
  return { made, tasks };
}

async function names(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
