/**
 * The index terms of a word. A plain word becomes its stem; an identifier stands whole, first, without its separators (so that
 * `user_id`, `userId` and `user-id` are one term), and in stemmed parts. Whole identifiers besides parts were worth 3.5
 * points of recall@10, stemming 2 (docs/search.md). Empty for what is not worth finding.
 */
export function termsOf(word: string): readonly string[] {
  if (word.length > MAX_WORD_LENGTH)
    return word.split(/[_$-]+/).flatMap((piece) => (piece === word ? [] : termsOf(piece)));
  const parts = word.match(PART) ?? [];
  const stems = parts.flatMap((part) => (UNSPACED.test(part) ? pairs(part) : [stem(part.toLowerCase())]));
  const terms = parts.length > 1 ? [whole(word), ...stems] : stems;
  return terms.filter((term) => term.length > 1);
}

/** An identifier as one term. */
export function whole(word: string): string {
  return word.replace(/[_$-]/g, "").toLowerCase();
}

/** The words of a text, as it stands in a query, a path or a commit's message. */
export function wordsOf(text: string): string[] {
  return text.normalize("NFC").match(WORD) ?? [];
}

/** Letters and digits of any script, joined by what joins identifiers. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:[_$-]+[\p{L}\p{M}\p{N}]+)*/gu;
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;
/** Scripts that put no spaces between words: they are found by pairs of letters. */
const UNSPACED = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]{2,}$/u;

/** Longer runs of letters are encoded data or hashes. */
const MAX_WORD_LENGTH = 64;

function pairs(text: string): string[] {
  const letters = [...text];
  return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
}

/**
 * A light English stemmer, for agreement rather than for words: cache, caches, cached and caching all become "cach",
 * validate and validation "valid". Suffixes are those of Porter's steps 1 and 4 that are common in identifiers.
 */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let stemmed = word.replace(/(?<=[^aeiou])ies$/, "y").replace(/(?<=[^su])s$/, "");
  stemmed = strip(stemmed, /(ing|(?<!e|mb)ed)$/, 3);
  stemmed = strip(stemmed, /(er|(?<=t)or)$/, 4);
  if (stemmed.length > 3) stemmed = stemmed.replace(/([bdgmnprt])\1$/, "$1");
  stemmed = strip(stemmed, /(?<=[st])ion$/, 4);
  stemmed = strip(stemmed, /(?<=[^e])e$|(?<=[^aeiou])y$/, 3);
  return strip(stemmed, /at$/, 5);
}

/** Removes the suffix if what is left is long enough and can be spoken. */
function strip(word: string, suffix: RegExp, leastLeft: number): string {
  const left = word.replace(suffix, "");
  return left.length >= leastLeft && /[aeiouy]/.test(left) ? left : word;
}
