/** More waits for a slow reader than may; what waited is gone. */
export class TooSlow extends Error {
  constructor() {
    super("what was to be read waited for too long: begin anew");
    this.name = "TooSlow";
  }
}

export interface QueueOptions<T> {
  /** May make one value of two that wait next to each other. */
  readonly merge?: (last: T, next: T) => T | undefined;
  /** How much of `most` a value takes that waits; counted from the first {@link AsyncQueue.push} on. */
  readonly weigh?: (value: T) => number;
  readonly most?: number;
}

/** What one side pushes, the other side iterates. A reader that is slow costs the memory of what it has not read. */
export class AsyncQueue<T> implements AsyncIterable<T, void> {
  readonly #options: QueueOptions<T>;
  #values: T[];
  #weight = 0;
  #ended = false;
  #overflowed = false;
  #wake: (() => void) | undefined;

  /** `first` waits already, and is not weighed. */
  constructor(options: QueueOptions<T> = {}, first: readonly T[] = []) {
    this.#options = options;
    this.#values = [...first];
  }

  push(value: T): void {
    if (this.#ended) return;
    const { merge, weigh, most = Number.POSITIVE_INFINITY } = this.#options;
    const last = this.#values.at(-1);
    const merged = last === undefined ? undefined : merge?.(last, value);
    if (merged === undefined) this.#values.push(value);
    else this.#values[this.#values.length - 1] = merged;
    this.#weight += weigh?.(value) ?? 0;
    if (this.#weight > most) this.#overflow();
    this.#wake?.();
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Throws {@link TooSlow} when more than `most` was waiting. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      if (this.#overflowed) throw new TooSlow();
      const ready = this.#values;
      this.#values = [];
      this.#weight = 0;
      yield* ready;
      if (this.#values.length > 0 || this.#overflowed) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #overflow(): void {
    this.#overflowed = true;
    this.#ended = true;
    this.#values = [];
  }
}
