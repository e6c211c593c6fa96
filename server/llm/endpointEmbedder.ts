import { z } from "zod";
import { type Clock, systemClock } from "../util/clock.ts";
import { causeOf } from "../util/errors.ts";
import { type Embedder, type EmbedderConfiguration, EmbedderError } from "./embedder.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { EndpointFetch } from "./endpointFetch.ts";
import { ModelError } from "./modelErrors.ts";
import { normalised } from "./vectors.ts";

type EndpointConfiguration = EmbedderConfiguration & { readonly kind: "endpoint" };

/** Models take 512 tokens and more; what is behind them is found by its sentences. */
const MAX_CHARS = 2_000;
const TIMEOUT_MS = 20_000;
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;
/** Who asks to wait longer has failed: the texts are tried again later. */
const MOST_WAIT_MS = 5_000;

/**
 * Any endpoint with OpenAI's embeddings, and Ollama's own. A base URL without a path, or that ends with /api, is Ollama's.
 * The key goes to its host only.
 */
export class EndpointEmbedder implements Embedder {
  readonly id: string;
  readonly atOnce = 32;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  #dimension: number | undefined;

  /** Throws EmbedderError when the settings cannot work. */
  constructor({ baseUrl, model, apiKey }: EndpointConfiguration, clock: Clock = systemClock) {
    try {
      this.#endpoint = parseEndpoint({ baseUrl, name: model, apiKey });
    } catch (error) {
      throw embedderError(error);
    }
    if (this.#endpoint.name === "") throw new EmbedderError(`No embedding model of ${this.#endpoint.host} is chosen.`);
    this.#clock = clock;
    this.id = `${this.#endpoint.name} at ${this.#endpoint.host}`;
  }

  get dimension(): number | undefined {
    return this.#dimension;
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const clean = texts.map((text) => text.slice(0, MAX_CHARS).toWellFormed().trim());
    const asked = clean.filter((text) => text !== "");
    const vectors = (asked.length === 0 ? [] : this.#checked(asked.length, await this.#ask(asked, signal))).values();
    return clean.map(
      (text) => (text === "" ? undefined : vectors.next().value) ?? new Float32Array(this.#dimension ?? 0),
    );
  }

  dispose(): void {}

  async #ask(input: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#request(input, signal);
      } catch (error) {
        signal?.throwIfAborted();
        const waitMs = waitBefore(attempt + 1, error);
        if (waitMs === undefined) throw embedderError(error);
        await this.#clock.sleep(waitMs, signal);
      }
    }
  }

  async #request(input: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> {
    const { host, name } = this.#endpoint;
    const { url, body, Answer } = requestTo(this.#endpoint, input);
    const timeout = new AbortController();
    const late = new EmbedderError(
      `${host} did not answer within ${TIMEOUT_MS / 1000} seconds. Is "${name}" running there?`,
    );
    const cancel = this.#clock.after(TIMEOUT_MS, () => timeout.abort(late));
    try {
      const { fetch } = new EndpointFetch(
        this.#endpoint,
        () => this.#clock.now(),
        () => {},
      );
      const either = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
      const response = await fetch(url, { method: "POST", body: JSON.stringify(body), signal: either });
      const answer = Answer.safeParse(parsed(await response.text()));
      if (!answer.success) throw this.#useless("something else than vectors of numbers");
      return answer.data;
    } catch (error) {
      throw timeout.signal.aborted ? late : error;
    } finally {
      cancel();
    }
  }

  #checked(count: number, vectors: readonly number[][]): Float32Array[] {
    if (vectors.length !== count) throw this.#useless(`${vectors.length} vectors for ${count} texts`);
    return vectors.map((vector) => {
      const unit = normalised(vector);
      if (unit === undefined) throw this.#useless("a vector that is all zeros");
      this.#dimension ??= unit.length;
      if (unit.length !== this.#dimension)
        throw this.#useless(`vectors of ${unit.length} numbers after such of ${this.#dimension}`);
      return unit;
    });
  }

  #useless(what: string): EmbedderError {
    const { host, name } = this.#endpoint;
    return new EmbedderError(`${host} gave ${what}. Check whether "${name}" is an embedding model.`);
  }
}

const OpenAiAnswer = z
  .object({ data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()).min(1) })) })
  .transform(({ data }) => data.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ embedding }) => embedding));
const OllamaAnswer = z
  .object({ embeddings: z.array(z.array(z.number()).min(1)) })
  .transform(({ embeddings }) => embeddings);

/** OpenAI: POST /embeddings; Ollama: POST /api/embed. */
function requestTo({ baseUrl, name, query }: Endpoint, input: readonly string[]) {
  const path = new URL(baseUrl).pathname;
  const search = new URLSearchParams(query).toString();
  if (path === "/") return { url: `${baseUrl}/api/embed`, body: { model: name, input }, Answer: OllamaAnswer };
  if (path.endsWith("/api")) return { url: `${baseUrl}/embed`, body: { model: name, input }, Answer: OllamaAnswer };
  const url = `${baseUrl.replace(/\/embeddings$/, "")}/embeddings${search === "" ? "" : `?${search}`}`;
  return { url, body: { model: name, input, encoding_format: "float" }, Answer: OpenAiAnswer };
}

/** Undefined when another attempt is of no use. */
function waitBefore(attempt: number, error: unknown): number | undefined {
  if (attempt > ATTEMPTS || !(error instanceof ModelError) || !error.retryable) return undefined;
  const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 2);
  return waitMs > MOST_WAIT_MS ? undefined : waitMs;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is said of models that answer, said of one that embeds. */
function embedderError(error: unknown): EmbedderError {
  if (error instanceof EmbedderError) return error;
  const message = causeOf(error)
    .replace(/ Run 'RubberDuck: [^.]*\./, " Check the settings of the embedder.")
    .replace("base URL of the model", "base URL of the embedder");
  return new EmbedderError(message, { cause: error });
}
