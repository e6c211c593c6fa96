import type { Usage } from "../protocol/events.ts";
import type { LanguageModel, ModelMessage } from "./languageModel.ts";

export interface AsideOptions {
  readonly maxTokens: number;
  /** In characters: what a model says beyond that is not waited for. */
  readonly most: number;
  readonly signal: AbortSignal;
}

/** Asks a model beside the conversation, and answers with what it says. Throws what the model throws. */
export async function askAside(
  model: LanguageModel,
  messages: readonly ModelMessage[],
  { maxTokens, most, signal }: AsideOptions,
): Promise<{ readonly text: string; readonly usage?: Usage }> {
  let text = "";
  let usage: Usage | undefined;
  const question = messages.at(-1)?.content ?? "";
  for await (const part of model.stream({ messages, question, code: [], maxTokens }, signal)) {
    if (part.type === "text") text += part.text;
    if (part.type === "usage") usage = part.usage;
    if (text.length > most) break;
  }
  return { text, ...(usage && { usage }) };
}
