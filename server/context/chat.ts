import type { LanguageModel, ModelPart } from "../llm/languageModel.ts";
import type { Models } from "../llm/models.ts";
import type { Attachment } from "../protocol/events.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";
import { DuckError } from "../util/errors.ts";
import type { BuiltContext, ContextBuilder, ContextRequest } from "./contextBuilder.ts";
import type { TurnPart, TurnParts, TurnRequest } from "./turn.ts";

export interface ChatRequest {
  readonly turn: TurnRequest;
  /** What a command asks instead of the user's own words. */
  readonly question?: string;
  /** Sent along besides what came with the message. */
  readonly attachments?: readonly Attachment[];
}

/** Question in, answer out: builds the context, asks the model, passes the parts on. */
export class Chat {
  readonly #models: Models;
  readonly #contextBuilder: ContextBuilder;

  constructor(models: Models, contextBuilder: ContextBuilder) {
    this.#models = models;
    this.#contextBuilder = contextBuilder;
  }

  /** Who would answer this turn. */
  modelFor(turn: TurnRequest): LanguageModel {
    const isOffline = turn.message.options.model === "offline";
    return this.#models.pick(isOffline ? { kind: "offline" } : turn.model).model;
  }

  async *answer(request: ChatRequest, signal: AbortSignal): TurnParts {
    const model = this.modelFor(request.turn);
    for (let attempt = 1; ; attempt++) {
      const window = model.contextWindowTokens;
      const context = yield* this.#build(request, model, signal);
      yield { type: "context", receipt: context.receipt };
      try {
        return yield* ask(model, context, signal);
      } catch (error) {
        const learned =
          error instanceof DuckError && error.code === "contextTooLong" && model.contextWindowTokens < window;
        if (!learned || attempt > 1) throw error;
        yield {
          type: "progress",
          message: `The model has room for ${model.contextWindowTokens} tokens only. Sending less.`,
        };
      }
    }
  }

  async *#build(
    request: ChatRequest,
    model: LanguageModel,
    signal: AbortSignal,
  ): AsyncGenerator<TurnPart, BuiltContext> {
    const progress = new AsyncQueue<TurnPart>();
    const onProgress = (message: string) => progress.push({ type: "progress", message });
    const building = this.#contextBuilder.build(contextRequest(request, model, signal, onProgress));
    building.then(
      () => progress.end(),
      () => progress.end(),
    );
    yield* progress;
    return await building;
  }
}

async function* ask(model: LanguageModel, context: BuiltContext, signal: AbortSignal): TurnParts {
  let usage: Extract<ModelPart, { type: "usage" }>["usage"] | undefined;
  let finish: Extract<ModelPart, { type: "finish" }> | undefined;
  let thinking = false;
  if (model.name.kind !== "offline") yield { type: "progress", message: `Asking ${model.name.id}` };
  for await (const part of model.stream(context.request, signal)) {
    switch (part.type) {
      case "text":
        yield { type: "text", text: part.text };
        break;
      case "reasoning":
        if (!thinking) yield { type: "progress", message: "Thinking" };
        thinking = true;
        break;
      case "usage":
        usage = part.usage;
        break;
      case "finish":
        finish = part;
        break;
      case "toolCall":
        break;
    }
  }
  if (finish === undefined)
    throw new DuckError("modelUnavailable", `${model.name.id} stopped without saying that it was finished.`);
  yield { type: "end", stopReason: finish.reason, model: model.name, ...(usage && { usage }) };
}

function contextRequest(
  { turn, question, attachments = [] }: ChatRequest,
  model: LanguageModel,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): ContextRequest {
  return {
    model,
    question: question ?? turn.message.content,
    attachments: [...turn.message.attachments, ...attachments],
    options: turn.message.options,
    history: turn.history,
    ...(turn.message.continues !== undefined && { continues: turn.message.continues }),
    signal,
    onProgress,
  };
}
