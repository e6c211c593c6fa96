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
  if (query === "") return { score: -label.length / 1000, letters: [] };
  const typed = query.toLowerCase();
  const text = label.toLowerCase();
  // Letters whose lower case is longer would shift the indexes.
  if (text.length !== label.length) return text.includes(typed) ? { score: 1, letters: [] } : undefined;
  const nameAt = label.lastIndexOf("/") + 1;
  const inName = typed.includes("/") ? undefined : matchFrom(typed, text, label, nameAt);
  const found = inName ?? matchFrom(typed, text, label, 0);
  if (found === undefined) return undefined;
  const score = found.score + (inName === undefined ? 0 : 50) - label.length / 1000;
  return { score, letters: found.letters };
}

function matchFrom(typed: string, text: string, label: string, from: number): FuzzyMatch | undefined {
  const whole = bestPlace(typed, text, label, from);
  if (whole !== undefined) {
    const letters = Array.from({ length: typed.length }, (_, index) => whole + index);
    const rest = text.length - whole - typed.length;
    const score = whole === from ? (rest === 0 ? 45 : 40) : isWordStart(label, whole) ? 35 : 25;
    return { score, letters };
  }
  const letters = lettersInOrder(typed, text, from);
  if (letters === undefined) return undefined;
  const starts = letters.filter((at) => isWordStart(label, at)).length;
  const spread = (letters.at(-1) ?? 0) - (letters[0] ?? 0) + 1 - letters.length;
  return { score: 10 + (10 * starts) / letters.length - Math.min(9, spread / 4), letters };
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
  const before = label.charAt(at - 1);
  const here = label.charAt(at);
  return !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(here));
}
