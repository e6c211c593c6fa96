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

let loading: Promise<Tokenizer> | undefined;

/** Loads the tables of o200k (GPT-4o and newer) once; about a third of a second. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) => ({
    count: (text) => {
      let tokens = Math.ceil(Math.max(0, text.length - COUNTED_LENGTH) / 2);
      for (const piece of pieces(text.slice(0, COUNTED_LENGTH)))
        tokens += countTokens(piece, { disallowedSpecial: new Set() });
      return Math.ceil(tokens * UNKNOWN_TOKENIZER_MARGIN);
    },
  }));
  return loading;
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
