import type OpenAI from "openai";
import { z } from "zod";
import type { ModelName } from "../protocol/events.ts";
import type { Clock } from "../util/clock.ts";
import { causeOf } from "../util/errors.ts";
import { Answer } from "./answer.ts";
import { type Endpoint, type EndpointSettings, parseEndpoint } from "./endpoint.ts";
import { EndpointFetch, isJson } from "./endpointFetch.ts";
import {
  DEFAULT_CONTEXT_WINDOW_TOKENS,
  type LanguageModel,
  type ModelMessage,
  type ModelPart,
  type ModelRequest,
} from "./languageModel.ts";
import { ModelError, notTheApi, statedError } from "./modelErrors.ts";

/** What requests teach about an endpoint and model; kept by the caller so that it outlives a change of settings. */
export interface Learned {
  contextWindowTokens?: number;
  dialect?: Dialect;
}

/** A model whose silence can be watched: `onActivity` is called whenever bytes arrive. */
export interface EndpointModel extends LanguageModel {
  /** As messages name it. */
  readonly host: string;
  stream(request: ModelRequest, signal: AbortSignal, onActivity?: () => void): AsyncIterable<ModelPart>;
  /** The names that the endpoint offers. Throws like `stream`. */
  listModels(signal: AbortSignal): Promise<string[]>;
}

/** Loads the library (0.4 MB, slow) so that the first message does not wait for it. */
export async function preload(): Promise<void> {
  await load();
}

export function createOpenAiModel(settings: EndpointSettings, clock: Clock, learned: Learned = {}): EndpointModel {
  return new OpenAiModel(parseEndpoint(settings), clock, learned);
}

class OpenAiModel implements EndpointModel {
  readonly name: ModelName;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #learned: Learned;

  constructor(endpoint: Endpoint, clock: Clock, learned: Learned) {
    this.name = { kind: "openai", id: endpoint.name };
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#learned = learned;
  }

  get host(): string {
    return this.#endpoint.host;
  }

  get contextWindowTokens(): number {
    return this.#endpoint.contextWindowTokens ?? this.#learned.contextWindowTokens ?? DEFAULT_CONTEXT_WINDOW_TOKENS;
  }

  async *stream(request: ModelRequest, signal: AbortSignal, onActivity = () => {}): AsyncGenerator<ModelPart> {
    using call = new Call(this.#endpoint, this.#clock, signal, onActivity);
    const answer = new Answer(this.#endpoint);
    try {
      for await (const chunk of call.chunks(await this.#ask(call, request))) {
        yield* answer.read(chunk);
        if (answer.finished) call.endSoon();
      }
      signal.throwIfAborted();
      yield* answer.end();
    } catch (error) {
      throw this.#learnFrom(call.translate(error));
    }
  }

  async listModels(signal: AbortSignal): Promise<string[]> {
    using call = new Call(this.#endpoint, this.#clock, signal, () => {});
    try {
      const client = await call.client();
      const response = await client.models.list({ signal: call.signal }).asResponse();
      const list = ModelList.safeParse(await response.json());
      if (!list.success)
        throw notTheApi(this.#endpoint, "answered with something else than a list of models", list.error);
      return list.data.data.map((model) => model.id);
    } catch (error) {
      throw call.translate(error);
    }
  }

  /** Asks again, once for each thing, without what the endpoint refuses by name. */
  async #ask(call: Call, request: ModelRequest): Promise<Response> {
    const client = await call.client();
    let dialect = this.#learned.dialect ?? { usage: true, maxTokens: "max_tokens" };
    for (let refusals = 0; ; refusals++) {
      try {
        const body = toBody(this.#endpoint.name, request, dialect);
        const response = await client.chat.completions.create(body, { signal: call.signal }).asResponse();
        this.#learned.dialect = dialect;
        return response;
      } catch (error) {
        const other = call.failure?.code === "modelRefused" ? otherDialect(dialect, call.failure.detail) : undefined;
        if (other === undefined || refusals === 2) throw error;
        dialect = other;
      }
    }
  }

  #learnFrom(error: unknown): unknown {
    if (error instanceof ModelError && error.contextWindowTokens !== undefined) {
      this.#learned.contextWindowTokens = error.contextWindowTokens;
    }
    return error;
  }
}

/** One request: its connection, its own abort, and the translation of whatever ends it. */
class Call {
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
    const { OpenAI } = await load();
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
    const { Stream } = await load();
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

/** How an endpoint wants to be asked, where they differ. */
interface Dialect {
  /** Whether it takes `stream_options`. */
  readonly usage: boolean;
  /** OpenAI's reasoning models take only the second; most local servers know only the first. */
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
}

function otherDialect(dialect: Dialect, refusal: string): Dialect | undefined {
  if (dialect.usage && /stream_options|include_usage/.test(refusal)) return { ...dialect, usage: false };
  if (!refusal.includes(dialect.maxTokens)) return undefined;
  return { ...dialect, maxTokens: dialect.maxTokens === "max_tokens" ? "max_completion_tokens" : "max_tokens" };
}

function toBody(model: string, request: ModelRequest, dialect: Dialect): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model,
    messages: request.messages.map(toMessage),
    stream: true,
    [dialect.maxTokens]: request.maxTokens,
    ...(dialect.usage ? { stream_options: { include_usage: true } } : {}),
  };
}

function toMessage(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.content };
    case "tool":
      return { role: "tool", content: message.content, tool_call_id: message.toolCallId };
    case "assistant": {
      const calls = message.toolCalls?.map((call) => ({
        id: call.id,
        type: "function" as const,
        function: { name: call.name, arguments: call.arguments },
      }));
      return { role: "assistant", content: message.content, ...(calls?.length ? { tool_calls: calls } : {}) };
    }
  }
}

function load() {
  return import("./openaiLibrary.ts");
}

const ModelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Local servers say all at once at the end; 2 s is far more than a slow one needs for its usage. */
const LINGER_MS = 2000;

/** The longest setTimeout takes: the library's timeout must not interfere with the watchdog of resilience.ts. */
const MAX_TIMER_MS = 2 ** 31 - 1;
