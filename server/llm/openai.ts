import type { ModelName } from "../protocol/events.ts";
import type { Clock } from "../util/clock.ts";
import { Answer } from "./answer.ts";
import { type Dialect, otherDialect, refusesTools, toBody, USUAL_DIALECT } from "./chatRequest.ts";
import { type Endpoint, type EndpointSettings, parseEndpoint } from "./endpoint.ts";
import {
  DEFAULT_CONTEXT_WINDOW_TOKENS,
  type LanguageModel,
  type ModelPart,
  type ModelRequest,
} from "./languageModel.ts";
import { ModelError, notTheApi } from "./modelErrors.ts";
import { Call, loadLibrary } from "./openaiCall.ts";
import { ModelList, type OfferedModel, offeredIn } from "./prices.ts";
import type { Traffic } from "./traffic.ts";
import { refusesImages, seesImages } from "./vision.ts";

/** What requests teach about an endpoint and model; kept by the caller so that it outlives a change of settings. */
export interface Learned {
  contextWindowTokens?: number;
  dialect?: Dialect;
  /** It answered only when no tools were sent along. */
  refusesTools?: boolean;
  /** It has refused a picture. */
  refusesImages?: boolean;
}

/** A model whose silence can be watched: `onActivity` is called whenever bytes arrive. */
export interface EndpointModel extends LanguageModel {
  /** As messages name it. */
  readonly host: string;
  stream(request: ModelRequest, signal: AbortSignal, onActivity?: () => void): AsyncIterable<ModelPart>;
  /** What the endpoint offers. Throws like `stream`. */
  listModels(signal: AbortSignal): Promise<OfferedModel[]>;
}

/** Loads the library (0.4 MB, slow) so that the first message does not wait for it. */
export async function preload(): Promise<void> {
  await loadLibrary();
}

/** `traffic` is told of its streams. */
export function createOpenAiModel(
  settings: EndpointSettings,
  clock: Clock,
  learned: Learned = {},
  traffic?: Traffic,
): EndpointModel {
  return new OpenAiModel(parseEndpoint(settings), clock, learned, traffic);
}

class OpenAiModel implements EndpointModel {
  readonly name: ModelName;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #learned: Learned;
  readonly #traffic: Traffic | undefined;

  constructor(endpoint: Endpoint, clock: Clock, learned: Learned, traffic: Traffic | undefined) {
    this.name = { kind: "openai", id: endpoint.name };
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#learned = learned;
    this.#traffic = traffic;
  }

  get host(): string {
    return this.#endpoint.host;
  }

  get contextWindowTokens(): number {
    return this.#endpoint.contextWindowTokens ?? this.#learned.contextWindowTokens ?? DEFAULT_CONTEXT_WINDOW_TOKENS;
  }

  get takesTools(): boolean {
    const wanted = this.#endpoint.tools ?? "auto";
    return wanted === "on" || (wanted === "auto" && !this.#learned.refusesTools);
  }

  get takesImages(): boolean {
    const { images = "auto", name } = this.#endpoint;
    if (images !== "auto") return images === "on";
    return this.#learned.refusesImages !== true && seesImages(name);
  }

  async *stream(request: ModelRequest, signal: AbortSignal, onActivity = () => {}): AsyncGenerator<ModelPart> {
    using call = new Call(this.#endpoint, this.#clock, signal, onActivity);
    using _ = this.#traffic?.begin();
    const answer = new Answer(this.#endpoint);
    try {
      for await (const chunk of call.chunks(await this.#ask(call, request))) {
        yield* answer.read(chunk);
        if (answer.finished) call.endSoon();
      }
      signal.throwIfAborted();
      yield* answer.end();
    } catch (error) {
      throw this.#learnFrom(call.translate(error), request);
    }
  }

  async listModels(signal: AbortSignal): Promise<OfferedModel[]> {
    using call = new Call(this.#endpoint, this.#clock, signal, () => {});
    try {
      const client = await call.client();
      const response = await client.models.list({ signal: call.signal }).asResponse();
      const list = ModelList.safeParse(await response.json());
      if (!list.success)
        throw notTheApi(this.#endpoint, "answered with something else than a list of models", list.error);
      return offeredIn(list.data);
    } catch (error) {
      throw call.translate(error);
    }
  }

  /** Asks again, once for each thing, without what the endpoint refuses by name. */
  async #ask(call: Call, request: ModelRequest): Promise<Response> {
    const client = await call.client();
    let dialect = this.#learned.dialect ?? USUAL_DIALECT;
    const wantsTools = this.takesTools && Boolean(request.tools?.length);
    let withTools = wantsTools;
    for (let refusals = 0; ; refusals++) {
      try {
        const body = toBody(this.#endpoint.name, request, dialect, withTools);
        const response = await client.chat.completions.create(body, { signal: call.signal }).asResponse();
        this.#learned.dialect = dialect;
        if (wantsTools && !withTools) this.#learned.refusesTools = true;
        return response;
      } catch (error) {
        const { failure } = call;
        if (refusals === (wantsTools ? 3 : 2)) throw error;
        if (withTools && this.#endpoint.tools !== "on" && isRefusalOfTools(failure)) {
          withTools = false;
          continue;
        }
        const other = failure?.code === "modelRefused" ? otherDialect(dialect, failure.detail) : undefined;
        if (other === undefined) throw error;
        dialect = other;
      }
    }
  }

  #learnFrom(error: unknown, request: ModelRequest): unknown {
    if (error instanceof ModelError && error.contextWindowTokens !== undefined) {
      this.#learned.contextWindowTokens = error.contextWindowTokens;
    }
    if (error instanceof ModelError && error.code === "modelRefused" && refusesImages(error.detail, request)) {
      this.#learned.refusesImages = true;
    }
    return error;
  }
}

/** llama.cpp refuses tools with a 500. */
function isRefusalOfTools(failure: ModelError | undefined): boolean {
  const { code, detail } = failure ?? { code: "internal", detail: "" };
  return (code === "modelRefused" || code === "modelUnavailable") && refusesTools(detail);
}
