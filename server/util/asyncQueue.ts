/** What one side pushes, the other side iterates. A reader that is slow costs only the memory of what it has not read. */
export class AsyncQueue<T> implements AsyncIterable<T, void> {
  readonly #merge: (last: T, next: T) => T | undefined;
  #values: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** `merge` may make one value of two that wait next to each other. */
  constructor(merge: (last: T, next: T) => T | undefined = () => undefined) {
    this.#merge = merge;
  }

  push(value: T): void {
    if (this.#ended) return;
    const last = this.#values.at(-1);
    const merged = last === undefined ? undefined : this.#merge(last, value);
    if (merged === undefined) this.#values.push(value);
    else this.#values[this.#values.length - 1] = merged;
    this.#wake?.();
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const ready = this.#values;
      this.#values = [];
      yield* ready;
      if (this.#values.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
