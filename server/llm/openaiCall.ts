import type { Clock } from "../util/clock.ts";
import { causeOf } from "../util/errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { EndpointFetch, isJson } from "./endpointFetch.ts";
import { ModelError, notTheApi, statedError } from "./modelErrors.ts";
import type { OpenAI } from "./openaiLibrary.ts";

/** One request: its connection, its own abort, and the translation of whatever ends it. */
export class Call {
  readonly #controller = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #connection: EndpointFetch;
  readonly #abort = () => this.#controller.abort();
  #client: OpenAI | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(endpoint: Endpoint, clock: Clock, caller: AbortSignal, onActivity: () => void) {
    caller.throwIfAborted();
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#caller = caller;
    this.#connection = new EndpointFetch(endpoint, () => clock.now(), onActivity);
    caller.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get failure(): ModelError | undefined {
    return this.#connection.failure;
  }

  async client(): Promise<OpenAI> {
    const { OpenAI } = await loadLibrary();
    this.#client ??= new OpenAI({
      baseURL: this.#endpoint.baseUrl,
      defaultQuery: this.#endpoint.query,
      fetch: this.#connection.fetch,
      // The key never reaches the library: EndpointFetch writes it. The rest keeps the library from the environment.
      apiKey: "none",
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: "off",
      maxRetries: 0,
      timeout: MAX_TIMER_MS,
    });
    return this.#client;
  }

  /** Many events, or one whole completion from an endpoint that ignores `stream`. */
  async *chunks(response: Response): AsyncGenerator<unknown> {
    if (isJson(response.headers.get("content-type") ?? "")) {
      yield await response.json();
      return;
    }
    const { Stream } = await loadLibrary();
    yield* Stream.fromSSEResponse<unknown>(response, this.#controller, this.#client);
  }

  /** After the finish reason only usage can follow. Endpoints that then neither send it nor close are not waited for. */
  endSoon(): void {
    this.#stopWaiting ??= this.#clock.after(LINGER_MS, this.#abort);
  }

  /** The signal's reason when the caller stopped it, else an error in the user's words. */
  translate(error: unknown): unknown {
    if (this.#caller.aborted) return this.#caller.reason;
    const failure = this.failure ?? error;
    if (failure instanceof ModelError) return failure;
    if (failure instanceof SyntaxError) return notTheApi(this.#endpoint, "sent something that is not JSON", failure);
    if (failure instanceof Error && "error" in failure && failure.error)
      return statedError(this.#endpoint, failure.error);
    return new ModelError("modelUnavailable", `The request to ${this.#endpoint.host} failed: ${causeOf(failure)}`, {
      cause: failure,
    });
  }

  [Symbol.dispose](): void {
    this.#stopWaiting?.();
    this.#caller.removeEventListener("abort", this.#abort);
    this.#controller.abort();
  }
}

/** Only here: what it takes to load it is spent late, and once. */
export function loadLibrary() {
  return import("./openaiLibrary.ts");
}

/** Local servers say all at once at the end; 2 s is far more than a slow one needs for its usage. */
const LINGER_MS = 2000;

/** The longest setTimeout takes: the library's timeout must not interfere with the watchdog of resilience.ts. */
const MAX_TIMER_MS = 2 ** 31 - 1;
