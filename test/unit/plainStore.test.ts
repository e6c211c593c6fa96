import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { adoptPlainStore } from "../../server/store/plainStore.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";
import { callsOf, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

const PLAIN = "/store/0123456789abcdef01234567";
const FOLDER = `/store/${"a".repeat(32)}`;
const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 20 : 2;
const keys = keysOf("0".repeat(32), randomBytes(32));

test("conversations of an earlier build are in the encrypted logs, deleted ones in the trash, and nothing is left in plain text", async () => {
  const disk = await plainStore();
  await adopt(disk);
  await assertMoved(disk, "moved");
  assert.deepEqual(await disk.list("/store").then((entries) => entries.map(({ name }) => name)), ["a".repeat(32)]);
});

test("a store without anything of an earlier build is left alone", async () => {
  const disk = new SimulatedDisk();
  await disk.makeFolder("/store");
  await adopt(disk);
  assert.deepEqual(await disk.list("/store"), []);
});

test("wherever moving is cut off, nothing is lost, and the next start goes on without doubling", async () => {
  const base = await plainStore();
  let points = 0;
  for (const point of killsIn(await callsOf(base, adopt))) {
    const disk = troubledAt(base, point);
    await adopt(disk).catch(() => {});
    const found = [disk.otherProcess(), ...Array.from({ length: SEEDS }, (_, seed) => disk.afterPowerLoss(seed))];
    for (const after of found) {
      await adopt(after, 2);
      await assertMoved(after, nameOf(point));
      points++;
    }
  }
  console.log(`points: ${points}`);
  assert.ok(points > 100);
});

test("a disk that fails leaves the plain file where the encrypted one cannot be trusted", async () => {
  const base = await plainStore();
  for (const call of await callsOf(base, adopt)) {
    for (const fault of ["ENOSPC", "EIO"] as const) {
      const point = { call, trouble: { effect: "none" as const, fault } };
      const disk = troubledAt(base, point);
      await adopt(disk).catch(() => {});
      await adopt(disk, 2);
      await assertMoved(disk, nameOf(point));
    }
  }
});

test("lines that cannot be read are kept, sealed", async () => {
  const disk = await plainStore();
  const torn = '{"type":"titled","seq":4,"title":"a canary that was cut o';
  disk.put(`${PLAIN}/conversations/one/events.jsonl`, Buffer.from(`${lines(EVENTS.one)}${torn}`));
  await adopt(disk);
  await assertMoved(disk, "torn");
  const [kept] = [...disk.files()].filter(([path]) => path.startsWith(`${FOLDER}/quarantine/`));
  const unsealed = unsealFile(keys, "quarantine", kept?.[1] ?? Buffer.alloc(0));
  assert.equal(unsealed.kind === "ok" && unsealed.bytes.toString(), torn);
});

test("nothing is moved while a process of the earlier build still writes there", {
  skip: process.platform === "win32",
}, async () => {
  const runtime = await mkdtemp(join(tmpdir(), "duck-plain-"));
  const socketPath = join(runtime, "owner.sock");
  const server = createServer().listen(socketPath);
  await new Promise((resolve) => server.once("listening", resolve));
  const disk = await plainStore();
  await disk.makeFolder(`${PLAIN}/owners`);
  disk.put(`${PLAIN}/owners/7`, Buffer.from(JSON.stringify({ socketPath, token: "t" })));
  const before = disk.files();
  await adopt(disk);
  assert.deepEqual(disk.files(), before);
  await new Promise((resolve) => server.close(resolve));
  await adopt(disk);
  await assertMoved(disk, "after the owner went");
  await rm(runtime, { recursive: true });
});

test("a conversation that is larger than a record is moved whole", async () => {
  const disk = await plainStore();
  const large = Array.from({ length: 40 }, (_, index) => titled(index + 1, "x".repeat(500_000)));
  disk.put(`${PLAIN}/conversations/one/events.jsonl`, Buffer.from(lines(large)));
  await adopt(disk);
  assert.deepEqual((await (await logsOn(disk).open("one")).read()).events, large);
});

const EVENTS = {
  one: [titled(1, "a canary"), titled(2, "another canary"), titled(3, "a third canary")],
  two: [titled(1, "the canary of two")],
  gone: [titled(1, "a deleted canary"), titled(2, "and another canary")],
};

async function plainStore(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  for (const [path, events] of Object.entries({
    "conversations/one": EVENTS.one,
    "conversations/two": EVENTS.two,
    "trash/gone": EVENTS.gone,
  })) {
    await disk.makeFolder(`${PLAIN}/${path}`);
    disk.put(`${PLAIN}/${path}/events.jsonl`, Buffer.from(lines(events)));
  }
  await disk.makeFolder(`${PLAIN}/derived`);
  disk.put(`${PLAIN}/derived/code.index`, Buffer.from("a canary of the code"));
  await disk.makeFolder(`${PLAIN}/owners`);
  disk.put(`${PLAIN}/owners/3`, Buffer.from(JSON.stringify({ socketPath: "/nowhere/rubberduck.sock", token: "t" })));
  return disk.copy();
}

function logsOn(disk: SimulatedDisk, epoch = 1): EncryptedLogs {
  return new EncryptedLogs({
    fs: disk,
    folder: FOLDER,
    keys,
    epoch,
    isSuperseded: async () => false,
    logger: silentLog,
  });
}

function adopt(disk: SimulatedDisk, epoch = 1): Promise<void> {
  return adoptPlainStore({
    fs: disk,
    keys,
    plain: PLAIN,
    folder: FOLDER,
    logs: logsOn(disk, epoch),
    logger: silentLog,
  });
}

async function assertMoved(disk: SimulatedDisk, how: string): Promise<void> {
  const logs = logsOn(disk, 3);
  assert.deepEqual((await logs.list()).sort(), ["one", "two"], how);
  for (const id of ["one", "two"] as const) {
    assert.deepEqual(await (await logs.open(id)).read().then(({ events }) => events), EVENTS[id], how);
  }
  assert.ok(await logs.isTrashed("gone"), how);
  await logs.restore("gone");
  assert.deepEqual((await (await logs.open("gone")).read()).events, EVENTS.gone, how);
  await logs.trash("gone");
  for (const [path, bytes] of disk.files()) assert.ok(!bytes.includes("canary"), `${path}, ${how}`);
}

function titled(seq: number, title: string): PersistedEvent {
  return { type: "titled", seq, at: "2026-01-02T03:04:05.000Z", title, byUser: true };
}

function lines(events: readonly PersistedEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
