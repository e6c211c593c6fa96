import type { RankedItem } from "./recallItem.ts";

/** One that may come into the list, with what marks it: two with the same marks say the same. */
export interface Candidate extends RankedItem {
  readonly marks: ReadonlySet<object>;
}

/** From this share of common marks on, one repeats the other. */
const REPEATS = 0.6;

/** What says nothing new loses up to this share of its score. */
const LOSS = 0.5;

/**
 * The best, one after another, each losing some of its score to those before it that it repeats (maximal marginal relevance,
 * Carbonell and Goldstein 1998, for near duplicates only: on talk, a stronger push for variety costs recall). `candidates` are
 * best first, and so is what is answered.
 */
export function diverse(candidates: readonly Candidate[], limit: number): RankedItem[] {
  const left = candidates.map((candidate) => ({ candidate, repeats: 0 }));
  const chosen: RankedItem[] = [];
  while (chosen.length < limit && left.length > 0) {
    const best = indexOfBest(left);
    const [taken] = left.splice(best, 1);
    if (taken === undefined) break;
    chosen.push(rankedItem(taken));
    for (const other of left) other.repeats = Math.max(other.repeats, repetition(taken.candidate, other.candidate));
  }
  return chosen;
}

interface Waiting {
  readonly candidate: Candidate;
  /** How far it repeats what was chosen, 0..1. */
  repeats: number;
}

function indexOfBest(left: readonly Waiting[]): number {
  let best = 0;
  let most = -1;
  for (const [i, waiting] of left.entries()) {
    // They come best first: what loses nothing cannot be beaten by what stands behind it.
    if (worthOf(waiting) > most) [best, most] = [i, worthOf(waiting)];
    if (waiting.repeats === 0) break;
  }
  return best;
}

function worthOf({ candidate, repeats }: Waiting): number {
  return candidate.score * (1 - LOSS * repeats);
}

function rankedItem(waiting: Waiting): RankedItem {
  const { id, score, signals } = waiting.candidate;
  if (waiting.repeats === 0) return { id, score, signals };
  const worth = worthOf(waiting);
  return { id, score: worth, signals: { ...signals, repeats: worth - score } };
}

/** 0 up to {@link REPEATS} of common marks, 1 when they are the same. */
function repetition(a: Candidate, b: Candidate): number {
  const [few, many] = a.marks.size < b.marks.size ? [a.marks, b.marks] : [b.marks, a.marks];
  if (few.size === 0 || few.size < REPEATS * many.size) return 0;
  let common = 0;
  for (const mark of few) if (many.has(mark)) common++;
  return Math.max(0, (common / (few.size + many.size - common) - REPEATS) / (1 - REPEATS));
}
