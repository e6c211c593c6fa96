import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { readConversation } from "../../server/store/log/readConversation.ts";
import { makeSnapshot } from "../../server/store/log/snapshot.ts";
import { Trash } from "../../server/store/trash.ts";
import { systemClock } from "../../server/util/clock.ts";
import { silentLog } from "../../server/util/log.ts";
import { callsOf, killsIn, nameOf, type Point, troubledAt } from "../fakes/everyCall.ts";
import type { Call } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { assertKept, KEYS, logsOn, Notes, WORKSPACE, Writer } from "./storeWorld.ts";

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

test("emptying the trash", async () => {
  const base = new SimulatedDisk();
  const notes = new Notes();
  for (const id of ["deleted", "kept", "kept", "kept"]) await session(base, id, notes);
  await logsOn(base).trash("deleted");
  for (let day = 0; day < 7; day++) await sweep(base, day);
  const calls = await callsOf(base, (disk) => sweep(disk, 7));
  for (const point of killsIn(calls)) {
    const disk = troubledAt(base, point);
    await sweep(disk, 7).catch(() => {});
    for (const next of [disk.afterPowerLoss(points), disk.otherProcess()]) {
      await sweep(next, 7);
      await sweep(next, 8);
      assert.equal(await logsOn(next).isTrashed("deleted"), false, nameOf(point));
      assert.ok(pathsIn(next).filter(isRetired).length < pathsIn(base).filter(isRetired).length, nameOf(point));
      await assertKept(logsOn(next), notesOf(notes, "kept"), nameOf(point));
      points++;
    }
  }
});

/** One more segment, and a snapshot of all of them. */
async function session(disk: SimulatedDisk, id: string, notes: Notes): Promise<void> {
  const writer = await Writer.open(logsOn(disk), id, notes);
  await writer.say(2);
  await writer.close();
  const source = { fs: disk, folder: `${WORKSPACE}/conversations/${id}`, keys: KEYS, conversationId: id };
  const reading = readConversation(source);
  let step = await reading.next();
  while (!step.done) step = await reading.next();
  const { conversationSalt, end } = step.value;
  assert.ok(conversationSalt && (await makeSnapshot(source, { ...end, number: end.number + 1, conversationSalt })));
}

function sweep(disk: SimulatedDisk, day: number): Promise<void> {
  const clock = { ...systemClock, now: () => new Date(Date.UTC(2026, 0, 1 + day)) };
  const isSuperseded = async () => false;
  return new Trash({ fs: disk, keys: KEYS, folder: WORKSPACE, isSuperseded, clock, logger: silentLog }).sweep();
}

function pathsIn(disk: SimulatedDisk): string[] {
  return [...disk.files().keys()];
}

function isRetired(path: string): boolean {
  return path.includes("/retired/");
}

function notesOf(notes: Notes, id: string): Notes {
  const some = notes.copy();
  for (const other of notes.tried.keys()) if (other !== id) some.tried.delete(other);
  return some;
}

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
