/** Some consecutive lines of a file. */
export interface Chunk {
  /** From 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
}

/** Lines of a chunk, and by how many the next one starts later; memory.md ("Code retrieval") found 60 good. */
const CHUNK_LINES = 60;
const STEP_LINES = 45;
/** A chunk ends early rather than be longer: about 2,000 tokens, the most that one hit should take of a prompt. */
const MAX_CHUNK_LENGTH = 8_000;
/** What is longer than this is data, not code. */
const MAX_LINE_LENGTH = 1_000;

/** Cuts a file into overlapping chunks. A blank file has none. */
export function chunksOf(text: string): Chunk[] {
  const lines = linesOf(text);
  const chunks: Chunk[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = endOfChunk(lines, start);
    const body = lines.slice(start, end).join("\n");
    if (body.trim() !== "") chunks.push({ startLine: start + 1, endLine: end, text: body });
    if (end === lines.length) break;
    start += Math.max(1, Math.ceil(((end - start) * STEP_LINES) / CHUNK_LINES));
  }
  return chunks;
}

/** These lines of a file as a chunk would have them. */
export function linesBetween(text: string, startLine: number, endLine: number): string {
  return linesOf(text)
    .slice(startLine - 1, endLine)
    .join("\n");
}

/** The names that a piece of code defines, one per definition; found by form, in any common language. */
export function definitionsIn(text: string): string[] {
  return DEFINITIONS.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? "")).filter(
    (name) => !NOT_NAMES.has(name),
  );
}

const DEFINITIONS = [
  /(?:#define|\b(?:function\s*\*?|class|interface|type|enum|struct|trait|union|record|object|protocol|module|namespace|package|def|fn|fun|sub|proc|macro_rules!|defmodule|defp?))[ \t]+(?:self\.)?([\p{L}_$][\p{L}\p{N}_$]*)/gu,
  /\bfunc[ \t]+(?:\([^()\n]{0,80}\)[ \t]*)?([\p{L}_][\p{L}\p{N}_]*)/gu,
  /^(?:export[ \t]+|pub[ \t]+)?(?:const|let|var|static|val)[ \t]+(?:mut[ \t]+)?([\p{L}_$][\p{L}\p{N}_$]*)/gmu,
  /^[ \t]+(?:(?:public|private|protected|internal|static|async|override|readonly|abstract|virtual|final|get|set|export)[ \t]+){0,5}#?([\p{L}_$][\p{L}\p{N}_$]*)(?:<[^<>\n]{0,80}>)?\([^;{}\n]{0,200}\{[ \t]*$/gmu,
];

const NOT_NAMES = new Set(
  "if for while switch catch return function with do else match super await new typeof of the in is and".split(" "),
);

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => (line.length > MAX_LINE_LENGTH ? shortened(line) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function shortened(line: string): string {
  return `${line.slice(0, MAX_LINE_LENGTH).toWellFormed()}…`;
}

function endOfChunk(lines: readonly string[], start: number): number {
  let length = 0;
  let end = start;
  while (end < lines.length && end - start < CHUNK_LINES) {
    length += (lines[end]?.length ?? 0) + 1;
    if (length > MAX_CHUNK_LENGTH && end > start) break;
    end++;
  }
  return end;
}
