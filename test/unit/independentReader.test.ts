import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { exportStore } from "../../server/conversation/exportStore.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Store } from "../../server/store/store.ts";
import { keysIn, readStore } from "../../server/store/storeReading.ts";
import { verifyStore } from "../../server/store/verifyStore.ts";
import { silentLog } from "../../server/util/log.ts";
import { MadeStore } from "../fakes/madeStore.ts";
import { readConversations } from "../independentReader.ts";

const GOLDEN = join(import.meta.dirname, "..", "fixtures", "store-1.0");
const unending = new AbortController().signal;

test("a reader written from docs/store.md alone reads what the product reads, segments and snapshots", async (t) => {
  const made = await MadeStore.create();
  t.after(() => made.dispose());
  const conversations = ["short", "long", "several"];
  for (const [index, id] of conversations.entries()) await made.write(id, [4, 1100, 6][index] ?? 0);
  const more = await made.logs.open("several");
  const after = { type: "pinned" as const, seq: 1000, at: "2026-03-12T14:02:00.000Z", pinned: true };
  await more.append([after], { durable: true });
  await more.close();
  const found = readConversations(made.path, made.recoveryCode);
  assert.deepEqual([...found.keys()].sort(), [...conversations].sort());
  for (const id of conversations) {
    const log = await made.logs.open(id);
    assert.deepEqual(found.get(id), (await log.read()).events, id);
    await log.close();
  }
});

test("a reader of under a hundred lines is enough, and it imports nothing of ours", async () => {
  const text = await readFile(new URL("../independentReader.ts", import.meta.url), "utf8");
  assert.ok(text.trimEnd().split("\n").length < 100);
  assert.deepEqual(text.match(/from "[^"]+"/g), ['from "node:crypto"', 'from "node:fs"']);
});

test("the store of format 1.0 opens, is whole and says what it said, to us and to the independent reader", async (t) => {
  const { path, recoveryCode, conversations } = await golden(t);
  const keyFolder = join(path, "..", "none");
  const store = await readStore({ fs: nodeFileSystem, path, keyFolder, recoveryCode });
  const checked = await verifyStore(store, keysIn(store), unending);
  assert.equal(checked.isWhole, true, JSON.stringify(checked));
  assert.equal(checked.conversations.find(({ conversationId }) => conversationId === "torn")?.torn, 1);
  const exported: Record<string, unknown> = {};
  for await (const { conversation } of exportStore(store, keysIn(store), unending)) {
    exported[conversation.conversationId] = conversation.events;
  }
  assert.deepEqual(exported, conversations);
  assert.deepEqual(Object.fromEntries(readConversations(path, recoveryCode)), conversations);
});

test("the store of format 1.0 is unlocked by its code", async (t) => {
  const { path, recoveryCode } = await golden(t);
  const place = { isNetworkDrive: async () => false, isAnothers: async () => false };
  const keyFolder = join(path, "..", "keys");
  const store = new Store({ path, fs: nodeFileSystem, keyFolder, keepsKey: false, place, logger: silentLog });
  assert.equal((await store.opened()).state, "locked");
  assert.equal((await store.unlock({ kind: "recoveryCode", code: recoveryCode })).state, "open");
  assert.equal(store.recoveryCode(), recoveryCode);
});

async function golden(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "duck-golden-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const path = join(root, "store");
  await cp(join(GOLDEN, "store"), path, { recursive: true });
  assert.ok((await readdir(path)).includes("store.json"));
  const expected: { recoveryCode: string; conversations: Record<string, unknown[]> } = JSON.parse(
    await readFile(join(GOLDEN, "expected.json"), "utf8"),
  );
  return { path, ...expected };
}
