import type { ItemFacts } from "./recallItem.ts";

export interface Scored {
  readonly slot: number;
  readonly score: number;
}

/** So many times more than wanted are held before those that fell behind are let go: sorting them is then a small part of the work. */
const SPARE = 4;

/** Finds the least of the largest `count` numbers without holding all of them. */
export class Largest {
  readonly #count: number;
  readonly #held: Float64Array;
  #size = 0;
  #least = Number.NEGATIVE_INFINITY;

  constructor(count: number) {
    this.#count = count;
    this.#held = new Float64Array(SPARE * count);
  }

  /** Of those that were offered; -Infinity while there are fewer. */
  get least(): number {
    this.#cut();
    return this.#least;
  }

  offer(value: number): void {
    if (value < this.#least) return;
    this.#held[this.#size++] = value;
    if (this.#size === this.#held.length) this.#cut();
  }

  #cut(): void {
    if (this.#size < this.#count) return;
    this.#held.subarray(0, this.#size).sort();
    this.#held.copyWithin(0, this.#size - this.#count, this.#size);
    this.#size = this.#count;
    this.#least = this.#held[0] ?? this.#least;
  }
}

/** The best `count`, the best first; of two that are as good the newer one. */
export class Top {
  readonly #count: number;
  readonly #itemAt: (slot: number) => ItemFacts | undefined;
  #held: Scored[] = [];
  #least = Number.NEGATIVE_INFINITY;

  constructor(count: number, itemAt: (slot: number) => ItemFacts | undefined) {
    this.#count = count;
    this.#itemAt = itemAt;
  }

  offer(slot: number, score: number): void {
    if (score < this.#least) return;
    this.#held.push({ slot, score });
    if (this.#held.length >= SPARE * this.#count) this.#cut();
  }

  best(): readonly Scored[] {
    this.#cut();
    return this.#held;
  }

  #cut(): void {
    this.#held = this.#held
      .sort((a, b) => b.score - a.score || newerFirst(this.#itemAt(a.slot), this.#itemAt(b.slot)))
      .slice(0, this.#count);
    if (this.#held.length === this.#count) this.#least = this.#held.at(-1)?.score ?? this.#least;
  }
}

function newerFirst(a: ItemFacts | undefined, b: ItemFacts | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.atMs - a.atMs || (b.position ?? 0) - (a.position ?? 0) || (a.id < b.id ? -1 : 1);
}
