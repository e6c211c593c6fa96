import type { Duplicate, Span } from "./findings.ts";
import type { Token } from "./tokens.ts";

/** Shorter runs say nothing: imports, signatures. About ten lines of code. */
const MIN_TOKENS = 60;
const MIN_LINES = 6;
/** Of so many tokens that many must differ: a table of values is no code that was copied. */
const MIN_DISTINCT = 18;
/** A run that stands in more places than this is boilerplate of the language. */
const MAX_PLACES = 20;
const MAX_FOUND = 200;

interface File {
  readonly label: string;
  readonly tokens: readonly Token[];
}

/**
 * Runs of tokens that stand in two places. Every MIN_TOKENS tokens of a file are a key (a rolling hash: R. M. Karp, M. O. Rabin,
 * "Efficient randomized pattern-matching algorithms", 1987); where a window of another place has that key and the same tokens, both are
 * widened as far as they agree.
 */
export class Duplicates {
  readonly #files: File[] = [];
  /** By hash, where such a window begins; of each file only every MIN_TOKENS-th. */
  readonly #windows = new Map<number, { readonly file: number; readonly start: number }[]>();

  add(label: string, tokens: readonly Token[]): void {
    const file = this.#files.push({ label, tokens }) - 1;
    for (let start = 0; start + MIN_TOKENS <= tokens.length; start += MIN_TOKENS) {
      if (!isVaried(tokens, start)) continue;
      const hash = hashOf(tokens, start);
      const known = this.#windows.get(hash);
      if (known === undefined) this.#windows.set(hash, [{ file, start }]);
      else known.push({ file, start });
    }
  }

  /** The longest first. */
  find(): Duplicate[] {
    const found: Duplicate[] = [];
    const seen = new Set<string>();
    for (const [index, file] of this.#files.entries()) {
      for (const { start, hash } of windowsOf(file.tokens)) {
        const places = this.#windows.get(hash) ?? [];
        if (places.length > MAX_PLACES) continue;
        for (const place of places) this.#compare(index, start, place, seen, found);
      }
      if (found.length > MAX_FOUND * 4) break;
    }
    return withoutOverlaps(found.sort((a, b) => b.lines - a.lines)).slice(0, MAX_FOUND);
  }

  #compare(
    file: number,
    start: number,
    place: { readonly file: number; readonly start: number },
    seen: Set<string>,
    found: Duplicate[],
  ): void {
    // Each pair once, and no window with itself.
    if (place.file > file || (place.file === file && place.start + MIN_TOKENS > start)) return;
    const [first, second] = [this.#files[place.file], this.#files[file]];
    if (first === undefined || second === undefined) return;
    const run = widened(first.tokens, place.start, second.tokens, start, place.file === file);
    if (run === undefined) return;
    const places = [spanOf(first, run.a, run.length), spanOf(second, run.b, run.length)] as const;
    const lines = places[0].endLine - places[0].startLine + 1;
    const key = JSON.stringify(places);
    if (lines < MIN_LINES || seen.has(key)) return;
    seen.add(key);
    found.push({ places, lines });
  }
}

/** The same code is found from several of its windows, and a table within itself, shifted: the longest counts. */
function withoutOverlaps(duplicates: readonly Duplicate[]): Duplicate[] {
  const taken = new Map<string, Span[]>();
  return duplicates.filter(({ places }) => {
    const isKnown = places.every((span) => taken.get(span.label)?.some((other) => overlap(span, other)));
    if (isKnown || overlap(...places)) return false;
    for (const span of places) taken.set(span.label, [...(taken.get(span.label) ?? []), span]);
    return true;
  });
}

function overlap(a: Span, b: Span): boolean {
  return a.label === b.label && a.startLine <= b.endLine && b.startLine <= a.endLine;
}

function isVaried(tokens: readonly Token[], start: number): boolean {
  const distinct = new Set<string>();
  for (let at = start; at < start + MIN_TOKENS; at++) distinct.add(tokens[at]?.text ?? "");
  return distinct.size >= MIN_DISTINCT;
}

function* windowsOf(tokens: readonly Token[]): Generator<{ start: number; hash: number }> {
  if (tokens.length < MIN_TOKENS) return;
  let hash = hashOf(tokens, 0);
  yield { start: 0, hash };
  for (let start = 1; start + MIN_TOKENS <= tokens.length; start++) {
    const gone = Math.imul(codeOf(tokens[start - 1]?.text ?? ""), HIGHEST);
    hash = (Math.imul(hash - gone, BASE) + codeOf(tokens[start + MIN_TOKENS - 1]?.text ?? "")) | 0;
    yield { start, hash };
  }
}

const BASE = 1_000_003;
/** What the first token of a window is multiplied by. */
const HIGHEST = Array.from({ length: MIN_TOKENS - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

function hashOf(tokens: readonly Token[], start: number): number {
  let hash = 0;
  for (let at = start; at < start + MIN_TOKENS; at++)
    hash = (Math.imul(hash, BASE) + codeOf(tokens[at]?.text ?? "")) | 0;
  return hash;
}

function codeOf(text: string): number {
  let code = 0;
  for (let i = 0; i < text.length; i++) code = (Math.imul(code, 31) + text.charCodeAt(i)) | 0;
  return code;
}

/** As far as both agree, and do not run into each other. Undefined when the hash was the same by chance. */
function widened(
  a: readonly Token[],
  aStart: number,
  b: readonly Token[],
  bStart: number,
  isSameFile: boolean,
): { a: number; b: number; length: number } | undefined {
  const same = (i: number, j: number) => a[i] !== undefined && a[i]?.text === b[j]?.text;
  for (let k = 0; k < MIN_TOKENS; k++) if (!same(aStart + k, bStart + k)) return undefined;
  let up = 0;
  while (same(aStart - up - 1, bStart - up - 1)) up++;
  let length = up + MIN_TOKENS;
  while (same(aStart - up + length, bStart - up + length)) length++;
  const most = isSameFile ? bStart - aStart : length;
  return { a: aStart - up, b: bStart - up, length: Math.min(length, most) };
}

function spanOf({ label, tokens }: File, start: number, length: number): Span {
  return { label, startLine: tokens[start]?.line ?? 1, endLine: tokens[start + length - 1]?.line ?? 1 };
}
