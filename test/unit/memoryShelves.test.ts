import assert from "node:assert/strict";
import { after, test } from "node:test";
import { callsOf, failuresIn, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { filesWith, identitiesIn } from "../fakes/foundText.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { AT, memory, shelvesOn } from "./memoryWorld.ts";
import { KEYS } from "./storeWorld.ts";

const CANARY = "we deploy the canary on Tuesdays";
const EVERYWHERE = { scope: { kind: "user" as const } };
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 100);
});

test("what is set is there for the next process, in the workspace and everywhere", async () => {
  const disk = new SimulatedDisk();
  const shelves = await opened(disk);
  await shelves.set([memory("a", "we use pnpm"), memory("b", "answers are short", EVERYWHERE)]);
  await shelves.close();
  const next = await opened(disk.afterPowerLoss(1));
  assert.deepEqual(next.all(), [memory("a", "we use pnpm"), memory("b", "answers are short", EVERYWHERE)]);
});

test("a change is undone in both places, and only once", async () => {
  const disk = new SimulatedDisk();
  const shelves = await opened(disk);
  await shelves.set([memory("a", "we use npm")]);
  const superseded = memory("a", "we use npm", { status: "superseded", supersededBy: "b" });
  await shelves.set([superseded, memory("b", "I use pnpm", EVERYWHERE)], "Corrected a memory");
  assert.equal(shelves.undoable, "Corrected a memory");
  assert.equal(await shelves.undo(), "Corrected a memory");
  assert.deepEqual(shelves.all(), [memory("a", "we use npm")]);
  assert.equal(shelves.undoable, undefined);
  await assert.rejects(shelves.undo(), { code: "notFound" });
  assert.deepEqual((await opened(disk)).all(), shelves.all(), "also for the next process");
});

test("thousands that are set at once are undone at once", async () => {
  const disk = new SimulatedDisk();
  const shelves = await opened(disk);
  await shelves.set([memory("a", "we use npm")]);
  const many = Array.from({ length: 1234 }, (_, n) => memory(`m${n}`, `module ${n} is done`));
  await shelves.set(many, "Imported 1234 memories");
  assert.equal((await opened(disk)).all().length, 1235);
  assert.equal(await shelves.undo(), "Imported 1234 memories");
  assert.deepEqual(shelves.all(), [memory("a", "we use npm")]);
  assert.deepEqual((await opened(disk)).all(), shelves.all(), "also for the next process");
});

test("two processes that remember for the user at once lose nothing", async () => {
  const disk = new SimulatedDisk();
  const [one, other] = [await opened(disk), await opened(disk)];
  await one.set([memory("a", "answers are short", EVERYWHERE)]);
  await other.set([memory("b", "tabs, not spaces", EVERYWHERE)]);
  await one.set([memory("c", "early returns", EVERYWHERE)]);
  const ids = (await opened(disk)).all().map(({ id }) => id);
  assert.deepEqual(ids.sort(), ["a", "b", "c"]);
  assert.deepEqual(
    one
      .all()
      .map(({ id }) => id)
      .sort(),
    ["a", "b", "c"],
    "who writes sees what others wrote",
  );
});

test("what another process remembers for the user is taken in when it is looked for", async () => {
  const disk = new SimulatedDisk();
  const [one, other] = [await opened(disk), await opened(disk)];
  await one.set([memory("a", "answers are short", EVERYWHERE)]);
  assert.deepEqual(other.all(), []);
  await other.refresh();
  assert.deepEqual(other.all(), [memory("a", "answers are short", EVERYWHERE)]);
  await one.forget(["a"], "undoable");
  await other.refresh();
  assert.equal(other.get("a")?.status, "forgotten");
});

test("a forgotten memory is gone at once, comes back while that can be undone, and is not learned again", async () => {
  const shelves = await opened(new SimulatedDisk());
  await shelves.set([memory("a", CANARY)]);
  await shelves.forget(["a"], "undoable");
  assert.equal(shelves.get("a")?.status, "forgotten");
  assert.throws(() => shelves.the("a"), { code: "notFound" });
  await shelves.unforget(["a"]);
  assert.deepEqual(shelves.the("a"), memory("a", CANARY));
  await shelves.forget(["a"], "final");
  assert.equal(shelves.get("a")?.text, "");
  assert.deepEqual(await shelves.at("2027-01-01T00:00:00.000Z"), [], "not in what was known once, either");
});

test("what is erased stands in no file, decrypted, and no undo brings it back; without that it does", async () => {
  for (const scope of [{}, EVERYWHERE]) {
    const disk = new SimulatedDisk();
    const shelves = await opened(disk);
    await shelves.set([memory("a", CANARY, scope), memory("z", "we use pnpm", scope)], "Remembered something");
    await shelves.set([memory("a", `${CANARY} at noon`, scope)], "Corrected a memory");
    const base = disk.copy();
    if (!("scope" in scope)) assert.notDeepEqual(canariesOn(disk, base), [], "the control finds it");
    await shelves.forget(["a"], "final");
    await shelves.erase(["a"]);
    await shelves.forget(["a"], "erased");
    assert.deepEqual(canariesOn(disk, base), []);
    assert.deepEqual(canariesOn(disk.afterPowerLoss(3), base), []);
    await shelves.undo().catch(() => {});
    assert.equal(shelves.get("a")?.text ?? "", "");
    assert.equal((await opened(disk)).get("z")?.text, "we use pnpm");
  }
});

test("how it stood at a moment can be asked for", async () => {
  const disk = new SimulatedDisk();
  let now = new Date(AT);
  const shelves = shelvesOn(disk, { now: () => now });
  await shelves.open();
  await shelves.set([memory("a", "we use npm")]);
  now = new Date("2026-04-01T00:00:00.000Z");
  await shelves.set([memory("a", "we use pnpm")]);
  assert.deepEqual(await shelves.at("2026-03-20T00:00:00.000Z"), [memory("a", "we use npm")]);
  assert.deepEqual(await shelves.at("2026-03-01T00:00:00.000Z"), []);
});

test("killed at any call, what was acknowledged is remembered, and nothing is half", async () => {
  const base = new SimulatedDisk();
  const before = await opened(base);
  await before.set([memory("a", "we use npm"), memory("u", "answers are short", EVERYWHERE)]);
  await before.close();
  for (const point of killsIn(await callsOf(base, changed))) {
    const disk = troubledAt(base, point);
    const done: string[] = [];
    await changed(disk, done).catch(() => {});
    for (const next of [disk.afterPowerLoss(points), disk.otherProcess()]) {
      const shelves = await opened(next);
      for (const id of done) assert.ok(shelves.get(id), `${id} after ${nameOf(point)}`);
      assert.equal(shelves.get("a")?.text, "we use npm", nameOf(point));
      await shelves.set([memory("y", "goes on")]);
      assert.equal(shelves.get("y")?.text, "goes on");
      points++;
    }
  }
});

test("whatever the disk refuses, it says so, nothing else is lost, and the same process goes on", async () => {
  const base = new SimulatedDisk();
  for (const point of failuresIn(await callsOf(base, changed), ["ENOSPC", "EIO"])) {
    const disk = troubledAt(base, point);
    const done: string[] = [];
    const shelves = shelvesOn(disk);
    await changed(disk, done, shelves).catch((error) => assert.equal(error.code, "storeFailed", nameOf(point)));
    await shelves.open();
    await shelves.set([memory("y", "goes on")]);
    const next = await opened(disk.afterPowerLoss(points));
    for (const id of [...done, "y"]) assert.ok(next.get(id), `${id} after ${nameOf(point)}`);
    points++;
  }
});

async function opened(disk: SimulatedDisk) {
  const shelves = shelvesOn(disk);
  await shelves.open();
  return shelves;
}

/** Notes the ids of what was acknowledged. */
async function changed(disk: SimulatedDisk, done: string[] = [], shelves = shelvesOn(disk)): Promise<void> {
  await shelves.open();
  for (const one of [memory("b", "we use pnpm"), memory("c", "tabs", EVERYWHERE), memory("d", "no any")]) {
    await shelves.set([one], "Learned something");
    done.push(one.id);
  }
  await shelves.forget(["d"], "final");
  await shelves.erase(["d"]);
  await shelves.forget(["d"], "erased");
}

function canariesOn(disk: SimulatedDisk, base: SimulatedDisk): string[] {
  const known = identitiesIn(base.files(), KEYS, "memory");
  return filesWith("deploy the canary", disk.files(), KEYS, "memory", known);
}
