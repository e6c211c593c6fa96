import type { EditorAskParams, EditorModelPart } from "../protocol/editor.ts";
import type { ModelName } from "../protocol/events.ts";
import type { LentModel } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import type { LanguageModel, ModelPart, ModelRequest } from "./languageModel.ts";
import { watched } from "./watchdog.ts";

/** The port to the editor that lends its models. */
export interface Lender {
  /** Streams a lent model's answer until it has finished. Throws like {@link LanguageModel.stream}. */
  ask(params: Omit<EditorAskParams, "partialResultToken">, signal: AbortSignal): AsyncGenerator<EditorModelPart, void>;
}

/**
 * A model that the editor lends. The editor asks its user for leave the first time. What fails is told, not tried again: the
 * extension that provides the model retries by itself, and each request may cost its user's quota; so there is no breaker
 * either. Silence, though, ends here.
 */
export class EditorModel implements LanguageModel {
  readonly name: ModelName;
  readonly contextWindowTokens: number;
  readonly takesTools: boolean;
  readonly #lender: Lender;
  readonly #clock: Clock;

  constructor(lent: LentModel, lender: Lender, clock: Clock, takesTools: boolean) {
    this.name = { kind: "editor", id: lent.id, label: lent.name };
    this.contextWindowTokens = lent.contextWindowTokens;
    this.takesTools = takesTools;
    this.#lender = lender;
    this.#clock = clock;
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart> {
    const { name } = this;
    const asked = { host: name.label ?? name.id, stream: this.#ask.bind(this) };
    return watched(asked, request, signal, LIMITS, this.#clock);
  }

  async *#ask({ messages, tools = [], noMoreCalls }: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    const params = { id: this.name.id, messages, tools: this.takesTools && !noMoreCalls ? tools : [] };
    yield* this.#lender.ask(params, signal);
    yield { type: "finish", reason: "complete" };
  }
}

/** Before the first part the user may be asked for leave, or to sign in. */
const LIMITS = { firstMs: 300_000, idleMs: 120_000, noPartMs: 300_000 };
