import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { callsOf, killsIn, nameOf, type Point, troubledAt } from "../fakes/everyCall.ts";
import type { Call } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { assertKept, logsOn, Notes, Writer } from "./storeWorld.ts";

/**
 * A process that is killed before, in or after every call that changes something on the disk, with and without a loss of
 * power: what was acknowledged is there, once, and the next process goes on.
 */
const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 40 : 3;
const FEW_SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 10 : 1;
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 700);
});

type Act = (logs: ConversationLogs, notes: Notes) => Promise<void>;

test("create and append", async () => {
  await everywhere(async (logs, notes) => {
    const writer = await Writer.open(logs, "a", notes);
    await writer.say(1);
    await writer.say(2);
    await Promise.all([writer.say(1), writer.say(1), writer.say(1, false), writer.say(1)]);
    await writer.close();
  });
});

test("append to what another process wrote", async () => {
  await everywhere(
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes, "second");
      await writer.say(1);
      await writer.say(1, false);
      await writer.close();
    },
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes);
      await writer.say(3);
      await writer.close();
    },
  );
});

test("several conversations at once, answers that arrive in pieces", async () => {
  await everywhere(async (logs, notes) => {
    await Promise.all(
      ["a", "b"].map(async (id) => {
        const writer = await Writer.open(logs, id, notes);
        await writer.say(1);
        await writer.stream(3);
        await writer.close();
      }),
    );
  });
});

test("delete and restore", async () => {
  await everywhere(
    async (logs) => {
      await logs.trash("a");
      await logs.restore("a");
      await logs.trash("a");
    },
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes);
      await writer.say(3);
      await writer.close();
    },
  );
});

test("a snapshot, and the segments that it takes the place of", async () => {
  const calls = await everywhere(
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes, "second");
      await writer.say(1);
      await writer.say(1);
      await writer.close();
    },
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes);
      await writer.say(SNAPSHOT_BEHIND - 2);
      await writer.stream(1);
      await writer.close();
    },
    FEW_SEEDS,
  );
  assert.ok(calls.some(({ name, path }) => name === "rename" && path.includes("snapshot")));
});

test("what is written while a snapshot is made", async () => {
  const calls = await everywhere(
    async (logs, notes) => {
      const writer = await Writer.open(logs, "a", notes);
      await Promise.all([writer.say(SNAPSHOT_BEHIND + 1), writer.say(1), writer.say(1), writer.say(1)]);
      await writer.say(1);
      await writer.close();
    },
    undefined,
    FEW_SEEDS,
  );
  assert.ok(calls.some(({ name, path }) => name === "rename" && path.includes("snapshot")));
});

/** Events behind the last snapshot that make the next one due. */
const SNAPSHOT_BEHIND = 2000;

async function everywhere(act: Act, prepare: Act = async () => {}, seeds = SEEDS): Promise<Call[]> {
  const base = new SimulatedDisk();
  const before = new Notes();
  await prepare(logsOn(base), before);
  const calls = await callsOf(base, (disk) => act(logsOn(disk, 2), before.copy()));
  for (const point of killsIn(calls)) await kill(base, point, act, before.copy(), seeds);
  return calls;
}

async function kill(base: SimulatedDisk, point: Point, act: Act, notes: Notes, seeds: number): Promise<void> {
  const disk = troubledAt(base, point);
  await act(logsOn(disk, 2), notes).catch(() => {});
  for (let seed = 0; seed < seeds; seed++) {
    await startAgain(disk.afterPowerLoss(seed), notes.copy(), `${nameOf(point)}, power lost (seed ${seed})`, true);
  }
  await startAgain(disk.otherProcess(), notes.copy(), nameOf(point));
}

/** The next process finds everything, goes on, and what it writes is as safe. */
async function startAgain(disk: SimulatedDisk, notes: Notes, label: string, mayMiss = false): Promise<void> {
  const logs = logsOn(disk, 3);
  for (const id of notes.tried.keys()) if (await logs.isTrashed(id)) await logs.restore(id);
  await assertKept(logs, notes, label, mayMiss);
  for (const id of notes.tried.keys()) {
    const writer = await Writer.open(logs, id, notes, "next");
    await writer.say(2);
    await writer.close();
  }
  await assertKept(logsOn(disk.otherProcess(), 4), notes, `${label}, then more`, mayMiss);
  await assertKept(logsOn(disk.afterPowerLoss(1), 4), notes, `${label}, then more and no power`, mayMiss);
  points++;
}
