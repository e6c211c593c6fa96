import { z } from "zod";
import {
  MEMORY_KINDS,
  type MemoryMethod,
  type MemoryRequests,
  type MemoryScope,
  type MemoryStatus,
  type RecalledKind,
} from "./memory.ts";

/** What each request to memory must look like. */

const id = z.string().regex(/^[A-Za-z0-9_:.-]{1,200}$/, "must be 1 to 200 letters, digits or _ : . -");
const ids = z.array(id).max(1000);
const time = z.iso.datetime();
const kind = z.enum(MEMORY_KINDS);
const recalled = z.enum([...kind.options, "episode"] satisfies RecalledKind[]);
const scope = z.enum(["user", "workspace", "branch"] satisfies MemoryScope["kind"][]);
const status = z.enum(["active", "pending", "stale", "superseded", "forgotten"] satisfies MemoryStatus[]);
const empty = z.object({}).transform(() => ({}) as Record<string, never>);
/** Larger than what is accepted, so that the answer to too much says how much may be. */
const text = z.string().max(4 * 1024 * 1024);
const path = z.string().min(1).max(4096);

export const memorySchemas: { readonly [M in MemoryMethod]: z.ZodType<MemoryRequests[M]["params"]> } = {
  "rubberduck/memory/recall": z.object({
    query: text,
    queryType: z.enum(["chat", "command", "completion", "search"]),
    limit: z.int().min(1).max(200).optional(),
    kinds: z.array(recalled).optional(),
    scope: scope.optional(),
    conversationId: id.optional(),
    shownTurnIds: z.array(id).optional(),
    near: z.array(path).optional(),
    at: time.optional(),
  }),
  "rubberduck/memory/list": z.object({
    query: z.string().max(1000).optional(),
    statuses: z.array(status).optional(),
    kinds: z.array(kind).optional(),
    scope: scope.optional(),
    pinned: z.boolean().optional(),
    at: time.optional(),
    limit: z.int().min(1).max(1000).optional(),
    offset: z.int().min(0).optional(),
  }),
  "rubberduck/memory/get": z.object({ ids }),
  "rubberduck/memory/overview": empty,
  "rubberduck/memory/patterns": empty,
  "rubberduck/memory/remember": z.object({
    text,
    kind: kind.optional(),
    scope: scope.optional(),
    conversationId: id.optional(),
    turnId: id.optional(),
  }),
  "rubberduck/memory/correct": z.object({ id, text, kind: kind.optional(), scope: scope.optional() }),
  "rubberduck/memory/pin": z.object({ id, pinned: z.boolean() }),
  "rubberduck/memory/mute": z.object({ id, conversationId: id, muted: z.boolean() }),
  "rubberduck/memory/traces": z.object({ ids }),
  "rubberduck/memory/forget": z.object({
    ids: ids.min(1),
    when: z.enum(["later", "now"]),
    messages: z.enum(["keep", "source", "all"]),
  }),
  "rubberduck/memory/unforget": z.object({ ids }),
  "rubberduck/memory/approve": z.object({ id, text: text.optional() }),
  "rubberduck/memory/reject": z.object({ ids }),
  "rubberduck/memory/confirm": z.object({ id }),
  "rubberduck/memory/undo": empty,
  "rubberduck/memory/consolidate": empty,
  "rubberduck/memory/test": z.object({ questions: z.int().min(1).max(1000).optional() }),
  "rubberduck/memory/export": empty,
  "rubberduck/memory/import": z.object({ text: z.string().max(64 * 1024 * 1024) }),
};
