/**
 * The index terms of a text, in order, each word up to {@link MAX_REPEATS} times. A plain word becomes its stem; an identifier stands whole (its
 * separators dropped, so that `user_id`, `userId` and `user-id` are one term) and in stemmed parts. Whole identifiers
 * besides parts were worth 3.5 points of recall@10, stemming 2 (memory.md, "Code retrieval").
 */
export type Tokenize = (text: string) => string[];

/** A tokenizer with its own memory of the words it has met: code repeats them, which makes it several times faster. */
export function createTokenizer(): Tokenize {
  let known = new Map<string, readonly string[]>();
  return (text) => {
    const counts = new Map<string, number>();
    const terms: string[] = [];
    for (const word of wordsOf(text)) {
      const count = (counts.get(word) ?? 0) + 1;
      if (count > MAX_REPEATS) continue;
      counts.set(word, count);
      let ofWord = known.get(word);
      if (!ofWord) {
        ofWord = termsOf(word);
        if (known.size >= MAX_KNOWN_WORDS) known = new Map();
        known.set(word, ofWord);
      }
      for (const term of ofWord) terms.push(term);
    }
    return terms;
  };
}

/** Letters and digits of any script, joined by what joins identifiers. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:[_$-]+[\p{L}\p{M}\p{N}]+)*/gu;
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;
/** Scripts that put no spaces between words: they are found by pairs of letters. */
const UNSPACED = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]{2,}$/u;

/** Longer runs of letters are encoded data or hashes. */
const MAX_WORD_LENGTH = 64;
/** BM25's term frequency has saturated: the fifth would add 3% to a score, but as much time as the first to indexing. */
const MAX_REPEATS = 4;
/** Some 10 MB of memory at most. */
const MAX_KNOWN_WORDS = 50_000;

function wordsOf(text: string): string[] {
  const words = text.normalize("NFC").match(WORD) ?? [];
  if (words.every((word) => word.length <= MAX_WORD_LENGTH)) return words;
  return words
    .flatMap((word) => (word.length <= MAX_WORD_LENGTH ? [word] : word.split(/[_$-]+/)))
    .filter((word) => word.length <= MAX_WORD_LENGTH);
}

function termsOf(word: string): string[] {
  const parts = word.match(PART) ?? [];
  const stems = parts.flatMap((part) => (UNSPACED.test(part) ? pairs(part) : [stem(part.toLowerCase())]));
  const terms = parts.length > 1 ? [word.replace(/[_$-]/g, "").toLowerCase(), ...stems] : stems;
  return terms.filter((term) => term.length > 1);
}

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
