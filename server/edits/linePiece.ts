import type { Block } from "../protocol/edits.ts";

/** A piece of one line, from `from` to `to` in UTF-16 code units, and what is to stand there. */
export interface LinePiece {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Absent: it stands there already. */
  readonly text?: string;
}

/** In a longer line one place of it may be meant; in others whole lines are. */
const LONG_LINE = 500;

/** A piece of one long line, as in a minified file: there exactly once, before and now. */
export function pieceOf(block: Block, now: readonly string[], then: readonly string[]): LinePiece | undefined {
  const search = withoutEnd(block.search);
  const replace = withoutEnd(block.replace);
  if (/[\r\n]/.test(search + replace) || search.trim() === "") return undefined;
  const [before, ...more] = piecesIn(then, search);
  if (before === undefined || more.length > 0) return undefined;
  const found = piecesIn(now, search);
  const [piece] = found;
  const done = piecesIn(now, replace);
  const [standing] = done;
  if (standing !== undefined && done.length === 1 && found.every((one) => isInside(one, standing))) {
    const isThere = found.length > 0 || goesOnAlike(before, then, standing, now, CONTEXT);
    if (isThere) return standing;
  }
  if (piece === undefined || found.length > 1 || !goesOnAlike(before, then, piece, now, 1)) return undefined;
  return { ...piece, text: replace };
}

/** So many characters on either side tell one place from others. */
const CONTEXT = 12;

function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** None when it stands in a line that is not long: then it is not clear that less than the line is meant. */
function piecesIn(lines: readonly string[], text: string): LinePiece[] {
  const found: LinePiece[] = [];
  const forms = new Set([text, text.normalize("NFC"), text.normalize("NFD")]);
  for (const [line, whole] of lines.entries()) {
    for (const form of forms) {
      if (form === "") continue;
      for (let from = whole.indexOf(form); from >= 0 && found.length < 2; from = whole.indexOf(form, from + 1)) {
        if (whole.length < LONG_LINE) return [];
        found.push({ line, from, to: from + form.length });
      }
    }
  }
  return found;
}

function isInside(inner: LinePiece, outer: LinePiece): boolean {
  return inner.line === outer.line && inner.from >= outer.from && inner.to <= outer.to;
}

/** Whether the same stands around both, so that no number or name was made longer or shorter. */
function goesOnAlike(
  a: LinePiece,
  then: readonly string[],
  b: LinePiece,
  now: readonly string[],
  count: number,
): boolean {
  const was = then[a.line] ?? "";
  const is = now[b.line] ?? "";
  const before = was.slice(Math.max(0, a.from - count), a.from) === is.slice(Math.max(0, b.from - count), b.from);
  return before && was.slice(a.to, a.to + count) === is.slice(b.to, b.to + count);
}
