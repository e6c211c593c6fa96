import type { ModelImage } from "../../llm/languageModel.ts";
import type { ContextItem } from "../../protocol/events.ts";
import type { SearchHit } from "../../protocol/requests.ts";
import type { Turn } from "../../protocol/transcript.ts";
import type { Candidate } from "../tokenBudget.ts";

/** Something that could go into the prompt, with what the receipt says about it. */
export interface Part extends Candidate {
  readonly item: Omit<ContextItem, "tokens">;
  readonly group: keyof typeof CEILINGS;
  readonly text?: string;
  readonly image?: ModelImage;
  readonly turn?: Turn;
  readonly hit?: SearchHit;
}

/** Shares of the room beside what must go in, at most. */
export const CEILINGS = { mention: 0.8, code: 0.5, file: 0.4, selection: 0.6, history: 0.6 };

/** Room for the path and the fence around attached text. */
export const LABEL_TOKENS = 60;

/** Every message costs a few tokens of framing (OpenAI's cookbook: 3, and 1 for the role). */
export const TOKENS_PER_MESSAGE = 4;
