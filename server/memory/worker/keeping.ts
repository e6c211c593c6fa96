import type { Clock } from "../../util/clock.ts";
import { Mutex } from "../../util/mutex.ts";

/** Something that is kept in files: items, vectors. */
export interface Kept {
  /** Writes what changed. Throws the system's error; what was not written is written the next time. */
  save(): Promise<void>;
  /** No file holds any more what was saved once and is there no more. */
  purge(): Promise<void>;
}

/** Turns that come in quick succession are written together. */
const SAVE_AFTER_MS = 3_000;

/** Keeps what changed, a little later and one thing after another. On a full disk nothing is lost: it is derived. */
export class Keeping {
  readonly #kept: readonly Kept[];
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #queue = new Mutex();
  #cancel: (() => void) | undefined;

  /**
   * @param kept in the order in which they are written.
   * @param onTrouble something could not be written; it is tried again with the next change.
   */
  constructor(kept: readonly Kept[], clock: Clock, onTrouble: (error: unknown) => void) {
    this.#kept = kept;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** Something changed: `save` is called a little later, once for all that changes until then. */
  soon(save: () => void): void {
    this.#cancel ??= this.#clock.after(SAVE_AFTER_MS, save);
  }

  /** Whether all could be written. */
  async now(): Promise<boolean> {
    this.#cancel?.();
    this.#cancel = undefined;
    return this.#queue
      .run(() => this.#save())
      .then(
        () => true,
        (error) => {
          this.#onTrouble(error);
          return false;
        },
      );
  }

  /** Throws the system's error. */
  async purge(): Promise<void> {
    await this.#queue.run(async () => {
      await this.#save();
      for (const kept of this.#kept) await kept.purge();
    });
  }

  async #save(): Promise<void> {
    for (const kept of this.#kept) await kept.save();
  }
}
