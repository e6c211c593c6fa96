import { definitionsIn } from "../workspace/definitions.ts";
import { type FoundSymbol, symbolsIn } from "../workspace/symbols.ts";

/** What can be seen in code by its form alone. Lines count from `firstLine`. */

export interface FoundLine {
  readonly line: number;
  readonly text: string;
}

/** Functions and types that no comment stands before, nor a docstring in. */
export function undocumented(text: string, firstLine: number): FoundSymbol[] {
  const lines = text.split("\n");
  const kinds = new Map(definitionsIn(text, firstLine).map(({ line, kind }) => [line, kind]));
  return symbolsIn(text, firstLine).filter(({ startLine }) => {
    if (VALUES.has(kinds.get(startLine) ?? "")) return false;
    const index = startLine - firstLine;
    const before = lines.slice(0, index).findLast((line) => !/^\s*[@#][\w[]/.test(line)) ?? "";
    return !/^\s*(\/\/|\/\*|\*|#|--|;|""")|\*\/\s*$/.test(before) && !/^\s*("""|''')/.test(lines[index + 1] ?? "");
  });
}

/** Places that say of themselves that they are not finished. */
export function unfinished(text: string, firstLine: number): FoundLine[] {
  return text.split("\n").flatMap((line, index) => {
    return UNFINISHED.test(line) ? [{ line: firstLine + index, text: line.trim().slice(0, 120) }] : [];
  });
}

/** Definitions whose names stand in none of the texts. */
export function unmentioned(text: string, firstLine: number, texts: readonly string[]): FoundSymbol[] {
  const kinds = new Map(definitionsIn(text, firstLine).map(({ line, kind }) => [line, kind]));
  const words = new Set(texts.flatMap((one) => one.match(/[\p{L}\p{N}_$]+/gu) ?? []));
  return symbolsIn(text, firstLine).filter(({ name, startLine }) => {
    return TESTED.has(kinds.get(startLine) ?? "") && !words.has(name);
  });
}

/** Whether a file is a test of another one, by their names: "parse.test.ts", "test_parse.py", "ParseTest.java" of "parse.ts". */
export function isTestOf(test: string, file: string): boolean {
  const stem = stemOf(file);
  const name = stemOf(test);
  return (
    name !== stem &&
    name.replace(/^(?:test[_-]|Test(?=[A-Z]))|[._-](?:tests?|spec)$|(?:Tests?|Spec)$/, "").toLowerCase() ===
      stem.toLowerCase()
  );
}

const VALUES = new Set(["const", "let", "var", "static", "val", "#define", "module", "namespace", "package"]);
const TESTED = new Set(["function", "class", "def", "fn", "func", "fun", "defp", "sub", "proc", "method"]);
const UNFINISHED =
  /\b(?:TODO|FIXME|XXX|HACK)\b|not (?:yet )?implemented|NotImplemented(?:Error|Exception)?\b|\b(?:unimplemented|todo)!|\bTODO\(\)|^\s*(?:pass|\.\.\.)\s*(?:#.*)?$|\{\s*\}\s*$/i;

function stemOf(path: string): string {
  const name = path.split("/").at(-1) ?? path;
  return name.replace(/\.[^.]+$/, "");
}
