import type { LanguageModel, ModelRequest, ToolDefinition } from "../llm/languageModel.ts";
import type { Attachment, Receipt, SendOptions, Summary } from "../protocol/events.ts";
import type { Turn } from "../protocol/transcript.ts";

export interface ContextRequest {
  readonly model: LanguageModel;
  /** What is asked of the model; the user's own words, or what a command makes of them. */
  readonly question: string;
  /** Whether those are the user's own words. */
  readonly asks: "chat" | "command";
  readonly attachments: readonly Attachment[];
  readonly options: SendOptions;
  readonly history: readonly Turn[];
  /** What stands for earlier turns, where all of them are among `history`. */
  readonly summaries: readonly Summary[];
  /** The conversation that asks; absent before its first message. */
  readonly conversationId?: string;
  /** Stands behind the instructions that every answer has: which form this one is to take. */
  readonly instructions?: string;
  /** Text of an answer that broke off and is to be continued. */
  readonly continues?: string;
  /** What the model may call: leaves room for what that gives. */
  readonly tools?: readonly ToolDefinition[];
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export interface BuiltContext {
  readonly receipt: Receipt;
  readonly request: ModelRequest;
}
