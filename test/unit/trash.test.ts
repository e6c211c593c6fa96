import assert from "node:assert/strict";
import { test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import type { EncryptedLog } from "../../server/store/log/encryptedLog.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { Trash } from "../../server/store/trash.ts";
import { systemClock } from "../../server/util/clock.ts";
import { silentLog } from "../../server/util/log.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const FOLDER = "/store/workspace";

test("a deleted conversation goes for good after seven days, and not before", async () => {
  const world = await worldWith("a", "b");
  await world.logs.trash("a");
  await world.sweepFor(7 * DAY - HOUR, HOUR);
  assert.equal(await world.logs.isTrashed("a"), true);
  await world.sweepFor(2 * HOUR, HOUR);
  assert.equal(await world.logs.isTrashed("a"), false);
  assert.deepEqual(await world.logs.list(), ["b"]);
});

test("one that was restored and deleted again waits anew", async () => {
  const world = await worldWith("a");
  await world.logs.trash("a");
  await world.sweepFor(6 * DAY, HOUR);
  await world.logs.restore("a");
  await world.sweepFor(HOUR, HOUR);
  await world.logs.trash("a");
  await world.sweepFor(6 * DAY, HOUR);
  assert.equal(await world.logs.isTrashed("a"), true);
});

test("a clock that jumps forward empties nothing, and one that jumps back keeps nothing for longer", async () => {
  const world = await worldWith("a");
  await world.logs.trash("a");
  await world.sweep();
  for (const jump of [400 * DAY, -800 * DAY, 400 * DAY]) {
    world.now += jump;
    await world.sweep();
    assert.equal(await world.logs.isTrashed("a"), true, `after a jump of ${jump / DAY} days`);
  }
  await world.sweepFor(5 * DAY + HOUR, HOUR);
  assert.equal(await world.logs.isTrashed("a"), false, "the two jumps forward counted as a day each");
});

test("nothing goes while another process owns the workspace", async () => {
  const world = await worldWith("a");
  await world.logs.trash("a");
  world.isSuperseded = true;
  await world.sweepFor(9 * DAY, DAY);
  assert.equal(await world.logs.isTrashed("a"), true);
});

test("old segments go once two whole snapshots hold what they held", async () => {
  const world = await worldWith();
  await world.write("long", 2500);
  await world.sweepFor(9 * DAY, DAY);
  assert.equal(await world.retired("long"), 1, "one snapshot is not enough");
  await world.write("long", 2500);
  const retired = await world.retired("long");
  await world.sweepFor(9 * DAY, DAY);
  assert.equal(await world.retired("long"), retired - 1, "the newer ones stand in one snapshot only");
  assert.equal((await (await world.logs.open("long")).read()).events.length, 5000);
});

test("an old segment stays while a snapshot that holds the same is damaged", async () => {
  const world = await worldWith();
  await world.write("long", 2500);
  await world.write("long", 2500);
  const retired = await world.retired("long");
  const [snapshot] = [...world.disk.files().keys()].filter((path) => path.includes("/snapshot-")).sort();
  const bytes = world.disk.files().get(snapshot ?? "") as Buffer;
  await world.disk.remove(snapshot ?? "");
  const file = await world.disk.open(snapshot ?? "", "create");
  await file.write(bytes.subarray(0, bytes.length - 1));
  await file.close();
  await world.sweepFor(9 * DAY, DAY);
  assert.equal(await world.retired("long"), retired);
});

async function worldWith(...conversations: string[]) {
  const disk = new SimulatedDisk();
  const place = { fs: disk, keys: keysOf("00112233445566778899aabbccddeeff", Buffer.alloc(32, 7)), logger: silentLog };
  const world = { disk, now: Date.parse("2026-01-01T00:00:00.000Z"), isSuperseded: false };
  const isSuperseded = async () => false;
  const logs = new EncryptedLogs({ ...place, folder: FOLDER, epoch: 1, isSuperseded });
  const trash = new Trash({
    ...place,
    folder: FOLDER,
    isSuperseded: async () => world.isSuperseded,
    clock: { ...systemClock, now: () => new Date(world.now) },
  });
  const sweep = () => trash.sweep();
  let seq = 0;
  const write = async (id: string, events: number) => {
    const log = (await logs.open(id)) as EncryptedLog;
    for (let left = events; left > 0; left -= 100) {
      await log.append(
        Array.from({ length: Math.min(left, 100) }, () => titled(++seq)),
        { durable: true },
      );
    }
    await log.whenSettled();
    await log.close();
  };
  for (const id of conversations) await write(id, 1);
  return Object.assign(world, {
    logs,
    sweep,
    write,
    sweepFor: async (ms: number, every: number) => {
      await sweep();
      for (const end = world.now + ms; world.now < end; ) {
        world.now += every;
        await sweep();
      }
    },
    retired: async (id: string) =>
      [...disk.files().keys()].filter((path) => path.includes(`/conversations/${id}/retired/`)).length,
  });
}

function titled(seq: number): PersistedEvent {
  return { type: "titled", seq, at: "2026-01-01T00:00:00.000Z", title: `title ${seq}`, byUser: true };
}
