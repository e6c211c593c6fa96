import type { LinePiece } from "./linePiece.ts";
import { bare, type Lines } from "./lines.ts";

/** Lines of the file, and what stands in their place afterwards; or a piece of one long line. */
export interface Change {
  readonly start: number;
  readonly end: number;
  /** Absent: they stay as they are. */
  readonly lines?: readonly string[];
  /** Within the line `start`. */
  readonly piece?: LinePiece;
}

/** Whether both touch the same lines, or the same characters of one. */
export function overlap(a: Change, b: Change): boolean {
  if (a.piece !== undefined && b.piece !== undefined && a.start === b.start) {
    return a.piece.from < b.piece.to && b.piece.from < a.piece.to;
  }
  return a.start < b.end && b.start < a.end;
}

/** The file with all of them; no two touch. */
export function withChanges(file: Lines, changes: readonly Change[]): string {
  const kept = withPieces(file.lines, changes);
  const parts = [file.mark];
  let at = 0;
  const keep = (until: number) => {
    for (; at < until; at++) parts.push(kept[at] ?? "", file.ends[at] ?? "");
  };
  for (const { start, end, lines } of changes.toSorted((a, b) => a.start - b.start)) {
    if (lines === undefined) continue;
    keep(start);
    const ends = endsOf(file, { start, end }, lines);
    for (const [i, line] of lines.entries()) parts.push(line, ends[i] ?? "");
    at = end;
  }
  keep(file.lines.length);
  if (file.ends.at(-1) === "" && parts.length > 1) parts[parts.length - 1] = "";
  return parts.join("");
}

function withPieces(lines: readonly string[], changes: readonly Change[]): readonly string[] {
  const pieces = changes.flatMap(({ piece }) => piece ?? []).toSorted((a, b) => b.from - a.from);
  if (pieces.length === 0) return lines;
  const next = [...lines];
  for (const { line, from, to, text } of pieces) {
    const whole = next[line] ?? "";
    if (text !== undefined) next[line] = whole.slice(0, from) + text + whole.slice(to);
  }
  return next;
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
