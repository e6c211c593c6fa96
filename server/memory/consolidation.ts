import { type CodeAnchor, isRecalled, type Memory, type MemorySource, type Pattern } from "../protocol/memory.ts";
import { AlikeMemories, type Likeness } from "./alike.ts";
import { byAge, isHeld, mergers } from "./merging.ts";
import { proposedBy } from "./proposed.ts";

/** One thing that tidying changes; each can be taken back by itself. */
export type Change =
  /** `id` has what `gone` had, which are superseded by it; what it `supersedes` stays as it is. */
  | ({ readonly type: "merged"; readonly id: string; readonly gone: readonly string[] } & Merged)
  | { readonly type: "superseded"; readonly id: string; readonly by: string; readonly because: string }
  /** Nobody used it for long. */
  | { readonly type: "faded"; readonly id: string; readonly confidence: number }
  /** It is superseded, by nothing. */
  | { readonly type: "expired"; readonly id: string; readonly because: string }
  /** Into the inbox. */
  | { readonly type: "proposed"; readonly memory: Memory }
  /** Out of the inbox, as if it had been rejected. */
  | { readonly type: "dropped"; readonly id: string; readonly because: string };

/** What the one that stays has from now on. */
export interface Merged {
  readonly sources: readonly MemorySource[];
  readonly anchors: readonly CodeAnchor[];
  readonly confidence: number;
  readonly uses: number;
  readonly lastUsedAt?: string;
}

/** When it was tidied last: to be given to the next run as it is. */
export interface ConsolidationRun {
  /** Wall time. */
  readonly atMs: number;
  /** As far as time is believed: behind the wall clock where that was set forward, or nobody was there to see it pass. */
  readonly asOfMs: number;
}

export interface ConsolidationInput {
  readonly nowMs: number;
  /** Absent for the first time. */
  readonly last?: ConsolidationRun | undefined;
  readonly patterns?: readonly Pattern[] | undefined;
  /** How alike two are in meaning, 0..1, where that is known. */
  readonly likeness?: Likeness | undefined;
}

export interface Consolidation {
  readonly changes: readonly Change[];
  readonly run: ConsolidationRun;
}

/** The inbox holds so many. What would be too much is not proposed, or goes: what waited longest first. */
export const INBOX_CAPACITY = 200;
const DAY_MS = 24 * 60 * 60_000;
/** Time that nobody saw pass comes to be believed as fast as time passes. */
const CATCH_UP = 2;
/** What nobody used for so long is worth less, and again after as long. */
const UNUSED_MS = 30 * DAY_MS;
const FADES_TO = 0.8;
const LEAST_CONFIDENCE = 0.2;

/**
 * What tidying changes: merges what says the same, lets the newer of two that contradict each other stand, lets fade what is
 * never used, ends what has expired, proposes habits, keeps the inbox small. What is pinned, or stands in the place of another one
 * because the user said so, stays as it is. The same whatever the order of the memories; done again at once, nothing.
 */
export function consolidate(memories: readonly Memory[], input: ConsolidationInput): Consolidation {
  const run = nextRun(input);
  const ordered = [...memories].sort(byAge);
  const expired = ordered.filter((memory) => isExpired(memory, run.asOfMs)).map(expiry);
  const ended = idsOf(expired);
  const lasting = ordered.filter(({ id }) => !ended.has(id));
  const alike = new AlikeMemories(ordered, input.likeness);

  const merged = mergers(lasting.filter(isRecalled), alike);
  const gone = new Set(merged.flatMap((change) => change.gone));
  const inForce = lasting.filter((memory) => isRecalled(memory) && !gone.has(memory.id));
  const superseded = supersessions(inForce, alike);

  const touched = idsOf([...merged, ...superseded]);
  const faded = inForce.filter(({ id }) => !touched.has(id)).flatMap((memory) => fading(memory, run.asOfMs));

  const pending = lasting.filter(({ status }) => status === "pending");
  const inbox = [...pending, ...proposals(ordered, input, INBOX_CAPACITY - pending.length)];
  const dropped = [...known(pending, idsOf(inForce), alike), ...overflowing(pending)];
  const proposed = inbox.slice(pending.length).map((memory) => ({ type: "proposed" as const, memory }));
  return { changes: [...expired, ...merged, ...superseded, ...faded, ...uniqueById(dropped), ...proposed], run };
}

/** By what passed since the last run, a day at most: a clock that is set forward ends nothing. */
function nextRun({ nowMs, last }: ConsolidationInput): ConsolidationRun {
  if (last === undefined) return { atMs: nowMs, asOfMs: nowMs };
  const passedMs = Math.min(Math.max(nowMs - last.atMs, 0), DAY_MS);
  const believed = Math.min(nowMs, last.asOfMs + passedMs * CATCH_UP);
  return { atMs: nowMs, asOfMs: Math.max(last.asOfMs, believed) };
}

function isExpired(memory: Memory, asOfMs: number): boolean {
  const { status, expiresAt } = memory;
  if (expiresAt === undefined || isHeld(memory) || !(isRecalled(memory) || status === "pending")) return false;
  return Date.parse(expiresAt) <= asOfMs;
}

function expiry({ id, expiresAt = "" }: Memory): Change & { type: "expired" } {
  return { type: "expired", id, because: `It mattered until ${expiresAt.slice(0, 10)}.` };
}

/** Each is superseded by the newest of those that say otherwise and stand themselves. */
function supersessions(memories: readonly Memory[], alike: AlikeMemories): (Change & { type: "superseded" })[] {
  const standing = new Set<string>();
  const superseded: (Change & { type: "superseded" })[] = [];
  for (const memory of memories.toReversed()) {
    const by = isHeld(memory) ? undefined : alike.contradicting(memory, (other) => standing.has(other.id));
    if (by === undefined) standing.add(memory.id);
    else superseded.push({ type: "superseded", id: memory.id, by: by.id, because: "A newer one says otherwise." });
  }
  return superseded;
}

function fading(memory: Memory, asOfMs: number): (Change & { type: "faded" })[] {
  const { id, createdAt, updatedAt, lastUsedAt = "", confidence } = memory;
  if (isHeld(memory) || confidence <= LEAST_CONFIDENCE) return [];
  const touchedMs = Math.max(Date.parse(createdAt), Date.parse(updatedAt), Date.parse(lastUsedAt) || 0);
  if (asOfMs - touchedMs < UNUSED_MS) return [];
  return [{ type: "faded", id, confidence: Math.max(confidence * FADES_TO, LEAST_CONFIDENCE) }];
}

/** What waits in the inbox and is remembered already. */
function known(
  pending: readonly Memory[],
  inForce: ReadonlySet<string>,
  alike: AlikeMemories,
): (Change & { type: "dropped" })[] {
  return pending.flatMap((memory) => {
    const isKnown = !memory.pinned && alike.sameAs(memory).some(({ id }) => inForce.has(id));
    return isKnown ? [{ type: "dropped" as const, id: memory.id, because: "It is remembered already." }] : [];
  });
}

function overflowing(pending: readonly Memory[]): (Change & { type: "dropped" })[] {
  const because = `The inbox holds ${INBOX_CAPACITY}, and this waited longest.`;
  return pending
    .filter((memory) => !isHeld(memory))
    .slice(0, Math.max(0, pending.length - INBOX_CAPACITY))
    .map(({ id }) => ({ type: "dropped", id, because }));
}

/** Habits that were never proposed before, whatever became of that, as far as there is room. */
function proposals(memories: readonly Memory[], { patterns = [], nowMs }: ConsolidationInput, room: number): Memory[] {
  const ids = idsOf(memories);
  const isNew = (memory: Memory) => !ids.has(memory.id) && !memories.some(({ text }) => text === memory.text);
  return patterns
    .flatMap((pattern) => proposedBy(pattern, nowMs) ?? [])
    .filter(isNew)
    .sort(byAge)
    .slice(0, Math.max(0, room));
}

function idsOf(all: readonly { readonly id: string }[]): Set<string> {
  return new Set(all.map(({ id }) => id));
}

function uniqueById<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}
