import type { Clock } from "../util/clock.ts";
import { Answer } from "./answer.ts";
import { otherDialect, toBody, USUAL_DIALECT } from "./chatRequest.ts";
import { completionText } from "./completionText.ts";
import { type Endpoint, type EndpointSettings, isLoopback, parseEndpoint } from "./endpoint.ts";
import { fillMessages } from "./fillMessages.ts";
import { fimTemplateOf } from "./fim.ts";
import type { ModelError } from "./modelErrors.ts";
import { Call } from "./openaiCall.ts";

/** A gap in a text, and what is known beside it. */
export interface FillRequest {
  /** What matters from elsewhere, as comments of the language; "" for nothing. */
  readonly beside: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly language: string;
  /** One line is wanted, not several. */
  readonly oneLine: boolean;
  readonly maxTokens: number;
}

/** The port to whoever fills a gap in a text. Implementation: {@link EndpointFiller}. */
export interface FillModel {
  readonly name: string;
  /** It runs on this computer, where one request is all that it can do well. */
  readonly isLocal: boolean;
  /** Yields pieces of what stands in the gap. Throws like {@link LanguageModel.stream}; asked once, never again. */
  fill(request: FillRequest, signal: AbortSignal): AsyncIterable<string>;
}

/** tokens: raw, in the family's own marks. suffix: the endpoint writes the marks. chat: a chat model is told what to do. */
type Way = "tokens" | "suffix" | "chat";

/** Asks as the model's family wants to be asked; in another way from then on, when the endpoint refuses that one. */
export class EndpointFiller implements FillModel {
  readonly name: string;
  readonly isLocal: boolean;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  #ways: readonly Way[];
  #dialect = USUAL_DIALECT;

  /** Throws DuckError modelNotConfigured when the settings cannot work. */
  constructor(settings: EndpointSettings, clock: Clock) {
    this.#endpoint = parseEndpoint(settings);
    this.#clock = clock;
    this.name = this.#endpoint.name;
    this.isLocal = isLoopback(new URL(this.#endpoint.baseUrl).hostname);
    this.#ways = waysFor(this.#endpoint);
  }

  async *fill(request: FillRequest, signal: AbortSignal): AsyncGenerator<string> {
    using call = new Call(this.#endpoint, this.#clock, signal, () => {});
    try {
      const { response, way } = await this.#ask(call, request);
      if (way === "chat") yield* this.#said(call, response);
      else for await (const chunk of call.chunks(response)) yield completionText(chunk);
      signal.throwIfAborted();
    } catch (error) {
      throw call.translate(error);
    }
  }

  async #ask(call: Call, request: FillRequest): Promise<{ readonly response: Response; readonly way: Way }> {
    for (;;) {
      const [way = "chat", ...others] = this.#ways;
      const dialect = this.#dialect;
      try {
        return { response: await this.#post(call, request, way), way };
      } catch (error) {
        const { failure } = call;
        if (!isRefusal(failure)) throw error;
        // Somebody else, who was refused at the same time, has learned it already.
        if (this.#ways[0] !== way || this.#dialect !== dialect) continue;
        const other = way === "chat" ? otherDialect(dialect, failure.detail) : undefined;
        if (other === undefined && others.length === 0) throw error;
        if (other !== undefined) this.#dialect = other;
        else this.#ways = others;
      }
    }
  }

  async #post(call: Call, request: FillRequest, way: Way): Promise<Response> {
    const client = await call.client();
    const { name } = this.#endpoint;
    const { beside, prefix, suffix, oneLine, maxTokens } = request;
    const template = fimTemplateOf(name);
    const options = { signal: call.signal };
    if (way === "chat") {
      const messages = fillMessages(request);
      const body = toBody(name, { messages, question: "", code: [], maxTokens }, this.#dialect, false);
      return client.chat.completions.create(body, options).asResponse();
    }
    const shared = { model: name, stream: true, max_tokens: maxTokens, temperature: 0 } as const;
    // Four at most are taken everywhere.
    const stop = [...(oneLine ? ["\n"] : ["\n\n\n"]), ...(template?.stop ?? [])].slice(0, 4);
    if (way === "tokens") {
      const prompt = template?.render(beside + prefix, suffix) ?? beside + prefix;
      return client.completions.create({ ...shared, prompt, stop }, options).asResponse();
    }
    const body = { ...shared, prompt: beside + prefix, suffix, stop };
    if (isMistral(this.#endpoint)) return client.post("/fim/completions", { body, ...options }).asResponse();
    return client.completions.create(body, options).asResponse();
  }

  async *#said(call: Call, response: Response): AsyncGenerator<string> {
    const answer = new Answer(this.#endpoint);
    for await (const chunk of call.chunks(response)) {
      for (const part of answer.read(chunk)) if (part.type === "text") yield part.text;
      if (answer.finished) return;
    }
  }
}

/** Ollama and Mistral write the marks themselves: Ollama takes them as text where it is not asked so. */
function waysFor(endpoint: Endpoint): Way[] {
  const isInstruct = /gpt-3\.5-turbo-instruct/.test(endpoint.name);
  if (fimTemplateOf(endpoint.name) === undefined) return isInstruct ? ["suffix", "chat"] : ["chat"];
  const writesMarks = isMistral(endpoint) || endpoint.host.endsWith(":11434");
  return writesMarks ? ["suffix", "chat"] : ["tokens", "suffix", "chat"];
}

function isMistral({ host }: Endpoint): boolean {
  return host.endsWith("mistral.ai");
}

/** There is no such way here: no such path, or not for this model. */
function isRefusal(failure: ModelError | undefined): failure is ModelError {
  return (
    failure?.code === "modelRefused" || failure?.code === "modelNotConfigured" || failure?.code === "modelProtocol"
  );
}
