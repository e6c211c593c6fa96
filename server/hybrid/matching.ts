import type { CommandSuggestion } from "../protocol/commands.ts";
import { nearest } from "../util/nearest.ts";
import { fuzzyMatch } from "../workspace/fuzzy.ts";

/** How what was typed fits a word that is offered. Pure. */
export interface WordMatch {
  /** prefix: the word begins with it. close: it has its letters in order, or is misspelt. */
  readonly kind: "prefix" | "close";
  /** It is the word. */
  readonly isWhole: boolean;
  /** Among close ones, higher is better. */
  readonly quality: number;
  /** UTF-16 code units of the word that match, as [start, end). */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** Something that may be offered. */
export interface Offered {
  readonly suggestion: CommandSuggestion;
  readonly match: WordMatch;
  /** It fits the project or the open file. */
  readonly fits: boolean;
}

/** Shorter than this, nothing counts as a misspelling. */
const MIN_MISSPELT = 4;

export function matchWord(typed: string, word: string): WordMatch | undefined {
  if (word.toLowerCase().startsWith(typed.toLowerCase())) {
    const marks = typed === "" ? [] : [[0, Math.min(typed.length, word.length)] as const];
    return { kind: "prefix", isWhole: typed.length === word.length, quality: 0, marks };
  }
  const fuzzy = fuzzyMatch(typed, word);
  if (fuzzy !== undefined) {
    return { kind: "close", isWhole: false, quality: fuzzy.score, marks: rangesOf(fuzzy.letters) };
  }
  return isMisspelt(typed.toLowerCase(), word.toLowerCase())
    ? { kind: "close", isWhole: false, quality: Number.NEGATIVE_INFINITY, marks: [] }
    : undefined;
}

/** Who mistypes a word has its first letter right. */
function isMisspelt(typed: string, word: string): boolean {
  return typed.length >= MIN_MISSPELT && typed[0] === word[0] && nearest(typed, [word]) !== undefined;
}

export const MAX_SUGGESTIONS = 5;

/** The best: what is written already, then what begins so, then what is close; of each the highest score. Among equals the order stays. */
export function best<O extends Offered>(offered: readonly O[]): O[] {
  return offered
    .toSorted(
      (a, b) =>
        Number(b.match.isWhole) - Number(a.match.isWhole) ||
        b.suggestion.score - a.suggestion.score ||
        b.match.quality - a.match.quality,
    )
    .slice(0, MAX_SUGGESTIONS);
}

export function moved(marks: WordMatch["marks"], by: number): [start: number, end: number][] {
  return marks.map(([start, end]) => [start + by, end + by]);
}

/** Letters that stand beside each other are one range. */
function rangesOf(letters: readonly number[]): [start: number, end: number][] {
  const ranges: [start: number, end: number][] = [];
  for (const at of letters) {
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}
