import type { Clock } from "./clock.ts";

export interface Rate {
  /** How many are let through in `ms`, evenly. */
  readonly count: number;
  readonly ms: number;
  /** How many may come at once. */
  readonly burst: number;
}

export type Allowance = { readonly kind: "allowed" } | { readonly kind: "refused"; readonly retryAfterMs: number };

/**
 * How often somebody may do something: the generic cell rate algorithm (ITU-T I.371). In no interval of length t more than
 * count/ms * t + burst are let through. On monotonic time: setting the clock changes nothing. A refusal costs nothing.
 */
export class RateLimit {
  readonly #clock: Clock;
  /** Between two, once the burst is used up. */
  readonly #gapMs: number;
  readonly #burst: number;
  /** When all that was let through would have been due, by key: the algorithm's theoretical arrival time. */
  readonly #dueMs = new Map<string, number>();

  constructor({ count, ms, burst }: Rate, clock: Clock) {
    this.#clock = clock;
    this.#gapMs = ms / count;
    this.#burst = burst;
  }

  /** Of how many something is known. */
  get keys(): number {
    return this.#dueMs.size;
  }

  take(key: string): Allowance {
    const nowMs = this.#clock.monotonicMs();
    const dueMs = Math.max(this.#dueMs.get(key) ?? nowMs, nowMs);
    const earliestMs = dueMs - (this.#burst - 1) * this.#gapMs;
    // What is due at this very moment may seem a hair later, by rounding.
    if (earliestMs > nowMs + ROUNDING_MS)
      return { kind: "refused", retryAfterMs: Math.ceil(earliestMs - nowMs - ROUNDING_MS) };
    this.#dueMs.set(key, dueMs + this.#gapMs);
    if (this.#dueMs.size > MOST_KEYS) this.#forget(nowMs);
    return { kind: "allowed" };
  }

  /** What was let through did not happen. */
  giveBack(key: string): void {
    const dueMs = this.#dueMs.get(key);
    if (dueMs !== undefined) this.#dueMs.set(key, dueMs - this.#gapMs);
  }

  /** Of whom everything is due, nothing need be known. */
  #forget(nowMs: number): void {
    for (const [key, dueMs] of this.#dueMs) if (dueMs <= nowMs) this.#dueMs.delete(key);
  }
}

const ROUNDING_MS = 1e-6;
const MOST_KEYS = 1000;
