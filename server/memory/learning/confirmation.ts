import { redact } from "../../util/redaction.ts";
import type { Matcher } from "./cues/cues.ts";
import { plantsInstruction, relaysInstruction } from "./instructions.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { shared } from "./overlap.ts";
import { ownWords } from "./ownWords.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";
import { judge } from "./significance.ts";
import type { Utterance } from "./utterance.ts";
import { contentOf, isValue, spelled, tokensOf } from "./words.ts";

/** What a user confirmed by the turn after it. */
export interface Confirmed {
  readonly utterance: Utterance;
  readonly text: string;
  /** Why a person is to look at it before it is remembered, in words; absent where that is not needed. */
  readonly doubt?: string;
}

/** The statement right before a user's turn, when that turn clearly says yes to it or asks to keep what a text says. */
export function confirmed(utterance: Utterance, before: readonly Utterance[]): Confirmed | undefined {
  const said = spelled(ownWords(utterance.text));
  const isOrder = asksToKeep(said);
  const previous = (isOrder ? before.findLast(isFromOutside) : undefined) ?? before.at(-1);
  if (previous === undefined || !(previous.origin === "assistant" || isFromOutside(previous))) return undefined;
  const cues = cuesOf(languageOf(said));
  if (/\?/.test(said)) return undefined;
  if (!(isOrder || cues.confirmations.test(said) || repeatsValue(said, previous, cues))) return undefined;
  if (cues.hedges.test(said) || cues.sarcasm.test(said) || YES_BUT.test(said)) return undefined;
  const text = proposalOf(previous.text);
  const isStrong = STRONG.test(said);
  if (text === "" || !(isOrder || isStrong || judge(text, []).some(({ score }) => score >= SOUND))) return undefined;
  const doubt = doubtAbout(previous, text, isOrder ? "" : said, before);
  return { utterance: previous, text, ...(doubt !== undefined && { doubt }) };
}

/** "yep 7 is the max", "48 hours then, settled": a yes with the number, or the name, that was proposed. */
function repeatsValue(said: string, { origin, text }: Utterance, cues: Matcher): boolean {
  const tokens = tokensOf(said);
  if (origin !== "assistant" || tokens.length > MAX_YES) return false;
  if (!(YES.test(said) || cues.decisions.test(said)) || cues.passing.test(said) || cues.trouble.test(said))
    return false;
  const values = new Set(tokensOf(text).filter(isValue));
  return tokens.some((token) => values.has(token));
}

const MAX_YES = 16;
const YES = /^(?:ok|okay|yes|yep|yeah|yup|right|agreed|fine|deal|sure|ja|genau|oui|sí|si|sim|да)(?!\p{L})/iu;

/** "remember that", "remember what the file says": what is to be remembered stands elsewhere. */
export function asksToKeep(said: string): boolean {
  return KEEP_WHAT.test(said);
}

const KEEP_WHAT =
  /^(?:(?:ok|okay|yes|and|now|good|please|pls|bitte|also|can you|could you),? )*(?:remember|memori[sz]e|save|store|keep|note|learn|merk dir|merke dir|speichere|retiens|mémorise|recuerda|guarda|lembre-se|ricorda|onthoud|запомни) (?:(?:this|that|it|das|es|ça|esto|eso|isso|questo|dat|это)(?=[.!, ]*(?:$|for later|in memory|to memory|please|too))|(?:all )?(?:what|everything|was|alles,? was|ce que|lo que|o que|quello che|wat|что) |(?:the|these|those|those|all) (?:\p{L}+ ){0,2}(?:rules?|conventions?|guidelines?|facts?|settings?|notes?|instructions?|points?)(?!\p{L}))/iu;

const YES_BUT = /(?<!\p{L})(?:but|except|however|aber|mais|pero|ma|maar|но)(?!\p{L})/iu;

function isFromOutside({ origin }: Utterance): boolean {
  return origin === "file" || origin === "tool" || origin === "web";
}

/** What nobody here said is taken in only if the user repeats it and means it for good, and it is short enough to be seen whole. */
function doubtAbout(
  { origin, text }: Utterance,
  proposal: string,
  said: string,
  before: readonly Utterance[],
): string | undefined {
  if (origin === "assistant") {
    const isPassedOn =
      relaysInstruction(text) || before.some((other) => isFromOutside(other) && isPlantedIn(other.text, proposal));
    return isPassedOn ? "It may pass on what a text asked for." : undefined;
  }
  if (plantsInstruction(text)) return "It stands in a text that speaks to assistants. Look at where it comes from.";
  const isSeen = origin !== "web" && text.length <= MAX_SEEN && text.split("\n").length <= MAX_SEEN_LINES;
  const isRepeated = shared(contentOf(said).words, contentOf(proposal).words).length >= 2;
  return isSeen && isRepeated && STRONG.test(said) ? undefined : "It stands in a text that you did not write.";
}

function isPlantedIn(text: string, proposal: string): boolean {
  if (!plantsInstruction(text)) return false;
  const { words } = contentOf(proposal);
  return shared(words, contentOf(text).words).length >= 2;
}

const MAX_SEEN = 240;
const MAX_SEEN_LINES = 4;

/** Said for more than this once; then it matters whatever was said. */
const STRONG =
  /(?<!\p{L})(?:everywhere|always|all|every|each|rule|convention|default|standard|remember|from now on|exactly (?:that|like that|this)|what we (?:do|want|need)|how we|keep|überall|immer|alle[srn]?|regel|merk|partout|toujours|règle|siempre|en todas|regla|везде|всегда|правило|запомни|sempre|em tudo|regra|ovunque|regola|overal|altijd|regel|onthoud)(?!\p{L})/iu;
/** What a statement must be worth for a bare "exactly". */
const SOUND = 1.5;

/** What was proposed, with secrets masked as they stand there, without "I'd suggest" and without the questions around it. */
function proposalOf(text: string): string {
  const sentences = sentencesOf(redact(ownWords(text)).text);
  const told = sentences.filter(({ isQuestion }) => !isQuestion);
  return (told.length > 0 ? told : sentences.filter(isAssumption))
    .map(({ text: sentence }) => sentence.replace(SUGGESTING, "").replace(/\?$/, ".").trim())
    .filter((sentence) => /[\p{L}\p{N}].*\s.*[\p{L}\p{N}]/u.test(sentence) && !TALK.test(sentence))
    .slice(0, 3)
    .map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1))
    .join(" ");
}

/** "So the limit is 20 MB?" says what is taken to be so; "Should the limit be 20 MB?" does not. */
function isAssumption({ text }: Sentence): boolean {
  return /^(?:so|then|meaning|i take it|i assume|you mean|in other words)(?!\p{L})/iu.test(text);
}

const SUGGESTING =
  /^(?:(?:so|ok|okay|then|well|sure|good|understood|got it|noted)[,:.]? )*(?:i(?:'d| would| can| could)? (?:also )?(?:suggest|recommend|propose|advise|say|go with|go for|assume|take it|conclude|believe|think|gather)(?: that)?|my (?:suggestion|proposal|recommendation) (?:is|would be)(?: that)?:?|(?:ich (?:schlage vor|würde vorschlagen|empfehle)|je (?:propose|suggère|recommande)|propongo|sugiero|recomiendo|sugiro|suggerisco|предлагаю|ik stel voor)[,:]?(?: dass| que| che| dat| что)?)[:,]? /iu;

/** Of itself: what it did, or cannot do. */
const TALK =
  /^i (?:can't|cannot|can not|could not|couldn't|don't have|have no|am not able|won't|am unable)(?!\p{L})|^(?:done|ok|okay|sure|understood|noted|got it|thanks|sorry|great|good|nice|will do)[.!]?$/iu;
