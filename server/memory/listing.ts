import type { Memory, MemoryListParams, MemoryStatus } from "../protocol/memory.ts";

const SHOWN: readonly MemoryStatus[] = ["active", "pending", "stale"];
const DEFAULT_LIMIT = 200;

/** Those that are asked for: pinned ones first, then what was used or learned last. `about` are ids that a search found, the best first. */
export function listed(
  memories: readonly Memory[],
  { query = "", statuses = SHOWN, kinds, scope, pinned, limit = DEFAULT_LIMIT, offset = 0 }: MemoryListParams,
  about: readonly string[] = [],
): { memories: Memory[]; total: number } {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const rank = new Map(about.map((id, index) => [id, index]));
  const has = (memory: Memory) => words.every((word) => folded(memory.text).includes(word));
  const wanted = memories.filter(
    (memory) =>
      statuses.includes(memory.status) &&
      (kinds === undefined || kinds.includes(memory.kind)) &&
      (scope === undefined || memory.scope.kind === scope) &&
      (pinned === undefined || memory.pinned === pinned) &&
      (words.length === 0 || has(memory) || rank.has(memory.id)),
  );
  const order = words.length === 0 ? byUse : (a: Memory, b: Memory) => place(a, rank) - place(b, rank) || byUse(a, b);
  return { memories: wanted.sort(order).slice(offset, offset + limit), total: wanted.length };
}

export function countsOf(memories: readonly Memory[]): Record<MemoryStatus, number> {
  const counts = { active: 0, pending: 0, stale: 0, superseded: 0, forgotten: 0 };
  for (const { status } of memories) counts[status]++;
  return counts;
}

function byUse(a: Memory, b: Memory): number {
  return Number(b.pinned) - Number(a.pinned) || lastOf(b).localeCompare(lastOf(a)) || a.id.localeCompare(b.id);
}

function lastOf({ lastUsedAt = "", updatedAt }: Memory): string {
  return lastUsedAt > updatedAt ? lastUsedAt : updatedAt;
}

function place({ id }: Memory, rank: ReadonlyMap<string, number>): number {
  return rank.get(id) ?? rank.size;
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
