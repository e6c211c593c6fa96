import { plantsInstruction } from "./instructions.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { ownWords } from "./ownWords.ts";
import { sentencesOf } from "./sentences.ts";
import { judge } from "./significance.ts";
import type { Utterance } from "./utterance.ts";
import { plain } from "./words.ts";

/** What a user confirmed by the turn after it. */
export interface Confirmed {
  readonly utterance: Utterance;
  readonly text: string;
  /** It may be taken in without looking: an assistant said it, in plain sight. */
  readonly isPlain: boolean;
}

/** The statement right before a user's turn, when that turn clearly says yes to it. */
export function confirmed(utterance: Utterance, recent: readonly Utterance[]): Confirmed | undefined {
  const previous = recent.findLast(({ conversation }) => conversation === utterance.conversation);
  if (previous === undefined || !["assistant", "file", "tool", "web"].includes(previous.origin)) return undefined;
  const said = plain(ownWords(utterance.text));
  const cues = cuesOf(languageOf(said));
  if (!cues.confirmations.test(said) || /\?/.test(said)) return undefined;
  if (
    cues.hedges.test(said) ||
    cues.sarcasm.test(said) ||
    /(?<!\p{L})(?:but|except|however|aber|mais|pero|но)(?!\p{L})/iu.test(said)
  )
    return undefined;
  const text = proposalOf(previous.text);
  if (text === "" || !(STRONG.test(said) || judge(text, []).some(({ score }) => score >= SOUND))) return undefined;
  return { utterance: previous, text, isPlain: previous.origin === "assistant" && !plantsInstruction(previous.text) };
}

/** Said for more than this once; then it matters whatever was said. */
const STRONG =
  /(?<!\p{L})(?:everywhere|always|all|every|each|rule|convention|default|standard|remember|from now on|exactly (?:that|like that|this)|keep|überall|immer|alle[srn]?|regel|merk|partout|toujours|règle|siempre|en todas|regla|везде|всегда|правило|запомни|sempre|em tudo|regra|ovunque|regola|overal|altijd|regel|onthoud)(?!\p{L})/iu;
/** What a statement must be worth for a bare "exactly". */
const SOUND = 1.5;

/** What was proposed, without "I'd suggest" and without the questions around it. */
function proposalOf(text: string): string {
  return sentencesOf(ownWords(text))
    .filter(({ isQuestion }) => !isQuestion)
    .map(({ text: sentence }) => sentence.replace(SUGGESTING, "").trim())
    .filter((sentence) => /[\p{L}\p{N}].*\s.*[\p{L}\p{N}]/u.test(sentence) && !TALK.test(sentence))
    .slice(0, 3)
    .map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1))
    .join(" ");
}

const SUGGESTING =
  /^(?:(?:so|ok|okay|then|well|sure|good|understood|got it|noted)[,:.]? )*(?:i(?:'d| would| can| could)? (?:also )?(?:suggest|recommend|propose|advise|say|go with|go for|assume|take it|conclude|believe|think|gather)(?: that)?|my (?:suggestion|proposal|recommendation) (?:is|would be)(?: that)?:?|(?:ich (?:schlage vor|würde vorschlagen|empfehle)|je (?:propose|suggère|recommande)|propongo|sugiero|recomiendo|sugiro|suggerisco|предлагаю|ik stel voor)[,:]?(?: dass| que| che| dat| что)?)[:,]? /iu;

const TALK = /^(?:done|ok|okay|sure|understood|noted|got it|thanks|sorry|great|good|nice|will do)[.!]?$/i;
