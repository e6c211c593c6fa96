/** How well a path or name fits what was typed of it. Pure. */
export interface FuzzyMatch {
  /** Higher is better; comparable for one query. */
  readonly score: number;
  /** Indexes (UTF-16) of the letters that matched. */
  readonly letters: readonly number[];
}

/**
 * A name fits when it holds the letters of the query in order, whatever their case. Best are names that are the query,
 * then those that start with it, hold it at the start of a word, hold it, and last those that only hold its letters. What
 * stands in the last segment of a path counts more than what stands in its folders; among equals the shorter path wins.
 */
export function fuzzyMatch(query: string, label: string): FuzzyMatch | undefined {
  const place = placeOf(query, label);
  if (place === undefined) return undefined;
  const { score, at, letters } = place;
  return { score, letters: letters ?? Array.from({ length: query.length }, (_, index) => at + index) };
}

/** The score alone, for long lists of which only the best are shown. */
export function fuzzyScore(query: string, label: string): number | undefined {
  return placeOf(query, label)?.score;
}

interface Place {
  readonly score: number;
  /** Where the whole query stands, or its first letter. */
  readonly at: number;
  /** Absent where the whole query stands together. */
  readonly letters?: readonly number[];
}

function placeOf(query: string, label: string): Place | undefined {
  if (query === "") return { score: -label.length / 1000, at: 0, letters: [] };
  const typed = query.toLowerCase();
  const text = label.toLowerCase();
  // Letters whose lower case is longer would shift the indexes.
  if (text.length !== label.length) return text.includes(typed) ? { score: 1, at: 0, letters: [] } : undefined;
  const nameAt = label.lastIndexOf("/") + 1;
  const inName = typed.includes("/") ? undefined : placeFrom(typed, text, label, nameAt);
  const found = inName ?? placeFrom(typed, text, label, 0);
  if (found === undefined) return undefined;
  return { ...found, score: found.score + (inName === undefined ? 0 : 50) - label.length / 1000 };
}

function placeFrom(typed: string, text: string, label: string, from: number): Place | undefined {
  const whole = bestPlace(typed, text, label, from);
  if (whole !== undefined) {
    const rest = text.length - whole - typed.length;
    const score = whole === from ? (rest === 0 ? 45 : 40) : isWordStart(label, whole) ? 35 : 25;
    return { score, at: whole };
  }
  const letters = lettersInOrder(typed, text, from);
  if (letters === undefined) return undefined;
  const starts = letters.filter((at) => isWordStart(label, at)).length;
  const [first = 0] = letters;
  const spread = (letters.at(-1) ?? 0) - first + 1 - letters.length;
  return { score: 10 + (10 * starts) / letters.length - Math.min(9, spread / 4), at: first, letters };
}

/** Where the whole query stands: at the start of a word, if it does anywhere. */
function bestPlace(typed: string, text: string, label: string, from: number): number | undefined {
  const first = text.indexOf(typed, from);
  if (first < 0) return undefined;
  for (let at = first; at >= 0; at = text.indexOf(typed, at + 1)) if (isWordStart(label, at)) return at;
  return first;
}

/** The first place of each letter behind the one before it. */
function lettersInOrder(typed: string, text: string, from: number): number[] | undefined {
  const letters: number[] = [];
  let at = from;
  for (const letter of typed) {
    at = text.indexOf(letter, at);
    if (at < 0) return undefined;
    for (let index = 0; index < letter.length; index++) letters.push(at + index);
    at += letter.length;
  }
  return letters;
}

function isWordStart(label: string, at: number): boolean {
  if (at === 0) return true;
  const before = label.charCodeAt(at - 1);
  const here = label.charCodeAt(at);
  if (before < 128 && here < 128) return !isAsciiWord(before) || (isAsciiLower(before) && isAsciiUpper(here));
  return !/[\p{L}\p{N}]/u.test(label.charAt(at - 1)) || /^\p{Ll}\p{Lu}/u.test(label.slice(at - 1, at + 1));
}

/** Expressions for all letters of the world are ten times slower, and paths are long lists of these. */
function isAsciiWord(code: number): boolean {
  return isAsciiLower(code) || isAsciiUpper(code) || (code >= 48 && code <= 57);
}

function isAsciiLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isAsciiUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}
