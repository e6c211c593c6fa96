import { definitionsIn } from "../workspace/definitions.ts";

/** Lines count from 0, both inclusive. */
export interface EnclosingFunction {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Farther up nobody looks: what is longer is no function that one thinks of as one thing. */
const MAX_LINES = 2000;

/** The function around a line, found by the form of its first line and by how the lines are indented. */
export function enclosingFunction(lines: readonly string[], line: number): EnclosingFunction | undefined {
  const start = firstLineOf(lines, line);
  if (start === undefined) return undefined;
  const endLine = lastLineOf(lines, start.line);
  return endLine < line ? undefined : { name: start.name, startLine: start.line, endLine };
}

function firstLineOf(lines: readonly string[], line: number): { line: number; name: string } | undefined {
  let indent = Number.POSITIVE_INFINITY;
  for (let at = line; at >= 0 && at > line - MAX_LINES; at--) {
    const text = lines[at] ?? "";
    const own = indentOf(text);
    if (text.trim() === "" || own >= indent) continue;
    const name = functionIn(text);
    if (name !== undefined) return { line: at, name };
    // What is closed here was opened above, at the same depth.
    indent = CLOSES.test(text) ? own + 1 : own;
    if (indent === 0) return undefined;
  }
  return undefined;
}

function lastLineOf(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? "");
  let last = start;
  for (let at = start + 1; at < lines.length && at < start + MAX_LINES; at++) {
    const text = lines[at] ?? "";
    if (text.trim() === "") continue;
    if (indentOf(text) > depth) last = at;
    else if (CONTINUES.test(text)) last = at;
    else return ENDS.test(text) ? at : last;
  }
  return last;
}

function functionIn(text: string): string | undefined {
  const [found] = definitionsIn(text);
  return found !== undefined && FUNCTIONS.has(found.kind) ? found.name : undefined;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

const FUNCTIONS = new Set(["function", "method", "def", "defp", "fn", "func", "fun", "sub", "proc"]);
const CLOSES = /^\s*[)}\]]/;
/** The end of a signature of several lines; the brace on a line of its own. */
const CONTINUES = /^\s*(\).*[{:=>]\s*$|\{)/;
const ENDS = /^\s*([)}\]]|end\b)/;
