import type { Memory } from "../../server/protocol/memory.ts";

/** A memory that the user stated; what a test is about it says itself. */
export function memoryWith(fields: Partial<Memory> = {}): Memory {
  const at = "2026-01-01T09:00:00.000Z";
  return {
    id: "m1",
    kind: "fact",
    text: "We deploy on Tuesdays",
    scope: { kind: "workspace" },
    status: "active",
    sources: [{ who: "user", conversationId: "c1", turnId: "t1", seq: 1, at }],
    anchors: [],
    confidence: 0.9,
    createdAt: at,
    updatedAt: at,
    uses: 0,
    pinned: false,
    supersedes: [],
    ...fields,
  };
}
