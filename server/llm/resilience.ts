import type { ModelName } from "../protocol/events.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { Breaker, type BreakerStatus } from "./breaker.ts";
import type { LanguageModel, ModelPart, ModelRequest } from "./languageModel.ts";
import { inWords, ModelError } from "./modelErrors.ts";
import type { EndpointModel } from "./openai.ts";
import { type SilenceLimits, watched } from "./watchdog.ts";

export interface ResilienceOptions {
  readonly clock?: Clock;
  /** 0 <= x < 1; for the jitter. */
  readonly random?: () => number;
  readonly limits?: SilenceLimits;
}

/**
 * A model that is asked again when it fails before its first part, left alone while it keeps failing, and given up on
 * when it falls silent.
 */
export class ResilientModel implements LanguageModel {
  readonly #model: EndpointModel;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #limits: SilenceLimits;
  readonly #breaker: Breaker;
  readonly #breakerChanged = new Emitter<BreakerStatus>();

  constructor(model: EndpointModel, options: ResilienceOptions = {}) {
    this.#model = model;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#breaker = new Breaker(model.host, this.#clock, () => this.#breakerChanged.emit(this.#breaker.status));
  }

  get name(): ModelName {
    return this.#model.name;
  }

  get contextWindowTokens(): number {
    return this.#model.contextWindowTokens;
  }

  get takesTools(): boolean {
    return this.#model.takesTools ?? false;
  }

  get takesImages(): boolean {
    return this.#model.takesImages ?? false;
  }

  get breaker(): BreakerStatus {
    return this.#breaker.status;
  }

  /** Why a stream would fail at once, as a clause; undefined when it would be tried. */
  get refusal(): string | undefined {
    return this.#breaker.refusal;
  }

  /** Adds a listener; the result removes it. */
  onDidChangeBreaker(listener: (status: BreakerStatus) => void): () => void {
    return this.#breakerChanged.on(listener);
  }

  /** Closes the breaker, so that the next stream is tried. */
  retryNow(): void {
    this.#breaker.retryNow();
  }

  /** Ends its timer. Streams that run go on. */
  dispose(): void {
    this.#breaker.dispose();
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const trial = this.#breaker.begin();
      let begun = false;
      let delayMs: number;
      try {
        for await (const part of watched(this.#model, request, signal, this.#limits, this.#clock)) {
          if (!begun) trial.answered();
          begun = true;
          yield part;
        }
        await trial.succeeded();
        return;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        await trial.failed(error);
        if (begun || attempt === MAX_TRIES || !isRetryable(error) || this.#breaker.refusal) throw error;
        delayMs = this.#delayBefore(attempt, error);
      } finally {
        // Reached first by whoever stopped listening or was stopped; otherwise the trial has ended.
        await trial.cancelled();
      }
      await this.#clock.sleep(delayMs, signal);
    }
  }

  /** What the endpoint asks for, up to a limit; else a random part of a growing time. */
  #delayBefore(attempt: number, error: ModelError): number {
    if (error.retryAfterMs === undefined) return backoffMs(attempt, this.#random());
    if (error.retryAfterMs <= MAX_RETRY_AFTER_MS) return error.retryAfterMs;
    throw new ModelError(
      "rateLimited",
      `${this.#model.host} asks to wait ${inWords(error.retryAfterMs)} before the next request. Try again then, or choose another model.`,
      { cause: error },
    );
  }
}

/**
 * Exponential backoff with full jitter: a random time below a bound that doubles
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(MAX_BACKOFF_MS, BASE_BACKOFF_MS * 2 ** (attempt - 1));
}

export const BASE_BACKOFF_MS = 500;
export const MAX_BACKOFF_MS = 8000;

/** Connection, request, answer: three tries, as openai's own library makes by default. */
const MAX_TRIES = 3;

/** What a person watching an empty answer still puts up with. */
const MAX_RETRY_AFTER_MS = 20_000;

/** Local servers load a model into memory before the first byte; five minutes is Ollama's own limit for that. */
export const DEFAULT_LIMITS: SilenceLimits = { firstMs: 60_000, idleMs: 30_000, noPartMs: 300_000 };

function isRetryable(error: unknown): error is ModelError {
  return error instanceof ModelError && error.retryable;
}
