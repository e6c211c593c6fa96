import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Claim, Epochs } from "../../server/store/epochs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "duck-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const claim = (name: string): Claim => ({ socketPath: `/run/${name}.sock`, pid: 1, nonce: name });
const start = () => new Epochs(nodeFileSystem, folder);

test("of many that claim the same epoch at once, one gets it", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const won = await Promise.all(names.map((name) => start().claim(1, claim(name))));
  assert.equal(won.filter(Boolean).length, 1);
  const winner = names[won.indexOf(true)];
  assert.deepEqual(await start().last(), { epoch: 1, claim: claim(winner ?? "") });
  assert.deepEqual(await readdir(join(folder, "epochs")), ["00000001"], "nothing unfinished stays");
});

test("an owner is superseded as soon as the next claim is there, and stays so when claims are cleared away", async () => {
  const epochs = start();
  assert.equal(await epochs.claim(1, claim("first")), true);
  assert.equal(await epochs.isSuperseded(1), false);
  for (let epoch = 2; epoch <= 30; epoch++) {
    assert.equal(await epochs.claim(epoch, claim("next")), true);
    await epochs.clear(epoch);
    for (let old = 1; old < epoch; old++) assert.equal(await epochs.isSuperseded(old), true, `${old} after ${epoch}`);
    assert.equal(await epochs.isSuperseded(epoch), false);
  }
  assert.ok((await readdir(join(folder, "epochs"))).length <= 8);
});

test("who looked so long ago that its number was cleared away does not become the owner with it", async () => {
  const epochs = start();
  for (let epoch = 1; epoch <= 20; epoch++) {
    await epochs.claim(epoch, claim("next"));
    await epochs.clear(epoch);
  }
  assert.equal(await start().claim(2, claim("late")), false);
  assert.equal((await epochs.last()).epoch, 20);
  assert.equal(await epochs.isSuperseded(1), true);
  assert.equal(await epochs.isSuperseded(20), false);
});

test("a claim that cannot be understood keeps its number, and says nothing", async () => {
  const epochs = start();
  await epochs.claim(1, claim("first"));
  await writeFile(join(folder, "epochs", "00000001"), "{}");
  assert.deepEqual(await epochs.last(), { epoch: 1 });
  assert.equal(await epochs.claim(2, claim("second")), true);
});

test("what is not a claim is no number, and unfinished claims are cleared away by the next owner", async () => {
  const epochs = start();
  await epochs.claim(1, claim("first"));
  await writeFile(join(folder, "epochs", "00000002-aa.tmp"), "{");
  await writeFile(join(folder, "epochs", "notes.txt"), "mine");
  assert.equal((await epochs.last()).epoch, 1);
  await epochs.claim(2, claim("second"));
  await epochs.clear(2);
  assert.deepEqual((await readdir(join(folder, "epochs"))).sort(), ["00000001", "00000002", "notes.txt"]);
  assert.equal(await readFile(join(folder, "epochs", "notes.txt"), "utf8"), "mine");
});
