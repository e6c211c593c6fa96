import type { Clock } from "./clock.ts";

/**
 * Something that takes a moment to find out. What was known last is answered at once, and asked for again behind it once it is
 * older than `maxAgeMs`. When asking fails, what was known stays.
 */
export class Lately<T> {
  readonly #ask: () => Promise<T>;
  readonly #maxAgeMs: number;
  readonly #clock: Clock;
  #known: T;
  #askedAt: number | undefined;
  #asking: Promise<void> = Promise.resolve();

  /** @param unknown what is answered until it is known. */
  constructor(ask: () => Promise<T>, { unknown, maxAgeMs, clock }: { unknown: T; maxAgeMs: number; clock: Clock }) {
    this.#ask = ask;
    this.#known = unknown;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
  }

  /** What is known by now. */
  get value(): T {
    this.#refresh();
    return this.#known;
  }

  /** The same, once it was asked for at all. */
  async first(): Promise<T> {
    const isNew = this.#askedAt === undefined;
    this.#refresh();
    if (isNew) await this.#asking;
    return this.#known;
  }

  #refresh(): void {
    const now = this.#clock.monotonicMs();
    if (this.#askedAt !== undefined && now - this.#askedAt < this.#maxAgeMs) return;
    this.#askedAt = now;
    this.#asking = this.#ask().then(
      (known) => {
        this.#known = known;
      },
      () => {},
    );
  }
}
