import { termsOf, wordsOf } from "../../util/terms.ts";
import { baseOf } from "./irregularForms.ts";

/** The terms of what was said, each as often as it stands there. English words that carry no meaning are left out. */
export function termsOfText(text: string): string[] {
  return wordsOf(ends(text)).flatMap((word) => (FUNCTION_WORDS.has(word.toLowerCase()) ? [] : termsOf(baseOf(word))));
}

/** The beginning and the end of what is too long: a pasted log stands between what it is and what is wanted of it. */
export function ends(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS / 2)}\n${text.slice(-MOST_CHARACTERS / 2)}`;
}

const MOST_CHARACTERS = 32_768;

/** Articles, pronouns, auxiliaries, prepositions, conjunctions and question words, and what is left of them before "n't" and after "'". */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a an the this that these those some any
  i me my mine myself we us our ours you your yours he him his she her hers it its they them their theirs
  am is are was were be been being do does did doing have has had having
  can could shall should will would may might must
  and or but if so as than then too also very just there here not no nor
  of at by for with about to from in on off over under
  what which who whom whose when where why how
  ve ll re don didn doesn isn aren wasn weren won wouldn couldn shouldn hasn haven hadn`.split(/\s+/),
);
