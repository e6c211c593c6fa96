import type { Block, Hunk, HunkDecision, ProposedFile, Review } from "../server/protocol/edits.ts";

/** Where the hunks of a proposal stand in a text. Pure. */

/** What a hunk changes, without the lines around it that it is found by. */
export interface HunkChange {
  /** How many lines of the hunk stand before it. */
  readonly offset: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface HunkPlace extends HunkChange {
  readonly hunk: Hunk;
  /** From 0: the first line that is changed, or the one before which lines are added. */
  readonly line: number;
  /** Lines of this text that belong to the change; 0 where there is only something to add, or something is gone. */
  readonly count: number;
  readonly decision?: HunkDecision;
}

export function changeOf({ search, replace }: Block): HunkChange {
  const [before, after] = [linesOf(search), linesOf(replace)];
  const most = Math.min(before.length, after.length);
  let offset = 0;
  while (offset < most && before[offset] === after[offset]) offset++;
  let end = 0;
  while (end < most - offset && before.at(-1 - end) === after.at(-1 - end)) end++;
  return {
    offset,
    removed: before.slice(offset, before.length - end),
    added: after.slice(offset, after.length - end),
  };
}

/**
 * The hunks that are not rejected, where they stand now: in the file as it is (before), or in the preview of it (after). A hunk
 * whose lines are not there any more is left out.
 */
export function placesIn(
  text: string,
  file: ProposedFile,
  decisions: Review["decisions"],
  side: "before" | "after",
): HunkPlace[] {
  const lines = text.split(/\r\n|\n|\r/);
  let shift = 0;
  return file.hunks.flatMap((hunk) => {
    const decision = decisions[hunk.id]?.decision;
    if (decision === "rejected") return [];
    const block = linesOf(side === "before" ? hunk.search : hunk.replace);
    const at = nearest(lines, block, hunk.startLine - 1 + shift);
    if (side === "after") shift += linesOf(hunk.replace).length - linesOf(hunk.search).length;
    if (at === undefined) return [];
    const change = changeOf(hunk);
    const count = side === "before" ? change.removed.length : change.added.length;
    return [{ ...change, hunk, line: at + change.offset, count, ...(decision && { decision }) }];
  });
}

/** Whether they change the same lines, or add at the same place. */
export function overlaps(one: HunkPlace, other: HunkPlace): boolean {
  return one.line < other.line + Math.max(1, other.count) && other.line < one.line + Math.max(1, one.count);
}

/** Where these lines stand, as near to where they are expected as there is. */
function nearest(lines: readonly string[], block: readonly string[], expected: number): number | undefined {
  if (block.length === 0) return Math.max(0, Math.min(expected, lines.length - 1));
  let best: number | undefined;
  for (let at = 0; at + block.length <= lines.length; at++) {
    if (best !== undefined && Math.abs(at - expected) >= Math.abs(best - expected)) continue;
    if (block.every((line, index) => lines[at + index] === line)) best = at;
  }
  return best;
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
