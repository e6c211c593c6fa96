import type { ContextItem } from "../../protocol/events.ts";
import type { Turn } from "../../protocol/transcript.ts";
import { once } from "../../util/once.ts";
import { fit } from "../tokenBudget.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { firstLines } from "./cut.ts";
import { type Exchange, type Part, SHARES, TOKENS_PER_JOINT, TOKENS_PER_MESSAGE } from "./part.ts";
import { withReviews } from "./reviewed.ts";

/** Of the room, for one message or answer: a long one cannot crowd out the rest. */
const MOST_OF_ROOM = 0.25;
/** No line of words has more characters to a token: what is longer need not be looked at. */
const MOST_CHARACTERS_PER_TOKEN = 16;
const FRAMING_TOKENS = 2 * (TOKENS_PER_MESSAGE + TOKENS_PER_JOINT);

/** What there is to send of the turns before: commands that said nothing are none, nor what only asks what was meant. */
export function spokenTurns(history: readonly Turn[]): Turn[] {
  return history
    .map(withReviews)
    .filter((turn) => turn.kind !== "unsure" && (turn.kind === "chat" || turn.text !== ""));
}

/** Earlier turns of the conversation, with how much each is about what is asked now, and whether a summary stands for it. */
export interface Earlier {
  readonly turns: readonly Turn[];
  /** 0..1 of each. */
  readonly overlaps: Float64Array;
  readonly summarised: ReadonlySet<string>;
}

/** The turns that will go along, as far as can be told without counting tokens: their ids. */
export function turnsWithinReach(earlier: Earlier, last: Turn | undefined, room: number): string[] {
  const { turns } = earlier;
  const candidates = turns.map((turn, index) => {
    const length = turn.accepted.content.length + turn.text.length;
    return { turn, cost: Math.ceil(length / 4), value: worth(earlier, index), group: "history" };
  });
  const { chosen } = fit(candidates, Math.floor(room * SHARES.history), {}, 0);
  return [...chosen.map(({ candidate }) => candidate.turn), ...(last ? [last] : [])].map(
    ({ accepted }) => accepted.turnId,
  );
}

/** The exchange directly before, cut until it fits; undefined when there is no room even for that. */
export function lastExchange(
  turn: Turn,
  room: number,
  tokenizer: Tokenizer,
): (Exchange & { item: ContextItem }) | undefined {
  const whole = { asked: turn.accepted.content, answered: turn.text };
  for (let share = 1; share > 0.05; share /= 2) {
    const shown = cutExchange(whole, Math.floor(room * MOST_OF_ROOM * share), tokenizer);
    const tokens = exchangeTokens(shown, tokenizer);
    if (tokens > room || shown.asked === "") continue;
    const isWhole = shown.asked === whole.asked && shown.answered === whole.answered;
    return { ...shown, item: { ...itemOf(turn), tokens, why: isWhole ? "just before" : "just before; cut" } };
  }
  return undefined;
}

/** Older exchanges, each whole: what is about the question counts more than what is recent. */
export function historyParts(earlier: Earlier, room: number, tokenizer: Tokenizer): Part[] {
  const most = Math.floor(room * MOST_OF_ROOM);
  return earlier.turns.map((turn, index) => {
    const exchange = once(() => cutExchange({ asked: turn.accepted.content, answered: turn.text }, most, tokenizer));
    const length = Math.min(turn.accepted.content.length, most) + Math.min(turn.text.length, most);
    return {
      item: () => ({ ...itemOf(turn), why: whyEarlier(earlier.overlaps[index] ?? 0) }),
      exchange,
      group: "history",
      value: worth(earlier, index),
      cost: { length, count: () => exchangeTokens(exchange(), tokenizer) },
    };
  });
}

/** The share of a question's words from which on an exchange counts as about the same. */
const ABOUT_IT = 0.3;

function whyEarlier(overlap: number): string {
  return overlap >= ABOUT_IT ? "earlier in this conversation, about the same" : "earlier in this conversation";
}

function worth({ turns, overlaps, summarised }: Earlier, index: number): number {
  const recency = 1 / (1 + (turns.length - 1 - index) / 4);
  const value = 0.35 * recency + 0.5 * (overlaps[index] ?? 0);
  // What a summary stands for needs to say more than that.
  return summarised.has(turns[index]?.accepted.turnId ?? "") ? value / 2 : value;
}

function cutExchange({ asked, answered }: Exchange, most: number, tokenizer: Tokenizer): Exchange {
  return { asked: cutTo(asked, most, tokenizer), answered: cutTo(answered, most, tokenizer) };
}

function cutTo(text: string, most: number, tokenizer: Tokenizer): string {
  const near = text.slice(0, most * MOST_CHARACTERS_PER_TOKEN);
  if (near.length === text.length && tokenizer.count(text) <= most) return text;
  const { text: lines } = firstLines(near, most, tokenizer);
  return lines === "" ? firstCharacters(near, most, tokenizer) : lines;
}

/** Of a line that is too long as a whole. */
function firstCharacters(text: string, most: number, tokenizer: Tokenizer): string {
  for (let end = most * 4; end > 0; end = Math.floor(end / 2)) {
    const start = text.slice(0, end).toWellFormed();
    if (tokenizer.count(start) <= most) return start;
  }
  return "";
}

export function exchangeTokens({ asked, answered }: Exchange, tokenizer: Tokenizer): number {
  return tokenizer.count(asked) + tokenizer.count(answered) + FRAMING_TOKENS;
}

function itemOf(turn: Turn): Omit<ContextItem, "tokens" | "why"> {
  return { source: "history", label: quote(turn.accepted.content), turnId: turn.accepted.turnId };
}

function quote(content: string): string {
  const line = content.slice(0, 1000).trim().split("\n", 1)[0] ?? "";
  return line.length > 60 ? `“${line.slice(0, 59)}…”` : `“${line}”`;
}
