import type { Percentiles } from "../protocol/introspection.ts";

/** The last so many values. */
export class Samples {
  readonly #most: number;
  readonly #values: number[] = [];
  #next = 0;

  constructor(most = 1000) {
    this.#most = most;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
  }

  get percentiles(): Percentiles {
    const sorted = [...this.#values].sort((a, b) => a - b);
    return { count: sorted.length, p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), p99: rank(sorted, 0.99) };
  }
}

/** By nearest rank: the smallest value that at least so many are not above. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
