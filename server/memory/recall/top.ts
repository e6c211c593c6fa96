import type { ItemFacts } from "./recallItem.ts";

export interface Scored {
  readonly slot: number;
  readonly score: number;
}

/** The best `count`, the best first; of two that are as good the newer one. */
export function topOf(
  found: readonly Scored[],
  count: number,
  itemAt: (slot: number) => ItemFacts | undefined,
): Scored[] {
  // Numbers are sorted many times faster than objects: most fall below the score that is needed.
  const scores = Float64Array.from(found, ({ score }) => score).sort();
  const least = scores[scores.length - count] ?? 0;
  return found
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score || newerFirst(itemAt(a.slot), itemAt(b.slot)))
    .slice(0, count);
}

function newerFirst(a: ItemFacts | undefined, b: ItemFacts | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.atMs - a.atMs || (b.position ?? 0) - (a.position ?? 0) || (a.id < b.id ? -1 : 1);
}
