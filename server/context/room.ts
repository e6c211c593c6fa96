import type { LanguageModel } from "../llm/languageModel.ts";
import { SHARES } from "./sources/part.ts";

const MIN_REPLY_TOKENS = 256;
const MAX_REPLY_TOKENS = 4096;
/** Of the room beside what must go in, kept for what tools give. */
const TOOLS_SHARE = 0.5;
/** What instructions, rules and the message itself usually take. */
const REQUIRED_SHARE = 0.2;
/** What is remembered takes this much at most, however large the window is: more of it distracts. */
const MEMORY_TOKENS = 2000;
const MEMORY_SHARE = 0.3;

/** How the model's window is divided: what the prompt may take, and what is kept for the answer. */
export function roomOf({ contextWindowTokens }: LanguageModel): { replyTokens: number; budgetTokens: number } {
  const replyTokens = clamp(Math.floor(contextWindowTokens / 4), MIN_REPLY_TOKENS, MAX_REPLY_TOKENS);
  return { replyTokens, budgetTokens: contextWindowTokens - replyTokens };
}

/** What is left beside what must go in, for what competes. */
export function freeRoom(budgetTokens: number, requiredTokens: number, withTools: boolean): number {
  return Math.floor(Math.max(0, budgetTokens - requiredTokens) * (withTools ? 1 - TOOLS_SHARE : 1));
}

/** About what earlier messages may take: not counted exactly, because what else competes is not known before it is asked for. */
export function historyRoomOf(model: LanguageModel): number {
  const free = roomOf(model).budgetTokens * (model.takesTools ? 1 - TOOLS_SHARE : 1);
  return Math.floor(free * (1 - REQUIRED_SHARE) * SHARES.history);
}

/** What each group may take of it. */
export function ceilingsOf(room: number): Readonly<Record<string, number>> {
  const shares = Object.entries(SHARES).map(([group, share]) => [group, Math.floor(share * room)]);
  return { ...Object.fromEntries(shares), memory: Math.min(MEMORY_TOKENS, Math.floor(MEMORY_SHARE * room)) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
