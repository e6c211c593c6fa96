import type { Turn } from "../../server/protocol/transcript.ts";

const known = new WeakMap<Turn, number>();

/** About how many pixels a message and its answer will take, so that the scrollbar is nearly right from the start. */
export function estimatedHeight(turn: Turn): number {
  if (turn.forgotten !== undefined) return FORGOTTEN;
  const height = known.get(turn) ?? BESIDES_TEXT + linesOf(turn.accepted.content) * LINE + linesOf(turn.text) * LINE;
  known.set(turn, height);
  return height;
}

/** In a panel of usual width. */
const CHARACTERS_A_LINE = 52;
const LINE = 20;
/** Bubble, receipt and what stands between. */
const BESIDES_TEXT = 92;
const FORGOTTEN = 40;

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
