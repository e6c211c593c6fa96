import assert from "node:assert/strict";
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { EncryptedLog } from "../../server/store/log/encryptedLog.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Superseded } from "../../server/store/storeErrors.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";

const STORE_ID = "00112233445566778899aabbccddeeff";
const KEYS = keysOf(STORE_ID, Buffer.alloc(32, 7));
const DURABLE = { durable: true };

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-log-"));
});
after(() => rm(root, { recursive: true, force: true }));

test("what was appended is read again, in order, by another process's eyes", async () => {
  const log = logAt("plain");
  await log.append([titled(1), titled(2)], DURABLE);
  await log.append([titled(3)], { durable: false });
  await log.close();
  assert.deepEqual(await logAt("plain").read(), { events: titles(1, 2, 3), damaged: 0, records: 2 });
});

test("nothing of it can be read in the file, which is its user's alone", async () => {
  const log = logAt("secret");
  await log.append([titled(1, "canary")], DURABLE);
  await log.close();
  const [path] = await segmentsOf("secret");
  assert.ok(!(await readFile(path as string)).includes("canary"));
  assert.equal((await stat(path as string)).mode & 0o077, 0);
});

test("a log nobody wrote to is empty and leaves no file", async () => {
  const log = logAt("never");
  assert.deepEqual(await log.read(), { events: [], damaged: 0, records: 0 });
  await log.close();
  await assert.rejects(stat(join(root, "never")), { code: "ENOENT" });
});

test("each writer begins a segment of its own, and all are read in their order", async () => {
  for (let writer = 0; writer < 4; writer++) {
    const log = logAt("writers");
    await log.append([titled(2 * writer + 1)], DURABLE);
    await log.append([titled(2 * writer + 2)], DURABLE);
    await log.close();
  }
  assert.equal((await segmentsOf("writers")).length, 4);
  assert.deepEqual((await logAt("writers").read()).events, titles(1, 2, 3, 4, 5, 6, 7, 8));
});

test("appends that come while one is synced are all kept, each as a whole", async () => {
  const log = logAt("queued");
  await Promise.all(Array.from({ length: 50 }, (_, index) => log.append([titled(index + 1)], DURABLE)));
  await log.close();
  assert.equal((await logAt("queued").read()).events.length, 50);
});

test("a torn last record is ignored, kept in quarantine, and what is appended next is read", async () => {
  const log = logAt("torn");
  await log.append([titled(1)], DURABLE);
  await log.append([titled(2)], DURABLE);
  await log.close();
  const [path = ""] = await segmentsOf("torn");
  await truncate(path, (await stat(path)).size - 5);
  const next = logAt("torn");
  assert.deepEqual(await next.read(), { events: titles(1), damaged: 0, records: 1 });
  assert.equal((await readdir(join(root, "quarantine"))).filter((name) => name.startsWith("torn-")).length, 1);
  await next.append([titled(3)], DURABLE);
  await next.close();
  assert.deepEqual(await logAt("torn").read(), { events: titles(1, 3), damaged: 0, records: 2 });
});

test("damage in the middle costs the damaged record alone, and is counted", async () => {
  const log = logAt("damaged");
  for (const seq of [1, 2, 3]) await log.append([titled(seq)], DURABLE);
  await log.close();
  const [path = ""] = await segmentsOf("damaged");
  const bytes = await readFile(path);
  const third = Math.floor((bytes.length - 384) / 3);
  bytes[384 + third + 40] = (bytes[384 + third + 40] ?? 0) ^ 1;
  await writeFile(path, bytes);
  assert.deepEqual(await logAt("damaged").read(), { events: titles(1, 3), damaged: 1, records: 3 });
});

test("a segment that is gone, or cut short after others were written, is missed", async () => {
  for (const seq of [1, 2, 3]) {
    const log = logAt("missing");
    await log.append([titled(seq)], DURABLE);
    await log.close();
  }
  const [first = "", second = ""] = await segmentsOf("missing");
  const bytes = await readFile(first);
  await truncate(first, 390);
  assert.deepEqual(await logAt("missing").read(), { events: titles(2, 3), damaged: 1, records: 3 });
  await writeFile(first, bytes);
  await rm(second);
  assert.deepEqual(await logAt("missing").read(), { events: titles(1, 3), damaged: 1, records: 3 });
});

test("what a process writes that was superseded is acknowledged to nobody and left out", async () => {
  let isSuperseded = false;
  const zombie = logAt("late", { isSuperseded: async () => isSuperseded });
  await zombie.append([titled(1)], DURABLE);
  isSuperseded = true;
  const owner = logAt("late", { epoch: 2 });
  await owner.append([titled(2, "the new owner's")], DURABLE);
  await assert.rejects(zombie.append([titled(2, "too late")], DURABLE), Superseded);
  await owner.append([titled(3)], DURABLE);
  await owner.close();
  assert.deepEqual((await logAt("late", { epoch: 3 }).read()).events, [
    titled(1),
    titled(2, "the new owner's"),
    titled(3),
  ]);
});

test("a long log is written anew as a snapshot, without what is of no use any more, and loses nothing", async () => {
  const log = logAt("long");
  const events = Array.from({ length: 2500 }, (_, index) => titled(index + 1));
  for (let at = 0; at < events.length; at += 100) await log.append(events.slice(at, at + 100), DURABLE);
  await log.whenSettled();
  await log.append([titled(2501)], DURABLE);
  await log.close();
  assert.ok((await readdir(join(root, "long"))).some((name) => name.startsWith("snapshot-")));
  assert.deepEqual((await logAt("long").read()).events, [...events, titled(2501)]);
  const [snapshot = ""] = (await readdir(join(root, "long"))).filter((name) => name.startsWith("snapshot-"));
  await truncate(join(root, "long", snapshot), 5000);
  assert.deepEqual((await logAt("long").read()).events, [...events, titled(2501)], "from the retired segments");
  await rm(join(root, "long", "retired"), { recursive: true });
  const rest = await logAt("long").read();
  assert.ok(rest.damaged > 0 && rest.events.some(({ seq }) => seq === 2501), "what is left is read, and it is said");
});

test("the files of another conversation are not taken for this one's", async () => {
  const log = logAt("own");
  await log.append([titled(1)], DURABLE);
  await log.close();
  const [path = ""] = await segmentsOf("own");
  await mkdir(join(root, "foreign"));
  await copyFile(path, join(root, "foreign", "00000001-000001.log"));
  assert.deepEqual(await logAt("foreign").read(), { events: [], damaged: 1, records: 1 });
});

test("a store path that is a file gives an error with path and cause", async () => {
  await writeFile(join(root, "a-file"), "");
  await assert.rejects(logAt("a-file/c").append([titled(1)], DURABLE), {
    code: "storeFailed",
    message: /ENOTDIR.*a-file/,
  });
});

test("a deleted conversation is in the trash until it is restored", async () => {
  const folder = join(root, "workspace");
  const isSuperseded = async () => false;
  const logs = new EncryptedLogs({ fs: nodeFileSystem, folder, keys: KEYS, epoch: 1, isSuperseded, logger: silentLog });
  const log = await logs.open("deleted");
  await log.append([titled(1)], DURABLE);
  await log.close();
  assert.deepEqual(await logs.list(), ["deleted"]);
  await logs.trash("deleted");
  assert.equal(await logs.isTrashed("deleted"), true);
  assert.deepEqual(await logs.list(), []);
  await logs.restore("deleted");
  assert.deepEqual((await (await logs.open("deleted")).read()).events, titles(1));
  await assert.rejects(logs.restore("deleted"), { code: "notFound" });
});

test("garbage behind the last record is ignored", async () => {
  const log = logAt("garbage");
  await log.append([titled(1)], DURABLE);
  await log.close();
  const [path = ""] = await segmentsOf("garbage");
  await appendFile(path, Buffer.alloc(3000, 1));
  assert.deepEqual((await logAt("garbage").read()).events, titles(1));
});

function logAt(
  conversationId: string,
  options: { epoch?: number; isSuperseded?: () => Promise<boolean> } = {},
): EncryptedLog {
  return new EncryptedLog({
    fs: nodeFileSystem,
    folder: join(root, conversationId),
    keys: KEYS,
    conversationId,
    epoch: 1,
    isSuperseded: async () => false,
    quarantine: join(root, "quarantine"),
    logger: silentLog,
    ...options,
  });
}

async function segmentsOf(conversationId: string): Promise<string[]> {
  const folder = join(root, conversationId);
  return (await readdir(folder))
    .filter((name) => name.endsWith(".log"))
    .sort()
    .map((name) => join(folder, name));
}

function titled(seq: number, title = `title ${seq}`): PersistedEvent {
  return { type: "titled", seq, at: "2026-01-01T00:00:00.000Z", title, byUser: true };
}

function titles(...seqs: number[]): PersistedEvent[] {
  return seqs.map((seq) => titled(seq));
}
