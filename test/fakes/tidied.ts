import type { Change } from "../../server/memory/consolidation.ts";
import type { Memory } from "../../server/protocol/memory.ts";

/** The memories once these changes were made at that moment. */
export function tidied(memories: readonly Memory[], changes: readonly Change[], nowMs: number): Memory[] {
  const byId = new Map(memories.map((memory) => [memory.id, memory]));
  const updatedAt = new Date(nowMs).toISOString();
  const change = (id: string, fields: Partial<Memory>) => {
    const memory = byId.get(id);
    if (memory === undefined) throw new Error(`no memory ${id}`);
    byId.set(id, { ...memory, ...fields, updatedAt });
  };
  for (const each of changes) {
    if (each.type === "proposed") byId.set(each.memory.id, each.memory);
    else if (each.type === "faded") change(each.id, { confidence: each.confidence });
    else if (each.type === "expired") change(each.id, { status: "superseded", because: each.because });
    else if (each.type === "dropped") change(each.id, { status: "forgotten", because: each.because });
    else if (each.type === "superseded") change(each.id, { status: "superseded", supersededBy: each.by });
    else {
      const { type, id, gone, ...merged } = each;
      change(id, merged);
      for (const one of gone) change(one, { status: "superseded", supersededBy: id });
    }
  }
  return [...byId.values()];
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
