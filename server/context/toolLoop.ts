import type { LanguageModel, ModelRequest, ToolCall } from "../llm/languageModel.ts";
import type { ContextItem, Receipt, Usage } from "../protocol/events.ts";
import { labelOf } from "../protocol/modelLabel.ts";
import type { PreparedCall, Toolbox, ToolOutcome } from "../tools/toolbox.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import type { BuiltContext } from "./contextRequest.ts";
import { TOOLS_LABEL } from "./required.ts";
import { roomOf } from "./room.ts";
import { sendable } from "./sendableCall.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type FittedRound, fitRounds, type RoundResult, resultItem, roundMessages } from "./toolRounds.ts";
import type { TurnPart, TurnParts } from "./turn.ts";

/** Calls of tools in one turn. */
export const MAX_STEPS = 25;

export interface ToolLoopOptions {
  readonly model: LanguageModel;
  readonly context: BuiltContext;
  /** Absent: the model answers at once. */
  readonly toolbox: Toolbox | undefined;
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
}

/**
 * One answer. The model is asked, the tools that it calls are run one after another, and it is asked again with what they
 * gave, until it answers without a call or has taken {@link MAX_STEPS} steps. Every request is one of its own: retries and
 * the breaker look at each.
 */
export class ToolLoop {
  readonly #options: ToolLoopOptions;
  readonly #rounds: { readonly text: string; readonly results: RoundResult[] }[] = [];
  /** What a call gave that stays as it is, by its key: the same call again is answered from here. */
  readonly #known = new Map<string, ToolOutcome>();
  /** Of the results so far, as they would be sent now. */
  #items: readonly ContextItem[] = [];
  #usage: Usage | undefined;
  #steps = 0;
  #hasSaid = false;

  constructor(options: ToolLoopOptions) {
    this.#options = options;
  }

  /** Whether a second start would lose something, or say it twice. */
  get hasBegun(): boolean {
    return this.#hasSaid || this.#steps > 0;
  }

  async *run(signal: AbortSignal): TurnParts {
    const { name } = this.#options.model;
    for (;;) {
      if (name.kind !== "offline") yield { type: "progress", message: `Asking ${labelOf(name)}` };
      const { text, calls, reason } = yield* this.#ask(signal);
      if (this.#steps === 0) yield* this.#withoutRefusedTools();
      if (calls.length === 0 || (this.#steps >= MAX_STEPS && this.#hasSaid)) {
        const usage = this.#usage && { usage: this.#usage };
        return yield { type: "end", stopReason: reason, model: name, ...usage };
      }
      if (this.#steps >= MAX_STEPS) throw neverAnswered(labelOf(name));
      this.#rounds.push({ text, results: [] });
      for (const call of calls) yield* this.#call(call, signal);
    }
  }

  /** Asks; once more with less when the model's window turns out to be smaller than was thought. */
  async *#ask(signal: AbortSignal): AsyncGenerator<TurnPart, Answered> {
    const { model } = this.#options;
    const window = model.contextWindowTokens;
    const answered: Answered = { text: "", calls: [], reason: "complete" };
    try {
      return yield* this.#read(answered, signal);
    } catch (error) {
      const learned =
        error instanceof DuckError && error.code === "contextTooLong" && model.contextWindowTokens < window;
      if (!learned || answered.text !== "" || this.#steps === 0) throw error;
      yield { type: "progress", message: roomMessage(model) };
      yield* this.#fitAgain();
      return yield* this.#read(answered, signal);
    }
  }

  async *#read(answered: Answered, signal: AbortSignal): AsyncGenerator<TurnPart, Answered> {
    const { model, toolbox } = this.#options;
    let thinking = false;
    let finished = false;
    for await (const part of model.stream(this.#request(), signal)) {
      switch (part.type) {
        case "text":
          // What is said after a step is a paragraph of its own.
          yield { type: "text", text: answered.text === "" && this.#hasSaid ? `\n\n${part.text}` : part.text };
          answered.text += part.text;
          this.#hasSaid = true;
          break;
        case "reasoning":
          if (!thinking) yield { type: "progress", message: "Thinking" };
          thinking = true;
          yield { type: "reasoning", text: part.text };
          break;
        case "usage":
          this.#usage = added(this.#usage, part.usage);
          break;
        case "toolCall":
          if (toolbox !== undefined) answered.calls.push(part.call);
          break;
        case "finish":
          finished = true;
          answered.reason = part.reason;
          break;
      }
    }
    if (finished) return answered;
    throw new DuckError("modelUnavailable", `${labelOf(model.name)} stopped without saying that it was finished.`);
  }

  #request(): ModelRequest {
    const { context, toolbox } = this.#options;
    if (toolbox === undefined) return context.request;
    const messages = [...context.request.messages, ...roundMessages(this.#fitted())];
    const noMoreCalls = this.#steps >= MAX_STEPS && { noMoreCalls: true };
    return { ...context.request, messages, tools: toolbox.definitions, ...noMoreCalls };
  }

  /** The endpoint was asked again without the tools: the receipt shall not list them. */
  async *#withoutRefusedTools(): AsyncGenerator<TurnPart, void> {
    const { model, toolbox, context } = this.#options;
    if (toolbox === undefined || model.takesTools) return;
    const included = context.receipt.included.filter(
      ({ label, source }) => source !== "system" || label !== TOOLS_LABEL,
    );
    const usedTokens = included.reduce((total, { tokens }) => total + tokens, 0);
    yield { type: "context", receipt: { ...context.receipt, included, usedTokens } };
  }

  async *#call(call: ToolCall, signal: AbortSignal): AsyncGenerator<TurnPart, void> {
    const { toolbox, clock } = this.#options;
    const results = this.#rounds.at(-1)?.results;
    if (toolbox === undefined || results === undefined) return;
    const echo = sendable(call, results);
    if (this.#steps >= MAX_STEPS) {
      results.push({ call: echo, label: call.name.slice(0, 64), text: `Not run. ${ANSWER_NOW}` });
      return yield* this.#fitAgain();
    }
    const prepared = toolbox.prepare(call);
    const begun = { id: `s${++this.#steps}`, tool: echo.name, label: prepared.label };
    yield { type: "step", step: { ...begun, state: "running" } };
    const startedMs = clock.monotonicMs();
    const { ok, text, summary, passing: _, ...shown } = await this.#outcome(prepared, signal);
    const ended = { ...begun, ...shown, state: ok ? ("done" as const) : ("failed" as const), summary };
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const lastWord = this.#steps >= MAX_STEPS ? `\n${ANSWER_NOW}` : "";
    results.push({ call: echo, label: ended.label, text: text + lastWord, ...(shown.location && shown) });
    const item = this.#newItem();
    yield { type: "step", step: { ...ended, resultChars: text.length, durationMs }, ...(item && { item }) };
    if (item === undefined) yield* this.#fitAgain();
  }

  async #outcome(prepared: PreparedCall, signal: AbortSignal): Promise<ToolOutcome> {
    signal.throwIfAborted();
    const known = this.#known.get(prepared.key);
    if (known !== undefined) return { ...known, text: `The same as before.\n${known.text}`, summary: "as before" };
    const outcome = await prepared.run(signal);
    if (outcome.ok && !outcome.passing) this.#known.set(prepared.key, outcome);
    return outcome;
  }

  #fitted(): FittedRound[] {
    const { context, model, tokenizer } = this.#options;
    const room = roomOf(model).budgetTokens - context.receipt.usedTokens;
    return fitRounds(this.#rounds, room, tokenizer);
  }

  /** The last result's line in the receipt, when the others' stay as they are. */
  #newItem(): ContextItem | undefined {
    const items = this.#fitted().flatMap(({ results }) => results.map(resultItem));
    const others = items.slice(0, -1);
    const isSame = JSON.stringify(others) === JSON.stringify(this.#items);
    if (!isSame) return undefined;
    this.#items = items;
    return items.at(-1);
  }

  /** Tells the whole receipt anew. */
  async *#fitAgain(): AsyncGenerator<TurnPart, void> {
    const { receipt } = this.#options.context;
    this.#items = this.#fitted().flatMap(({ results }) => results.map(resultItem));
    yield { type: "context", receipt: withItems(receipt, this.#items, roomOf(this.#options.model).budgetTokens) };
  }
}

interface Answered {
  text: string;
  readonly calls: ToolCall[];
  reason: "complete" | "length";
}

export function roomMessage(model: LanguageModel): string {
  return `The model has room for ${model.contextWindowTokens} tokens only. Sending less.`;
}

const ANSWER_NOW = `That was the last of ${MAX_STEPS} steps. Answer now with what you have.`;

function neverAnswered(model: string): DuckError {
  return new DuckError(
    "modelProtocol",
    `${model} took ${MAX_STEPS} steps and still asked for more instead of answering. Ask about a smaller part.`,
  );
}

function withItems(receipt: Receipt, items: readonly ContextItem[], budgetTokens: number): Receipt {
  const used = items.reduce((total, { tokens }) => total + tokens, receipt.usedTokens);
  return { ...receipt, budgetTokens, usedTokens: used, included: [...receipt.included, ...items] };
}

function added(before: Usage | undefined, usage: Usage): Usage {
  return {
    promptTokens: (before?.promptTokens ?? 0) + usage.promptTokens,
    completionTokens: (before?.completionTokens ?? 0) + usage.completionTokens,
  };
}
