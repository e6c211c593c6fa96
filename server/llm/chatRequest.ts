import type { ModelMessage, ModelRequest } from "./languageModel.ts";
import type { OpenAI } from "./openaiLibrary.ts";

/** How an endpoint wants to be asked, where they differ. */
export interface Dialect {
  /** Whether it takes `stream_options`. */
  readonly usage: boolean;
  /** OpenAI's reasoning models take only the second; most local servers know only the first. */
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
}

/** What OpenAI's chat models and all local servers take. */
export const USUAL_DIALECT: Dialect = { usage: true, maxTokens: "max_tokens" };

/** The dialect to ask in after a refusal that names the part it stumbled over. */
export function otherDialect(dialect: Dialect, refusal: string): Dialect | undefined {
  if (dialect.usage && /stream_options|include_usage/.test(refusal)) return { ...dialect, usage: false };
  if (!refusal.includes(dialect.maxTokens)) return undefined;
  return { ...dialect, maxTokens: dialect.maxTokens === "max_tokens" ? "max_completion_tokens" : "max_tokens" };
}

export function toBody(
  model: string,
  request: ModelRequest,
  dialect: Dialect,
): OpenAI.ChatCompletionCreateParamsStreaming {
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
