import { ends } from "./terms.ts";

/** More are not looked at one by one: each costs an embedding. */
const MOST_SENTENCES = 16;

/** What stands between two ends of a sentence: ".", "!", "?" and their like before a space, and line breaks. */
export function sentencesOf(text: string): string[] {
  return allSentences(text).slice(0, MOST_SENTENCES);
}

/** The sentences that ask something, as one text. */
export function questionsIn(text: string): string {
  return allSentences(text)
    .filter((sentence) => ASKS.test(sentence))
    .join(" ");
}

function allSentences(text: string): string[] {
  return ends(spoken(text))
    .split(/(?<=[.!?…؟])\s+|(?<=[。！？])|[\r\n]+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** Without the name of who says it, where that stands before it: "Ada: it works." */
export function spoken(text: string): string {
  return text.replace(SPEAKER, "");
}

/** The name before what is said, if there is one. */
export function namedSpeaker(text: string): string | undefined {
  return SPEAKER.exec(text)?.[1];
}

const ASKS = /[?？؟]["')\]]*$/u;
const SPEAKER = /^\s*(\p{Lu}[\p{L}\p{M}'’.-]{0,30}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,30}){0,2}): (?=\S)/u;
