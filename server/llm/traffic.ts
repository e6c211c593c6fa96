import { Emitter } from "../util/emitter.ts";

/** Which answers are being written: what is not an answer waits for them. */
export class Traffic {
  readonly #begun = new Emitter<void>();
  readonly #idle = new Emitter<void>();
  #streams = 0;

  get isBusy(): boolean {
    return this.#streams > 0;
  }

  /** Tells that an answer begins; the result ends that. */
  onDidBegin(listener: () => void): () => void {
    return this.#begun.on(listener);
  }

  /** Resolves as soon as no answer is being written, which may be at once, or when the signal aborts. */
  async whenIdle(signal: AbortSignal): Promise<void> {
    if (!this.isBusy || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        stop();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const stop = this.#idle.on(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }

  begin(): Disposable {
    this.#streams++;
    this.#begun.emit();
    return {
      [Symbol.dispose]: () => {
        this.#streams--;
        if (!this.isBusy) this.#idle.emit();
      },
    };
  }
}
