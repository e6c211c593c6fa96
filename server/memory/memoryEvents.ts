import { z } from "zod";
import { MEMORY_KINDS, type Memory, type MemoryScope, type MemorySource } from "../protocol/memory.ts";
import type { ConsolidationRun } from "./consolidation.ts";

/** What happens to memories, in the order in which it happened: the truth that all else about them is derived from. */
export type MemoryEvent =
  | SetEvent
  | UndoneEvent
  | ObservedEvent
  | MutedEvent
  | ForgottenEvent
  | UnforgottenEvent
  | ConsolidatedEvent;

interface Numbered {
  /** From 1, growing. */
  readonly seq: number;
  /** Wall time, ISO 8601. */
  readonly at: string;
}

/** These memories stand as this says from now on. */
export interface SetEvent extends Numbered {
  readonly type: "set";
  readonly memories: readonly Memory[];
  /** The same for all events of one change. */
  readonly operation: string;
  /** What the change was, in words, if it can be undone. */
  readonly undo?: string;
}

/** The change was undone: what it set stands as it did before, and what it made is gone. */
export interface UndoneEvent extends Numbered {
  readonly type: "undone";
  readonly operation: string;
}

/** What was said in these conversations up to these events has been learned from. */
export interface ObservedEvent extends Numbered {
  readonly type: "observed";
  /** The highest `seq` of a message, by conversation. */
  readonly upTo: Readonly<Record<string, number>>;
  /** How many answers more had which memories in their context. */
  readonly used: Readonly<Record<string, number>>;
}

export interface MutedEvent extends Numbered {
  readonly type: "muted";
  readonly id: string;
  readonly conversationId: string;
  readonly muted: boolean;
}

export interface ForgottenEvent extends Numbered {
  readonly type: "forgotten";
  readonly ids: readonly string[];
  /** undoable: for ten minutes. final: its files are written anew. erased: its text stands in no file any more. */
  readonly stage: "undoable" | "final" | "erased";
  /** The message it came from was forgotten; with that it comes back. */
  readonly withMessage?: true;
  /** Messages that were forgotten along with it. */
  readonly turns?: readonly { readonly conversationId: string; readonly turnId: string }[];
  /** Of the texts: so that they are not learned again. */
  readonly digests?: readonly string[];
}

export interface UnforgottenEvent extends Numbered {
  readonly type: "unforgotten";
  readonly ids: readonly string[];
}

export interface ConsolidatedEvent extends Numbered {
  readonly type: "consolidated";
  readonly run: ConsolidationRun;
}

export type NewMemoryEvent = MemoryEvent extends infer E
  ? E extends MemoryEvent
    ? Omit<E, "seq" | "at">
    : never
  : never;

/** A memory without its words. */
export function bareMemory({ because: _, finalAt: __, ...memory }: Memory): Memory {
  return { ...memory, text: "", anchors: [], sources: memory.sources.map(bareSource), status: "forgotten" };
}

function bareSource({ label: _, ...source }: MemorySource): MemorySource {
  return source;
}

/** The event without the words of these memories. */
export function withoutWords<E extends { readonly type: string }>(event: E, ids: ReadonlySet<string>): E {
  const known = memoryEvent.safeParse(event).data;
  if (known?.type !== "set" || !known.memories.some(({ id }) => ids.has(id))) return event;
  return { ...event, memories: known.memories.map((memory) => (ids.has(memory.id) ? bareMemory(memory) : memory)) };
}

const source: z.ZodType<MemorySource> = z.object({
  who: z.enum(["user", "assistant", "file", "tool", "web", "import"]),
  conversationId: z.string().optional(),
  turnId: z.string().optional(),
  seq: z.number().optional(),
  at: z.string(),
  label: z.string().optional(),
});

export const memoryScope: z.ZodType<MemoryScope> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("user") }),
  z.object({ kind: z.literal("workspace") }),
  z.object({ kind: z.literal("branch"), branch: z.string() }),
]);

export const memorySchema: z.ZodType<Memory> = z.object({
  id: z.string(),
  kind: z.enum(MEMORY_KINDS),
  text: z.string(),
  scope: memoryScope,
  status: z.enum(["active", "pending", "stale", "superseded", "forgotten"]),
  sources: z.array(source),
  anchors: z.array(z.object({ path: z.string(), symbol: z.string().optional(), hash: z.string() })),
  confidence: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastUsedAt: z.string().optional(),
  uses: z.number(),
  pinned: z.boolean(),
  supersedes: z.array(z.string()),
  supersededBy: z.string().optional(),
  expiresAt: z.string().optional(),
  because: z.string().optional(),
  finalAt: z.string().optional(),
});

const numbered = { seq: z.number(), at: z.string() };
const ids = z.array(z.string());

/** What a later version added is left out by readers; the log keeps it. */
export const memoryEvent: z.ZodType<MemoryEvent> = z.discriminatedUnion("type", [
  z.object({
    ...numbered,
    type: z.literal("set"),
    memories: z.array(memorySchema),
    operation: z.string(),
    undo: z.string().optional(),
  }),
  z.object({ ...numbered, type: z.literal("undone"), operation: z.string() }),
  z.object({
    ...numbered,
    type: z.literal("observed"),
    upTo: z.record(z.string(), z.number()),
    used: z.record(z.string(), z.number()),
  }),
  z.object({
    ...numbered,
    type: z.literal("muted"),
    id: z.string(),
    conversationId: z.string(),
    muted: z.boolean(),
  }),
  z.object({
    ...numbered,
    type: z.literal("forgotten"),
    ids,
    stage: z.enum(["undoable", "final", "erased"]),
    withMessage: z.literal(true).optional(),
    turns: z.array(z.object({ conversationId: z.string(), turnId: z.string() })).optional(),
    digests: ids.optional(),
  }),
  z.object({ ...numbered, type: z.literal("unforgotten"), ids }),
  z.object({
    ...numbered,
    type: z.literal("consolidated"),
    run: z.object({ atMs: z.number(), asOfMs: z.number() }),
  }),
]);
