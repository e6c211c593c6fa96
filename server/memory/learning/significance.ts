import { redact } from "../../util/redaction.ts";
import type { Matcher } from "./cues/cues.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { ownWords } from "./ownWords.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";
import type { Utterance, WhyNot } from "./utterance.ts";
import { isValue, plain, tokensOf } from "./words.ts";

export interface Judged {
  readonly text: string;
  /** From {@link SIGNIFICANT} on it is worth keeping by itself. */
  readonly score: number;
  /** It is not to be kept, whatever stands beside it. */
  readonly why?: WhyNot;
  readonly isExplicit: boolean;
}

/** Where a sentence begins to be worth keeping. */
export const SIGNIFICANT = 2;

/** Whether what a user said holds beyond the moment: a decision, a convention, a preference, a fact, a task, a correction. */
export function significant(utterance: Utterance, recent: readonly Utterance[]): boolean {
  return utterance.origin === "user" && judge(utterance.text, recent).some(isSignificant);
}

export function isSignificant({ why, score }: Judged): boolean {
  return why === undefined && score >= SIGNIFICANT;
}

/** The sentences of a message of the user, each with what it is worth. Secrets are masked in them. */
export function judge(message: string, recent: readonly Utterance[]): Judged[] {
  const text = redact(ownWords(message)).text;
  const cues = cuesOf(languageOf(text));
  const previous = recent.at(-1);
  const answers = previous?.role === "assistant" && previous.origin === "assistant" && /\?\s*$/.test(previous.text);
  return sentencesOf(text).map((sentence) => judgeSentence(sentence, cues, { answers, previous }));
}

interface Surroundings {
  /** It is the answer to a question of the assistant. */
  readonly answers: boolean;
  readonly previous: Utterance | undefined;
}

function judgeSentence(sentence: Sentence, cues: Matcher, surroundings: Surroundings): Judged {
  const text = plain(sentence.text);
  const said = withoutOpening(text, cues);
  const isExplicit = cues.explicit.test(said) || cues.explicit.test(text);
  const score = worth(said, text, cues, surroundings) + (isExplicit ? 3 : 0);
  const why = refusal(sentence, said, text, cues, isExplicit, score);
  return { text: sentence.text, score, isExplicit, ...(why === undefined ? {} : { why }) };
}

function refusal(
  { isQuestion }: Sentence,
  said: string,
  text: string,
  cues: Matcher,
  isExplicit: boolean,
  score: number,
): WhyNot | undefined {
  if (text.includes("[redacted:") && !isExplicit) return "secret";
  if (isQuestion) return "question";
  if (cues.sarcasm.test(text)) return "sarcasm";
  if (isExplicit) return undefined;
  if (cues.asks.test(said)) return "question";
  if (cues.hedges.test(text)) return "hypothetical";
  if (isThirdParty(said, cues)) return "third-party";
  if (isRequest(said, cues)) return "request";
  if (cues.passing.test(said) && score < 4) return "vacuous";
  return undefined;
}

/** Somebody's taste is no rule, but that somebody decided is one. */
function isThirdParty(said: string, cues: Matcher): boolean {
  return cues.others.test(said) && !/(?<!\p{L})(?:we|our|us)(?!\p{L})/iu.test(said);
}

/** An order for now; one for all times is a preference or a convention. */
function isRequest(said: string, cues: Matcher): boolean {
  return cues.requests.test(said) && !(cues.general.test(said) || cues.preferences.test(said));
}

function worth(said: string, text: string, cues: Matcher, { answers }: Surroundings): number {
  const tokens = tokensOf(said);
  const specifics = tokens.filter((token, i) => isValue(token) || (i > 0 && /^\p{Lu}/u.test(token))).length;
  let score = Math.min(1.5, specifics * 0.5);
  if (cues.norms.test(said)) score += 2;
  if (cues.decisions.test(said)) score += 2;
  if (cues.preferences.test(said)) score += 2;
  if (cues.habits.test(said)) score += 1.5;
  if (cues.states.test(said)) score += startsWithThing(said) ? 1.5 : 1;
  if (cues.tasks.test(said)) score += 1;
  if (cues.dates.test(said)) score += 0.75;
  if (cues.changes.test(text)) score += startsWithThing(said) ? 1.5 : 0.75;
  if (cues.corrections.test(text)) score += 0.75;
  if (answers) score += 0.5;
  if (cues.passing.test(said)) score -= 2;
  if (/^(?:it|this|that|these|those|here|there)(?:'s)?(?!\p{L})/iu.test(said)) score -= 1;
  if (tokens.length < 3) score -= 2;
  if (tokens.length > 60) score -= 1;
  return score;
}

/** Its subject is named: a reader who knows nothing of what was said before knows what it is about. */
function startsWithThing(said: string): boolean {
  return !/^(?:it|this|that|these|those|here|there|i|you|he|she|they|we)(?!\p{L})/iu.test(said);
}

/** "btw, the demo …" → "the demo …". */
export function withoutOpening(text: string, cues: Matcher): string {
  let rest = text;
  for (let i = 0; i < 4; i++) {
    const opening = cues.openings.exec(rest)?.[0];
    if (opening === undefined || opening === "") break;
    const next = rest.slice(opening.length).replace(/^[\s,.;:!–—-]+/, "");
    if (next === "") break;
    rest = next;
  }
  return rest;
}
