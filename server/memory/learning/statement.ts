import { cuesOf, languageOf } from "./languages.ts";
import { withoutOpening } from "./significance.ts";
import { plain } from "./words.ts";

/** At most what a memory may hold, in UTF-16 code units. */
export const MAX_STATEMENT = 2000;

/** Sentences as a statement: without greeting, politeness and "remember that"; every other word stays. */
export function statementOf(sentences: readonly string[]): string {
  const text = sentences.map(cleaned).filter(Boolean).join(" ");
  return text.length <= MAX_STATEMENT ? text : `${text.slice(0, MAX_STATEMENT - 1)}…`;
}

function cleaned(sentence: string): string {
  const cues = cuesOf(languageOf(sentence));
  const bare = withoutOpening(plain(sentence), cues).replace(ORDER, "").replace(POLITE, "$1");
  const text = withoutOpening(bare.trim(), cues);
  if (text === "") return "";
  const begun = startsWithName(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…)\]"'`。]$/.test(begun) ? begun : `${begun}.`;
}

/** "Remember that …", "Merk dir, dass …": the order itself. "From now on" belongs to what it introduces. */
const ORDER =
  /^(?:(?:please |pls |bitte )?(?:(?:always |do )?(?:remember|memori[sz]e|note|keep (?:this |that )?in mind|bear in mind|make a (?:mental )?note|take (?:a )?note|write (?:this|that) down|don't forget|do not forget)(?: this| that)?(?: that)?|fyi|nb|note to self|psa|for the record|for future reference|merk(?:e)? dir|denk dran|vergiss nicht|notiz|notiere|retiens|souviens-toi|rappelle-toi|note|recuerda|ten en cuenta|anota|lembre-se|lembra|anote|ricorda(?:ti)?|tieni presente|onthoud|запомни|учти|имей в виду)(?:[,:]? (?:dass|que|de que|che|dat|что))?)[\s,.:;–—-]+/iu;

const POLITE =
  /,? (?:please|pls|thanks|thank you|thx|ok|okay|bitte|danke|merci|s'il te plaît|por favor|gracias|obrigado|per favore|grazie|alsjeblieft|пожалуйста|спасибо)([.!]*)$/iu;

/** `finch is …`, `pnpm-lock.yaml …`: how a thing is written is its name. */
function startsWithName(text: string): boolean {
  return /^\S*[\d_./()`#@-]/.test(text) || /^\p{Ll}+\p{Lu}/u.test(text);
}
