import assert from "node:assert/strict";
import { appendFile, cp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { exportStore } from "../../server/conversation/exportStore.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { storeInfo } from "../../server/store/storeInfo.ts";
import { keysIn, readStore, type StoreReadingOptions } from "../../server/store/storeReading.ts";
import { verdictOf } from "../../server/store/verifyReport.ts";
import { verifyStore } from "../../server/store/verifyStore.ts";
import { MadeStore } from "../fakes/madeStore.ts";

const unending = new AbortController().signal;

test("a store that the product made is whole, with every file in it read and known", async (t) => {
  const made = await filled(t);
  const checked = await verified(made);
  assert.equal(checked.isWhole, true, JSON.stringify(checked));
  assert.deepEqual(checked.findings, []);
  assert.equal(checked.files, (await filesIn(made.path)).length);
  assert.match(verdictOf(checked).report, /^The store is whole: 3 conversations, [\d,]+ records, \d+ files read\.$/m);
  assert.deepEqual(
    checked.conversations.map(({ conversationId, isDeleted }) => [conversationId, isDeleted]),
    [
      ["long", false],
      ["short", false],
      ["gone", true],
    ],
  );
});

test("whoever verifies changes nothing, be it whole or damaged", async (t) => {
  const made = await filled(t);
  await flip(await segmentOf(made, "short"), -40);
  await flip(join(made.path, "keyring-2.json"), 60);
  await truncate(await segmentOf(made, "long"), 1000);
  const before = await contents(made.path);
  assert.equal((await verified(made)).isWhole, false);
  const store = await reading(made);
  for await (const { conversation } of exportStore(store, keysIn(store), unending)) assert.ok(conversation.title);
  assert.deepEqual(await contents(made.path), before);
});

test("a damaged record is counted, and its conversation and file named", async (t) => {
  const made = await filled(t);
  const segment = await segmentOf(made, "short");
  await flip(segment, 500);
  const checked = await verified(made);
  const short = checked.conversations.find(({ conversationId }) => conversationId === "short");
  assert.equal(checked.isWhole, false);
  assert.equal(checked.unreadable, 1);
  assert.deepEqual([short?.unreadable, short?.damagedFiles.length], [1, 1]);
  assert.match(short?.damagedFiles[0] ?? "", /^conversations\/short\/00000001-000001\.log$/);
});

test("an end that was torn off, as by a kill or while it is written, is no damage", async (t) => {
  const made = await filled(t);
  const segment = await segmentOf(made, "short");
  await truncate(segment, (await stat(segment)).size - 5);
  const checked = await verified(made);
  assert.equal(checked.isWhole, true, JSON.stringify(checked));
  assert.equal(checked.conversations.find(({ conversationId }) => conversationId === "short")?.torn, 1);
  await appendFile(segment, Buffer.alloc(3));
  assert.equal((await verified(made)).isWhole, true);
});

test("a retired segment, an old snapshot, a sealed file, store.json: damage is found wherever it is", async (t) => {
  const made = await filled(t);
  const retired = join(made.conversationFolder("long"), "retired");
  const [segment = ""] = await readdir(retired);
  const [snapshot = ""] = (await readdir(made.conversationFolder("long"))).filter((name) => name.endsWith(".bin"));
  const list = (await readdir(join(made.folder, "derived"))).find((name) => name.startsWith("list-")) ?? "";
  const files = [join(retired, segment), join(made.conversationFolder("long"), snapshot)];
  for (const path of [...files, join(made.folder, "derived", list), join(made.path, "store.json")]) {
    const copy = `${made.root}/copy`;
    await cp(path, copy);
    await flip(path, -100);
    const checked = await verified(made);
    assert.equal(checked.isWhole, false, path);
    assert.equal(checked.unreadable, 0, "nothing of it is lost");
    assert.match(verdictOf(checked).report, /damaged, but no record is lost/);
    await cp(copy, path);
  }
  assert.equal((await verified(made)).isWhole, true);
});

test("while its owner writes and makes snapshots, a store is whole whenever it is looked at", async (t) => {
  const made = await MadeStore.create();
  t.after(() => made.dispose());
  let isWriting = true;
  const writing = made.write("live", 1100).finally(() => {
    isWriting = false;
  });
  let looks = 0;
  for (; isWriting || looks === 0; looks++) {
    const checked = await verified(made);
    assert.equal(checked.isWhole, true, JSON.stringify(checked));
  }
  await writing;
  assert.ok((await readdir(join(made.conversationFolder("live"), "retired"))).length > 0, "files were moved meanwhile");
});

test("without a key it says how it is opened and how much there is, and nothing else", async (t) => {
  const made = await filled(t);
  const store = await reading(made, { keyFolder: join(made.root, "other") });
  assert.throws(() => keysIn(store), { code: "storeLocked" });
  const { slots, workspaces, bytes, formatVersion, locked } = await storeInfo(store);
  assert.deepEqual([slots, formatVersion], [["recovery", "file"], { major: 1, minor: 0 }]);
  assert.deepEqual(
    workspaces.map(({ conversations, deleted }) => [conversations, deleted]),
    [[2, 1]],
  );
  assert.ok(bytes > 100_000 && locked !== undefined);
  const byCode = await reading(made, { keyFolder: join(made.root, "other"), recoveryCode: made.recoveryCode });
  assert.ok(keysIn(byCode));
});

test("where there is no store, or no keyring, that is said", async (t) => {
  const made = await filled(t);
  await assert.rejects(reading(made, { path: join(made.root, "nothing") }), { code: "notFound" });
  for (const name of await readdir(made.path)) {
    if (name.startsWith("keyring-")) await rm(join(made.path, name));
  }
  await assert.rejects(reading(made), { code: "storeLocked" });
});

test("everything is exported: what is in view of each conversation and all its events, but nothing that was deleted", async (t) => {
  const made = await MadeStore.create();
  t.after(() => made.dispose());
  const events = await made.write("short", 4);
  await made.write("gone", 2);
  await made.logs.trash("gone");
  const store = await reading(made);
  const exported = [];
  for await (const one of exportStore(store, keysIn(store), unending)) exported.push(one);
  const [one] = exported;
  assert.equal(exported.length, 1);
  assert.deepEqual(one?.conversation.events, events);
  assert.deepEqual(
    one?.conversation.messages.map(({ role, content }) => [role, content.split(".")[0]]),
    [
      ["user", "Question 1"],
      ["assistant", "Answer 1"],
      ["user", "Question 2"],
      ["assistant", "Answer 2"],
    ],
  );
  assert.match(one?.markdown ?? "", /^# About short\n/);
});

/** Two conversations, one of them with snapshots, and a deleted one. */
async function filled(t: TestContext): Promise<MadeStore> {
  const made = await MadeStore.create();
  t.after(() => made.dispose());
  await made.write("short", 4);
  await made.write("long", 1100);
  await made.write("gone", 2);
  await made.logs.trash("gone");
  await made.keepList(["short", "long"]);
  return made;
}

function reading(made: MadeStore, other: Partial<StoreReadingOptions> = {}) {
  return readStore({ fs: nodeFileSystem, path: made.path, keyFolder: made.keyFolder, ...other });
}

async function verified(made: MadeStore) {
  const store = await reading(made);
  return verifyStore(store, keysIn(store), unending);
}

/** The newest. */
async function segmentOf(made: MadeStore, conversationId: string): Promise<string> {
  const folder = made.conversationFolder(conversationId);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
  return join(folder, names.at(-1) ?? "none");
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const position = at < 0 ? bytes.length + Math.max(at, -bytes.length) : at;
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function contents(folder: string): Promise<Map<string, string>> {
  const paths = (await filesIn(folder)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, "base64")] as const)));
}
