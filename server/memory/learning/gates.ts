import { isRecalled, type Memory, type MemoryKind } from "../../protocol/memory.ts";
import { supersededBy } from "./contradiction.ts";
import { duplicateOf, echoOf } from "./duplicate.ts";
import { expiryOf } from "./expiry.ts";
import { kindOf } from "./kinds.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { KnownContents } from "./overlap.ts";
import { scopeOf } from "./scopes.ts";
import { type Decision, type Known, nothing, sourceOf, type Utterance } from "./utterance.ts";
import { type Content, contentOf, normalised, plain } from "./words.ts";

/** A statement that may become a memory, and what it rests on. */
export interface Statement {
  readonly text: string;
  /** Default: what the text itself says. */
  readonly kind?: MemoryKind;
  /** All that was said, for the words around it: "as said". */
  readonly whole: string;
  readonly confidence: number;
  /** Oldest first; the last is the turn of the user that made it a memory. */
  readonly from: readonly [...Utterance[], Utterance];
  /** The user asked to remember it: it is learned even if it was forgotten before. */
  readonly isExplicit?: boolean;
  /** Somebody else's words, to which the user said yes. */
  readonly isConfirmed?: boolean;
  /** Why it waits in the inbox, in words. */
  readonly pendingBecause?: string;
}

/** Through the gates: not what says nothing, was forgotten, or is known; and in the place of what it contradicts. */
export function takeIn(statement: Statement, known: Known, before: readonly Utterance[]): Decision {
  const { text, from, confidence, isExplicit, pendingBecause } = statement;
  const content = contentOf(text);
  if (content.words.size < 2) return nothing("vacuous");
  if (!isExplicit && isAmong(text, known, "forgotten")) return nothing("forgotten");
  if (pendingBecause !== undefined && isAmong(text, known, "pending")) return nothing("duplicate");
  const recalled = new KnownContents(known.filter(isRecalled));
  const same = sameAs(statement, content, recalled, before);
  if (same !== undefined) {
    return { do: "merge", into: same.id, source: sourceOf(lastOf(from)), confidence: raised(same.confidence) };
  }
  if (saysAgain(statement) && !isExplicit) return nothing("duplicate");
  const kind = statement.kind ?? kindOf(text);
  const old = pendingBecause === undefined ? supersededBy(content, recalled, saysChange(statement)) : undefined;
  const expiresAt = expiryOf(text, lastOf(from).at);
  return {
    do: "remember",
    kind,
    text,
    sources: from.map(sourceOf),
    confidence,
    scope: scopeOf(text, kind),
    ...(expiresAt !== undefined && { expiresAt }),
    supersedes: old === undefined ? [] : [old.id],
    ...(pendingBecause === undefined ? { status: "active" } : { status: "pending", because: pendingBecause }),
  };
}

/** A memory rests on this turn, or did. */
export function isTaken({ conversation, seq }: Utterance, known: Known): boolean {
  return known.some(({ sources }) =>
    sources.some((source) => source.conversationId === conversation && source.seq === seq),
  );
}

function isAmong(text: string, known: Known, status: Memory["status"]): boolean {
  const same = normalised(text);
  return known.some((memory) => memory.status === status && memory.text !== "" && normalised(memory.text) === same);
}

function sameAs(
  statement: Statement,
  content: Content,
  recalled: KnownContents,
  before: readonly Utterance[],
): Memory | undefined {
  const known = duplicateOf(statement.text, content, recalled, saysAgain(statement));
  return known ?? (statement.isConfirmed ? echoOf(content, recalled, before) : undefined);
}

function saysAgain({ whole }: Statement): boolean {
  return cuesOf(languageOf(whole)).restated.test(plain(whole));
}

function saysChange({ whole }: Statement): boolean {
  const cues = cuesOf(languageOf(whole));
  return cues.changes.test(plain(whole)) || cues.corrections.test(plain(whole));
}

/** Each time it is said again, a fifth of the doubt goes. */
function raised(confidence: number): number {
  return Math.round((confidence + (1 - confidence) * 0.2) * 100) / 100;
}

function lastOf(from: Statement["from"]): Utterance {
  return from[from.length - 1] as Utterance;
}
