import { redact } from "../../util/redaction.ts";
import { type Confirmed, confirmed } from "./confirmation.ts";
import { supersededBy } from "./contradiction.ts";
import { duplicateOf, echoOf } from "./duplicate.ts";
import { kindOf } from "./kinds.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { KnownContents } from "./overlap.ts";
import { scopeOf } from "./scopes.ts";
import { areSignificant, type Judged, judge } from "./significance.ts";
import { statementOf } from "./statement.ts";
import { type Decision, type Known, sourceOf, type Utterance, type WhyNot } from "./utterance.ts";
import { contentOf, normalised, plain } from "./words.ts";

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
  if (yes !== undefined) return [takeIn(confirmedStatement(yes, judged), utterance, known, before)];
  const kept = judged.filter(({ why, score }) => why === undefined && score > 0);
  if (!areSignificant(kept)) return [nothing(whyNot(judged))];
  const isDoubted = judged.some(({ why }) => why === "hypothetical" || why === "sarcasm");
  if (isDoubted && !kept.some(({ score }) => score >= 3.5)) return [nothing("hypothetical")];
  return [
    takeIn(
      {
        text: statementOf(kept.map(({ text }) => text)),
        whole: utterance.text,
        confidence: kept.some(({ isExplicit }) => isExplicit) ? 0.95 : confidenceOf(kept),
        from: [utterance],
        isExplicit: kept.some(({ isExplicit }) => isExplicit),
        isPending: false,
        isConfirmed: false,
      },
      utterance,
      known,
      before,
    ),
  ];
}

interface Statement {
  readonly text: string;
  /** All that was said, for the words around it: "as said". */
  readonly whole: string;
  readonly confidence: number;
  readonly from: readonly Utterance[];
  readonly isExplicit: boolean;
  readonly isPending: boolean;
  /** Somebody else's words, to which the user said yes. */
  readonly isConfirmed: boolean;
}

function confirmedStatement({ utterance, text, isPlain }: Confirmed, judged: readonly Judged[]): Statement {
  const own = judged.filter(({ why, score }) => why === undefined && score >= 1).map((sentence) => sentence.text);
  return {
    text: redact(statementOf([text, ...own])).text,
    whole: text,
    confidence: 0.8,
    from: [utterance],
    isExplicit: false,
    isPending: !isPlain,
    isConfirmed: true,
  };
}

function takeIn(statement: Statement, utterance: Utterance, known: Known, before: readonly Utterance[]): Decision {
  const { text, whole, confidence, from } = statement;
  const content = contentOf(text);
  if (content.words.size < 2) return nothing("vacuous");
  if (!statement.isExplicit && isForgotten(text, known)) return nothing("forgotten");
  const contents = new KnownContents(known.filter(({ status }) => status === "active" || status === "stale"));
  const cues = cuesOf(languageOf(whole));
  const restated = cues.restated.test(plain(whole));
  const same =
    duplicateOf(text, content, contents, restated) ??
    (statement.isConfirmed ? echoOf(content, contents, before) : undefined);
  if (same !== undefined) {
    return { do: "merge", into: same.id, source: sourceOf(utterance), confidence: raised(same.confidence) };
  }
  if (restated && !statement.isExplicit) return nothing("duplicate");
  const kind = kindOf(text);
  const saysChange = cues.changes.test(plain(whole)) || cues.corrections.test(plain(whole));
  const old = statement.isPending ? undefined : supersededBy(content, contents, saysChange);
  const sources = [...from.filter(({ seq }) => seq !== utterance.seq), utterance].map(sourceOf);
  return {
    do: "remember",
    kind,
    text,
    sources,
    confidence,
    scope: scopeOf(text, kind),
    supersedes: old === undefined ? [] : [old.id],
    status: statement.isPending ? "pending" : "active",
    ...(statement.isPending ? { because: "It stands in a text that you did not write." } : {}),
  };
}

function nothing(why: WhyNot): Decision {
  return { do: "nothing", why };
}

function whyNotFrom(origin: Utterance["origin"]): WhyNot {
  if (origin === "recalled" || origin === "prompt") return "echo";
  return origin === "assistant" ? "unconfirmed" : "third-party";
}

/** A memory rests on this turn already, or did. */
function isTaken({ conversation, seq }: Utterance, known: Known): boolean {
  return known.some(({ sources }) =>
    sources.some((source) => source.conversationId === conversation && source.seq === seq),
  );
}

function isForgotten(text: string, known: Known): boolean {
  const same = normalised(text);
  return known.some(
    (memory) => memory.status === "forgotten" && memory.text !== "" && normalised(memory.text) === same,
  );
}

function whyNot(judged: readonly Judged[]): WhyNot {
  return judged.find(({ why }) => why !== undefined)?.why ?? "vacuous";
}

function confidenceOf(kept: readonly Judged[]): number {
  const best = Math.max(...kept.map(({ score }) => score));
  return Math.round(Math.min(0.9, 0.5 + best * 0.06) * 100) / 100;
}

/** Each time it is said again, a fifth of the doubt goes. */
function raised(confidence: number): number {
  return Math.round((confidence + (1 - confidence) * 0.2) * 100) / 100;
}
