import type { Clock } from "../util/clock.ts";
import type { ModelPart, ModelRequest } from "./languageModel.ts";
import { inWords, ModelError } from "./modelErrors.ts";
import type { EndpointModel } from "./openai.ts";

/** How long an endpoint may be silent. Time in which nobody asks for the next part does not count. */
export interface SilenceLimits {
  /** Without a byte, before the first part. */
  readonly firstMs: number;
  /** Without a byte, between two parts. */
  readonly idleMs: number;
  /** Without a part, whatever bytes arrive: heartbeats are a sign of life, but not for ever. */
  readonly noPartMs: number;
}

/**
 * The model's parts. Ends at once with the signal's reason, or with DuckError timedOut when the endpoint is silent too
 * long, whether or not the model reacts; the request below is aborted either way.
 */
export async function* watched(
  model: Pick<EndpointModel, "host" | "stream">,
  request: ModelRequest,
  signal: AbortSignal,
  limits: SilenceLimits,
  clock: Clock,
): AsyncGenerator<ModelPart> {
  signal.throwIfAborted();
  const below = new AbortController();
  let interrupt = (reason: unknown) => below.abort(reason);
  const onAbort = () => interrupt(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const silence = new Silence(model.host, limits, clock, (error) => interrupt(error));
  const parts = model.stream(request, below.signal, () => silence.heard())[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await new Promise<IteratorResult<ModelPart>>((resolve, reject) => {
        interrupt = (reason) => {
          below.abort(reason);
          reject(reason);
        };
        silence.begin();
        parts.next().then(resolve, reject);
      });
      silence.end();
      if (next.done) return;
      yield next.value;
      signal.throwIfAborted();
    }
  } finally {
    silence.end();
    signal.removeEventListener("abort", onAbort);
    below.abort();
    // Not awaited: a model that hangs would hold up whoever stopped it.
    parts.return?.().catch(() => undefined);
  }
}

/** The wait for one part. */
class Silence {
  readonly #host: string;
  readonly #limits: SilenceLimits;
  readonly #clock: Clock;
  readonly #tooLong: (error: ModelError) => void;
  #parts = 0;
  #heardAnything = false;
  #endsAtMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(host: string, limits: SilenceLimits, clock: Clock, tooLong: (error: ModelError) => void) {
    this.#host = host;
    this.#limits = limits;
    this.#clock = clock;
    this.#tooLong = tooLong;
  }

  begin(): void {
    this.#endsAtMs = this.#clock.monotonicMs() + this.#limits.noPartMs;
    this.#arm();
  }

  heard(): void {
    this.#heardAnything = true;
    if (this.#cancelTimer) this.#arm();
  }

  end(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#parts++;
  }

  #arm(): void {
    this.#cancelTimer?.();
    const quietMs = this.#parts === 0 ? this.#limits.firstMs : this.#limits.idleMs;
    const leftMs = this.#endsAtMs - this.#clock.monotonicMs();
    const message = quietMs < leftMs ? this.#quiet(quietMs) : this.#idle();
    this.#cancelTimer = this.#clock.after(Math.min(quietMs, leftMs), () =>
      this.#tooLong(new ModelError("timedOut", message)),
    );
  }

  #quiet(ms: number): string {
    if (this.#parts > 0) return `${this.#host} stopped in the middle of its answer: nothing came for ${inWords(ms)}.`;
    return this.#heardAnything
      ? `${this.#host} began to answer, then sent nothing for ${inWords(ms)}.`
      : `${this.#host} did not answer within ${inWords(ms)}. Is the model still loading?`;
  }

  #idle(): string {
    return `${this.#host} kept the connection open but sent no text for ${inWords(this.#limits.noPartMs)}.`;
  }
}
