import type { Place } from "./place.ts";

/** How much is asked for at a place. */
export type Shape = "line" | "block";

/** Opens a block at the end of a line. */
const OPENER = /(?:[{[(]|=>|\b(?:then|do|else|begin)|:)\s*$/;
const CLOSERS = /^[\s)\]};,>'"`]*$/;
const BY_INDENT = new Set(["python", "yaml", "haml", "coffeescript", "nim", "pug", "sass"]);
const COLON_OPENS = new Set(["python", "yaml", "nim"]);
const LINE_COMMENT = /^\s*(?:\/\/|#|--|\*|;)/;

/** Several lines only where a block begins, or in one that is still empty; else the rest of the line. */
export function shapeOf({ line, rest, prefix, suffix, language }: Place): Shape {
  if (rest.trim() !== "" || LINE_COMMENT.test(line)) return "line";
  if (line.trim() !== "") return "line";
  const before = lastLine(prefix.slice(0, prefix.length - line.length));
  if (before === undefined || !opens(before, language)) return "line";
  const next = suffix.split("\n", 3).find((one) => one.trim() !== "");
  // The block has a body already: what stands here is one line of it.
  return next !== undefined && indentOf(next) >= indentOf(line) && !CLOSERS.test(next) ? "line" : "block";
}

/** Whether something may stand here: not within a word, and behind it only what closes. */
export function canGoOn({ line, rest }: Place): boolean {
  return CLOSERS.test(rest) && !/[;}]\s*$/.test(line);
}

/**
 * As much of an answer as belongs here. A line ends at its end; a block with the bracket that closes it, before a line that is indented
 * less, or after 12 lines.
 */
export function cutAtSyntax(text: string, place: Place, shape: Shape): string {
  if (shape === "line") return cutLine(firstLine(text), place);
  const base = indentOf(place.line);
  const kept: string[] = [];
  let depth = 0;
  for (const [index, one] of text.replace(/\r/g, "").split("\n").entries()) {
    const blank = one.trim() === "";
    if (index > 0 && !blank && indentOf(one) < base) break;
    const next = depthAfter(one, depth);
    if (next < 0) {
      if (BY_INDENT.has(place.language)) kept.push(one);
      break;
    }
    if (kept.length === MOST_LINES || (blank && kept.at(-1)?.trim() === "")) break;
    kept.push(one);
    depth = next;
  }
  return kept.join("\n").trimEnd();
}

/** Whether what comes next of an answer would be cut off anyway. */
export function isWhole(text: string, place: Place, shape: Shape): boolean {
  if (shape === "line") return text.includes("\n");
  const end = text.lastIndexOf("\n");
  if (end < 0) return false;
  const whole = text.slice(0, end).trimEnd();
  return whole.length > cutAtSyntax(whole, place, shape).length;
}

const MOST_LINES = 12;

function firstLine(text: string): string {
  const clean = text.replace(/\r/g, "");
  const end = clean.indexOf("\n");
  return (end < 0 ? clean : clean.slice(0, end)).trimEnd();
}

/** Before a bracket that closes what was open before, when that is closed behind the cursor already. */
function cutLine(text: string, { rest }: Place): string {
  let depth = 0;
  for (const [at, character] of quoteless(text)) {
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth < 0) {
      if (rest.trimStart().startsWith(character)) return text.slice(0, at);
      depth = 0;
    }
  }
  return text;
}

function depthAfter(line: string, depth: number): number {
  let least = depth;
  let now = depth;
  for (const [, character] of quoteless(line)) {
    if ("([{".includes(character)) now++;
    else if (")]}".includes(character)) now--;
    least = Math.min(least, now);
  }
  return least < 0 ? least : now;
}

/** The characters that stand in no string. */
function* quoteless(line: string): Generator<[number, string]> {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === "\\") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if ("'\"`".includes(character)) quote = character;
    else yield [at, character];
  }
}

function opens(line: string, language: string): boolean {
  if (!OPENER.test(line)) return false;
  return !/:\s*$/.test(line) || COLON_OPENS.has(language) || /^\s*(?:case\b|default\b)/.test(line);
}

function lastLine(text: string): string | undefined {
  return text.split("\n").findLast((one) => one.trim() !== "");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
