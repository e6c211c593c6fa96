import { stopWords } from "./languages.ts";

/** A statement as the words that say what it is about, and the values it names. */
export interface Content {
  /** Stems of the words that mean something. */
  readonly words: ReadonlySet<string>;
  /** Those of them that are numbers, versions, paths, identifiers. */
  readonly values: ReadonlySet<string>;
  readonly isNegated: boolean;
}

export function contentOf(text: string): Content {
  const words = new Set<string>();
  const values = new Set<string>();
  let isNegated = false;
  for (const token of tokensOf(text)) {
    const lower = token.toLowerCase();
    isNegated ||= NEGATIONS.has(lower);
    if (stopWords.has(lower) || (token.length < 2 && !/\d/.test(token))) continue;
    const isNamed = isValue(token);
    const stem = isNamed ? lower : stemOf(lower);
    words.add(stem);
    if (isNamed) values.add(stem);
  }
  return { words, values, isNegated };
}

/** Letters, digits and what joins them: "pnpm-lock.yaml", "uuid7", "C++", "7.2". */
export function tokensOf(text: string): string[] {
  const said = plain(text);
  return said.match(isAscii(said) ? ASCII_TOKEN : TOKEN) ?? [];
}

const TOKEN =
  /(?<![\p{L}\p{N}-])-{1,2}\p{L}[\p{L}\p{N}=-]+|[\p{L}\p{N}_$@#/][\p{L}\p{N}_$@#/.+:'-]*[\p{L}\p{N}_+#%]|[\p{L}\p{N}]/gu;
/** The same, four times as fast: most of ten thousand memories are written in it. */
const ASCII_TOKEN =
  /(?<![A-Za-z\d-])-{1,2}[A-Za-z][A-Za-z\d=-]+|[A-Za-z\d_$@#/][A-Za-z\d_$@#/.+:'-]*[A-Za-z\d_+#%]|[A-Za-z\d]/g;

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** One form for what is written in several: apostrophes, blanks, composed letters. */
export function plain(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, " ")
    .trim();
}

/** As {@link plain}, with the apostrophes that are left out in a hurry: to look for cues, not to be shown. */
export function spelled(text: string): string {
  return plain(text)
    .replace(
      /(?<!\p{L})(do|does|did|is|are|was|were|has|have|had|ca|wo|would|could|should|must)nt(?!\p{L})/giu,
      "$1n't",
    )
    .replace(/(?<!\p{L})(that|what|who|here|there|how|let)s(?!\p{L})/giu, "$1's")
    .replace(/(?<!\p{L})(they|you)(re|ve|ll|d)(?!\p{L})/giu, "$1'$2")
    .replace(/(?<!\p{L})(i)(m|ve|d)(?!\p{L})/giu, "$1'$2");
}

/** For comparing whole statements. */
export function normalised(text: string): string {
  return tokensOf(text).join(" ").toLowerCase();
}

/** A number, a version, a path, an identifier: what two statements about the same thing differ in. */
export function isValue(token: string): boolean {
  return /^[A-Za-z'][a-z']*$/.test(token) ? false : /\d|^-|[_/$@#]|\p{Ll}\p{Lu}|\p{L}\.\p{L}/u.test(token);
}

/** Light: endings of plurals, of the past and of -ing, so that "deploys" meets "deploy". */
export function stemOf(word: string): string {
  if (word.length < 5) return word.replace(/(?<=\w{3})s$/, "");
  return word
    .replace(/'s$/, "")
    .replace(/(?:ies|ied)$/, "y")
    .replace(/(?:ing|ed|es|er|ers|en|em|e|s|ы|и|а|у|ом|ов|ах|ей|ой)$/u, "")
    .replace(/([bdgklmnprt])\1$/, "$1");
}

const NEGATIONS: ReadonlySet<string> = new Set(
  `no not never none nothing without don't doesn't isn't aren't won't can't banned forbidden nicht kein keine keinen keinem keiner
  nie niemals ohne pas jamais aucun sans sin nunca ningún não sem non mai senza niet geen nooit zonder не нет никогда без нельзя`.split(
    /\s+/,
  ),
);
