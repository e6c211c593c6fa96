import type { FillRequest } from "../llm/fill.ts";
import { redact } from "../util/redaction.ts";
import type { Known } from "./knowledge.ts";
import type { Place } from "./place.ts";
import type { Shape } from "./shape.ts";

/** Counts the tokens of a text, exactly or by an estimate. */
export type CountTokens = (text: string) => number;

export interface PromptParts {
  readonly label: string;
  readonly known: Known;
  /** Lines that were typed lately, the newest first. */
  readonly recent: readonly string[];
}

/** More makes a small local model slow, and no answer better. */
export const PROMPT_TOKENS = 2048;
const SHARE = { prefix: 0.6, suffix: 0.15, beside: 0.25 };
const ANSWER_TOKENS = { line: 64, block: 256 };

/** What a model is sent: the text around the gap, cut at lines, and beside it what is known, all without secrets. */
export function promptFor(place: Place, shape: Shape, parts: PromptParts, count: CountTokens): FillRequest {
  const prefix = lastLines(place.prefix, PROMPT_TOKENS * SHARE.prefix, count);
  const isCut = prefix.length < place.prefix.length;
  const imports = isCut ? importsOf(place.prefix) : "";
  const beside = besideOf(place.language, imports, parts, PROMPT_TOKENS * SHARE.beside, count);
  return {
    beside: redact(beside).text,
    prefix: redact(prefix).text,
    suffix: redact(firstLines(place.suffix, PROMPT_TOKENS * SHARE.suffix, count)).text,
    language: place.language,
    oneLine: shape === "line",
    maxTokens: ANSWER_TOKENS[shape],
  };
}

/** Comments of the language, then the imports as they stand. What is first matters most. */
function besideOf(
  language: string,
  imports: string,
  { label, known, recent }: PromptParts,
  room: number,
  count: CountTokens,
): string {
  const sections = [
    `Path: ${label}`,
    ...known.remembered.map((text) => `Remembered: ${text}`),
    ...known.problems.map(({ line, message }) => `Problem in line ${line}: ${message}`),
    ...(recent.length > 0 ? [`Edited lately:\n${recent.slice(0, 5).join("\n")}`] : []),
    ...known.neighbours.map((one) => `From ${one.label}:\n${one.text}`),
  ];
  const kept: string[] = [];
  let left = room - count(imports);
  for (const section of sections) {
    const text = commented(section, language);
    const tokens = count(text);
    if (tokens > left) continue;
    left -= tokens;
    kept.push(text);
  }
  return kept.join("") + imports;
}

const IMPORTS = /^(?:import\b|from\b.*\bimport\b|#include\b|using\b|use\b|require\b|const .*=\s*require\()/;
const MOST_IMPORTS = 30;

function importsOf(text: string): string {
  const lines = text.split("\n", 200).filter((line) => IMPORTS.test(line));
  return lines.length === 0 ? "" : `${lines.slice(0, MOST_IMPORTS).join("\n")}\n`;
}

const HASH = new Set([
  "python",
  "ruby",
  "shellscript",
  "yaml",
  "toml",
  "r",
  "perl",
  "makefile",
  "dockerfile",
  "elixir",
]);
const DASHES = new Set(["sql", "lua", "haskell"]);

function commented(text: string, language: string): string {
  const mark = HASH.has(language) ? "#" : DASHES.has(language) ? "--" : "//";
  return text
    .split("\n")
    .map((line) => `${mark} ${line}\n`)
    .join("");
}

const CHARACTERS_PER_TOKEN = 4;

function lastLines(text: string, room: number, count: CountTokens): string {
  let cut = text.slice(-Math.floor(room * CHARACTERS_PER_TOKEN));
  while (count(cut) > room) cut = cut.slice(Math.ceil(cut.length * 0.2));
  const end = cut.indexOf("\n");
  return cut.length === text.length || end < 0 ? cut : cut.slice(end + 1);
}

function firstLines(text: string, room: number, count: CountTokens): string {
  let cut = text.slice(0, Math.floor(room * CHARACTERS_PER_TOKEN));
  while (count(cut) > room) cut = cut.slice(0, Math.floor(cut.length * 0.8));
  const end = cut.lastIndexOf("\n");
  return cut.length === text.length || end < 0 ? cut : cut.slice(0, end + 1);
}
