import { randomBytes } from "node:crypto";
import type { Clock } from "../util/clock.ts";

/** Time enough for a browser to start. */
const GOOD_MS = 60_000;
const MOST = 100;

/** Codes in addresses that open a page: each is good once, for a minute, in this process. */
export class PageCodes {
  readonly #clock: Clock;
  /** Until when, on the clock that never jumps. */
  readonly #untilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  make(): string {
    const code = randomBytes(32).toString("base64url");
    for (const [old, untilMs] of this.#untilMs) {
      if (untilMs <= this.#clock.monotonicMs() || this.#untilMs.size >= MOST) this.#untilMs.delete(old);
    }
    this.#untilMs.set(code, this.#clock.monotonicMs() + GOOD_MS);
    return code;
  }

  /** Whether it was good; it is so no more. */
  spend(code: string): boolean {
    const untilMs = this.#untilMs.get(code);
    this.#untilMs.delete(code);
    return untilMs !== undefined && this.#clock.monotonicMs() < untilMs;
  }
}
