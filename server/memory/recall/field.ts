/** Saturation and length normalisation as in Robertson and Zaragoza (2009). */
const K1 = 1.2;
const B = 0.75;

/** The most that one term can be worth beside its rarity. */
export const MOST_WORTH = K1 + 1;

/** Slot and count, as `slot * COUNTS + count`, in ascending order. One small number each: a tenth of an object's memory. */
interface Postings {
  readonly term: string;
  readonly entries: number[];
}

const COUNTS = 64;

/** One searchable field: which slot has which terms. Everything in it can be taken out again without a trace. */
export class Field {
  readonly #postings = new Map<string, Postings>();
  readonly #bySlot: (readonly Postings[] | undefined)[] = [];
  readonly #lengths: number[] = [];
  #total = 0;
  #size = 0;

  /** Terms a slot, on average; of those that have any. */
  get averageLength(): number {
    return this.#size === 0 ? 1 : this.#total / this.#size;
  }

  add(slot: number, terms: readonly string[]): void {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    this.#bySlot[slot] = [...counts].map(([term, count]) => this.#post(term, slot, count));
    this.#lengths[slot] = terms.length;
    this.#total += terms.length;
    if (terms.length > 0) this.#size++;
  }

  remove(slot: number): void {
    for (const postings of this.#bySlot[slot] ?? []) {
      postings.entries.splice(lowerBound(postings.entries, slot * COUNTS), 1);
      if (postings.entries.length === 0) this.#postings.delete(postings.term);
    }
    const length = this.lengthOf(slot);
    this.#total -= length;
    if (length > 0) this.#size--;
    this.#bySlot[slot] = undefined;
    this.#lengths[slot] = 0;
  }

  lengthOf(slot: number): number {
    return this.#lengths[slot] ?? 0;
  }

  /** In how many slots the term stands. */
  frequencyOf(term: string): number {
    return this.#postings.get(term)?.entries.length ?? 0;
  }

  /** Tells where a term stands, and how often. */
  each(term: string, tell: (slot: number, count: number) => void): void {
    for (const entry of this.#postings.get(term)?.entries ?? []) tell(Math.floor(entry / COUNTS), entry % COUNTS);
  }

  /** The distinct terms of a slot, as objects to compare: one and the same wherever the term stands. */
  marksOf(slot: number): readonly object[] {
    return this.#bySlot[slot] ?? [];
  }

  #post(term: string, slot: number, count: number): Postings {
    let postings = this.#postings.get(term);
    if (postings === undefined) {
      const own = unsliced(term);
      postings = { term: own, entries: [] };
      this.#postings.set(own, postings);
    }
    const entry = slot * COUNTS + Math.min(count, COUNTS - 1);
    const { entries } = postings;
    if ((entries.at(-1) ?? -1) < entry) entries.push(entry);
    else entries.splice(lowerBound(entries, entry), 0, entry);
    return postings;
  }
}

/** What a term that stands so often in a text of this length is worth, beside its rarity: 0..{@link MOST_WORTH}. */
export function worth(count: number, length: number, averageLength: number): number {
  return (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / averageLength));
}

/** How rare a term is that stands in `having` of `all`. */
export function rarity(having: number, all: number): number {
  return Math.log(1 + (all - having + 0.5) / (having + 0.5));
}

/** The first place whose entry is not less. */
function lowerBound(entries: readonly number[], least: number): number {
  let from = 0;
  let to = entries.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((entries[middle] ?? 0) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A longer part of a string keeps all of that string alive; its letters put together again do not. */
function unsliced(term: string): string {
  return term.length < 13 ? term : [...term].join("");
}
