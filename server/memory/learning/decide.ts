import { asksToKeep, type Confirmed, confirmed } from "./confirmation.ts";
import type { Candidate } from "./extraction.ts";
import { isTaken, type Statement, takeIn } from "./gates.ts";
import { ownWords } from "./ownWords.ts";
import { areSignificant, isRefused, type Judged, judge } from "./significance.ts";
import { statementOf } from "./statement.ts";
import { type Decision, type Known, nothing, type Utterance, type WhyNot } from "./utterance.ts";
import { plain } from "./words.ts";

/**
 * What is learned from something that was said, by rules. `recent`: the last few before it, oldest first. Only what a user
 * says becomes a memory, and what the user confirms; what it rests on is named in its sources.
 */
export function decide(utterance: Utterance, recent: readonly Utterance[], known: Known): Decision[] {
  if (utterance.origin !== "user") return [nothing(whyNotFrom(utterance.origin))];
  if (isTaken(utterance, known)) return [nothing("forgotten")];
  const before = recent.filter(({ conversation }) => conversation === utterance.conversation);
  const judged = judge(utterance.text, before);
  const yes = confirmed(utterance, before);
  if (yes !== undefined) return [takeIn(confirmedStatement(yes, judged, utterance), known, before)];
  if (asksToKeep(plain(ownWords(utterance.text)))) return [nothing("vacuous")];
  const statement = ownStatement(judged, utterance);
  return [statement === undefined ? nothing(whyNot(judged)) : takeIn(statement, known, before)];
}

/** As {@link decide}, for what a model found in a turn of which the rules learned nothing. */
export function decideCandidate({ kind, text }: Candidate, utterance: Utterance, known: Known): Decision {
  if (utterance.origin !== "user") return nothing(whyNotFrom(utterance.origin));
  if (isTaken(utterance, known)) return nothing("duplicate");
  return takeIn({ text, kind, whole: utterance.text, confidence: BY_MODEL, from: [utterance] }, known, []);
}

const BY_MODEL = 0.6;
const CONFIRMED = 0.8;
/** So sure is it what the user asked to be remembered in so many words. */
export const EXPLICIT = 0.95;
/** What a sentence must be worth to be believed beside a guess or a joke. */
const UNDOUBTED = 3.5;

function ownStatement(judged: readonly Judged[], utterance: Utterance): Statement | undefined {
  const kept = judged.filter((sentence) => !isRefused(sentence) && sentence.score > 0);
  if (!areSignificant(kept)) return undefined;
  const isDoubted = judged.some(({ why }) => why === "hypothetical" || why === "sarcasm");
  if (isDoubted && !kept.some(({ score }) => score >= UNDOUBTED)) return undefined;
  const isExplicit = kept.some((sentence) => sentence.isExplicit);
  return {
    text: statementOf(kept.map(({ text }) => text)),
    whole: utterance.text,
    confidence: isExplicit ? EXPLICIT : confidenceOf(kept),
    from: [utterance],
    isExplicit,
  };
}

function confirmedStatement(yes: Confirmed, judged: readonly Judged[], utterance: Utterance): Statement {
  const own = judged.filter((sentence) => !isRefused(sentence) && sentence.score >= 1).map(({ text }) => text);
  return {
    text: statementOf([yes.text, ...own]),
    whole: yes.text,
    confidence: CONFIRMED,
    from: [yes.utterance, utterance],
    isConfirmed: true,
    ...(yes.doubt !== undefined && { pendingBecause: yes.doubt }),
  };
}

function whyNotFrom(origin: Utterance["origin"]): WhyNot {
  if (origin === "recalled" || origin === "prompt") return "echo";
  return origin === "assistant" ? "unconfirmed" : "third-party";
}

function whyNot(judged: readonly Judged[]): WhyNot {
  return judged.find(({ why }) => why !== undefined)?.why ?? "vacuous";
}

function confidenceOf(kept: readonly Judged[]): number {
  const best = Math.max(...kept.map(({ score }) => score));
  return Math.round(Math.min(0.9, 0.5 + best * 0.06) * 100) / 100;
}
