export interface Sentence {
  /** With its last mark. */
  readonly text: string;
  readonly isQuestion: boolean;
}

/** The sentences of a text; a line, or an item of a list, ends one as well. */
export function sentencesOf(text: string): Sentence[] {
  return text
    .split(/\n+/)
    .flatMap((line) => line.replace(/^\s*(?:[-*•]|\d{1,2}[.)])\s+/, "").split(END))
    .flatMap((sentence) => sentence.split(ASKING))
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
    .slice(0, MAX_SENTENCES)
    .map((sentence) => ({
      text: sentence,
      isQuestion: /\?["'”)\]]*\s*(?:\p{Emoji_Presentation}|[:;]-?[)(DP])?$/u.test(sentence),
    }));
}

const MAX_SENTENCES = 40;

/** "Mira owns the importer, so why …?": what is said before it is asked. */
const ASKING =
  /(?<=^(?!if |when |as |since )[^,?]{12,}),\s+(?=(?:so|and|but|then) (?:why|how|what|who|where|when|which|can|could|should|is|are|do|does|did|will|would)(?!\p{L})[^?]*\?)/iu;

/** Behind a mark and before a blank; not behind "e.g.", "z.B.", "No.", an initial, or the number of a day ("6. März"). */
const END =
  /(?<=[.!?…。！？]["'”)\]]*)(?<!\b(?:e\.g|i\.e|etc|vs|approx|incl|resp|max|min|ca|bzw|usw|z\.\s?B|d\.\s?h|Nr|No|St|Dr|Mr|Mrs|Ms|p\.\s?ex|ex|т\.\s?е|т\.\s?к|напр|стр|\p{L})\.)(?<!(?<![\d.])\d{1,2}\.(?=\s+\p{L}))\s+/u;
