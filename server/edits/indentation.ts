import { bare, indentOf } from "./lines.ts";

/**
 * How the indentation of a block differs from that of the file: first written in the file's own way (tabs for so many spaces, or
 * spaces for tabs), then `add` put before each line, or `remove` taken from it.
 */
export interface Shift {
  /** Spaces for one tab; absent when both write it the same way. */
  readonly tab?: { readonly width: number; readonly to: "tabs" | "spaces" };
  readonly add: string;
  readonly remove: string;
}

export const SAME: Shift = { add: "", remove: "" };

/** The shift that makes these lines of a block those of the file; undefined when there is no single one. */
export function shiftBetween(block: readonly string[], file: readonly string[]): Shift | undefined {
  const pairs = block.flatMap((line, i) => {
    const other = file[i];
    return bare(line) === "" || other === undefined ? [] : [{ from: indentOf(line), to: indentOf(other) }];
  });
  return uniform(pairs) ?? otherWriting(pairs);
}

/** The line as it would stand in the file; undefined when it cannot be moved so. A blank line stays as it is. */
export function shifted(line: string, { tab, add, remove }: Shift): string | undefined {
  if (bare(line) === "") return line;
  const own = indentOf(line);
  const written = tab === undefined ? own : rewritten(own, tab);
  if (written === undefined || !written.startsWith(remove)) return undefined;
  return add + written.slice(remove.length) + line.slice(own.length);
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

function uniform(pairs: readonly Pair[]): Shift | undefined {
  const [first] = pairs;
  if (first === undefined) return SAME;
  const isDeeper = first.to.length >= first.from.length;
  const [short, long] = isDeeper ? [first.from, first.to] : [first.to, first.from];
  if (!long.endsWith(short)) return undefined;
  const moved = long.slice(0, long.length - short.length);
  const shift = isDeeper ? { add: moved, remove: "" } : { add: "", remove: moved };
  return pairs.every(({ from, to }) => shift.add + withoutStart(from, shift.remove) === to) ? shift : undefined;
}

/** Undefined (as text that matches nothing) when it does not begin so. */
function withoutStart(text: string, start: string): string | undefined {
  return text.startsWith(start) ? text.slice(start.length) : undefined;
}

/** Tabs against the same number of spaces throughout; where several widths would do, the one that shifts nothing, then the widest. */
function otherWriting(pairs: readonly Pair[]): Shift | undefined {
  const isSpaces = pairs.every(({ from, to }) => !from.includes("\t") && !to.includes(" "));
  const isTabs = pairs.every(({ from, to }) => !from.includes(" ") && !to.includes("\t"));
  if (!isSpaces && !isTabs) return undefined;
  const to = isSpaces ? "tabs" : "spaces";
  const found: Shift[] = [];
  for (let width = 8; width >= 1; width--) {
    const written = pairs.flatMap((pair) => {
      const from = rewritten(pair.from, { width, to });
      return from === undefined ? [] : [{ from, to: pair.to }];
    });
    const shift = written.length === pairs.length ? uniform(written) : undefined;
    if (shift !== undefined) found.push({ ...shift, tab: { width, to } });
  }
  return found.find(({ add, remove }) => add === "" && remove === "") ?? found.at(0);
}

function rewritten(indent: string, { width, to }: NonNullable<Shift["tab"]>): string | undefined {
  if (to === "spaces") return indent.replaceAll("\t", " ".repeat(width));
  const spaces = indent.replaceAll("\t", " ".repeat(width)).length;
  return spaces % width === 0 ? "\t".repeat(spaces / width) : undefined;
}
