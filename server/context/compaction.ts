import type { Summary } from "../protocol/events.ts";
import type { Turn } from "../protocol/transcript.ts";
import { exchangeTokens } from "./sources/history.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What of the room for earlier messages is taken when a summary is made beside the conversation; and when it cannot wait. */
export const SOON = 0.75;
export const NOW = 0.95;
/** As much of that room stays as it was said: the newest exchanges. */
const KEPT_SHARE = 0.4;
/** These stay in any case. */
const KEPT_EXCHANGES = 2;

/** The one that stands for most of these turns; undefined when there is none of which all turns are among them. */
export function applying(summaries: readonly Summary[], turns: readonly Turn[]): Summary | undefined {
  if (summaries.length === 0) return undefined;
  const known = new Set(turns.map(({ accepted }) => accepted.turnId));
  const whole = summaries.filter(({ turnIds }) => turnIds.every((id) => known.has(id)));
  return whole.toSorted((a, b) => b.turnIds.length - a.turnIds.length)[0];
}

/**
 * The oldest turns, which a summary is to stand for: none while the earlier messages, with what stands for some of them, take
 * less than `share` of the room.
 */
export function dueForSummary(
  turns: readonly Turn[],
  { summaries, room, share, tokenizer }: DueOptions,
): readonly Turn[] {
  const summary = applying(summaries, turns);
  const covered = new Set(summary?.turnIds);
  let taken = summary ? tokenizer.count(summary.summary) : 0;
  let kept = 0;
  let firstKept = turns.length;
  let isFull = false;
  // From the newest on, so that what was said long ago in a long conversation need not be counted.
  for (let at = turns.length - 1; at >= 0 && taken < room * share; at--) {
    const turn = turns[at];
    if (turn === undefined || covered.has(turn.accepted.turnId)) continue;
    const tokens = tokensOf(turn, tokenizer);
    taken += tokens;
    isFull ||= kept + tokens > room * KEPT_SHARE && turns.length - firstKept >= KEPT_EXCHANGES;
    if (isFull) continue;
    kept += tokens;
    firstKept = at;
  }
  const due = turns.slice(0, firstKept);
  return taken < room * share || due.every(({ accepted }) => covered.has(accepted.turnId)) ? [] : due;
}

interface DueOptions {
  readonly summaries: readonly Summary[];
  readonly room: number;
  readonly share: number;
  readonly tokenizer: Tokenizer;
}

/** The newest of these turns, in order, in at most `chunks` groups of at most `most` tokens; one that is larger stands alone. */
export function chunked(
  turns: readonly Turn[],
  { most, chunks, tokenizer }: { readonly most: number; readonly chunks: number; readonly tokenizer: Tokenizer },
): readonly (readonly Turn[])[] {
  const groups: Turn[][] = [];
  let used = 0;
  for (const turn of turns.toReversed()) {
    const tokens = tokensOf(turn, tokenizer);
    const first = groups[0];
    if (first !== undefined && used + tokens <= most) {
      first.unshift(turn);
      used += tokens;
    } else {
      if (groups.length === chunks) break;
      groups.unshift([turn]);
      used = tokens;
    }
  }
  return groups;
}

export function tokensOf({ accepted, text }: Turn, tokenizer: Tokenizer): number {
  return exchangeTokens({ asked: accepted.content, answered: text }, tokenizer);
}
