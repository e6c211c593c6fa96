import type { ModelImage, ModelMessage, ModelRequest, ToolDefinition } from "./languageModel.ts";
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

/**
 * Whether a refusal is about the tools that were sent along, which many local models do not take.
 * Ollama: "… does not support tools"; vLLM: '"auto" tool choice requires --enable-auto-tool-choice'; llama.cpp, with a 500:
 * "tools param requires --jinja flag"; others: "Unrecognized request argument supplied: tools".
 */
export function refusesTools(refusal: string): boolean {
  return /\btools?\b|tool_(choice|calls?)|function[ _]call/i.test(refusal);
}

export function toBody(
  model: string,
  request: ModelRequest,
  dialect: Dialect,
  withTools: boolean,
): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model,
    messages: request.messages.map(toMessage),
    stream: true,
    [dialect.maxTokens]: request.maxTokens,
    ...(dialect.usage ? { stream_options: { include_usage: true } } : {}),
    ...(withTools && request.tools?.length ? toolFields(request, request.tools) : {}),
  };
}

function toolFields(
  { noMoreCalls = false }: ModelRequest,
  tools: readonly ToolDefinition[],
): Pick<OpenAI.ChatCompletionCreateParamsStreaming, "tools" | "tool_choice"> {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters: { ...parameters } },
    })),
    // "auto" is what every endpoint does by itself; some refuse the field.
    ...(noMoreCalls && { tool_choice: "none" }),
  };
}

function toMessage(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: userContent(message.content, message.images) };
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

/** Plain text where there is no picture: many local servers know nothing else. */
function userContent(text: string, images: readonly ModelImage[] = []): string | OpenAI.ChatCompletionContentPart[] {
  if (images.length === 0) return text;
  const pictures = images.map(({ mediaType, data }) => ({
    type: "image_url" as const,
    image_url: { url: `data:${mediaType};base64,${data}` },
  }));
  return [{ type: "text", text }, ...pictures];
}
