import type { ModelImage } from "../../llm/languageModel.ts";
import type { ContextItem } from "../../protocol/events.ts";
import type { RecallHit } from "../../protocol/memory.ts";
import type { SearchHit } from "../../protocol/requests.ts";
import type { Candidate } from "../tokenBudget.ts";

/** Something that could go into the prompt. Texts, and what the receipt says of it, are made for the few that are looked at. */
export interface Part extends Candidate {
  readonly item: () => Omit<ContextItem, "tokens">;
  readonly group: Group;
  /** Stands before the question. */
  readonly text?: () => string;
  readonly image?: ModelImage;
  readonly exchange?: () => Exchange;
  readonly hit?: SearchHit;
  readonly remembered?: Remembered;
}

/** A message and its answer, as they are sent. */
export interface Exchange {
  readonly asked: string;
  readonly answered: string;
}

/** One line of what is remembered. */
export interface Remembered {
  readonly block: RememberedBlock;
  readonly line: () => string;
  /** About that of its line, in UTF-16 code units. */
  readonly length: number;
  readonly hit?: RecallHit;
}

/** What is known, what was said, and what comes up again and again: each stands under a heading of its own. */
export type RememberedBlock = "known" | "said" | "pattern";

type Group = keyof typeof SHARES | "memory" | "summary";

/** Of the room beside what must go in, at most. */
export const SHARES = { mention: 0.8, code: 0.5, file: 0.4, selection: 0.6, history: 0.6 };

/** Room for the path and the fence around attached text. */
export const LABEL_TOKENS = 60;

/** Every message costs a few tokens of framing (OpenAI's cookbook: 3, and 1 for the role). */
export const TOKENS_PER_MESSAGE = 4;

/** Where two texts touch they may take a token or two more than each alone. */
export const TOKENS_PER_JOINT = 2;
