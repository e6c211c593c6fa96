import type { QueryType } from "../../protocol/memory.ts";
import type { ItemFacts, Likeness } from "./recallItem.ts";
import type { TurnShape } from "./turnShape.ts";

/** How one item fits one question. Everything is 0..1. */
export interface Fit {
  /** Shares of the words of the question, by their rarity: see WordScores. */
  readonly own: number;
  readonly nearby: number;
  readonly around: number;
  readonly answers: number;
  readonly like: Likeness | undefined;
  /** How near it is in time to what the question names. */
  readonly date: number;
  readonly isSpeaker: boolean;
  readonly shape: TurnShape;
}

/** What a question can be answered by. What it does not name cannot count for or against anything. */
export interface Asked {
  readonly queryType: QueryType;
  readonly hasMeaning: boolean;
  readonly hasDates: boolean;
  readonly forTime: boolean;
  readonly hasSpeaker: boolean;
  readonly near: ReadonlySet<string>;
}

/**
 * What each signal can give. Scores are added, not ranks: the ranks of a weak encoder of sentences, weighed alike, make words
 * alone worse everywhere. Set by hand in round numbers: words lead, since names and identifiers decide most questions; meaning
 * comes to a half of them; the rest only decides between equals. They hold for talk between friends and for talk about code
 * alike: within half and double of each, recall@10 moves by about a point (docs/recall.md).
 */
const WEIGHTS = {
  words: 1,
  around: 0.35,
  answers: 0.5,
  sentence: 0.3,
  whole: 0.15,
  tells: 0.1,
  length: 0.15,
  date: 0.3,
  time: 0.1,
  speaker: 0.1,
} as const;

/** How much of what is left to 1 the standing of a memory adds; together at most 1. By what is asked: a command wants what was agreed, a search all there is. */
const KEPT: Readonly<Record<QueryType, number>> = { chat: 0.2, command: 0.4, completion: 0.4, search: 0 };
const STANDING = { pinned: 0.2, trusted: 0.1, used: 0.1, open: 0.2 } as const;
/** Uses at which half of what use can add is reached. */
const OFTEN = 5;
/** What is stale loses this share. */
const STALE = 0.4;

const SIGNALS = [
  "words",
  "nearby",
  "question",
  "meaning",
  "shape",
  "time",
  "speaker",
  "kept",
  "pinned",
  "trusted",
  "used",
  "open",
  "stale",
] as const;

/** What each of {@link SIGNALS} gives, in their order. One is used again for item after item. */
export type Parts = Float64Array;

export function newParts(): Parts {
  return new Float64Array(SIGNALS.length);
}

/** Writes what each signal gives an item, and answers their sum, the item's score: 0..1. */
export function weigh(fit: Fit, asked: Asked, item: ItemFacts, parts: Parts): number {
  const { like, shape } = fit;
  const most = mostOf(asked);
  parts.fill(0);
  parts[0] = (WEIGHTS.words * fit.own) / most;
  parts[1] = (WEIGHTS.words * (fit.nearby - fit.own) + WEIGHTS.around * fit.around) / most;
  parts[2] = (WEIGHTS.answers * fit.answers) / most;
  if (like !== undefined)
    parts[3] = (WEIGHTS.sentence * share(like.sentence) + WEIGHTS.whole * share(like.whole)) / most;
  parts[4] = (WEIGHTS.tells * shape.tells + WEIGHTS.length * shape.length) / most;
  parts[5] = (WEIGHTS.date * fit.date + (asked.forTime && shape.tellsTime ? WEIGHTS.time : 0)) / most;
  parts[6] = fit.isSpeaker ? WEIGHTS.speaker / most : 0;
  if (item.kind !== "episode") addStanding(asked, item, parts);
  return sum(parts);
}

/** The parts by name; what gives nothing is not there. */
export function named(parts: Parts): Record<string, number> {
  return Object.fromEntries(
    SIGNALS.map((name, i) => [name, parts[i] ?? 0] as const).filter(([, value]) => value !== 0),
  );
}

function mostOf({ hasMeaning, hasDates, forTime, hasSpeaker }: Asked): number {
  const { words, around, answers, sentence, whole, tells, length, date, time, speaker } = WEIGHTS;
  return (
    words +
    around +
    answers +
    tells +
    length +
    (hasMeaning ? sentence + whole : 0) +
    (hasDates ? date : 0) +
    (forTime ? time : 0) +
    (hasSpeaker ? speaker : 0)
  );
}

/** Standing adds nothing to what has nothing to do with the question, and never turns the order of two memories that stand alike. */
function addStanding({ queryType, near }: Asked, item: ItemFacts, parts: Parts): void {
  const { pinned, stale, confidence = 0, uses = 0, paths = [] } = item;
  const relevance = sum(parts);
  const room = relevance * (1 - relevance);
  parts[7] = KEPT[queryType] * room;
  parts[8] = pinned ? STANDING.pinned * room : 0;
  parts[9] = STANDING.trusted * share(confidence) * room;
  parts[10] = STANDING.used * (uses / (uses + OFTEN)) * room;
  parts[11] = paths.some((path) => near.has(path)) ? STANDING.open * room : 0;
  if (stale) parts[12] = -STALE * sum(parts);
}

function sum(parts: Parts): number {
  let total = 0;
  for (const part of parts) total += part;
  return total;
}

function share(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}
