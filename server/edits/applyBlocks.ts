import type { Block } from "../protocol/edits.ts";
import { standingAlready } from "./alreadyApplied.ts";
import { type Change, overlap, withChanges } from "./changes.ts";
import { isElided } from "./elided.ts";
import { habitOf, shifted } from "./indentation.ts";
import { pieceOf } from "./linePiece.ts";
import { bare, type Lines, linesOf } from "./lines.ts";
import { type Place, SearchedLines } from "./places.ts";

export interface ApplyRequest {
  /** The file as whoever wrote the blocks saw it. */
  readonly original: string;
  /** The file as it stands. */
  readonly current: string;
  readonly blocks: readonly Block[];
  /** The blocks were made of the file itself: where they stand letter by letter, they are replaced letter by letter. */
  readonly isExact?: boolean;
}

/** `block` is the index of the first that does not fit, `why` a sentence that says what to do. */
export type ApplyResult =
  | { readonly kind: "applied"; readonly text: string }
  | { readonly kind: "refused"; readonly block: number; readonly why: string };

/** More than this is no file that somebody writes by hand. */
const MAX_CHARACTERS = 20_000_000;

/**
 * Puts each block's replacement in the place of the lines that it searches: all blocks or none. A block fits where its lines stand in
 * exactly one place, in `original` as in `current`; blanks at line ends, one shift of the indentation, tabs for spaces, line ends, a
 * byte order mark, a missing last newline and composed letters may differ, nothing else. What was applied already stays as it is.
 */
export function applyBlocks({ original, current, blocks, isExact = false }: ApplyRequest): ApplyResult {
  if (current.length > MAX_CHARACTERS) return refuse(0, "The file is too large to be changed block by block.");
  const file = linesOf(current);
  const [only, ...more] = blocks;
  if (only?.search === "" && more.length === 0) return filled(only, linesOf(original), file, current);
  if (isExact && only !== undefined && more.length === 0 && isAll(only.search, file)) {
    const whole = { start: 0, end: file.lines.length, lines: linesOf(only.replace).lines };
    return { kind: "applied", text: withChanges(file, [whole]) };
  }
  const now = new SearchedLines(file);
  const before = original === current ? file : linesOf(original);
  const then = before === file ? now : new SearchedLines(before);
  const wanted = blocks.map((block) => wantedOf(block, then));
  const meant = meantBy(wanted, before, then);
  if (!isExact && meant.text === current) return { kind: "applied", text: current };
  const changes: Change[] = [];
  for (const [index, one] of wanted.entries()) {
    if (meant.overlapping === index) return refuse(index, OVERLAPPING);
    const change =
      typeof one === "string"
        ? one
        : ((isExact ? exactly(one, now) : undefined) ?? locate(one, meant.between(one, then), now, then));
    if (typeof change === "string") return refuse(index, change);
    if (changes.some((other) => overlap(other, change))) return refuse(index, OVERLAPPING);
    changes.push(change);
  }
  return { kind: "applied", text: withChanges(file, changes) };
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

/** All of an empty file. */
function filled({ replace }: Block, then: Lines, now: Lines, current: string): ApplyResult {
  if (then.lines.length > 0) return refuse(0, EMPTY);
  if (now.lines.length === 0) return { kind: "applied", text: now.mark + replace };
  const next = linesOf(replace).lines;
  const isDone = next.length === now.lines.length && next.every((line, i) => line === now.lines[i]);
  return isDone ? { kind: "applied", text: current } : refuse(0, EMPTY);
}

/** A block, and where it stood. */
interface Wanted {
  readonly block: Block;
  readonly search: readonly string[];
  readonly replace: readonly string[];
  /** Undefined where no whole lines were meant. */
  readonly before: Place | undefined;
}

/** Answers why not, as a sentence, when nobody can tell where it stood. */
function wantedOf(block: Block, then: SearchedLines): Wanted | string {
  const search = linesOf(block.search).lines;
  const replace = linesOf(block.replace).lines;
  if (search.every((line) => bare(line) === "")) return EMPTY;
  if (isElided(block)) return ELIDED;
  const [before, ...others] = then.find(search);
  return others.length > 0 ? AMBIGUOUS_BEFORE : { block, search, replace, before };
}

interface Meant {
  /** The file as it was, with all changes; undefined when they do not all fit. */
  readonly text: string | undefined;
  /** Index of the first block that touches what one before it does. */
  readonly overlapping: number | undefined;
  between(wanted: Wanted, then: SearchedLines): Neighbours[];
}

type Neighbours = readonly [before: string | undefined, behind: string | undefined];

/** What the blocks would have made of the file when they were written. */
function meantBy(wanted: readonly (Wanted | string)[], file: Lines, searched: SearchedLines): Meant {
  const changes = new Map<Wanted, Change>();
  for (const [index, one] of wanted.entries()) {
    if (typeof one === "string" || one.before === undefined) continue;
    const change = changeAt(one, one.before, searched.habit.unit);
    if (change === undefined) continue;
    if ([...changes.values()].some((other) => overlap(other, change))) {
      return { text: undefined, overlapping: index, between: (of, then) => [around(of.before, then)] };
    }
    changes.set(one, change);
  }
  const isWhole = wanted.every((one) => typeof one !== "string" && changes.has(one));
  const text = isWhole ? withChanges(file, [...changes.values()]) : undefined;
  const neighbours = new Map<Wanted, Neighbours>();
  if (changes.size > 1) {
    const after = new SearchedLines(linesOf(text ?? withChanges(file, [...changes.values()])));
    let moved = 0;
    for (const [one, { start, end, lines = [] }] of [...changes].toSorted(([, a], [, b]) => a.start - b.start)) {
      const place = { start: start + moved, end: start + moved + lines.length };
      neighbours.set(one, around(place, after));
      moved += lines.length - (end - start);
    }
  }
  return {
    text,
    overlapping: undefined,
    between: (of, then) => [
      around(of.before, then),
      ...(neighbours.has(of) ? [neighbours.get(of) ?? ([undefined, undefined] as const)] : []),
    ],
  };
}

function around(place: Pick<Place, "start" | "end"> | undefined, searched: SearchedLines): Neighbours {
  if (place === undefined) return [undefined, undefined];
  return [searched.neighbour(place.start - 1, -1), searched.neighbour(place.end, 1)];
}

/** Answers why not, as a sentence, when it does not fit. */
function locate(
  wanted: Wanted,
  between: readonly Neighbours[],
  now: SearchedLines,
  then: SearchedLines,
): Change | string {
  const { block, search, before } = wanted;
  if (before === undefined) {
    const piece = pieceOf(block, now.lines, then.lines);
    return piece === undefined ? NOT_FOUND : { start: piece.line, end: piece.line + 1, piece };
  }
  const done = standingAlready({ ...wanted, between }, now, then);
  if (done !== undefined) return done;
  const [place, ...others] = now.find(search);
  if (place === undefined) return NOT_FOUND;
  if (others.length > 0) return AMBIGUOUS;
  return changeAt(wanted, place, then.habit.unit ?? now.habit.unit) ?? UNEVEN;
}

/** Also where nothing but blanks stands in it. */
function isAll(search: string, { lines }: Lines): boolean {
  const wanted = linesOf(search).lines;
  return wanted.length === lines.length && wanted.every((line, i) => line === lines[i]);
}

function exactly({ search, replace }: Wanted, now: SearchedLines): Change | undefined {
  const [place, ...others] = now.find(search);
  if (place === undefined || others.length > 0) return undefined;
  const { start, end } = place;
  return search.every((line, i) => line === now.lines[start + i]) ? { start, end, lines: replace } : undefined;
}

/** The replacement as it is indented there; undefined when that cannot be told. */
function changeAt(
  { search, replace }: Wanted,
  { start, end, shift }: Place,
  usual: number | undefined,
): Change | undefined {
  const unit = usual ?? habitOf([...search, ...replace]).unit;
  const lines = replace.map((line) => shifted(line, shift, unit));
  return lines.every((line) => line !== undefined) ? { start, end, lines } : undefined;
}
