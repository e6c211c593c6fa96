import type { Block } from "../protocol/edits.ts";
import { isElided } from "./elided.ts";
import { shifted } from "./indentation.ts";
import { bare, joined, type Lines, linesOf } from "./lines.ts";
import { type Place, SearchedLines } from "./places.ts";

export interface ApplyRequest {
  /** The file as whoever wrote the blocks saw it. */
  readonly original: string;
  /** The file as it stands. */
  readonly current: string;
  readonly blocks: readonly Block[];
}

/** `block` is the index of the first that does not fit, `why` a sentence that says what to do. */
export type ApplyResult =
  | { readonly kind: "applied"; readonly text: string }
  | { readonly kind: "refused"; readonly block: number; readonly why: string };

/** More than this is no file that somebody writes by hand. */
const MAX_CHARACTERS = 20_000_000;
/** In a longer line one place of it may be meant; in others whole lines are. */
const LONG_LINE = 500;

/**
 * Puts each block's replacement in the place of the lines that it searches: all blocks or none. A block fits where its lines stand in
 * exactly one place, in `original` as in `current`; blanks at line ends, one shift of the indentation, tabs for spaces, line ends, a
 * byte order mark, a missing last newline and composed letters may differ, nothing else. What was applied already stays as it is.
 */
export function applyBlocks({ original, current, blocks }: ApplyRequest): ApplyResult {
  if (current.length > MAX_CHARACTERS) return refuse(0, "The file is too large to be changed block by block.");
  const file = linesOf(current);
  const only = blocks.length === 1 ? blocks[0] : undefined;
  if (file.lines.length === 0 && only !== undefined && only.search === "") {
    return { kind: "applied", text: file.mark + only.replace };
  }
  const now = new SearchedLines(file);
  const then = original === current ? now : new SearchedLines(linesOf(original));
  const changes: Change[] = [];
  for (const [index, block] of blocks.entries()) {
    const change = locate(block, now, then);
    if (typeof change === "string") return refuse(index, change);
    if (changes.some((other) => overlap(other, change))) return refuse(index, OVERLAPPING);
    changes.push(change);
  }
  return { kind: "applied", text: withChanges(file, changes) };
}

/** Lines of the file, and what stands in their place afterwards; or a piece of one long line. */
interface Change {
  readonly start: number;
  readonly end: number;
  /** Absent: they stay as they are. */
  readonly lines?: readonly string[];
  /** Within the line `start`, in UTF-16 code units. */
  readonly piece?: { readonly from: number; readonly to: number; readonly text: string };
}

const NOT_FOUND = "The lines to be changed are not in the file, or were changed since. Look at the file again.";
const AMBIGUOUS = "The lines to be changed stand in several places of the file. Say more of what stands around them.";
const AMBIGUOUS_BEFORE =
  "The lines to be changed stood in several places of the file. Say more of what stands around them.";
const OVERLAPPING = "Two changes touch the same lines. Make one of them.";
const UNEVEN = "The file is indented in another way there than the change. Look at the file again.";
const EMPTY = "The change does not say which lines it replaces, and the file is not empty.";
const ELIDED = "The change leaves something out with dots. Write all of it.";

function refuse(block: number, why: string): ApplyResult {
  return { kind: "refused", block, why };
}

/** Answers why not, as a sentence, when it does not fit. */
function locate(block: Block, now: SearchedLines, then: SearchedLines): Change | string {
  const search = linesOf(block.search).lines;
  const replace = linesOf(block.replace).lines;
  if (search.every((line) => bare(line) === "")) return EMPTY;
  if (isElided(block)) return ELIDED;
  const done = alreadyApplied(search, replace, now, then);
  if (done !== undefined) return { start: done.start, end: done.end };
  const before = then.find(search);
  if (before.length === 0) return pieceOf(block, now, then) ?? NOT_FOUND;
  const place = theOne(before, now.find(search));
  if (typeof place === "string") return place;
  const lines = moved(replace, place);
  return lines === undefined ? UNEVEN : { start: place.start, end: place.end, lines };
}

/** A place that differs only in its indentation is another place all the same: nobody can tell which was meant. */
function theOne(before: readonly Place[], places: readonly Place[]): Place | string {
  const [place, ...others] = places;
  if (before.length > 1) return AMBIGUOUS_BEFORE;
  if (place === undefined) return NOT_FOUND;
  return others.length > 0 ? AMBIGUOUS : place;
}

/**
 * Where the replacement stands already: between the same lines between which the search stood, or, when something is only inserted,
 * around it.
 */
function alreadyApplied(
  search: readonly string[],
  replace: readonly string[],
  now: SearchedLines,
  then: SearchedLines,
): Place | undefined {
  if (replace.every((line) => bare(line) === "")) return undefined;
  const standing = now.find(replace);
  if (standing.length === 0) return undefined;
  const searched = now.find(search);
  const inside = standing.filter(({ start, end }) => {
    return searched.some((place) => place.start >= start && place.end <= end);
  });
  if (searched.length > 0) {
    const isAllInside = searched.length === 1 && inside.length === 1 && standing.length === 1;
    return isAllInside ? inside[0] : undefined;
  }
  const [place, ...others] = then.find(search);
  if (place === undefined || others.length > 0) return undefined;
  const between = standing.filter(({ start, end }) => {
    return (
      now.neighbour(start - 1, -1) === then.neighbour(place.start - 1, -1) &&
      now.neighbour(end, 1) === then.neighbour(place.end, 1)
    );
  });
  return between.length === 1 ? between[0] : undefined;
}

/** A piece of one long line, as in a minified file: there exactly once, before and now. */
function pieceOf({ search, replace }: Block, now: SearchedLines, then: SearchedLines): Change | undefined {
  if (/[\r\n]/.test(search) || /[\r\n]/.test(replace)) return undefined;
  const before = piecesIn(then.lines, search);
  const [piece, ...others] = piecesIn(now.lines, search);
  if (before.length !== 1 || piece === undefined || others.length > 0) return undefined;
  const { line, from } = piece;
  return { start: line, end: line + 1, piece: { from, to: from + search.length, text: replace } };
}

/** Two at most: more are as many as two. */
function piecesIn(lines: readonly string[], search: string): { line: number; from: number }[] {
  const found: { line: number; from: number }[] = [];
  for (const [line, text] of lines.entries()) {
    const from = text.indexOf(search);
    if (from < 0) continue;
    if (text.length < LONG_LINE || text.indexOf(search, from + 1) >= 0) return [];
    found.push({ line, from });
    if (found.length > 1) return found;
  }
  return found;
}

/** The replacement as it is indented there. */
function moved(replace: readonly string[], { shift }: Place): readonly string[] | undefined {
  const lines = replace.map((line) => shifted(line, shift));
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

function overlap(a: Change, b: Change): boolean {
  if (a.piece !== undefined && b.piece !== undefined && a.start === b.start) {
    return a.piece.from < b.piece.to && b.piece.from < a.piece.to;
  }
  return a.start < b.end && b.start < a.end;
}

function withChanges(file: Lines, changes: readonly Change[]): string {
  const lines = [...file.lines];
  const ends = [...file.ends];
  const lastFirst = changes.toSorted((a, b) => b.start - a.start || (b.piece?.from ?? 0) - (a.piece?.from ?? 0));
  for (const { start, end, lines: replacement, piece } of lastFirst) {
    if (piece !== undefined) {
      const line = lines[start] ?? "";
      lines[start] = line.slice(0, piece.from) + piece.text + line.slice(piece.to);
    }
    if (replacement === undefined) continue;
    const newEnds = endsOf(file, { start, end }, replacement);
    lines.splice(start, end - start, ...replacement);
    ends.splice(start, end - start, ...newEnds);
  }
  return joined({ mark: file.mark, lines, ends });
}

/** Lines that only move keep their ends; new ones take that of the first line there. A last newline that is missing stays missing. */
function endsOf(
  { lines, ends }: Lines,
  { start, end }: Pick<Change, "start" | "end">,
  replacement: readonly string[],
): string[] {
  const style = ends[start] || ends.find((one) => one !== "") || "\n";
  const most = Math.min(end - start, replacement.length);
  const isSame = (old: number, next: number) => bare(lines[old] ?? "") === bare(replacement[next] ?? "");
  let head = 0;
  while (head < most && isSame(start + head, head)) head++;
  let tail = 0;
  while (tail < most - head && isSame(end - 1 - tail, replacement.length - 1 - tail)) tail++;
  const found = replacement.map((_, i) => {
    const old = i < head ? start + i : i >= replacement.length - tail ? end - replacement.length + i : undefined;
    return (old === undefined ? undefined : ends[old]) || style;
  });
  if (ends[end - 1] === "" && found.length > 0) found[found.length - 1] = "";
  return found;
}
