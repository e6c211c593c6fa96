import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import type { FileSystem } from "../../server/store/fileSystem.ts";
import { JsonFile, type JsonFileOptions } from "../../server/store/jsonFile.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { sealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";

const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 2000 : 150;
const keys = keysOf("0".repeat(32), randomBytes(32));
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-json-"));
});
after(() => rm(root, { recursive: true, force: true }));

test("what was written is read by another process, and stands in no byte of the file", async () => {
  const folder = await fresh();
  await notes(folder).update(() => ["a canary"]);
  assert.deepEqual(await notes(folder).read(), ["a canary"]);
  for (const name of await readdir(folder)) {
    assert.ok(!(await readFile(join(folder, name))).includes("canary"));
  }
});

test("a file that is not there is empty, and reading it writes nothing", async () => {
  const folder = await fresh();
  assert.deepEqual(await notes(folder).read(), []);
  assert.deepEqual(await readdir(folder), []);
});

test("a change that changes nothing writes nothing", async () => {
  const folder = await fresh();
  await notes(folder).update((known) => [...known, "one"]);
  const before = await readdir(folder);
  await notes(folder).update((known) => known);
  assert.deepEqual(await readdir(folder), before);
});

test("of processes that change it at once, none loses what another wrote", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 16 }), async (writers) => {
      const folder = await fresh();
      const processes = [0, 1, 2, 3].map(() => notes(folder));
      const words = writers.map((_, index) => `word ${index}`);
      await Promise.all(
        writers.map((writer, index) => processes[writer]?.update((known) => [...known, words[index] ?? ""])),
      );
      assert.deepEqual([...(await notes(folder).read())].sort(), [...words].sort());
    }),
    { numRuns: RUNS / 5 },
  );
});

test("who was held up for so long that its number is free again does not write over what came since", async () => {
  const folder = await fresh();
  let meanwhile = async () => {};
  const fs: FileSystem = {
    ...nodeFileSystem,
    link: async (from, to) => {
      await meanwhile();
      await nodeFileSystem.link(from, to);
    },
  };
  const slow = notes(folder, { fs });
  await slow.update((known) => [...known, "first"]);
  meanwhile = async () => {
    meanwhile = async () => {};
    for (const word of ["a", "b", "c"]) await notes(folder).update((known) => [...known, word]);
  };
  await slow.update((known) => [...known, "slow"]);
  assert.deepEqual(await notes(folder).read(), ["first", "a", "b", "c", "slow"]);
});

test("whatever bit of it flips and wherever it is cut off, the value is the one before, nothing is deleted, and it can be written again", async () => {
  let points = 0;
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.nat(), async (cuts, position) => {
      const folder = await fresh();
      await notes(folder).update(() => ["old"]);
      await notes(folder).update(() => ["new"]);
      const path = join(folder, "notes-2.bin");
      const bytes = await readFile(path);
      await writeFile(path, cuts ? bytes.subarray(0, position % bytes.length) : flipped(bytes, position));
      const damaged = notes(folder);
      assert.deepEqual(await damaged.read(), ["old"]);
      assert.ok(damaged.wasDamaged);
      assert.equal((await readdir(join(folder, "quarantine"))).length, 1);
      await damaged.update((known) => [...known, "newer"]);
      assert.deepEqual(await notes(folder).read(), ["old", "newer"]);
      points++;
    }),
    { numRuns: RUNS },
  );
  console.log(`points: ${points}`);
  assert.ok(points >= RUNS);
});

test("who read a generation before it was damaged does not write over what was made without it", async () => {
  const folder = await fresh();
  await notes(folder).update(() => ["kept"]);
  await notes(folder).update((known) => [...known, "lost"]);
  let meanwhile = async () => {};
  const early = notes(folder, {
    fs: {
      ...nodeFileSystem,
      link: async (from, to) => {
        await meanwhile();
        await nodeFileSystem.link(from, to);
      },
    },
  });
  meanwhile = async () => {
    meanwhile = async () => {};
    const path = join(folder, "notes-2.bin");
    await writeFile(path, flipped(await readFile(path), 777));
    await notes(folder).update((known) => [...known, "made without it"]);
  };
  await early.update((known) => [...known, "early"]);
  assert.deepEqual(await notes(folder).read(), ["kept", "made without it", "early"]);
});

test("a value of an earlier schema is brought up; one of a later schema is refused and left as it is", async () => {
  const folder = await fresh();
  await notes(folder).update(() => ["one"]);
  const upcast = (value: unknown) => ({ words: value });
  const options = { schema: z.object({ words: z.array(z.string()) }), version: 2, upcast, empty: { words: [] } };
  const newer = new JsonFile({ ...optionsOf(folder), ...options });
  assert.deepEqual(await newer.read(), { words: ["one"] });
  await newer.update(({ words }) => ({ words: [...words, "two"] }));
  await assert.rejects(notes(folder).read(), { code: "storeFailed" });
  await assert.rejects(
    notes(folder).update(() => []),
    { code: "storeFailed" },
  );
  assert.deepEqual(await newer.read(), { words: ["one", "two"] });
});

test("a file under another key is refused and left as it is, not called damaged", async () => {
  const folder = await fresh();
  await notes(folder).update(() => ["one"]);
  const other = notes(folder, { keys: keysOf(keys.storeId, randomBytes(32)) });
  await assert.rejects(other.read(), { code: "storeFailed" });
  await assert.rejects(
    other.update(() => ["two"]),
    { code: "storeFailed" },
  );
  assert.deepEqual(await notes(folder).read(), ["one"]);
});

test("what has not the agreed form counts as damaged", async () => {
  for (const value of [{ version: 1, value: [1] }, { version: 0, value: [] }, { value: [] }, "text", null]) {
    const folder = await fresh();
    await writeFile(join(folder, "notes-1.bin"), sealFile(keys, "notes", Buffer.from(JSON.stringify(value))));
    const file = notes(folder);
    assert.deepEqual(await file.read(), []);
    assert.ok(file.wasDamaged);
  }
});

test("another sealed file that was put in its place counts as damaged or foreign, never as its value", async () => {
  const folder = await fresh();
  const other = new JsonFile({ ...optionsOf(folder), path: join(folder, "other.bin"), purpose: "other" });
  await other.update(() => ["other"]);
  await writeFile(join(folder, "notes-1.bin"), await readFile(join(folder, "other-1.bin")));
  await assert.rejects(notes(folder).read(), { code: "storeFailed" });
});

test("names that are no generation, however much they look like one, hold nothing up", async () => {
  const folder = await fresh();
  await notes(folder).update(() => ["one"]);
  for (const number of ["99999999999999999999", "1e9", "-3", "2.5", ""]) {
    await writeFile(join(folder, `notes-${number}.bin`), "planted");
  }
  await notes(folder).update((known) => [...known, "two"]);
  assert.deepEqual(await notes(folder).read(), ["one", "two"]);
});

test("a disk that fails gives an error with path and cause, and the file works again afterwards", async () => {
  const folder = await fresh();
  let isFull = true;
  const fs: FileSystem = {
    ...nodeFileSystem,
    open: async (path, mode) => {
      if (isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return nodeFileSystem.open(path, mode);
    },
  };
  const file = notes(folder, { fs });
  await assert.rejects(
    file.update(() => ["one"]),
    (error: Error) => error.message.includes(join(folder, "notes.bin")) && error.message.includes("ENOSPC"),
  );
  isFull = false;
  await file.update(() => ["two"]);
  assert.deepEqual(await notes(folder).read(), ["two"]);
});

function optionsOf(folder: string): JsonFileOptions<string[]> {
  return {
    fs: nodeFileSystem,
    keys,
    path: join(folder, "notes.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "notes",
    schema: z.array(z.string()),
    version: 1,
    empty: [],
    logger: silentLog,
  };
}

function notes(folder: string, changes: Partial<JsonFileOptions<string[]>> = {}): JsonFile<string[]> {
  return new JsonFile({ ...optionsOf(folder), ...changes });
}

function fresh(): Promise<string> {
  return mkdtemp(join(root, "f-"));
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const index = bit % (bytes.length * 8);
  changed[index >> 3] = (changed[index >> 3] ?? 0) ^ (1 << (index & 7));
  return changed;
}
