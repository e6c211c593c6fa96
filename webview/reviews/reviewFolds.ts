import { type Signal, signal } from "@preact/signals";

/**
 * What of proposed changes is unfolded, and what was shown in full. Kept here and not in the views, which are gone whenever
 * their message leaves the screen. All by the keys of reviews.ts.
 */
export class ReviewFolds {
  /** Files and changes that somebody opened or closed; the others are as their state says. */
  readonly #open = signal<ReadonlyMap<string, boolean>>(new Map());
  /** Lines of a change, changes of a file, or files of a proposal that are drawn, where they are more than at first. */
  readonly #drawn = signal<ReadonlyMap<string, number>>(new Map());
  /** Changes all lines of which were drawn, and files whose diff was opened in the editor. */
  readonly #seen = signal<ReadonlySet<string>>(new Set());

  isOpen(key: string, usual: boolean): boolean {
    return this.#open.value.get(key) ?? usual;
  }

  setOpen(key: string, isOpen: boolean): void {
    put(this.#open, key, isOpen);
  }

  /** As its state says again. */
  forget(keys: readonly string[]): void {
    const left = new Map(this.#open.peek());
    for (const key of keys) left.delete(key);
    if (left.size < this.#open.peek().size) this.#open.value = left;
  }

  drawn(key: string, first: number): number {
    return Math.max(first, this.#drawn.value.get(key) ?? 0);
  }

  draw(key: string, number: number): void {
    put(this.#drawn, key, number);
  }

  wasSeen(key: string): boolean {
    return this.#seen.value.has(key);
  }

  noteSeen(key: string): void {
    if (!this.#seen.peek().has(key)) this.#seen.value = new Set([...this.#seen.peek(), key]);
  }
}

function put<V>(map: Signal<ReadonlyMap<string, V>>, key: string, value: V): void {
  map.value = new Map([...map.peek(), [key, value]]);
}
