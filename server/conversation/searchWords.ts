import type { Snippet } from "../protocol/requests.ts";

/** The words of a query, without case and accents, each once. */
export function wordsOf(query: string): string[] {
  const words = folded(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  return [...new Set(words)].slice(0, MAX_WORDS);
}

/** Without case and accents: "Café" becomes "cafe". */
export function folded(text: string): string {
  return isPlain(text)
    ? text.toLowerCase()
    : text
        .normalize("NFD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase();
}

/** Where any of the words stands in a text, as pairs of offsets, in order and without overlaps. */
export function marksIn(text: string, words: readonly string[]): (readonly [number, number])[] {
  const { lower, offsets } = foldedWithOffsets(text);
  const found = words.flatMap((word) => occurrences(lower, word)).sort(([a], [b]) => a - b);
  const marks: [number, number][] = [];
  for (const [start, end] of found) {
    const last = marks.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else marks.push([start, end]);
  }
  return marks.map(([start, end]) => [offsets(start), offsets(end)]);
}

/** The part of a text around its first longest word, on one line, with all words in it marked. */
export function snippetOf(text: string, words: readonly string[]): Snippet {
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), "");
  const [at = 0] = marksIn(text, [longest])[0] ?? [];
  const from = wordStart(text, Math.max(0, at - CHARACTERS_BEFORE), at);
  const to = Math.min(text.length, from + MAX_CHARACTERS);
  const line = text.slice(from, to).replace(/\s+/g, " ").trim();
  const shown = `${from > 0 ? "…" : ""}${line}${to < text.length ? "…" : ""}`;
  return { text: shown, marks: marksIn(shown, words) };
}

const MAX_WORDS = 16;
/** A row of the panel shows about 50; the rest stands in its tooltip. */
const MAX_CHARACTERS = 160;
const CHARACTERS_BEFORE = 24;

function isPlain(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function occurrences(text: string, word: string): [number, number][] {
  const found: [number, number][] = [];
  if (word === "") return found;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    found.push([at, at + word.length]);
  }
  return found;
}

/** Folding changes lengths: `offsets` leads back to the text as it was written. */
function foldedWithOffsets(text: string): { lower: string; offsets: (index: number) => number } {
  if (isPlain(text)) return { lower: text.toLowerCase(), offsets: (index) => index };
  let lower = "";
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = folded(character);
    for (let unit = 0; unit < plain.length; unit++) starts.push(at);
    lower += plain;
    at += character.length;
  }
  return { lower, offsets: (index) => starts[index] ?? text.length };
}

/** No word is cut at its beginning, unless it is longer than what is shown of the text before the match. */
function wordStart(text: string, from: number, at: number): number {
  if (from === 0) return 0;
  const space = text.slice(from, at).search(/\s/);
  return space < 0 ? from : from + space + 1;
}
