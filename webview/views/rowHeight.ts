import { hunksOf } from "../../server/protocol/review.ts";
import type { Turn } from "../../server/protocol/transcript.ts";

const known = new WeakMap<Turn, number>();

/** About how many pixels a message and its answer will take, so that the scrollbar is nearly right from the start. */
export function estimatedHeight(turn: Turn): number {
  if (turn.forgotten !== undefined) return FORGOTTEN;
  const height = known.get(turn) ?? heightOf(turn);
  known.set(turn, height);
  return height;
}

/** In a panel of usual width. */
const CHARACTERS_A_LINE = 52;
const LINE = 20;
/** Bubble, receipt and what stands between. */
const BESIDES_TEXT = 92;
const FORGOTTEN = 40;
const STEP = 24;
/** A file's head, a change that is decided, and what stands below a proposal. */
const FILE = 42;
const CHANGE = 31;
const FOOT = 50;

function heightOf(turn: Turn): number {
  const texts = (linesOf(turn.accepted.content) + linesOf(turn.text)) * LINE;
  return BESIDES_TEXT + texts + (turn.workflow?.length ?? 0) * STEP + reviewHeight(turn);
}

/** Most changes that are not in view are decided: one line each. */
function reviewHeight({ reviews = [] }: Turn): number {
  const heights = reviews.map(({ files }) => FOOT + files.length * FILE + hunksOf({ files }).length * CHANGE);
  return heights.reduce((sum, height) => sum + height, 0);
}

function linesOf(text: string): number {
  let lines = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const length = (end < 0 ? text.length : end) - start;
    lines += Math.max(length > 0 ? 1 : 0.4, Math.ceil(length / CHARACTERS_A_LINE));
    start += length + 1;
  }
  return lines;
}
