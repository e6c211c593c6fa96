import type { LanguageModel } from "../llm/languageModel.ts";
import type { Models } from "../llm/models.ts";
import { priced } from "../llm/prices.ts";
import type { Attachment, ModelChoice, ModelName, Receipt, Summary } from "../protocol/events.ts";
import type { PreviewParams } from "../protocol/requests.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { Toolbox } from "../tools/toolbox.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import { NOW } from "./compaction.ts";
import type { ContextBuilder } from "./contextBuilder.ts";
import type { BuiltContext, ContextRequest } from "./contextRequest.ts";
import type { Summarizer } from "./summarizer.ts";
import { estimatingTokenizer, loadTokenizer } from "./tokenizer.ts";
import { roomMessage, ToolLoop } from "./toolLoop.ts";
import type { TurnPart, TurnParts, TurnRequest } from "./turn.ts";

export interface ChatRequest {
  readonly turn: TurnRequest;
  /** What a command asks instead of the user's own words. */
  readonly question?: string;
  /** Told the model with its own instructions: the form of the answer. Such an answer is not continued where it broke off, but begun anew. */
  readonly instructions?: string;
  /** Sent along besides what came with the message. */
  readonly attachments?: readonly Attachment[];
}

export interface PreviewedConversation {
  readonly history: readonly Turn[];
  readonly summaries: readonly Summary[];
  readonly choice: ModelChoice;
}

/** Question in, answer out: builds the context, asks the model, passes the parts on. */
export class Chat {
  readonly #models: Models;
  readonly #contextBuilder: ContextBuilder;
  readonly #toolbox: Toolbox | undefined;
  readonly #clock: Clock;
  readonly #summarizer: Summarizer | undefined;

  /** Without a toolbox no model may look further than the context; without a summarizer old messages are only left out. */
  constructor(
    models: Models,
    contextBuilder: ContextBuilder,
    toolbox: Toolbox | undefined,
    clock: Clock,
    summarizer?: Summarizer,
  ) {
    this.#summarizer = summarizer;
    this.#models = models;
    this.#contextBuilder = contextBuilder;
    this.#toolbox = toolbox;
    this.#clock = clock;
  }

  /** Who would answer this turn. */
  modelFor(turn: TurnRequest): LanguageModel {
    const isOffline = turn.message.options.model === "offline";
    return this.#models.pick(isOffline ? { kind: "offline" } : turn.model).model;
  }

  /** What would be sent for a message, without sending it. Throws DuckError contextTooLong. */
  async preview(
    { conversationId, content, attachments, options = {} }: PreviewParams,
    { history, summaries, choice }: PreviewedConversation,
    signal: AbortSignal,
  ): Promise<Receipt> {
    const { model } = this.#models.pick(options.model === "offline" ? { kind: "offline" } : choice);
    const toolbox = model.takesTools ? this.#toolbox : undefined;
    const isSearched = options.rag !== false && content.trim() !== "" && this.#contextBuilder.canSearch;
    const { receipt } = await this.#contextBuilder.build({
      model,
      question: content,
      asks: "chat",
      ...(conversationId !== undefined && { conversationId }),
      attachments,
      options: { ...options, rag: isSearched },
      history,
      summaries,
      ...(toolbox && { tools: toolbox.definitions }),
      signal,
      onProgress: () => {},
    });
    return receipt;
  }

  async *answer(asked: ChatRequest, signal: AbortSignal): TurnParts {
    const model = this.modelFor(asked.turn);
    const request = yield* this.#compact(asked, signal);
    for (let attempt = 1; ; attempt++) {
      const window = model.contextWindowTokens;
      const { takesImages } = model;
      const toolbox = model.takesTools ? this.#toolbox : undefined;
      const context = yield* this.#build(request, model, signal, toolbox);
      yield { type: "context", receipt: context.receipt };
      const tokenizer = model.name.kind === "offline" ? estimatingTokenizer : await loadTokenizer();
      const loop = new ToolLoop({ model, context, toolbox, tokenizer, clock: this.#clock });
      try {
        return yield* this.#priced(model.name, loop.run(signal));
      } catch (error) {
        const learned =
          error instanceof DuckError && error.code === "contextTooLong" && model.contextWindowTokens < window;
        if (loop.hasBegun || attempt > 1) throw error;
        if (takesImages && !model.takesImages) {
          yield { type: "progress", message: `${model.name.id} takes no pictures. Asking without them.` };
          continue;
        }
        if (!learned) throw error;
        yield { type: "progress", message: roomMessage(model) };
      }
    }
  }

  /** When earlier messages have hardly any room left, there is a summary first. */
  async *#compact(request: ChatRequest, signal: AbortSignal): AsyncGenerator<TurnPart, ChatRequest> {
    const { turn } = request;
    const { history, summaries, model: choice } = turn;
    const due = { history, summaries, choice, share: NOW };
    const isOffline = this.modelFor(turn).name.kind === "offline";
    if (isOffline || !(await this.#summarizer?.isDue(due))) return request;
    yield { type: "progress", message: "Summarising earlier messages…" };
    const made = await this.#summarizer?.summarize(due, signal);
    if (made === undefined) return request;
    yield { type: "compacted", ...made };
    return { ...request, turn: { ...turn, summaries: [...summaries, made] } };
  }

  /** What was used, with what it cost at the price that is known by then. */
  async *#priced(model: ModelName, parts: TurnParts): TurnParts {
    this.#models.learnPrices();
    for await (const part of parts) {
      if (part.type !== "end" || part.usage === undefined) yield part;
      else yield { ...part, usage: priced(part.usage, this.#models.priceOf(model)) };
    }
  }

  async *#build(
    request: ChatRequest,
    model: LanguageModel,
    signal: AbortSignal,
    toolbox: Toolbox | undefined,
  ): AsyncGenerator<TurnPart, BuiltContext> {
    const progress = new AsyncQueue<TurnPart>();
    const onProgress = (message: string) => progress.push({ type: "progress", message });
    const building = this.#contextBuilder.build({
      ...contextRequest(request, model, signal, onProgress),
      ...(toolbox && { tools: toolbox.definitions }),
    });
    building.then(
      () => progress.end(),
      () => progress.end(),
    );
    yield* progress;
    return await building;
  }
}

function contextRequest(
  { turn, question, instructions, attachments = [] }: ChatRequest,
  model: LanguageModel,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): ContextRequest {
  return {
    model,
    question: question ?? turn.message.content,
    asks: question === undefined ? "chat" : "command",
    conversationId: turn.conversationId,
    attachments: [...turn.message.attachments, ...attachments],
    options: turn.message.options,
    history: turn.history,
    summaries: turn.summaries,
    ...(instructions !== undefined && { instructions }),
    ...(instructions === undefined && turn.message.continues !== undefined && { continues: turn.message.continues }),
    signal,
    onProgress,
  };
}
