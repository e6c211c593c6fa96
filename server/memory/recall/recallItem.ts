import type { MemoryScope, QueryType, RecalledKind } from "../../protocol/memory.ts";

/** Something that can be recalled: an episode, one thing that somebody said, or a memory. */
export interface RecallItem {
  readonly id: string;
  readonly kind: RecalledKind;
  readonly text: string;
  /** "user", "assistant", or a name, where people have names. "" for a memory. */
  readonly speaker: string;
  /** When it was said or learned, in ms since 1970. */
  readonly atMs: number;
  /** The conversation it was said in, and its place there, counting up without regard to gaps. Absent for a memory. */
  readonly session?: string;
  readonly position?: number;
  /** Of a memory. */
  readonly scope?: MemoryScope;
  readonly pinned?: boolean;
  readonly stale?: boolean;
  /** 0..1; of a memory. */
  readonly confidence?: number;
  readonly uses?: number;
  /** Files that it speaks of, relative. */
  readonly paths?: readonly string[];
}

export interface RecallQuery {
  readonly text: string;
  readonly queryType: QueryType;
  readonly limit: number;
  readonly nowMs: number;
  readonly kinds?: readonly RecalledKind[] | undefined;
  readonly scope?: MemoryScope["kind"] | undefined;
  /** Memories of other branches are left out. */
  readonly branch?: string | undefined;
  readonly near?: readonly string[] | undefined;
  /** Left out: what goes along anyway. */
  readonly without?: ReadonlySet<string> | undefined;
}

/** Cosine of the query with an item: of all of it, and of the best of its sentences. */
export interface Likeness {
  readonly whole: number;
  readonly sentence: number;
}

export interface RankedItem {
  readonly id: string;
  /** 0..1. */
  readonly score: number;
  /** What each signal gave; they add up to the score. */
  readonly signals: Readonly<Record<string, number>>;
}

/** An item as an index holds it: its text is read once. */
export type ItemFacts = Omit<RecallItem, "text">;
