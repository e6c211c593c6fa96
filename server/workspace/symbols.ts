import { type Definition, definitionsIn } from "./definitions.ts";

/** Lines from 1, both inclusive. */
export interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

/** A definition by its name. */
export interface FoundSymbol extends Lines {
  readonly name: string;
}

/** A definition longer than this is shown by its beginning. */
const MAX_LINES = 80;

/** The definitions in some lines of a file, of which the first has this number. Found by form, in any common language. */
export function symbolsIn(text: string, firstLine: number): FoundSymbol[] {
  const lines = text.split("\n");
  const known = new Set<string>();
  return namesIn(text).flatMap(({ name, line }) => {
    const index = line - 1;
    if (known.has(name) && !isMember(lines, index)) return [];
    known.add(name);
    return [{ name, startLine: firstLine + index, endLine: firstLine + endOf(lines, index) }];
  });
}

/** Like the same method of another class. What else has the form of a definition again is an overload, or a use. */
function isMember(lines: readonly string[], index: number): boolean {
  return indentOf(lines[index] ?? "") > 0 && endOf(lines, index) > index;
}

/** An impl is of a name that is defined elsewhere. */
function namesIn(text: string): Definition[] {
  return definitionsIn(text).filter(({ kind }) => kind !== "impl");
}

/** Where a definition stands now: where it was, or wherever the file defines that name; undefined if nowhere. */
export function findSymbol(lines: readonly string[], known: FoundSymbol): Lines | undefined {
  const word = wordOf(known.name);
  const stands = lines.slice(known.startLine - 1, known.endLine).some((line) => word.test(line));
  if (stands && known.endLine > known.startLine) return known;
  const index = stands ? known.startLine - 1 : definitionOf(known.name, lines);
  return index === undefined ? undefined : { startLine: index + 1, endLine: endOf(lines, index) + 1 };
}

function definitionOf(name: string, lines: readonly string[]): number | undefined {
  const found = namesIn(lines.join("\n")).find((definition) => definition.name === name);
  return found && found.line - 1;
}

function wordOf(name: string): RegExp {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, "u");
}

/** The last line of what begins at a line: before the next one that is indented no deeper, but for a closing bracket. */
function endOf(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? "");
  const most = Math.min(lines.length, start + MAX_LINES);
  for (let at = start + 1; at < most; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "" || indentOf(line) > depth) continue;
    if (/^\s*[)\]}]/.test(line)) {
      if (/[{([]\s*$/.test(line)) continue;
      return at;
    }
    if (/^\s*\{\s*$/.test(line)) continue;
    return lastNotBlank(lines, start, at - 1);
  }
  return lastNotBlank(lines, start, most - 1);
}

function lastNotBlank(lines: readonly string[], start: number, end: number): number {
  let last = end;
  while (last > start && lines[last]?.trim() === "") last--;
  return last;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
