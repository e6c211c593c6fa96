import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplaceableFile } from "../../server/store/replaceableFile.ts";
import { callsOf, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import type { Errno } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 100 : 8;

test("wherever a replacement is cut off, the value before it or the new one is loaded, and can be replaced", async () => {
  let points = 0;
  for (const generations of [0, 1, 2, 5]) {
    const base = await diskWith(generations);
    const replace = (disk: SimulatedDisk) => replaced(disk, "new");
    for (const point of killsIn(await callsOf(base, replace))) {
      const disk = troubledAt(base, point);
      const isDone = await succeeds(replace(disk));
      const allowed = isDone ? ["new"] : [textOf(generations), "new"];
      const look = async (after: SimulatedDisk, how: string) => {
        assert.ok(allowed.includes(await load(after)), `${how}, ${nameOf(point)}`);
        points++;
      };
      for (let seed = 0; seed < SEEDS; seed++) await look(disk.afterPowerLoss(seed), `power lost, seed ${seed}`);
      const next = disk.otherProcess();
      await look(next, "killed");
      await replaced(next, "later");
      assert.equal(await load(next.afterPowerLoss(1)), "later", nameOf(point));
    }
  }
  console.log(`points: ${points}`);
  assert.ok(points >= 500);
});

test("what was loaded is loaded again after a loss of power, whoever was killed while writing it", async () => {
  const base = await diskWith(1);
  const replace = (disk: SimulatedDisk) => replaced(disk, "new");
  for (const point of killsIn(await callsOf(base, replace))) {
    const disk = troubledAt(base, point);
    await replace(disk).catch(() => {});
    const seen = await load(disk.otherProcess());
    for (let seed = 0; seed < SEEDS; seed++) assert.equal(await load(disk.afterPowerLoss(seed)), seen, nameOf(point));
  }
});

test("a replacement that fails at any call leaves the value before it or the new one, and works again after", async () => {
  let points = 0;
  const base = await diskWith(2);
  const replace = (disk: SimulatedDisk) => replaced(disk, "new");
  for (const call of await callsOf(base, replace)) {
    for (const fault of ["ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE", "short"] satisfies (Errno | "short")[]) {
      for (const effect of ["none", "part"] as const) {
        const point = { call, trouble: { effect, fault } };
        const disk = troubledAt(base, point);
        const isDone = await succeeds(replace(disk));
        assert.ok([textOf(2), "new"].includes(await load(disk)), nameOf(point));
        if (isDone) assert.equal(await load(disk.afterPowerLoss(points)), "new", nameOf(point));
        assert.equal(disk.openFiles, 0, nameOf(point));
        await replaced(disk, "later");
        assert.equal(await load(disk.afterPowerLoss(points)), "later", nameOf(point));
        points++;
      }
    }
  }
  console.log(`points: ${points}`);
});

test("no more than two generations and nothing temporary is left", async () => {
  const disk = await diskWith(5);
  assert.deepEqual([...disk.files().keys()].sort(), ["/store/value-4.txt", "/store/value-5.txt"]);
});

test("a damaged generation is kept in quarantine, and the one before it is loaded", async () => {
  const disk = await diskWith(2);
  disk.put("/store/value-2.txt", Buffer.from("§"));
  const { value, generation, damaged } = await file(disk).load(parse);
  assert.equal(value, textOf(1));
  assert.equal(generation, 2);
  assert.equal(damaged.length, 1);
  assert.equal(
    disk
      .files()
      .get(damaged[0] ?? "")
      ?.toString(),
    "§",
  );
  assert.deepEqual((await file(disk).load(parse)).damaged, []);
});

test("when all are damaged nothing is loaded, nothing is deleted, and the next value is kept", async () => {
  const disk = await diskWith(2);
  for (const path of disk.files().keys()) disk.put(path, Buffer.from("§"));
  assert.equal(await load(disk), "nothing");
  assert.equal([...disk.files().values()].filter((bytes) => bytes.toString() === "§").length, 2);
  await replaced(disk, "new");
  assert.equal(await load(disk.afterPowerLoss(1)), "new");
});

test("of two processes that replace the same generation one succeeds", async () => {
  const disk = await diskWith(1);
  const { generation } = await file(disk).load(parse);
  await file(disk.otherProcess()).replace(Buffer.from("other"), generation);
  await assert.rejects(file(disk).replace(Buffer.from("mine"), generation), { code: "EEXIST" });
  assert.equal(await load(disk), "other");
});

function succeeds(task: Promise<unknown>): Promise<boolean> {
  return task.then(
    () => true,
    () => false,
  );
}

async function diskWith(generations: number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  await disk.makeFolder("/store");
  for (let generation = 1; generation <= generations; generation++) await replaced(disk, textOf(generation));
  return disk;
}

function textOf(generation: number): string {
  return generation === 0 ? "nothing" : `value ${generation}`;
}

async function replaced(disk: SimulatedDisk, value: string): Promise<void> {
  const { generation } = await file(disk).load(parse);
  await file(disk).replace(Buffer.from(value), generation);
}

async function load(disk: SimulatedDisk): Promise<string> {
  return (await file(disk).load(parse)).value ?? "nothing";
}

function file(disk: SimulatedDisk): ReplaceableFile {
  return new ReplaceableFile(disk, "/store/value.txt", "/store/quarantine");
}

function parse(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return /^[a-z]+( \d)?$/.test(text) ? text : undefined;
}
