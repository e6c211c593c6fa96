import type { LinePiece } from "./linePiece.ts";
import { bare, joined, type Lines } from "./lines.ts";

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
  const lines = [...file.lines];
  const ends = [...file.ends];
  const lastFirst = changes.toSorted((a, b) => b.start - a.start || (b.piece?.from ?? 0) - (a.piece?.from ?? 0));
  for (const { start, end, lines: replacement, piece } of lastFirst) {
    if (piece?.text !== undefined) {
      const line = lines[start] ?? "";
      lines[start] = line.slice(0, piece.from) + piece.text + line.slice(piece.to);
    }
    if (replacement === undefined) continue;
    const newEnds = endsOf(file, { start, end }, replacement);
    lines.splice(start, end - start, ...replacement);
    ends.splice(start, end - start, ...newEnds);
  }
  if (file.ends.at(-1) === "" && ends.length > 0) ends[ends.length - 1] = "";
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
