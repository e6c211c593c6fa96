import type { ModelMessage } from "../llm/languageModel.ts";
import type { ContextRequest } from "./contextRequest.ts";
import { CONTINUE_PROMPT } from "./prompt.ts";
import type { Required } from "./required.ts";
import type { Exchange, Part } from "./sources/part.ts";
import { rememberedText } from "./sources/recalled.ts";

/** What is sent: the instructions, earlier exchanges in their order, then the material with the question behind it. */
export function messagesOf(request: ContextRequest, required: Required, chosen: readonly Part[]): ModelMessage[] {
  const material = [
    ...rememberedText(chosen.flatMap(({ remembered }) => remembered ?? [])),
    ...chosen.flatMap(({ text }) => text?.() ?? []),
  ];
  const exchanges = chosen.flatMap(({ exchange }) => exchange?.() ?? []);
  const images = chosen.flatMap(({ image }) => image ?? []);
  const content = [...material, request.question].join("\n\n");
  return [
    { role: "system", content: required.system },
    ...[...exchanges, ...(required.last ? [required.last] : [])].flatMap(exchangeMessages),
    { role: "user", content, ...(images.length > 0 && { images }) },
    ...continuation(request.continues),
  ];
}

function exchangeMessages({ asked, answered }: Exchange): ModelMessage[] {
  return [
    { role: "user", content: asked },
    { role: "assistant", content: answered },
  ];
}

function continuation(continues: string | undefined): ModelMessage[] {
  if (continues === undefined) return [];
  return [
    { role: "assistant", content: continues },
    { role: "user", content: CONTINUE_PROMPT },
  ];
}
