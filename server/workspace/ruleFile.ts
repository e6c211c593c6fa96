import { splitFrontMatter } from "./frontMatter.ts";

/** A rule file as it is written: its text, and for which files it is meant. */
export interface RuleFile {
  /** Patterns as in .gitignore, from the workspace folder; absent: it is meant for all. */
  readonly globs?: readonly string[];
  readonly text: string;
  /** The line of the file that the text begins with, from 1. */
  readonly startLine: number;
}

/**
 * Reads the front matter: `paths:` or `globs:`, a list or a line of patterns with commas. Whatever else stands
 * there is passed over.
 */
export function parseRuleFile(source: string): RuleFile {
  const { lines = [], text, startLine } = splitFrontMatter(source);
  const globs = globsOf(lines);
  return { text, startLine, ...(globs.length > 0 && { globs }) };
}

function globsOf(lines: readonly string[]): string[] {
  const globs: string[] = [];
  let isList = false;
  for (const line of lines) {
    const [, key, value = ""] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) {
      isList = key === "paths" || key === "globs";
      if (isList) globs.push(...patterns(value.replace(/^\[(.*)\]$/, "$1")));
    } else if (isList) {
      globs.push(...patterns(/^\s*-\s+(.*)$/.exec(line)?.[1] ?? ""));
    }
  }
  return globs;
}

/** Split at the commas outside of braces, which are written out: .gitignore knows none. */
function patterns(list: string): string[] {
  const written = list.match(/(?:[^,{]|\{[^}]*\}?)+/g) ?? [];
  return written
    .map((pattern) => pattern.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((pattern) => pattern !== "")
    .flatMap(withoutBraces);
}

function withoutBraces(pattern: string): string[] {
  const [whole, choices] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined || choices === undefined) return [pattern];
  return choices.split(",").flatMap((choice) => withoutBraces(pattern.replace(whole, () => choice.trim())));
}
