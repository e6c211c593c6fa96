import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { EncryptedLog } from "../../server/store/log/encryptedLog.ts";
import { silentLog } from "../../server/util/log.ts";
import { callsOf, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { filesWith, identitiesIn } from "../fakes/foundText.ts";
import type { Errno } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { KEYS, WORKSPACE } from "./storeWorld.ts";

const FOLDER = `${WORKSPACE}/conversations/a`;
const CANARY = "the quick brown canary";
const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 40 : 3;
const DURABLE = { durable: true };
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 100);
});

test("before, the text stands in segments, snapshots, retired segments, unfinished snapshots and quarantine", async () => {
  const base = await withCanary();
  const kinds = ["conversations/a/0", "snapshot-.*bin", "snapshot-.*tmp", "retired/", "quarantine/a-"];
  const found = canariesOn(base, base);
  for (const kind of kinds)
    assert.ok(
      found.some((path) => new RegExp(kind).test(path)),
      `${kind} of ${found}`,
    );
});

test("what a rewriting leaves out stands in no file any more, and the rest is read as before", async () => {
  const base = await withCanary();
  const disk = base.copy();
  const before = await eventsOn(disk);
  const log = logOn(disk);
  await log.rewrite(withoutCanary);
  assert.deepEqual(canariesOn(disk, base), []);
  assert.deepEqual(canariesOn(disk.afterPowerLoss(1), base), [], "also without power");
  assert.deepEqual(
    await eventsOn(disk),
    before.flatMap((event) => withoutCanary(event) ?? []),
  );
  assert.deepEqual(
    [...disk.files().keys()].filter((path) => path.includes("quarantine")),
    [`${WORKSPACE}/quarantine/a-b-00000001-000001.log.400`],
    "copies of another conversation's are not touched",
  );
  await log.append([titled(5000)], DURABLE);
  await log.append([titled(5001)], DURABLE);
  await log.close();
  assert.deepEqual((await eventsOn(disk)).slice(-2), [titled(5000), titled(5001)]);
  const salts = new Set(
    [...identitiesIn(disk.files(), KEYS, "a").values()].map(({ header }) => header.conversationSalt.toString("hex")),
  );
  assert.equal(salts.size, 1, "all under the new key");
  for (const { header } of identitiesIn(base.files(), KEYS, "a").values()) {
    assert.ok(!salts.has(header.conversationSalt.toString("hex")));
  }
});

test("wherever it is cut off, the log reads as before or after, and doing it again leaves nothing", async () => {
  const base = await withCanary();
  const before = await eventsOn(base);
  const changed = before.flatMap((event) => withoutCanary(event) ?? []);
  const rewrite = (disk: SimulatedDisk) => logOn(disk).rewrite(withoutCanary);
  for (const point of killsIn(await callsOf(base, rewrite))) {
    const disk = troubledAt(base, point);
    await rewrite(disk).catch(() => {});
    const afterwards = Array.from({ length: SEEDS }, (_, seed) => disk.afterPowerLoss(seed));
    for (const next of [...afterwards, disk.otherProcess()]) {
      const events = await eventsOn(next);
      assert.ok([before.length, changed.length].includes(events.length), nameOf(point));
      assert.deepEqual(events, events.length === before.length ? before : changed, nameOf(point));
      await rewrite(next);
      assert.deepEqual(canariesOn(next.afterPowerLoss(1), base), [], nameOf(point));
      assert.deepEqual(await eventsOn(next), changed, nameOf(point));
      points++;
    }
  }
});

test("whatever the disk refuses, nothing else is lost, and the same log does it again", async () => {
  const base = await withCanary();
  const before = await eventsOn(base);
  const changed = before.flatMap((event) => withoutCanary(event) ?? []);
  const calls = await callsOf(base, (disk) => logOn(disk).rewrite(withoutCanary));
  for (const call of calls.filter(({ mutates }) => mutates)) {
    for (const fault of ["ENOSPC", "EIO", "short"] satisfies (Errno | "short")[]) {
      const point = { call, trouble: { effect: "part", fault } } as const;
      const disk = troubledAt(base, point);
      const log = logOn(disk);
      const isDone = await log.rewrite(withoutCanary).then(
        () => true,
        () => false,
      );
      if (isDone) assert.deepEqual(canariesOn(disk, base), [], nameOf(point));
      await log.append([titled(5000)], DURABLE);
      await log.rewrite(withoutCanary);
      assert.deepEqual(canariesOn(disk.afterPowerLoss(points), base), [], nameOf(point));
      await log.append([titled(5001)], DURABLE);
      await log.close();
      assert.deepEqual(await eventsOn(disk.afterPowerLoss(points)), [...changed, titled(5000), titled(5001)]);
      assert.equal(disk.openFiles, 0, nameOf(point));
      points++;
    }
  }
});

test("what is appended meanwhile is written behind it, and nothing of it is left out", async () => {
  const disk = await withCanary();
  const log = logOn(disk);
  await Promise.all([
    log.append([titled(5000)], { durable: false }),
    log.rewrite(withoutCanary),
    log.append([titled(5001)], DURABLE),
    log.rewrite((event) => event),
    log.append([titled(5002)], DURABLE),
  ]);
  await log.close();
  assert.deepEqual((await eventsOn(disk)).slice(-3), [titled(5000), titled(5001), titled(5002)]);
});

test("a process that was superseded rewrites nothing", async () => {
  const disk = await withCanary();
  const before = [...disk.files().keys()];
  const log = logOn(disk, async () => true);
  await assert.rejects(log.rewrite(withoutCanary), { name: "Superseded" });
  assert.deepEqual([...disk.files().keys()], before);
});

/** A conversation whose files are of every kind there is. The text stands in the middle of a snapshot, and at the end. */
async function withCanary(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const log = logOn(disk);
  await log.append([titled(1), titled(2, CANARY)], DURABLE);
  await log.append(
    Array.from({ length: 2100 }, (_, index) => titled(index + 3)),
    DURABLE,
  );
  await log.whenSettled();
  await log.append([titled(2200, CANARY)], DURABLE);
  await log.append([titled(2201, CANARY)], DURABLE);
  await log.close();
  const paths = [...disk.files().keys()];
  const last = paths.filter((path) => path.startsWith(`${FOLDER}/0`)).at(-1) ?? "";
  disk.put(last, disk.files().get(last)?.subarray(0, -9));
  const snapshot = paths.find((path) => path.includes("snapshot-")) ?? "";
  disk.put(`${FOLDER}/snapshot-0123456789abcdef.tmp`, disk.files().get(snapshot)?.subarray(0, -100));
  await logOn(disk).read();
  disk.put(`${WORKSPACE}/quarantine/a-b-00000001-000001.log.400`, Buffer.from("another's"));
  return disk.copy();
}

function withoutCanary(event: PersistedEvent): PersistedEvent | undefined {
  return event.type === "titled" && event.title === CANARY ? undefined : event;
}

/** For somebody with the root key, and who had the segments' headers of before. */
function canariesOn(disk: SimulatedDisk, before: SimulatedDisk): string[] {
  return filesWith(CANARY, disk.files(), KEYS, "a", identitiesIn(before.files(), KEYS, "a"));
}

async function eventsOn(disk: SimulatedDisk): Promise<PersistedEvent[]> {
  return (await logOn(disk.otherProcess()).read()).events;
}

function logOn(fs: SimulatedDisk, isSuperseded = async () => false): EncryptedLog {
  const quarantine = `${WORKSPACE}/quarantine`;
  const options = { fs, folder: FOLDER, keys: KEYS, conversationId: "a", epoch: 1, quarantine, logger: silentLog };
  return new EncryptedLog({ ...options, isSuperseded });
}

function titled(seq: number, title = `title ${seq}`): PersistedEvent {
  return { type: "titled", seq, at: "2026-01-01T00:00:00.000Z", title, byUser: true };
}
