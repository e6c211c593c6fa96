/** Counts tokens. `exact` is false for an estimate. */
export interface Tokenizer {
  count(text: string): number;
}

/**
 * Without a model nobody counts tokens for money or room: four characters a token, the usual rule of thumb for English
 * and code, keeps the receipt readable and the tokenizer's tables out of memory.
 */
export const estimatingTokenizer: Tokenizer = { count: (text) => Math.ceil(text.length / 4) };

/** Models whose tokenizer we do not know get this much on top. */
const UNKNOWN_TOKENIZER_MARGIN = 1.15;
/** Byte-pair encoding is slower than linear on long runs of one character: it sees at most this many at once. */
const PIECE_LENGTH = 2000;
/** Beyond this an estimate is enough, because such a text is cut down anyway. One token per 2 characters errs high. */
const COUNTED_LENGTH = 200_000;
/** Longer texts are files, which are cut in many ways to find what fits and hardly come again. */
const REMEMBERED_LENGTH = 20_000;
/** At most 8 MB, most of which the conversations hold anyway. */
const REMEMBERED_TOTAL_LENGTH = 4_000_000;

let loading: Promise<Tokenizer> | undefined;

/** Loads the tables of o200k (GPT-4o and newer) once; about a third of a second. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) =>
    remembering((text) => {
      let tokens = Math.ceil(Math.max(0, text.length - COUNTED_LENGTH) / 2);
      for (const piece of pieces(text.slice(0, COUNTED_LENGTH)))
        tokens += countTokens(piece, { disallowedSpecial: new Set() });
      return Math.ceil(tokens * UNKNOWN_TOKENIZER_MARGIN);
    }),
  );
  return loading;
}

/** All that was said before is counted again with each message: 10 ms after 200 turns, if nobody remembers. */
function remembering(count: (text: string) => number): Tokenizer {
  let known = new Map<string, number>();
  let knownLength = 0;
  return {
    count: (text) => {
      if (text.length > REMEMBERED_LENGTH) return count(text);
      const before = known.get(text);
      if (before !== undefined) return before;
      if (knownLength + text.length > REMEMBERED_TOTAL_LENGTH) {
        known = new Map();
        knownLength = 0;
      }
      const tokens = count(text);
      known.set(text, tokens);
      knownLength += text.length;
      return tokens;
    },
  };
}

function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

/** Cuts before white space where there is some, because that is where tokens begin. */
function pieceEnd(text: string, start: number): number {
  const limit = start + PIECE_LENGTH;
  if (limit >= text.length) return text.length;
  const blank = Math.max(text.lastIndexOf(" ", limit), text.lastIndexOf("\n", limit));
  return blank > start ? blank : limit;
}
