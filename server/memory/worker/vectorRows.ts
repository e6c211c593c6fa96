import type { Likeness } from "../recall/recallItem.ts";
import { Largest } from "../recall/top.ts";

/** The vectors of one item: of all of it, and of each of its sentences where there are several. */
export interface ItemVectors {
  readonly id: string;
  /** Of the text that they are of. */
  readonly hash: string;
  /** The first is of the whole text; at most {@link ROWS_IN_SLAB}, all of one length. */
  readonly vectors: readonly Float32Array[];
}

/** Rows that are kept together: what is written anew when one of them changes. 1 MiB for vectors of 512. */
export const ROWS_IN_SLAB = 512;
/** So many items are looked into sentence by sentence: more would take longer than a question should. */
const LOOKED_INTO = 2500;

/**
 * Rows of whole texts stand at its beginning, those of sentences at its end: every question goes through all of the former, and
 * what lies side by side is read twice as fast.
 */
interface Slab {
  readonly floats: Float32Array;
  /** In ascending order. */
  readonly free: number[];
  /** By row, 1 where one of a whole text stands. */
  readonly isWhole: Uint8Array;
  readonly ids: Set<string>;
}

interface Held {
  readonly hash: string;
  readonly slab: number;
  readonly rows: readonly number[];
  /** Where the first stands among the rows of all slabs. Of most items a question asks for that alone. */
  readonly first: number;
  readonly hasSentences: boolean;
}

/**
 * Vectors in rows of 32-bit floats, half of what arrays of numbers take, by the item that they are of. The rows of an item
 * stand in one slab, which is what is kept as one file.
 */
export class VectorRows {
  readonly #slabs: Slab[] = [];
  readonly #held = new Map<string, Held>();
  readonly #changed = new Set<number>();
  #dimension: number | undefined;

  get dimension(): number | undefined {
    return this.#dimension;
  }

  /** Of items. */
  get size(): number {
    return this.#held.size;
  }

  has(id: string, hash: string): boolean {
    return this.#held.get(id)?.hash === hash;
  }

  ids(): string[] {
    return [...this.#held.keys()];
  }

  /** In which something stands. */
  slabs(): number[] {
    return [...this.#slabs.keys()].filter((slab) => (this.#slabs[slab]?.ids.size ?? 0) > 0);
  }

  /** Throws RangeError when they are not as long as those that are there: clear it first. */
  set(item: ItemVectors): void {
    const { dimension = item.vectors[0]?.length } = this;
    if (item.vectors.some(({ length }) => length !== dimension)) throw new RangeError("vectors of another dimension");
    this.#dimension = dimension;
    this.remove(item.id);
    const room = this.#slabs.findIndex(({ free }) => free.length >= item.vectors.length);
    const slab = room < 0 ? this.#slabs.length : room;
    this.#write(item, slab);
    this.#changed.add(slab);
  }

  /** Takes in what was kept of that slab. Answers how many items of it: none that is there already, or has no room. */
  load(slab: number, items: readonly ItemVectors[]): number {
    return items.filter((item) => {
      this.#dimension ??= item.vectors[0]?.length;
      const fits = !this.#held.has(item.id) && this.#slabAt(slab).free.length >= item.vectors.length;
      if (fits) this.#write(item, slab);
      return fits;
    }).length;
  }

  remove(id: string): void {
    const held = this.#held.get(id);
    const slab = held && this.#slabs[held.slab];
    if (held === undefined || slab === undefined) return;
    for (const row of held.rows) this.#row(slab, row).fill(0);
    slab.free.push(...held.rows);
    slab.free.sort((a, b) => a - b);
    slab.isWhole[held.rows[0] ?? 0] = 0;
    slab.ids.delete(id);
    this.#held.delete(id);
    this.#changed.add(held.slab);
  }

  /** Vectors of another dimension may come now. */
  clear(): void {
    for (const slab of this.#slabs.keys()) this.#changed.add(slab);
    this.#slabs.length = 0;
    this.#held.clear();
    this.#dimension = undefined;
  }

  /**
   * The cosine of items with that vector of length 1. Undefined for what has no vectors. Of many items the sentences of those
   * alone are looked at that are likest as a whole; of the others the whole stands for them.
   */
  likenessTo(query: Float32Array): (id: string) => Likeness | undefined {
    const wholes = new Float64Array(this.#slabs.length * ROWS_IN_SLAB);
    const likest = new Largest(LOOKED_INTO);
    for (const [slab, { floats, isWhole }] of this.#slabs.entries()) {
      for (let row = 0; row < ROWS_IN_SLAB; row++) {
        if (isWhole[row] === 0) continue;
        const cosine = dot(query, floats, row * query.length);
        wholes[slab * ROWS_IN_SLAB + row] = cosine;
        likest.offer(cosine);
      }
    }
    const { least } = likest;
    return (id) => {
      const held = this.#held.get(id);
      const whole = held && wholes[held.first];
      if (held === undefined || whole === undefined) return undefined;
      if (!held.hasSentences || whole < least) return { whole, sentence: whole };
      let sentence = -1;
      for (let i = 1; i < held.rows.length; i++) sentence = Math.max(sentence, this.#cosine(query, held, i));
      return { whole, sentence };
    };
  }

  /** Slabs that changed since this was asked last, with what stands in them now. */
  takeChanged(): { readonly slab: number; readonly items: ItemVectors[] }[] {
    const changed = [...this.#changed].map((slab) => ({ slab, items: this.#itemsIn(slab) }));
    this.#changed.clear();
    return changed;
  }

  /** They could not be kept: they are still to be. */
  stillChanged(slabs: Iterable<number>): void {
    for (const slab of slabs) this.#changed.add(slab);
  }

  #cosine(query: Float32Array, { slab, rows }: Held, index: number): number {
    const floats = this.#slabs[slab]?.floats;
    return floats === undefined ? 0 : dot(query, floats, (rows[index] ?? 0) * query.length);
  }

  #write({ id, hash, vectors }: ItemVectors, at: number): void {
    const slab = this.#slabAt(at);
    const whole = slab.free.shift() ?? 0;
    const rows = [whole, ...slab.free.splice(slab.free.length - vectors.length + 1)];
    slab.isWhole[whole] = 1;
    for (const [i, vector] of vectors.entries()) this.#row(slab, rows[i] ?? 0).set(vector);
    slab.ids.add(id);
    this.#held.set(id, { hash, slab: at, rows, first: at * ROWS_IN_SLAB + whole, hasSentences: rows.length > 1 });
  }

  #slabAt(index: number): Slab {
    while (this.#slabs.length <= index) {
      this.#slabs.push({
        floats: new Float32Array(ROWS_IN_SLAB * (this.#dimension ?? 0)),
        free: Array.from({ length: ROWS_IN_SLAB }, (_, i) => i),
        isWhole: new Uint8Array(ROWS_IN_SLAB),
        ids: new Set(),
      });
    }
    const slab = this.#slabs[index];
    if (slab === undefined) throw new RangeError(`no slab ${index}`);
    return slab;
  }

  #row({ floats }: Slab, row: number): Float32Array {
    const { dimension = 0 } = this;
    return floats.subarray(row * dimension, (row + 1) * dimension);
  }

  #itemsIn(index: number): ItemVectors[] {
    const slab = this.#slabs[index];
    return [...(slab?.ids ?? [])].flatMap((id) => {
      const held = this.#held.get(id);
      return slab && held ? { id, hash: held.hash, vectors: held.rows.map((row) => this.#row(slab, row)) } : [];
    });
  }
}

/**
 * Four sums at a time, which a processor adds up side by side. What a query lacks to a multiple of four counts as 0, whatever
 * stands behind the row.
 */
function dot(query: Float32Array, floats: Float32Array, at: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < query.length; i += 4) {
    a += (query[i] ?? 0) * (floats[at + i] ?? 0);
    b += (query[i + 1] ?? 0) * (floats[at + i + 1] ?? 0);
    c += (query[i + 2] ?? 0) * (floats[at + i + 2] ?? 0);
    d += (query[i + 3] ?? 0) * (floats[at + i + 3] ?? 0);
  }
  return a + b + c + d;
}
