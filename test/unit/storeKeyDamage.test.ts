import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseKeyring } from "../../server/store/keyring.ts";
import { Store } from "../../server/store/store.ts";
import { parseStoreFile } from "../../server/store/storeVersion.ts";
import { silentLog } from "../../server/util/log.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { assertKept, flipped, logsOn, Notes, Writer } from "./storeWorld.ts";

/** The files without which nothing can be read, damaged at every bit: it is noticed, and one damaged file locks nobody out. */
let points = 0;
after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 10_000);
});

const isNightly = process.env.RUBBERDUCK_NIGHTLY !== undefined;
/** Every bit through the parser, some through the door; at night all. */
const STRIDE = isNightly ? 1 : 97;

test("every bit of a copy of the keyring, and every end of it: the other copy opens the store", async () => {
  const { disk, notes } = await madeStore();
  const path = newest(disk, /keyring-\d+\.json$/);
  await everywhere(
    disk,
    path,
    (bytes) => parseKeyring(bytes) === undefined,
    (damaged) => assertOpens(damaged, notes),
  );
});

test("every bit of store.json, and every end of it: the keyring opens the store all the same", async () => {
  const { disk, notes } = await madeStore();
  await everywhere(
    disk,
    "/store/store.json",
    (bytes) => parseStoreFile(bytes) === undefined,
    (damaged) => assertOpens(damaged, notes),
  );
});

test("every bit of the key file, and every end of it: locked, nothing is changed, and the recovery code opens it", async () => {
  const { disk, notes, code } = await madeStore();
  const path = newest(disk, /\.key$/);
  await everywhere(disk, path, undefined, async (damaged) => {
    const before = damaged.files();
    const store = await opened(damaged);
    assert.equal(store.status.state, "locked");
    assert.deepEqual(damaged.files(), before);
    await store.unlock({ kind: "recoveryCode", code });
    await assertKept(logsOn(damaged, 2, store.keys()), notes, path);
  });
});

test("both copies of the keyring damaged: locked and said to be damage, both are kept, and no new key is made", async () => {
  const { disk } = await madeStore();
  for (const [path, bytes] of disk.files()) if (path.includes("keyring-")) disk.put(path, flipped(bytes, 1000));
  const before = [...disk.files().values()].map(String).sort();
  const store = await opened(disk);
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /damaged/);
  assert.deepEqual([...disk.files().values()].map(String).sort(), before);
});

async function everywhere(
  base: SimulatedDisk,
  path: string,
  isRefused: ((bytes: Buffer) => boolean) | undefined,
  check: (damaged: SimulatedDisk) => Promise<void>,
): Promise<void> {
  const bytes = base.files().get(path) ?? assert.fail(path);
  const flips = Array.from({ length: bytes.length * 8 }, (_, bit) => flipped(bytes, bit));
  // Without the line's end at its end it says the same.
  const cuts = Array.from({ length: bytes.length - 1 }, (_, length) => bytes.subarray(0, length));
  for (const [index, damaged] of [...flips, ...cuts].entries()) {
    assert.ok(isRefused?.(damaged) ?? true, `${path}, ${index}`);
    if (isRefused !== undefined) points++;
    if (index % STRIDE !== 0) continue;
    const disk = base.copy();
    disk.put(path, damaged);
    await check(disk);
    points++;
  }
}

async function madeStore(): Promise<{ disk: SimulatedDisk; notes: Notes; code: string }> {
  const disk = new SimulatedDisk();
  const store = await opened(disk);
  const notes = new Notes();
  const writer = await Writer.open(logsOn(disk, 1, store.keys()), "a", notes);
  await writer.say(1);
  await writer.close();
  return { disk, notes, code: store.recoveryCode() };
}

async function assertOpens(disk: SimulatedDisk, notes: Notes): Promise<void> {
  const store = await opened(disk);
  assert.equal(store.status.state, "open", store.status.message);
  await assertKept(logsOn(disk, 2, store.keys()), notes, "damaged");
}

async function opened(fs: SimulatedDisk): Promise<Store> {
  const place = { isNetworkDrive: async () => false, isAnothers: async () => false };
  const store = new Store({ path: "/store", fs, keyFolder: "/keys", keepsKey: true, place, logger: silentLog });
  await store.opened();
  return store;
}

function newest(disk: SimulatedDisk, name: RegExp): string {
  return (
    [...disk.files().keys()]
      .filter((path) => name.test(path))
      .sort()
      .at(-1) ?? assert.fail(String(name))
  );
}
