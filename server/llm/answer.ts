import { z } from "zod";
import type { Usage } from "../protocol/events.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ModelPart } from "./languageModel.ts";
import { ModelError, statedError } from "./modelErrors.ts";

/**
 * Turns the chunks of one chat completion, or a whole one, into parts. A chunk of another shape says nothing; a
 * field of another type is as if it were absent: what a model or endpoint gets wrong must never crash a conversation.
 */
export class Answer {
  readonly #endpoint: Endpoint;
  readonly #toolCalls = new Map<number, { id: string; name: string; arguments: string }>();
  #usage: Usage | undefined;
  #reason: string | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** The endpoint has said why it stopped; usage may still follow. */
  get finished(): boolean {
    return this.#reason !== undefined;
  }

  *read(json: unknown): Generator<ModelPart> {
    const chunk = Chunk.safeParse(json).data;
    if (!chunk) return;
    if (chunk.error) throw statedError(this.#endpoint, chunk.error);
    if (chunk.usage) {
      this.#usage = { promptTokens: chunk.usage.prompt_tokens, completionTokens: chunk.usage.completion_tokens };
    }
    const choice = chunk.choices[0];
    const message = choice?.delta ?? choice?.message;
    const reasoning = message?.reasoning_content ?? message?.reasoning;
    if (reasoning) yield { type: "reasoning", text: reasoning };
    const text = message?.content || message?.refusal;
    if (text) yield { type: "text", text };
    for (const call of message?.tool_calls ?? []) this.#collect(call);
    if (choice?.finish_reason) this.#reason ??= choice.finish_reason;
  }

  /** What is known only at the end. Throws when the endpoint never said that it had finished. */
  *end(): Generator<ModelPart> {
    if (this.#reason === undefined) {
      const message = `${this.#endpoint.host} closed the connection without a finish reason: the answer may be incomplete.`;
      throw new ModelError("modelUnavailable", message, { retryable: true });
    }
    if (this.#reason === "content_filter") {
      throw new ModelError("modelRefused", `The content filter of ${this.#endpoint.host} stopped the answer.`);
    }
    if (this.#reason === "error") throw statedError(this.#endpoint, "the answer ended with an error");
    for (const call of this.#toolCalls.values()) {
      if (call.name !== "") yield { type: "toolCall", call: { ...call } };
    }
    if (this.#usage) yield { type: "usage", usage: this.#usage };
    yield { type: "finish", reason: LENGTH_REASONS.has(this.#reason) ? "length" : "complete" };
  }

  /** A piece without an index belongs to the call with its id, else to the last one. */
  #collect(piece: z.infer<typeof ToolCallPiece>): void {
    const known = [...this.#toolCalls].find(([, call]) => piece.id && call.id === piece.id)?.[0];
    const last = [...this.#toolCalls.keys()].at(-1);
    const index = piece.index ?? known ?? (piece.id ? this.#toolCalls.size : (last ?? 0));
    if (!this.#toolCalls.has(index) && this.#toolCalls.size >= MAX_TOOL_CALLS) return;
    const call = this.#toolCalls.get(index) ?? { id: piece.id || `call_${index}`, name: "", arguments: "" };
    call.name += piece.function?.name ?? "";
    call.arguments += piece.function?.arguments ?? "";
    this.#toolCalls.set(index, call);
  }
}

/** OpenAI takes at most this many tools; nobody calls more at once. */
const MAX_TOOL_CALLS = 128;

/** OpenAI and almost all; Mistral; Anthropic's compatible endpoint. */
const LENGTH_REASONS = new Set(["length", "model_length", "max_tokens"]);

const OptionalString = z.string().nullish().catch(undefined);
const Tokens = z.number().int().nonnegative();

/** Text, or the list of parts that some endpoints (Mistral) send instead. */
const Content = z.union([
  z.string(),
  z
    .array(z.object({ text: z.string().catch("") }).catch({ text: "" }))
    .transform((parts) => parts.map((part) => part.text).join("")),
]);

const ToolCallPiece = z.object({
  index: z.number().int().nonnegative().optional().catch(undefined),
  id: OptionalString,
  function: z.object({ name: OptionalString, arguments: ToolArguments() }).nullish().catch(undefined),
});

const Message = z.object({
  content: Content.nullish().catch(undefined),
  refusal: OptionalString,
  reasoning_content: OptionalString,
  reasoning: OptionalString,
  tool_calls: z
    .array(ToolCallPiece.catch({ id: undefined, function: undefined }))
    .nullish()
    .catch(undefined),
});

const Choice = z.object({
  delta: Message.nullish().catch(undefined),
  message: Message.nullish().catch(undefined),
  finish_reason: OptionalString,
});

const Chunk = z.object({
  error: z.unknown().optional(),
  choices: z.array(Choice.catch({ finish_reason: undefined })).catch([]),
  usage: z.object({ prompt_tokens: Tokens, completion_tokens: Tokens }).nullish().catch(undefined),
});

/** JSON text; Ollama-like servers send the object itself. */
function ToolArguments() {
  return z
    .union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))])
    .nullish()
    .catch(undefined);
}
