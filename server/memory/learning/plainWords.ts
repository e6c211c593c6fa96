import { cuesOf, languageOf } from "./languages.ts";
import { sentencesOf } from "./sentences.ts";
import { withoutOpening } from "./significance.ts";
import { plain } from "./words.ts";

/**
 * Orders to the memory, said in plain words. Strict: what is quoted, negated, asked, or only sounds like one is none, and a
 * message with anything else in it goes on as a message.
 */

/** "remember that we use pnpm" → "we use pnpm" */
export function rememberCommand(text: string): string | undefined {
  const order = orderIn(text);
  if (order === undefined) return undefined;
  const [, introduced, said = ""] = REMEMBER.exec(order) ?? [];
  if (said === "" || POINTING.test(said)) return undefined;
  const isMarked = introduced !== undefined && /[:,]|dass|que|che|dat|что/iu.test(introduced);
  if (!isMarked && !saysSomething(said)) return undefined;
  return said.replace(/[.!\s]+$/, "");
}

/** "forget what I said about the release date" → "the release date" */
export function forgetCommand(text: string): string | undefined {
  const order = orderIn(text);
  if (order === undefined) return undefined;
  const about = FORGET.map((pattern) => pattern.exec(order)?.[1]).find((found) => found !== undefined);
  const query = about
    ?.replace(/[.!…\s]+$/, "")
    .replace(/,? (?:please|pls|bitte|s'il te plaît|por favor|per favore|пожалуйста)$/iu, "");
  if (query === undefined || query === "" || POINTING.test(query) || MOMENT.test(query) || EVERYTHING.test(query))
    return undefined;
  return CLAUSE.test(query) ? undefined : query;
}

/** The whole message as one order; undefined where there is more in it, or a question. */
function orderIn(text: string): string | undefined {
  if (text.length > 2000 || /```|^[ \t]*>/m.test(text)) return undefined;
  const sentences = sentencesOf(text);
  const [first] = sentences;
  if (first === undefined || sentences.some(({ isQuestion }) => isQuestion)) return undefined;
  const whole = plain(text);
  const cues = cuesOf(languageOf(whole));
  if (sentences.slice(1).some((sentence) => cues.requests.test(sentence.text) || cues.asks.test(sentence.text)))
    return undefined;
  return withoutOpening(whole.replace(ADDRESS, ""), cues).replace(ADDRESS, "");
}

const ADDRESS =
  /^(?:(?:hey |hi |ok |okay )?(?:rubber ?duck|duck)[,:!]? )?(?:(?:can|could|would|will) you )?(?:please|pls|bitte)?,? ?/iu;

const REMEMBER =
  /^(?:remember(?!\s+(?:when|how|why|what|who|where|if|to|me|the (?:time|day|good|last)|that (?:time|day|one|thing|bug|guy|night|function|file|error|issue|commit|meeting|talk|discussion|idea|conversation|was))(?!\p{L}))|memori[sz]e|keep in mind|bear in mind|make a note|take a note|don't forget(?=\s+that(?!\p{L})|:)|do not forget(?=\s+that(?!\p{L})|:)|merk(?:e)? dir|denk daran|vergiss nicht(?=,? dass|:)|retiens|souviens-toi|n'oublie pas(?= que|:)|recuerda|no olvides(?= que|:)|lembre-se(?: de)?|lembra(?: de)?|ricorda(?:ti)?|tieni presente|onthoud|запомни|учти|имей в виду)((?: for (?:me|later|next time))?[:,]?(?:\s+(?:this|that|dass|das|que|che|dat|что|of|von)(?![\p{L}'-]))?[:,]?)\s+(\S[\s\S]*)$/iu;

/** The bare "forget the tests" is said to whoever answers. */
const FORGET = [
  /^forget (?:that|the fact that) (\S+ \S[\s\S]*)$/iu,
  /^forget (?:what|everything|anything|all)(?: that)? (?:i|we|you)(?:'ve| have)? (?:ever )?(?:said|told you|know|learned|remember(?:ed)?|wrote|mentioned)(?: to you)?(?: about| of)? (\S[\s\S]*)$/iu,
  /^forget (?:everything|all|(?:the|your|my) memor(?:y|ies)|what is remembered) (?:about|of|on) (\S[\s\S]*)$/iu,
  /^(?:delete|remove|erase|drop) (?:the |your |all |my )?memor(?:y|ies) (?:of|about|on|that|with) (\S[\s\S]*)$/iu,
  /^(?:delete|remove|erase|drop|forget) (\S[\s\S]*?) from (?:your |the |my )?memor(?:y|ies)[.!]?$/iu,
  /^stop remembering (?:that )?(\S[\s\S]*)$/iu,
  /^(?:don't|do not|no longer) remember (?:that )?(\S[\s\S]*?)(?: any ?more| any longer)[.!]?$/iu,
  /^(?:vergiss|vergesst)(?: bitte)?,? (?:dass|alles (?:über|zu)) (\S[\s\S]*)$/iu,
  /^(?:vergiss|vergesst)(?: bitte)?,? (?:was|alles,? was) (?:ich|wir|du) (?:über|zu|von) (\S[\s\S]*?)(?: gesagt (?:habe|haben)| weißt)?[.!]?$/iu,
  /^oublie (?:que|ce que j'ai dit (?:sur|à propos de)|tout sur) (\S[\s\S]*)$/iu,
  /^(?:olvida|olvídate de)(?:,? que| lo que dije (?:sobre|de)| todo sobre) (\S[\s\S]*)$/iu,
  /^(?:esqueça|esquece)(?: de)?(?:,? que| o que eu disse sobre| tudo sobre) (\S[\s\S]*)$/iu,
  /^dimentica(?:,? che| quello che ho detto su| tutto su) (\S[\s\S]*)$/iu,
  /^vergeet(?:,? dat| wat ik zei over| alles over) (\S[\s\S]*)$/iu,
  /^забудь(?:,? что| то,? что я (?:сказал|говорил)а? (?:о|об|про)| про| вс[её] (?:о|об|про)) (\S[\s\S]*)$/iu,
];

/** It says nothing without what was said before: the assistant understands it, the memory does not. */
const POINTING =
  /^(?:(?:it|this|that|these|those|them|me|him|her|us|you|one|das|dies|es|ça|cela|eso|esto|isso|quello|это|этого|dat|dit)(?!\p{L})[\s.!,]*(?:please|pls|ok|okay|then|for (?:now|me|later|next time)|too|as well|bitte)?[\s.!]*$|(?:it|this|that|ça|eso|es|das)[,.;:!])/iu;

/** Not the memory but what is being done is to be left. */
const MOMENT =
  /(?<!\p{L})(?:for now|for today|today|right now|for the moment|this time|erstmal|heute|pour l'instant|por ahora|пока)[.!]?$|^to(?!\p{L})|^(?:the|my|that) (?:last|previous) (?:change|edit|step|command|message|question)|^(?:your|the) (?:changes?|instructions?|prompt)/iu;

const EVERYTHING = /^(?:everything|all|all of it|it all|alles|tout|todo|tudo|tutto|всё|все)[.!]?$/iu;

/** "forget that idea and fix the test" goes on. */
const CLAUSE =
  /(?<!\p{L})(?:and|but|then|instead|just|let's|und|aber|dann|et|mais|y|pero|и|но)(?!\p{L})|[,;–—] ?(?:we|i|it|it's|let's|use|just|do|instead|because|the|wir|ich|nimm|on|je|мы|я)(?!\p{L})/iu;

/** A statement, not only the name of a thing. */
function saysSomething(said: string): boolean {
  const cues = cuesOf(languageOf(said));
  const signs = ["states", "norms", "habits", "decisions", "preferences", "tasks", "changes"] as const;
  return signs.some((name) => cues[name].test(said));
}
