import type { ForgetWhen } from "./requests.ts";

/**
 * What is remembered, and what may be asked of it. Two things are recallable: memories, which passed the gates and are stated
 * as facts, and episodes, what was said in a conversation, which are only ever quoted.
 */

/** fact: how something is. correction: something said before was wrong, and this is how it is. */
export const MEMORY_KINDS = ["fact", "decision", "preference", "convention", "task", "correction"] as const;

export type MemoryKind = (typeof MEMORY_KINDS)[number];

export type RecalledKind = MemoryKind | "episode";

/**
 * active: recalled. pending: waits in the inbox and is never recalled. stale: the code it speaks of has moved on; recalled with
 * that said. superseded: a newer one stands in its place. forgotten: its text is gone, or going.
 */
export type MemoryStatus = "active" | "pending" | "stale" | "superseded" | "forgotten";

/** user: in all workspaces of this user. branch: only while that branch is checked out. */
export type MemoryScope =
  | { readonly kind: "user" }
  | { readonly kind: "workspace" }
  | { readonly kind: "branch"; readonly branch: string };

export interface Memory {
  readonly id: string;
  readonly kind: MemoryKind;
  /** A statement, not an order; at most 2,000 UTF-16 code units. "" once it is forgotten for good. */
  readonly text: string;
  readonly scope: MemoryScope;
  readonly status: MemoryStatus;
  /** What it rests on, oldest first; never empty. */
  readonly sources: readonly MemorySource[];
  readonly anchors: readonly CodeAnchor[];
  /** 0..1: how sure it is that this holds and matters. */
  readonly confidence: number;
  /** ISO 8601, as are all times here. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastUsedAt?: string;
  /** How many answers had it in their context. */
  readonly uses: number;
  readonly pinned: boolean;
  readonly supersedes: readonly string[];
  readonly supersededBy?: string;
  /** After this it is recalled no more: what only mattered until a day. */
  readonly expiresAt?: string;
  /** Why it is stale or waits in the inbox, in words: "clock.ts was moved". */
  readonly because?: string;
  /** While forgetting it can be undone: when it becomes final. */
  readonly finalAt?: string;
}

/** Whether it may go along with a question. */
export function isRecalled({ status }: Pick<Memory, "status">): boolean {
  return status === "active" || status === "stale";
}

/** Where the words came from that a memory rests on. */
export interface MemorySource {
  readonly who: "user" | "assistant" | "file" | "tool" | "web" | "import";
  /** The turn it was said in; absent for what was not said in a conversation. */
  readonly conversationId?: string;
  readonly turnId?: string;
  /** Of the event with the words in that conversation's log. */
  readonly seq?: number;
  readonly at: string;
  /** What a person calls it, where nobody said it: "CONTRIBUTING.md:31". */
  readonly label?: string;
}

/** Code that a memory speaks of. It is stale once that has moved on. */
export interface CodeAnchor {
  /** Relative to its workspace folder, with forward slashes. */
  readonly path: string;
  readonly symbol?: string;
  /** SHA-256 of the file's or the symbol's text when it was learned, hex; its first 16 digits. */
  readonly hash: string;
}

/** What a receipt says of what was left out because it is muted in its conversation. */
export const MUTED_BY_USER = "muted by you";

/** What is asked and done again and again. Mid-term: it fades when it stops. */
export interface Pattern {
  readonly id: string;
  readonly kind: "intent" | "file" | "symbol" | "error" | "command";
  /** "asks for tests after a refactoring", "server/llm/openai.ts". */
  readonly label: string;
  /** How often it was seen, fading by half in 14 days. */
  readonly frequency: number;
  readonly lastSeenAt: string;
  /** At most three, the newest first: turns it was seen in. */
  readonly examples: readonly { readonly conversationId: string; readonly turnId: string; readonly text: string }[];
}

/** Something said in a conversation. */
export interface Episode {
  readonly id: string;
  readonly conversationId: string;
  readonly turnId: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly at: string;
}

/** What a question is asked for: it decides how signals are weighed, and whether the long-term tier is asked at all. */
export type QueryType = "chat" | "command" | "completion" | "search";

export interface RecallParams {
  readonly query: string;
  readonly queryType: QueryType;
  /** Default 20, at most 200. */
  readonly limit?: number;
  /** Default all. */
  readonly kinds?: readonly RecalledKind[];
  readonly scope?: MemoryScope["kind"];
  /** The conversation that asks: what is muted in it is left out. */
  readonly conversationId?: string;
  /** Turns of it that go along anyway: what was said in them is not recalled. */
  readonly shownTurnIds?: readonly string[];
  /** Files that are open or attached, relative; what is anchored to them matters more. */
  readonly near?: readonly string[];
  /** What was known at that moment. Default now. */
  readonly at?: string;
}

export interface RecallHit {
  readonly id: string;
  readonly kind: RecalledKind;
  readonly text: string;
  /** 0..1; 1 for the best conceivable. */
  readonly score: number;
  /** What each signal gave to the score: "words", "meaning", "nearby", "time", "speaker", "pinned", … They add up to it. */
  readonly signals: Readonly<Record<string, number>>;
  /** Where it comes from: the source of a memory that was said first, the turn of an episode. */
  readonly source: MemorySource;
  /** Absent for an episode. */
  readonly memory?: Memory;
}

export interface RecallResult {
  readonly hits: RecallHit[];
  /** What would have been among them, were it not muted in the conversation that asks. */
  readonly muted: RecallHit[];
  /** Patterns that the query touches. */
  readonly patterns: Pattern[];
  /** Why meaning was not looked at, words alone were: "The index is being rebuilt (40%)." */
  readonly lexicalOnly?: string;
  readonly ms: number;
}

export interface MemoryListParams {
  /** Words that all stand in it, or that it is about. */
  readonly query?: string;
  /** Default active, pending and stale. */
  readonly statuses?: readonly MemoryStatus[];
  readonly kinds?: readonly MemoryKind[];
  readonly scope?: MemoryScope["kind"];
  readonly pinned?: boolean;
  /** What was remembered at that moment. Default now. */
  readonly at?: string;
  /** Default 200, at most 1,000. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface MemoryOverview {
  /** Memories by status. */
  readonly counts: Readonly<Record<MemoryStatus, number>>;
  readonly pinned: number;
  readonly episodes: number;
  readonly patterns: number;
  readonly shortTerm: {
    readonly held: number;
    readonly capacity: number;
    /** Share of reads of recent messages that were answered without the log, 0..1; absent before the first. */
    readonly hitRate?: number;
  };
  /** Active memories that were rejected, corrected or forgotten soon after, or never used though asked for: 0..1 of `of`. */
  readonly junk: { readonly count: number; readonly of: number; readonly rate: number };
  /** On disk, encrypted. */
  readonly bytes: number;
  /** When it was tidied last; absent if never. */
  readonly consolidatedAt?: string;
  readonly embedder: EmbedderStatus;
  /** There is a change that {@link MemoryRequests} undo would take back: what, in words. */
  readonly undoable?: string;
  /** Records of what was remembered that nobody can read any more; absent for none. Verifying the store says where. */
  readonly unreadable?: number;
}

/** off: none, words alone. building: the vectors are being made anew. */
export interface EmbedderStatus {
  readonly state: "off" | "loading" | "building" | "ready" | "failed";
  /** The model's name and dimension, when there is one. */
  readonly model?: string;
  readonly dimension?: number;
  /** While building. */
  readonly done?: number;
  readonly total?: number;
  /** Why it is off or failed, and what to do. */
  readonly message?: string;
}

export interface RememberParams {
  readonly text: string;
  readonly kind?: MemoryKind;
  /** Default workspace. */
  readonly scope?: MemoryScope["kind"];
  /** Where the user said so. */
  readonly conversationId?: string;
  readonly turnId?: string;
}

export interface RememberResult {
  readonly memory: Memory;
  /** known: it was remembered already; nothing changed but that it was said again. */
  readonly outcome: "remembered" | "known" | "superseded";
}

/** keep: messages stay. source: those it came from go too. all: those, and every message or answer that quotes it. */
export type ForgetMessages = "keep" | "source" | "all";

export interface MemoryForgetParams {
  readonly ids: readonly string[];
  readonly when: ForgetWhen;
  readonly messages: ForgetMessages;
}

export interface MemoryForgetResult {
  readonly memories: number;
  readonly messages: number;
  /** When it can be undone no more; absent when that is now. */
  readonly finalAt?: string;
}

export interface MemoryTestResult {
  /** Facts of this store that were asked for, and how many came back among the first ten. */
  readonly asked: number;
  readonly found: number;
  readonly recallP50Ms: number;
  readonly recallP95Ms: number;
  /** The first of those that were not found. */
  readonly missed: readonly { readonly id: string; readonly question: string }[];
}

export interface MemoryImportResult {
  readonly added: number;
  readonly known: number;
  readonly refused: readonly { readonly text: string; readonly why: string }[];
}

export interface ConsolidationReport {
  readonly merged: number;
  readonly superseded: number;
  readonly expired: number;
  readonly stale: number;
  readonly promoted: number;
  readonly ms: number;
}

/** Every one may fail with storeLocked or storeFailed; recall, list and overview answer with nothing instead while it is locked. */
export interface MemoryRequests {
  "rubberduck/memory/recall": { params: RecallParams; result: RecallResult };
  "rubberduck/memory/list": { params: MemoryListParams; result: { memories: Memory[]; total: number } };
  /** Those of the ids that are known, in their order. */
  "rubberduck/memory/get": {
    params: { ids: readonly string[] };
    result: { memories: Memory[]; episodes: Episode[] };
  };
  "rubberduck/memory/overview": { params: Nothing; result: MemoryOverview };
  "rubberduck/memory/patterns": { params: Nothing; result: { patterns: Pattern[] } };
  /** Fails with invalidRequest for what is blank or too long. Secrets in it are masked. */
  "rubberduck/memory/remember": { params: RememberParams; result: RememberResult };
  /** A new memory in the place of this one, which is superseded and kept in its history. */
  "rubberduck/memory/correct": {
    params: { id: string; text: string; kind?: MemoryKind; scope?: MemoryScope["kind"] };
    result: { memory: Memory };
  };
  "rubberduck/memory/pin": { params: { id: string; pinned: boolean }; result: { memory: Memory } };
  /** Not in this conversation. */
  "rubberduck/memory/mute": {
    params: { id: string; conversationId: string; muted: boolean };
    result: Nothing;
  };
  /** What forgetting would take with it, without doing it: turns it came from, and turns that quote it. */
  "rubberduck/memory/traces": {
    params: { ids: readonly string[] };
    result: { source: TurnPlace[]; quoting: TurnPlace[] };
  };
  "rubberduck/memory/forget": { params: MemoryForgetParams; result: MemoryForgetResult };
  /** Fails with tooLate when it is for good. */
  "rubberduck/memory/unforget": { params: { ids: readonly string[] }; result: Nothing };
  /** Takes what waits in the inbox into memory, as it stands or as `text` says. */
  "rubberduck/memory/approve": { params: { id: string; text?: string }; result: { memory: Memory } };
  /** Out of the inbox, for good: it is not proposed again. Can be undone. */
  "rubberduck/memory/reject": { params: { ids: readonly string[] }; result: Nothing };
  /** A stale one is still true. */
  "rubberduck/memory/confirm": { params: { id: string }; result: { memory: Memory } };
  /** Takes back the last change of the user or of consolidation; answers what that was. Fails with notFound when there is none. */
  "rubberduck/memory/undo": { params: Nothing; result: { undone: string } };
  "rubberduck/memory/consolidate": { params: Nothing; result: ConsolidationReport };
  /** Asks for stored facts and says how many come back. Changes nothing. */
  "rubberduck/memory/test": { params: { questions?: number }; result: MemoryTestResult };
  /** All memories with their sources, not encrypted: docs/export.md. */
  "rubberduck/memory/export": { params: Nothing; result: { text: string; fileName: string } };
  /** Fails with invalidRequest when the text is not such an export. */
  "rubberduck/memory/import": { params: { text: string }; result: MemoryImportResult };
}

export interface TurnPlace {
  readonly conversationId: string;
  readonly turnId: string;
  /** The first words of its message. */
  readonly label: string;
}

export type MemoryMethod = keyof MemoryRequests;
export type MemoryParams<M extends MemoryMethod> = MemoryRequests[M]["params"];
export type MemoryResult<M extends MemoryMethod> = MemoryRequests[M]["result"];

type Nothing = Record<string, never>;
