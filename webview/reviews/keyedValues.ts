import { signal } from "@preact/signals";

/** A map that views follow: who reads it is drawn again when it changes. */
export class KeyedValues<V> {
  readonly #values = signal<ReadonlyMap<string, V>>(new Map());

  get(key: string): V | undefined {
    return this.#values.value.get(key);
  }

  has(key: string): boolean {
    return this.#values.value.has(key);
  }

  set(key: string, value: V): void {
    if (this.#values.peek().get(key) !== value) this.#values.value = new Map([...this.#values.peek(), [key, value]]);
  }

  delete(...keys: readonly string[]): void {
    const left = new Map(this.#values.peek());
    for (const key of keys) left.delete(key);
    if (left.size < this.#values.peek().size) this.#values.value = left;
  }
}
