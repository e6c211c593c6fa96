import { setImmediate } from "node:timers/promises";

/** Lets others have their turn during long work on one thread. */
export class Breather {
  readonly #most: number;
  #done = 0;

  /** @param most work in one go, in whatever unit it is told in. */
  constructor(most: number) {
    this.#most = most;
  }

  async after(work: number): Promise<void> {
    this.#done += work;
    if (this.#done < this.#most) return;
    this.#done = 0;
    await setImmediate();
  }
}
