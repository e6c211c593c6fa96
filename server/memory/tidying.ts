import type { Memory } from "../protocol/memory.ts";
import type { Tidied } from "./consolidating.ts";
import type { Change, Consolidation } from "./consolidation.ts";

/** How memories stand after what consolidation has decided, and what that was. */
export function tidied(memories: readonly Memory[], { changes, run }: Consolidation, at: string): Tidied {
  const changed = new Map<string, Memory>();
  const byId = new Map(memories.map((memory) => [memory.id, memory]));
  const change = (id: string, what: Partial<Memory>) => {
    const memory = changed.get(id) ?? byId.get(id);
    if (memory !== undefined) changed.set(id, { ...memory, ...what, updatedAt: at });
  };
  for (const one of changes) apply(one, change, changed);
  const count = (type: Change["type"]) => changes.filter((one) => one.type === type).length;
  return {
    changed: [...changed.values()],
    run,
    report: {
      merged: changes.reduce((sum, one) => sum + (one.type === "merged" ? one.gone.length : 0), 0),
      superseded: count("superseded"),
      expired: count("expired") + count("dropped"),
      stale: 0,
      promoted: count("proposed"),
    },
  };
}

function apply(one: Change, change: (id: string, what: Partial<Memory>) => void, changed: Map<string, Memory>): void {
  switch (one.type) {
    case "merged": {
      const { type: _, id, gone, ...merged } = one;
      change(id, merged);
      for (const other of gone) change(other, { status: "superseded", supersededBy: id });
      break;
    }
    case "superseded":
      change(one.id, { status: "superseded", supersededBy: one.by, because: one.because });
      break;
    case "faded":
      change(one.id, { confidence: one.confidence });
      break;
    case "expired":
    case "dropped":
      change(one.id, { status: "superseded", because: one.because });
      break;
    case "proposed":
      changed.set(one.memory.id, one.memory);
      break;
    default:
      one satisfies never;
  }
}
