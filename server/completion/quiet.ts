import type { Clock } from "../util/clock.ts";

const FIRST_MS = 5_000;
const MOST_MS = 5 * 60_000;

/** After an error the endpoint is left alone, each time twice as long. */
export class Quiet {
  readonly #clock: Clock;
  #errors = 0;
  #untilMs = 0;
  #cause = "";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What happened, while nobody is to be asked. */
  get cause(): string | undefined {
    return this.#clock.monotonicMs() < this.#untilMs ? this.#cause : undefined;
  }

  failed(cause: string): void {
    this.#untilMs = this.#clock.monotonicMs() + Math.min(MOST_MS, FIRST_MS * 2 ** this.#errors);
    this.#errors++;
    this.#cause = cause;
  }

  over(): void {
    this.#errors = 0;
    this.#untilMs = 0;
  }
}
