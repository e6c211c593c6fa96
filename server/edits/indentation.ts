import { bare, indentOf } from "./lines.ts";

/** How the indentation of a block differs from that of the file. */
export interface Shift {
  /** What stands in the file for each indentation of the block that occurs in both. */
  readonly known: ReadonlyMap<string, string>;
  /** Where both indent alike: put before each line, or taken from it. */
  readonly moved?: { readonly add: string; readonly remove: string };
  /** What the file indents with; absent when nothing tells. */
  readonly style?: Style;
  /** Columns of a tab, and by how many the file stands further to the right: all that the lines allow. */
  readonly fits: readonly Fit[];
}

export type Style = "tabs" | "blanks";

/** How a file indents as a rule, for where the lines of a block do not tell. */
export interface Habit {
  readonly style?: Style;
  readonly unit?: number;
}

interface Fit {
  readonly tab: number;
  readonly columns: number;
}

type Pair = readonly [from: string, to: string];

const TABS = [1, 2, 3, 4, 5, 6, 7, 8];

/** The one shift that makes these lines of a block those of the file; undefined when there is none. */
export function shiftBetween(block: readonly string[], file: readonly string[], habit: Habit): Shift | undefined {
  const pairs = block.flatMap((line, i): Pair[] => {
    const other = file[i];
    return bare(line) === "" || other === undefined ? [] : [[indentOf(line), indentOf(other)]];
  });
  const known = new Map(pairs);
  if (pairs.some(([from, to]) => known.get(from) !== to)) return undefined;
  const moved = movedBetween(pairs);
  const fits = TABS.flatMap((tab) => fitOf(pairs, tab)).filter(
    ({ tab }) => moved !== undefined || isThroughout(pairs, tab),
  );
  if (fits.length === 0) return undefined;
  const from = pairs.map(([one]) => one).join("");
  if (moved !== undefined && from !== "") return { known, moved, fits };
  const to = pairs.map(([, one]) => one).join("");
  const style = to === "" ? habit.style : styleOf(to);
  return {
    known,
    ...(style === undefined && moved && { moved }),
    ...(style && { style }),
    fits: exactOf(fits, pairs),
  };
}

/**
 * The line as it would stand in the file; undefined when that cannot be told, or it would stand left of the margin.
 * @param unit columns of a tab, for where the lines of the block do not tell.
 */
export function shifted(line: string, shift: Shift, unit: number | undefined): string | undefined {
  if (bare(line) === "") return line;
  const own = indentOf(line);
  const indent = shift.known.get(own) ?? newIndent(own, line.startsWith("*", own.length), shift, unit);
  return indent === undefined ? undefined : indent + line.slice(own.length);
}

/** How these lines indent. A comment's stars stand one column further and say nothing. */
export function habitOf(lines: readonly string[]): Habit {
  let hasTabs = false;
  let unit = 0;
  for (const line of lines) {
    const width = blanksBefore(line);
    const next = line[width];
    if (next === "*") continue;
    if (next === "\t" && width === 0) hasTabs = true;
    if (next !== "\t" && width > 0) unit = divisor(unit, width);
  }
  return {
    ...(hasTabs !== unit > 0 && { style: hasTabs ? "tabs" : "blanks" }),
    ...(unit > 1 && unit <= 8 && { unit }),
  };
}

function fitOf(pairs: readonly Pair[], tab: number): Fit[] {
  const [columns = 0, ...rest] = pairs.map(([from, to]) => widthOf(to, tab) - widthOf(from, tab));
  return rest.every((one) => one === columns) ? [{ tab, columns }] : [];
}

/** Who indents with tabs has no line with blanks in place of one: such a line was moved by hand. */
function isThroughout(pairs: readonly Pair[], tab: number): boolean {
  return [0, 1].every((side) => {
    const indents = pairs.map((pair) => pair[side] ?? "");
    const hasTabs = indents.some((one) => one.includes("\t"));
    return !hasTabs || indents.every((one) => one.includes("\t") || one.length < tab);
  });
}

/** What shifts nothing comes first. */
function exactOf(fits: readonly Fit[], pairs: readonly Pair[]): readonly Fit[] {
  const isTold = pairs.some(([from, to]) => from !== "" && to !== "");
  const exact = fits.filter(({ columns }) => columns === 0);
  return isTold && exact.length > 0 ? exact : fits;
}

function styleOf(indents: string): Style {
  return indents.includes("\t") ? "tabs" : "blanks";
}

function movedBetween(pairs: readonly Pair[]): Shift["moved"] {
  const [[from, to] = ["", ""]] = pairs;
  const add = to.endsWith(from) ? to.slice(0, to.length - from.length) : "";
  const remove = from.endsWith(to) ? from.slice(0, from.length - to.length) : "";
  return pairs.every(([one, other]) => remove + other === add + one) ? { add, remove } : undefined;
}

function newIndent(
  own: string,
  isStar: boolean,
  { moved, style, fits }: Shift,
  unit: number | undefined,
): string | undefined {
  const isOwnStyle = style === undefined || (style === "tabs" ? !/^ {2}/.test(own) : !own.includes("\t"));
  if (moved !== undefined && isOwnStyle) {
    return own.startsWith(moved.remove) ? moved.add + own.slice(moved.remove.length) : undefined;
  }
  if (isOwnStyle && fits.every(({ columns }) => columns === 0)) return own;
  const told = fits.filter(({ tab }) => tab === unit);
  const found = new Set((told.length > 0 ? told : fits).map((fit) => written(own, isStar, style, fit)));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

function written(own: string, isStar: boolean, style: Style | undefined, { tab, columns }: Fit): string | undefined {
  const width = widthOf(own, tab) + columns;
  if (width < 0) return undefined;
  if (style !== "tabs") return " ".repeat(width);
  const rest = width % tab;
  return rest === 0 || (isStar && rest === 1) ? "\t".repeat((width - rest) / tab) + " ".repeat(rest) : undefined;
}

function widthOf(indent: string, tab: number): number {
  let columns = 0;
  for (const character of indent) columns += character === "\t" ? tab : 1;
  return columns;
}

function blanksBefore(line: string): number {
  let count = 0;
  while (line[count] === " ") count++;
  return count;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
