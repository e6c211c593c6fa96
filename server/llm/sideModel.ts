import type { LanguageModel } from "./languageModel.ts";

const MAX_CHARACTERS = 64 * 1024;

/** Asks a model beside the conversation, and answers with all that it says. Throws what the model throws. */
export async function askAside(
  model: LanguageModel,
  messages: readonly { readonly role: "system" | "user"; readonly content: string }[],
  { maxTokens, signal }: { readonly maxTokens: number; readonly signal: AbortSignal },
): Promise<string> {
  let text = "";
  for await (const part of model.stream({ messages, question: "", code: [], maxTokens }, signal)) {
    if (part.type === "text") text += part.text;
    if (text.length > MAX_CHARACTERS) break;
  }
  return text;
}
