import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import type { DuckErrorCode } from "../protocol/errors.ts";
import type { ModelStatus } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { deferred } from "../util/deferred.ts";
import { DuckError } from "../util/errors.ts";
import { ModelError } from "./modelErrors.ts";

export type BreakerStatus = ModelStatus["breaker"];

/** One request, as the breaker sees it. Exactly one of succeeded, failed and cancelled ends it; later calls change nothing. */
export interface Trial {
  /** The first part arrived: enough to close a half-open breaker, so that others need not wait for the whole answer. */
  answered(): void;
  succeeded(): Promise<void>;
  failed(error: unknown): Promise<void>;
  /** Says nothing about the endpoint. */
  cancelled(): Promise<void>;
}

/**
 * Opens after {@link THRESHOLD} failures in a row that are the endpoint's fault and lets one request through after
 * {@link OPEN_MS}. The states are cockatiel's. Its only use of time, a comparison with Date.now() that cannot be injected
 * and that a clock set back would mislead, is switched off by a half-open delay that is always over; the delay is
 * kept here, on the injected clock.
 */
export class Breaker {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #counter = new ConsecutiveBreaker(THRESHOLD);
  readonly #policy: CircuitBreakerPolicy;
  #retryAtMs = 0;
  #lastError = "";
  #cancelTimer: (() => void) | undefined;

  /** `changed` is called after every change of `status`. */
  constructor(host: string, clock: Clock, changed: () => void) {
    this.#host = host;
    this.#clock = clock;
    this.#changed = changed;
    this.#policy = circuitBreaker(handleWhen(isEndpointFault), {
      halfOpenAfter: Number.NEGATIVE_INFINITY,
      breaker: this.#counter,
    });
    this.#policy.onStateChange((state) => this.#onState(state));
  }

  get status(): BreakerStatus {
    if (this.#policy.state === CircuitState.Closed) return { state: "closed" };
    const waitMs = this.#retryAtMs - this.#clock.monotonicMs();
    if (this.#policy.state === CircuitState.HalfOpen || waitMs <= 0) {
      return { state: "halfOpen", lastError: this.#lastError };
    }
    return { state: "open", retryAt: this.#inMs(waitMs).toISOString(), lastError: this.#lastError };
  }

  /** Why a request would be turned away now, as a clause; undefined when it would not. */
  get refusal(): string | undefined {
    if (this.#policy.state === CircuitState.Closed) return undefined;
    if (this.#policy.state === CircuitState.HalfOpen) return `${this.#host} is being tried again right now`;
    const waitMs = this.#retryAtMs - this.#clock.monotonicMs();
    if (waitMs <= 0) return undefined;
    return `${this.#host} does not answer; next try at ${this.#inMs(waitMs).toTimeString().slice(0, 8)}`;
  }

  /** Throws DuckError modelUnavailable when no request is let through. */
  begin(): Trial {
    const refusal = this.refusal;
    if (refusal) throw new ModelError("modelUnavailable", `${refusal}. ${this.#lastError}`);
    const isProbe = this.#policy.state === CircuitState.Open;
    const outcome = deferred<void>();
    const settled = this.#policy.execute(() => outcome.promise).catch(() => undefined);
    let probeAnswered = false;
    return {
      answered: () => {
        probeAnswered = isProbe;
        if (isProbe) outcome.resolve();
      },
      succeeded: () => {
        outcome.resolve();
        return settled;
      },
      failed: async (error) => {
        if (isEndpointFault(error)) this.#lastError = error.message;
        outcome.reject(error);
        await settled;
        if (probeAnswered) await this.#policy.execute(() => Promise.reject(error)).catch(() => undefined);
      },
      cancelled: () => {
        outcome.reject(new DOMException("cancelled", "AbortError"));
        return settled;
      },
    };
  }

  /** Closes it, so that the next request is tried. */
  retryNow(): void {
    this.#counter.success();
    if (this.#policy.state !== CircuitState.Closed) this.#policy.isolate().dispose();
  }

  dispose(): void {
    this.#cancelTimer?.();
  }

  #onState(state: CircuitState): void {
    // Passed through by retryNow only.
    if (state === CircuitState.Isolated) return;
    this.#cancelTimer?.();
    if (state === CircuitState.Open) {
      this.#retryAtMs = this.#clock.monotonicMs() + OPEN_MS;
      this.#cancelTimer = this.#clock.after(OPEN_MS, this.#changed);
    }
    this.#changed();
  }

  #inMs(ms: number): Date {
    return new Date(this.#clock.now().getTime() + ms);
  }
}

/** A wrong key, a refused request or too many of them say that the endpoint is alive. */
function isEndpointFault(error: unknown): error is DuckError {
  return error instanceof DuckError && FAULTS.has(error.code);
}

const FAULTS: ReadonlySet<DuckErrorCode> = new Set(["modelUnavailable", "modelProtocol", "timedOut"]);

/** Two messages with three tries each: a single hiccup never opens it. */
const THRESHOLD = 5;

/** Long enough for a server to restart, short enough for a person to wait. */
const OPEN_MS = 30_000;
