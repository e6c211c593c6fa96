import { Emitter } from "../util/emitter.ts";

/** Which answers are being written: what is not an answer waits for them. */
export class Traffic {
  readonly #begun = new Emitter<void>();
  #streams = 0;

  get isBusy(): boolean {
    return this.#streams > 0;
  }

  /** Tells that an answer begins; the result ends that. */
  onDidBegin(listener: () => void): () => void {
    return this.#begun.on(listener);
  }

  begin(): Disposable {
    this.#streams++;
    this.#begun.emit();
    return {
      [Symbol.dispose]: () => {
        this.#streams--;
      },
    };
  }
}
