import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RecallItem } from "../../server/memory/recall/recallItem.ts";
import { VectorIndex } from "../../server/memory/vectorIndex.ts";
import { HeldItems } from "../../server/memory/worker/heldItems.ts";
import { Keeping } from "../../server/memory/worker/keeping.ts";
import { hashOf } from "../../server/memory/worker/pieces.ts";
import { SavedItems } from "../../server/memory/worker/savedItems.ts";
import { SealedFolder } from "../../server/memory/worker/sealedFolder.ts";
import type { VectorFileHeader } from "../../server/memory/worker/vectorFile.ts";
import { ROWS_IN_SLAB, VectorRows } from "../../server/memory/worker/vectorRows.ts";
import type { FileSystem } from "../../server/store/fileSystem.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { FakeClock } from "../fakes/clock.ts";
import { callsOf, failuresIn, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { memory, said } from "./memoryIndexSetup.ts";

const PLACE = { folder: "/store/workspace/derived", storeId: "0".repeat(32), key: Buffer.alloc(32, 7) };
const HEADER = { embedder: "made", dimension: 4 };

/** Items and their vectors as the worker holds and keeps them. */
class Held {
  readonly items = new HeldItems();
  readonly rows = new VectorRows();
  readonly keeping: Keeping;
  readonly #savedItems: SavedItems;
  readonly #vectors: VectorIndex;

  constructor(fs: FileSystem, place = PLACE) {
    this.#savedItems = new SavedItems(new SealedFolder(fs, place, "memory items"), this.items);
    this.#vectors = new VectorIndex(new SealedFolder(fs, place, "memory vectors"), this.rows);
    this.keeping = new Keeping([this.#savedItems, this.#vectors], new FakeClock(), () => {});
  }

  async load(header: VectorFileHeader = HEADER): Promise<this> {
    await this.#savedItems.load();
    await this.#vectors.load(header, (id, hash) => hash === hashOf(this.items.get(id)?.text ?? ""));
    return this;
  }

  set(session: string, ...texts: string[]): void {
    const items = said(session, ...texts);
    const { removed } = this.items.apply({ kind: "session", session, mark: `${texts.length} texts`, items });
    for (const id of removed) this.rows.remove(id);
    for (const { id, text } of items) this.rows.set({ id, hash: hashOf(text), vectors: vectorsOf(text) });
  }

  remove(id: string): void {
    this.items.apply({ kind: "remove", ids: [id] });
    this.rows.remove(id);
  }

  /** Everything, as data. */
  get state() {
    const items = [...this.items.all()].map(({ id, text }) => [id, text, this.rows.has(id, hashOf(text))]);
    return { items: items.toSorted(), marks: [...this.items.marks()].toSorted() };
  }
}

/** Different for each text, and as many as it has letters up to three. */
function vectorsOf(text: string): Float32Array[] {
  return [...text.slice(0, 3)].map((letter, part) => Float32Array.of(1, part, letter.charCodeAt(0), text.length));
}

async function before(disk: SimulatedDisk): Promise<Held> {
  const held = await new Held(disk).load();
  held.set("a", "apple", "aubergine");
  held.set("b", "banana", "blueberry");
  held.set("c", "cherry");
  held.items.apply({ kind: "memories", items: [memory("m", "melon")] });
  await held.keeping.now();
  return held;
}

/** What was not kept is told again, as whoever has the truth does; then things change. */
async function act(disk: SimulatedDisk): Promise<Held> {
  const held = await new Held(disk).load();
  if (!held.items.marks().has("b")) held.set("b", "banana", "blueberry");
  held.items.apply({ kind: "memories", items: [memory("m", "melon")] });
  held.set("a", "apple", "almond", "aniseed");
  held.remove("b:1:user");
  held.items.apply({ kind: "removeSession", session: "c" });
  held.rows.remove("c:0:user");
  for (const { id, text } of held.items.all()) {
    if (!held.rows.has(id, hashOf(text))) held.rows.set({ id, hash: hashOf(text), vectors: vectorsOf(text) });
  }
  await held.keeping.purge();
  return held;
}

const REMOVED = ["aubergine", "blueberry", "cherry"];

test("what was kept is what the next start finds", async () => {
  const disk = new SimulatedDisk();
  const { state } = await before(disk);
  assert.deepEqual((await new Held(disk.otherProcess()).load()).state, state);
});

test("killed at every call it keeps what it was or becomes what it shall be, and the next one goes on", async () => {
  const base = new SimulatedDisk();
  await before(base);
  const after = (await act(base.copy())).state;
  const points = killsIn(await callsOf(base, act));
  assert.ok(points.length >= 30, `${points.length}`);
  for (const point of points) {
    const disk = troubledAt(base, point);
    await act(disk).catch(() => {});
    for (const found of [disk.otherProcess(), disk.afterPowerLoss(point.call.index)]) {
      const held = await new Held(found).load();
      for (const item of held.items.all()) assertVectors(held, item, nameOf(point));
      assert.deepEqual((await act(found)).state, after, nameOf(point));
      assert.deepEqual((await new Held(found.otherProcess()).load()).state, after, nameOf(point));
      assert.deepEqual(foundIn(found, REMOVED), [], nameOf(point));
    }
  }
});

test("after a call that failed, nothing is lost and the next save makes up for it", async () => {
  const base = new SimulatedDisk();
  await before(base);
  const after = (await act(base.copy())).state;
  for (const point of failuresIn(await callsOf(base, act), ["ENOSPC", "EIO", "EACCES"])) {
    const disk = troubledAt(base, point);
    const held = new Held(disk);
    await held.load();
    held.set("a", "apple", "almond", "aniseed");
    await held.keeping.purge().catch(() => {});
    disk.trouble = () => undefined;
    await act(disk);
    assert.deepEqual((await new Held(disk.otherProcess()).load()).state, after, nameOf(point));
    assert.deepEqual(foundIn(disk, REMOVED), [], nameOf(point));
  }
});

test("a purge leaves nothing of what was removed in any file, and no file of a process that was killed", async () => {
  const disk = new SimulatedDisk();
  await before(disk);
  disk.put(`${PLACE.folder}/memory-items-0123456789abcdef.tmp`, Buffer.from("half"));
  assert.deepEqual(foundIn(disk, REMOVED), REMOVED, "they stood there");
  await act(disk);
  assert.deepEqual(foundIn(disk, REMOVED), []);
  assert.deepEqual(foundIn(disk, ["apple", "almond", "banana", "melon"]), ["apple", "almond", "banana", "melon"]);
  assert.ok([...disk.files().keys()].every((path) => /\/memory-(items-[0-9a-f]{16}|vectors-\d+)\.bin$/.test(path)));
});

test("vectors of another embedder or dimension, and with another key all, are none and not mixed", async () => {
  const disk = new SimulatedDisk();
  await before(disk);
  for (const header of [
    { ...HEADER, embedder: "another" },
    { ...HEADER, dimension: 3 },
  ]) {
    const held = await new Held(disk.copy()).load(header);
    assert.equal(held.rows.size, 0);
    assert.equal(held.items.size, 6);
    held.rows.set({ id: "a:0:user", hash: hashOf("apple"), vectors: [new Float32Array(header.dimension).fill(1)] });
    assert.ok(await held.keeping.now());
  }
  const other = await new Held(disk.copy(), { ...PLACE, key: Buffer.alloc(32, 8) }).load();
  assert.deepEqual([other.items.size, other.rows.size], [0, 0]);
});

test("a file that is damaged, cut, or another's costs what stood in it and nothing else", async () => {
  const base = new SimulatedDisk();
  await before(base);
  for (const [path, bytes] of base.files()) {
    const others = [...base.files()].flatMap(([other, content]) => (other === path ? [] : [content]));
    for (const damage of [
      bytes.subarray(0, 90),
      Buffer.from(bytes).fill(1, bytes.length - 20),
      Buffer.alloc(0),
      ...others,
    ]) {
      const disk = base.copy();
      disk.put(path, damage);
      const held = await new Held(disk).load();
      assert.ok(held.items.size >= 4, path);
      for (const item of held.items.all()) assertVectors(held, item, path);
      assert.deepEqual((await act(disk)).state.marks.length, 2);
    }
  }
});

test("rows hold what was set last, in any order of setting, removing, keeping and loading", async () => {
  const vectors = fc.integer({ min: 1, max: 17 }).map((parts) => parts);
  const ids = fc.integer({ min: 0, max: 90 }).map((id) => `item ${id}`);
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ set: ids, parts: vectors }) },
    { weight: 2, arbitrary: fc.record({ remove: ids }) },
    { weight: 1, arbitrary: fc.constant({ restart: true }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 200 }), async (steps) => {
      const disk = new SimulatedDisk();
      const model = new Map<string, number>();
      let [rows, index] = await opened(disk);
      for (const [i, each] of steps.entries()) {
        if ("set" in each) {
          rows.set({
            id: each.set,
            hash: `${i}`,
            vectors: Array.from({ length: each.parts }, (_, part) => Float32Array.of(i, part)),
          });
          model.set(each.set, i);
        } else if ("remove" in each) {
          rows.remove(each.remove);
          model.delete(each.remove);
        } else {
          await index.save();
          [rows, index] = await opened(disk);
        }
      }
      const likeness = rows.likenessTo(Float32Array.of(1, 0));
      assert.deepEqual(rows.ids().toSorted(), [...model.keys()].toSorted());
      for (const [id, i] of model) assert.ok(rows.has(id, `${i}`) && likeness(id)?.whole === i);
    }),
    { numRuns: 30 },
  );
});

async function opened(disk: SimulatedDisk): Promise<[VectorRows, VectorIndex]> {
  const rows = new VectorRows();
  const index = new VectorIndex(new SealedFolder(disk, PLACE, "memory vectors"), rows);
  await index.load({ embedder: "made", dimension: 2 }, () => true);
  return [rows, index];
}

test("an item's vectors stand in one slab, and a slab that is empty has no file", async () => {
  const disk = new SimulatedDisk();
  const [rows, index] = await opened(disk);
  const vectors = Array.from({ length: 17 }, (_, part) => Float32Array.of(1, part));
  const ids = Array.from({ length: ROWS_IN_SLAB / 16 }, (_, i) => `item ${i}`);
  for (const id of ids) rows.set({ id, hash: "h", vectors });
  await index.save();
  assert.equal(disk.files().size, 2);
  for (const id of ids) rows.remove(id);
  await index.save();
  assert.equal(disk.files().size, 0);
});

/** What is found again is right, or not there. */
function assertVectors({ rows }: Held, { id, text }: RecallItem, what: string): void {
  if (!rows.has(id, hashOf(text))) return;
  const [whole = 0] = vectorsOf(text).map((vector) => vector[2]);
  assert.equal(rows.likenessTo(Float32Array.of(0, 0, 1, 0))(id)?.whole, whole, what);
}

/** Which of the words stand in any file, unsealed. */
function foundIn(disk: SimulatedDisk, words: readonly string[]): string[] {
  const keys = keysOf(PLACE.storeId, PLACE.key);
  const texts = [...disk.files()].map(([path, bytes]) => {
    const purpose = path.includes("memory-items") ? "memory items" : "memory vectors";
    const unsealed = unsealFile(keys, purpose, bytes);
    return unsealed.kind === "ok" ? unsealed.bytes.toString("latin1") : bytes.toString("latin1");
  });
  return words.filter((word) => texts.some((text) => text.includes(word)));
}
