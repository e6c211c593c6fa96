import type { Change } from "../../server/memory/consolidation.ts";
import { tidied as decided } from "../../server/memory/tidying.ts";
import type { Memory } from "../../server/protocol/memory.ts";

/** The memories once these changes were made at that moment. */
export function tidied(memories: readonly Memory[], changes: readonly Change[], nowMs: number): Memory[] {
  const run = { atMs: nowMs, asOfMs: nowMs };
  const { changed } = decided(memories, { changes, run }, new Date(nowMs).toISOString());
  return [...new Map([...memories, ...changed].map((each) => [each.id, each])).values()];
}

export function memory(id: string, text: string, fields: Partial<Memory> = {}): Memory {
  const at = fields.createdAt ?? "2026-01-02T03:04:05.000Z";
  return {
    id,
    kind: "fact",
    text,
    scope: { kind: "workspace" },
    status: "active",
    sources: [{ who: "user", conversationId: "c", turnId: id, at }],
    anchors: [],
    confidence: 0.8,
    createdAt: at,
    updatedAt: at,
    uses: 0,
    pinned: false,
    supersedes: [],
    ...fields,
  };
}
