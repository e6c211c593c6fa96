import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Place } from "../../server/store/place.ts";
import { Store, type StoreOptions } from "../../server/store/store.ts";
import { silentLog } from "../../server/util/log.ts";
import { callsOf, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { assertKept, logsOn, Notes, Writer } from "./storeWorld.ts";

/**
 * A process that is killed at any call while it makes the store, or changes its keys: the next one opens it, and what that
 * one keeps can be read for good.
 */
const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 40 : 3;
const LOCAL: Place = { isNetworkDrive: async () => false, isAnothers: async () => false };
const SECRET = { secret: Buffer.alloc(32, 1).toString("base64"), lasts: true };
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 200);
});

test("a new store, its key with the editor", () => everywhere(new SimulatedDisk(), { osSecret: SECRET }));

test("a new store, its key in a file", () => everywhere(new SimulatedDisk(), {}));

test("a key file stands by for the editor's secret", () =>
  everywhere(new SimulatedDisk(), { osSecret: { ...SECRET, lasts: false } }));

test("the key file goes when the editor's secret has shown that it lasts", async () => {
  const base = new SimulatedDisk();
  const notes = new Notes();
  await keep(base, await opened(base, { osSecret: { ...SECRET, lasts: false } }), notes);
  await everywhere(base, { osSecret: SECRET }, notes);
});

test("a profile without the key gets a slot of its own", async () => {
  const base = new SimulatedDisk();
  const store = await opened(base, { osSecret: SECRET });
  const notes = new Notes();
  await keep(base, store, notes);
  const osSecret = { secret: Buffer.alloc(32, 2).toString("base64"), lasts: true };
  await everywhere(base, { osSecret, recoveryCode: store.recoveryCode() }, notes);
});

type Keys = Partial<StoreOptions> & { readonly recoveryCode?: string };

async function everywhere(base: SimulatedDisk, options: Keys, before = new Notes()): Promise<void> {
  const act = async (disk: SimulatedDisk, notes: Notes) => keep(disk, await opened(disk, options), notes);
  for (const point of killsIn(await callsOf(base, (disk) => act(disk, before.copy())))) {
    const disk = troubledAt(base, point);
    const notes = before.copy();
    await act(disk, notes).catch(() => {});
    for (let seed = 0; seed < SEEDS; seed++) {
      await startAgain(disk.afterPowerLoss(seed), options, notes.copy(), `${nameOf(point)}, power lost (seed ${seed})`);
    }
    await startAgain(disk.otherProcess(), options, notes.copy(), nameOf(point));
  }
}

async function startAgain(disk: SimulatedDisk, options: Keys, notes: Notes, label: string): Promise<void> {
  const store = await opened(disk, options);
  assert.equal(store.status.state, "open", `${store.status.message} ${label}`);
  await assertKept(logsOn(disk, 2, store.keys()), notes, label);
  await keep(disk, store, notes);
  const later = disk.afterPowerLoss(points);
  const again = await opened(later, options);
  assert.equal(again.status.state, "open", `${again.status.message} ${label}, then no power`);
  await assertKept(logsOn(later, 3, again.keys()), notes, `${label}, then no power`);
  points++;
}

async function opened(fs: SimulatedDisk, { recoveryCode, ...options }: Keys): Promise<Store> {
  const store = new Store({
    path: "/store",
    fs,
    keyFolder: "/keys",
    keepsKey: true,
    place: LOCAL,
    logger: silentLog,
    ...options,
  });
  const { state } = await store.opened();
  if (state === "locked" && recoveryCode) await store.unlock({ kind: "recoveryCode", code: recoveryCode });
  return store;
}

/** What a store is for: nothing that was acknowledged may need a key that is gone. */
async function keep(disk: SimulatedDisk, store: Store, notes: Notes): Promise<void> {
  const writer = await Writer.open(logsOn(disk, 1, store.keys()), "a", notes, `writer ${points}`);
  await writer.say(1);
  await writer.close();
}
