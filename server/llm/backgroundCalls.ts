import type { Clock } from "../util/clock.ts";
import { RateLimit } from "../util/rateLimit.ts";

const DAY_MS = 86_400_000;
/** Far more than somebody's day brings about: it ends what goes wrong, such as many windows over an endpoint that is paid for. */
export const BACKGROUND_CALLS_PER_DAY = 500;

/** What a model is asked though nobody waits for it: titles, summaries made ahead (one may take several requests), what is worth remembering. */
export class BackgroundCalls {
  readonly #rate: RateLimit;

  constructor(clock: Clock) {
    this.#rate = new RateLimit({ count: BACKGROUND_CALLS_PER_DAY, ms: DAY_MS, burst: BACKGROUND_CALLS_PER_DAY }, clock);
  }

  /** Counts one. False: it is not made now; what is not made today can be made tomorrow. */
  take(): boolean {
    return this.#rate.take(ALL).kind === "allowed";
  }
}

const ALL = "";
