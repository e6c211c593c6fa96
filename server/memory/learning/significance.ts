import { redact } from "../../util/redaction.ts";
import type { CueName, Matcher } from "./cues/cues.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { ownWords } from "./ownWords.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";
import type { Utterance, WhyNot } from "./utterance.ts";
import { contentOf, isValue, spelled, tokensOf } from "./words.ts";

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
const TOGETHER = 2.75;

/** Whether what a user said holds beyond the moment: a decision, a convention, a preference, a fact, a task, a correction. */
export function significant(utterance: Utterance, recent: readonly Utterance[]): boolean {
  return utterance.origin === "user" && areSignificant(judge(utterance.text, recent));
}

/** One of the sentences is, or several are together. */
export function areSignificant(judged: readonly Judged[]): boolean {
  const scores = judged.filter(({ why, score }) => why === undefined && score > 0).map(({ score }) => score);
  return Math.max(0, ...scores) >= SIGNIFICANT || scores.reduce((sum, score) => sum + score, 0) >= TOGETHER;
}

export function isRefused({ why }: Judged): boolean {
  return why !== undefined;
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
  const text = spelled(sentence.text);
  const said = withoutOpening(text, cues);
  const isExplicit = cues.explicit.test(said) || cues.explicit.test(text);
  const score = worth(signsOf(said, text, cues, surroundings.answers));
  const why = refusal(sentence, said, text, cues, isExplicit);
  return { text: sentence.text, score, isExplicit, ...(why === undefined ? {} : { why }) };
}

function refusal(
  { isQuestion }: Sentence,
  said: string,
  text: string,
  cues: Matcher,
  isExplicit: boolean,
): WhyNot | undefined {
  if (text.includes("[redacted:") && !isExplicit) return "secret";
  if (isQuestion) return "question";
  if (cues.sarcasm.test(text)) return "sarcasm";
  if (isExplicit) return undefined;
  if (cues.asks.test(said)) return "question";
  if (cues.hedges.test(text)) return "hypothetical";
  if (isThirdParty(said, cues)) return "third-party";
  if (isRequest(said, cues)) return "request";
  return undefined;
}

/** Somebody's taste is no rule, but that somebody decided is one. */
function isThirdParty(said: string, cues: Matcher): boolean {
  return cues.others.test(said) && !FIRST_PERSON.test(said);
}

const FIRST_PERSON = /^(?:i|ich|je|yo|eu|io|ik|я)(?!\p{L})|(?<!\p{L})(?:we|our|us)(?!\p{L})/iu;

/** An order for now; one for all times is a preference or a convention. */
function isRequest(said: string, cues: Matcher): boolean {
  if (/(?<!\p{L})we(?!\p{L})/iu.test(said) && cues.dates.test(said)) return false;
  return cues.requests.test(said) && !NOUN.test(said) && !(cues.general.test(said) || cues.preferences.test(said));
}

/** "test names are …", "debug uart is …": what looks like an order begins the name of a thing. */
const NOUN =
  /^[\p{L}-]+(?: (?!that|which|what|if|how|where|when|the|a|this|it)\S+){0,3} (?:is|are|was|were|comes?|goes|go|lives?|runs?|gets?|must|has|have|needs?|should|may|can|never|always)(?!\p{L})/iu;

/** What each sign adds to the worth of a sentence; set by hand, in steps of a quarter, along a regression over our own sentences. */
const WEIGHTS = {
  explicit: 3,
  norms: 1.75,
  decisions: 1.5,
  preferences: 2,
  habits: 1.25,
  tasks: 0.75,
  states: 0.5,
  changes: 0.75,
  corrections: 0.75,
  dates: 0.75,
  /** Each of up to three values and names in it. */
  specifics: 0.5,
  /** Each word with a meaning beyond the third, up to four; below the third it counts against. */
  substance: 0.5,
  /** It is about a thing that it names, and says how that is. */
  aboutThing: 0.75,
  answers: 0.5,
  passing: -2.5,
  trouble: -2,
  /** "it", "that": what it is about stands elsewhere. */
  pointing: -1,
  /** Each of up to two words that hold only here and now. */
  here: -0.5,
  request: -3,
  rambling: -1,
} as const;

type Signs = { readonly [K in keyof typeof WEIGHTS]: number };

function worth(signs: Signs): number {
  let sum = 0;
  for (const [sign, weight] of Object.entries(WEIGHTS)) sum += weight * signs[sign as keyof Signs];
  return sum;
}

export function signsOf(said: string, text: string, cues: Matcher, answers: boolean): Signs {
  const tokens = tokensOf(said);
  const has = (name: CueName, where = said) => Number(cues[name].test(where));
  const isThing = startsWithThing(said);
  const content = contentOf(said).words.size;
  return {
    explicit: Math.max(has("explicit"), has("explicit", text)),
    norms: has("norms"),
    decisions: has("decisions"),
    preferences: has("preferences"),
    habits: has("habits"),
    tasks: has("tasks"),
    states: has("states"),
    changes: has("changes", text),
    corrections: has("corrections", text),
    dates: has("dates"),
    specifics: Math.min(3, tokens.filter((token, i) => isValue(token) || (i > 0 && /^\p{Lu}/u.test(token))).length),
    substance: Math.max(-3, Math.min(4, content - 3)),
    aboutThing: Number(isThing && (has("states") || has("changes")) > 0),
    answers: Number(answers),
    // What was decided this morning holds tomorrow; that somebody decided to have lunch does not.
    passing: has("passing") * (has("decisions") > 0 && !/^(?:i )?decided to/iu.test(said) ? 0.5 : 1),
    trouble: has("trouble", text),
    pointing: Number(
      !isThing && /^(?:it|this|that|these|those|here|there|they|he|she)(?:'s|'re)?(?!\p{L})/iu.test(said),
    ),
    here: Math.min(2, said.match(HERE)?.length ?? 0),
    request: Number(isRequest(said, cues)),
    rambling: Number(tokens.length > 60),
  };
}

const HERE =
  /(?<!\p{L})(?:this(?! (?:repo|project|codebase|service|package|workspace|year|month|quarter|summer|winter|release))|here|there|again|still|just|yet|above|below|you|your|i)(?!\p{L})/giu;

/** Its subject is named: a reader who knows nothing of what was said before knows what it is about. */
function startsWithThing(said: string): boolean {
  return !/^(?:(?:it|here|there|i|you|he|she|they|we)(?!\p{L})|(?:this|that|these|those)(?:'s| (?:is(?! \p{L}+, an? )|was|are|were|has|had|does|did|will|would|can|should|must|works?|looks?|goes|means|fixe[sd]|didn't|doesn't|won't|isn't)(?!\p{L})|\p{P}|$))/iu.test(
    said,
  );
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
