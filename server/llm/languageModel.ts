import type { ImageMediaType } from "../protocol/attachments.ts";
import type { ModelName, Usage } from "../protocol/events.ts";
import type { RecallHit } from "../protocol/memory.ts";
import type { SearchHit } from "../protocol/requests.ts";

/**
 * The port to whoever answers. Implementations: openai.ts (any OpenAI-compatible endpoint), offline.ts (no model), restricted.ts;
 * resilience.ts wraps the former.
 */
export interface LanguageModel {
  readonly name: ModelName;
  /** Tokens that prompt and answer may take together; 8,192 while unknown. */
  readonly contextWindowTokens: number;
  /** Whether it takes a request's tools. Absent: it does not. */
  readonly takesTools?: boolean;
  /** Whether it is believed to take pictures; absent: it does not. */
  readonly takesImages?: boolean;
  /**
   * Streams an answer. It ends with exactly one "finish" part unless it throws. Aborting `signal` ends it with the
   * signal's reason. Throws DuckError (keyRefused, rateLimited, modelUnavailable, modelProtocol, modelRefused,
   * contextTooLong, timedOut); after the first text part an error means that the answer broke off.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  /** The user's own words, without the context around them: what the offline model answers to. */
  readonly question: string;
  /** The code in the context: what the offline model answers from. */
  readonly code: readonly SearchHit[];
  /** What is remembered in the context, the best first: the offline model answers from it, too. Absent: nothing. */
  readonly remembered?: readonly RecallHit[];
  /** Room kept for the answer. */
  readonly maxTokens: number;
  /** What the model may call; left out for a model that takes none. */
  readonly tools?: readonly ToolDefinition[];
  /** True: it may call no more, although the messages hold calls. */
  readonly noMoreCalls?: boolean;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type ModelMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string; readonly images?: readonly ModelImage[] }
  | { readonly role: "assistant"; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: "tool"; readonly content: string; readonly toolCallId: string };

export interface ModelImage {
  readonly mediaType: ImageMediaType;
  /** Base64. */
  readonly data: string;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export type ModelPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "toolCall"; readonly call: ToolCall }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "finish"; readonly reason: "complete" | "length" };

/** What an unknown context window counts as: the smallest that current local models are served with by default. */
export const DEFAULT_CONTEXT_WINDOW_TOKENS = 8192;
