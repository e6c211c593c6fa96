import type { Block } from "../protocol/edits.ts";
import { type ChangedRun, changedRuns } from "./lineDiff.ts";
import { linesOf } from "./lines.ts";
import { SearchedLines } from "./places.ts";

/** A block with the lines of `before` that it searches, from 1; 1 and 0 where `before` is empty. */
export interface LocatedBlock extends Block {
  readonly startLine: number;
  readonly endLine: number;
}

/** Lines around a change that are shown with it, and by which it is found. */
const CONTEXT = 3;

/**
 * The blocks that make `after` of `before`, with LF. Each stands in exactly one place of `before`, no two touch the same line, so any
 * of them can be applied without the others. What differs only in line ends, a byte order mark or a last newline is no change.
 */
export function blocksBetween(before: string, after: string): LocatedBlock[] {
  const file = linesOf(before);
  const next = linesOf(after).lines;
  if (file.lines.length === 0) {
    return next.length === 0 ? [] : [{ search: "", replace: textOf(next), startLine: 1, endLine: 0 }];
  }
  const searched = new SearchedLines(file);
  return anchored(changedRuns(file.lines, next), searched).map(({ start, end, from, to }) => ({
    search: textOf(file.lines.slice(start, end)),
    replace: textOf(next.slice(from, to)),
    startLine: start + 1,
    endLine: end,
  }));
}

/** Changes that are shown as one, with as many lines before and behind them. */
interface Group {
  readonly changes: readonly ChangedRun[];
  readonly up: number;
  readonly down: number;
}

/** Each with context; those that would touch are one. Wider ones until each stands in one place only. */
function anchored(changes: readonly ChangedRun[], searched: SearchedLines): ChangedRun[] {
  const count = searched.lines.length;
  let groups = merged(
    changes.map((run) => ({ changes: [run], up: CONTEXT, down: CONTEXT })),
    count,
  );
  for (;;) {
    const runs = groups.map((group) => rangeOf(group, count));
    const isUnique = runs.map((run) => isInOnePlace(run, searched));
    if (isUnique.every((is) => is)) return runs;
    groups = merged(
      groups.map((group, i) => (isUnique[i] ? group : { ...group, up: group.up * 2, down: group.down * 2 })),
      count,
    );
  }
}

/** All of the file is in one place, also when all of it is blank. */
function isInOnePlace({ start, end }: ChangedRun, searched: SearchedLines): boolean {
  const isWhole = start === 0 && end === searched.lines.length;
  return isWhole || searched.find(searched.lines.slice(start, end)).length === 1;
}

function rangeOf({ changes, up, down }: Group, count: number): ChangedRun {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return { start: 0, end: 0, from: 0, to: 0 };
  const before = Math.min(up, first.start);
  const behind = Math.min(down, count - last.end);
  return { start: first.start - before, end: last.end + behind, from: first.from - before, to: last.to + behind };
}

/** Before and behind a group, its context holds no other change: else they would be one. */
function merged(groups: readonly Group[], count: number): Group[] {
  const all: Group[] = [];
  for (const group of groups) {
    const last = all.at(-1);
    const touches = last !== undefined && rangeOf(group, count).start < rangeOf(last, count).end;
    if (touches) all[all.length - 1] = { changes: [...last.changes, ...group.changes], up: last.up, down: group.down };
    else all.push(group);
  }
  return all;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
