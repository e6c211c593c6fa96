import { Emitter } from "./emitter.ts";

/** Something that is set from outside while others go by it. */
export class Setting<T> {
  readonly #changed = new Emitter<T>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    this.#changed.emit(value);
  }

  onDidChange(listener: (value: T) => void): () => void {
    return this.#changed.on(listener);
  }
}
