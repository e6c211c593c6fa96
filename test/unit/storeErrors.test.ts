import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { Store } from "../../server/store/store.ts";
import { DuckError } from "../../server/util/errors.ts";
import { silentLog } from "../../server/util/log.ts";
import { callsOf, failuresIn, nameOf, type Point, troubledAt } from "../fakes/everyCall.ts";
import type { Call, Trouble } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { assertKept, logsOn, Notes, Writer } from "./storeWorld.ts";

/**
 * Every call to the disk fails once in every way, and from every call on all of them do: nothing is acknowledged that is not
 * kept, the error names path and cause, and when the disk is well again so is the log, without a restart.
 */
const FAULTS = ["ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE", "short"] as const;
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 900);
});

type Act = (logs: ConversationLogs, notes: Notes, failed: (error: unknown) => void) => Promise<Writer>;

test("create, append, several at once, an answer in pieces", () =>
  everywhere(async (logs, notes, failed) => {
    const writer = await opened(logs, notes, failed);
    await writer.say(1).catch(failed);
    await writer.say(2).catch(failed);
    await Promise.all([1, 2, 3].map((count) => writer.say(count, count !== 2).catch(failed)));
    await writer.stream(2).catch(failed);
    return writer;
  }));

test("append to what another process wrote", () =>
  everywhere(
    async (logs, notes, failed) => {
      const writer = await opened(logs, notes, failed);
      await writer.say(1, false).catch(failed);
      await writer.say(1).catch(failed);
      return writer;
    },
    async (disk, notes) => {
      const writer = await Writer.open(logsOn(disk), "a", notes);
      await writer.say(1);
      await writer.stream(1);
      await writer.close();
    },
  ));

test("a snapshot that cannot be made costs nothing", () =>
  everywhere(
    async (logs, notes, failed) => {
      const writer = await opened(logs, notes, failed);
      await writer.say(1).catch(failed);
      await writer.close().catch(() => {});
      const next = await opened(logs, notes, failed);
      await next.say(1).catch(failed);
      return next;
    },
    async (disk, notes) => {
      const writer = await Writer.open(logsOn(disk), "a", notes);
      await writer.say(2000);
      await writer.close();
    },
    ["ENOSPC", "EIO"],
  ));

test("delete and restore: it is in one place, and can be deleted and restored when the disk is well", async () => {
  const base = new SimulatedDisk();
  const notes = new Notes();
  const writer = await Writer.open(logsOn(base), "a", notes);
  await writer.say(1);
  await writer.close();
  const act = async (disk: SimulatedDisk) => {
    const logs = logsOn(disk);
    await logs.trash("a");
    assert.deepEqual([await logs.isTrashed("a"), await logs.list()], [true, []]);
    await logs.restore("a");
  };
  for (const point of failuresIn(await callsOf(base, act), FAULTS)) {
    const disk = troubledAt(base, point);
    await assert.rejects(act(disk), (error) => isSaid(error, point.trouble, "/store"), nameOf(point));
    disk.trouble = () => undefined;
    const logs = logsOn(disk);
    assert.equal(await logs.isTrashed("a"), !(await logs.list()).includes("a"), nameOf(point));
    if (!(await logs.isTrashed("a"))) await logs.trash("a");
    await logs.restore("a");
    await assertKept(logsOn(disk.afterPowerLoss(points)), notes, nameOf(point));
    points++;
  }
});

test("a store that cannot be opened or made is there when the disk is well, with no key lost", async () => {
  const full = new SimulatedDisk();
  await open(full);
  for (const base of [new SimulatedDisk(), full]) {
    for (const point of failuresIn(await callsOf(base, open), FAULTS)) {
      const disk = troubledAt(base, point);
      const store = await open(disk);
      const { state, message = "" } = store.status;
      assert.ok(state === "open" || /\/store|\/keys/.test(message), `${message} ${nameOf(point)}`);
      disk.trouble = () => undefined;
      assert.equal(
        (await store.lookAgain()).state,
        state === "readOnly" ? state : "open",
        `${message} ${nameOf(point)}`,
      );
      const again = await open(disk.afterPowerLoss(points));
      assert.equal(again.status.state, "open", nameOf(point));
      assert.deepEqual(again.keys().derive(Buffer.alloc(32), "x"), store.keys().derive(Buffer.alloc(32), "x"));
      points++;
    }
  }
});

async function everywhere(
  act: Act,
  prepare: (disk: SimulatedDisk, notes: Notes) => Promise<void> = async () => {},
  faults: readonly (typeof FAULTS)[number][] = FAULTS,
): Promise<void> {
  const base = new SimulatedDisk();
  const before = new Notes();
  await prepare(base, before);
  const calls = await callsOf(base, async (disk) => (await act(logsOn(disk), before.copy(), unexpected)).close());
  for (const point of failuresIn(calls, faults)) {
    await fail(troubledAt(base, point), point, act, before.copy());
  }
  for (const { call, trouble } of failuresIn(calls.filter(isFirstOfItsKind), faults)) {
    const disk = base.copy();
    disk.trouble = ({ index, name }) => (index >= call.index && name === call.name ? trouble : undefined);
    await fail(disk, { call, trouble }, act, before.copy());
  }
}

async function fail(disk: SimulatedDisk, point: Point, act: Act, notes: Notes): Promise<void> {
  const label = nameOf(point);
  const writer = await act(logsOn(disk), notes, (error) => {
    assert.ok(isSaid(error, point.trouble, "/store"), `${error} ${label}`);
  });
  disk.trouble = () => undefined;
  await writer.say(1);
  await writer.close();
  assert.equal(disk.openFiles, 0, `left open: ${label}`);
  await assertKept(logsOn(disk.otherProcess()), notes, label);
  await assertKept(logsOn(disk.afterPowerLoss(points)), notes, `${label}, then no power`);
  points++;
}

/** What cannot be opened at first is opened by the next try, as a person would. */
async function opened(logs: ConversationLogs, notes: Notes, failed: (error: unknown) => void): Promise<Writer> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      return await Writer.open(logs, "a", notes, "second");
    } catch (error) {
      failed(error);
    }
  }
  return Writer.unread(logs, "a", notes);
}

/** With the cause and the path. */
function isSaid(error: unknown, { fault }: Trouble, path: string): boolean {
  if (!(error instanceof DuckError) || error.code !== "storeFailed") return false;
  return error.message.includes(path) && error.message.includes(fault === "short" ? "bytes" : fault);
}

function isFirstOfItsKind(call: Call, index: number, calls: readonly Call[]): boolean {
  return calls.findIndex(({ name }) => name === call.name) === index;
}

function unexpected(error: unknown): void {
  assert.fail(String(error));
}

async function open(fs: SimulatedDisk): Promise<Store> {
  const place = { isNetworkDrive: async () => false, isAnothers: async () => false };
  const store = new Store({ path: "/store", fs, keyFolder: "/keys", keepsKey: true, place, logger: silentLog });
  await store.opened();
  return store;
}
