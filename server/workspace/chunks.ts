import type { DefinitionLines } from "./syntaxTrees.ts";

/** Lines from 1, both inclusive. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** A chunk is made whole by up to so many lines at each end. */
const MAX_EXTENSION = 40;
/** A chunk is cut rather than be longer: about 2,000 tokens, the most that one hit should take of a prompt. */
const MAX_CHUNK_LENGTH = 8_000;
/** What is longer than this is data, not code. */
const MAX_LINE_LENGTH = 1_000;

/**
 * Moves the ends of a chunk of lines to the ends of definitions: one that it cuts is taken in whole when it is not much longer,
 * else left out when something remains.
 */
export function wholeDefinitions(range: LineRange, definitions: DefinitionLines | undefined): LineRange {
  if (definitions === undefined) return range;
  let { startLine, endLine } = range;
  for (const [start, end] of pairsOf(definitions)) {
    if (start < range.startLine && end >= range.startLine && end - start < 4 * MAX_EXTENSION) {
      if (range.startLine - start <= MAX_EXTENSION) startLine = Math.min(startLine, start);
      else if (end < range.endLine && end - range.startLine < MAX_EXTENSION / 2)
        startLine = Math.max(startLine, end + 1);
    }
    if (start <= range.endLine && end > range.endLine && start > range.startLine) {
      if (end - range.endLine <= MAX_EXTENSION) endLine = Math.max(endLine, end);
      else if (range.endLine - start < MAX_EXTENSION / 2) endLine = Math.min(endLine, start - 1);
    }
  }
  return startLine <= endLine ? { startLine, endLine } : range;
}

/**
 * The lines of a file that a chunk shows: no blank ones at its ends, none past the file's end, and not too long. `redact`, which
 * must keep lines, is given what stands around them as well: in a piece of a key nothing says what it is.
 */
export function cutChunk(
  text: string,
  { startLine, endLine }: LineRange,
  redact: (text: string) => string = (plain) => plain,
): LineRange & { readonly text: string } {
  const all = linesOf(text);
  let first = startLine - 1;
  let last = Math.min(endLine, all.length) - 1;
  while (first < last && all[first]?.trim() === "") first++;
  while (last > first && all[last]?.trim() === "") last--;
  const before = Math.max(0, first - LINES_AROUND);
  const lines = redact(all.slice(before, last + 1 + LINES_AROUND).join("\n"))
    .split("\n")
    .slice(first - before, last + 1 - before);
  let length = 0;
  let count = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > MAX_CHUNK_LENGTH && count > 0) break;
    count++;
  }
  return { startLine: first + 1, endLine: first + Math.max(count, 1), text: lines.slice(0, count).join("\n") };
}

/** No key is longer (PEM of 16,384 bits). */
const LINES_AROUND = 250;

function* pairsOf(definitions: DefinitionLines): Generator<readonly [number, number]> {
  for (let i = 0; i + 1 < definitions.length; i += 2) yield [definitions[i] ?? 0, definitions[i + 1] ?? 0];
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => (line.length > MAX_LINE_LENGTH ? shortened(line) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function shortened(line: string): string {
  return `${line.slice(0, MAX_LINE_LENGTH).toWellFormed()}…`;
}
