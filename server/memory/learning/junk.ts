import type { Memory, MemoryOverview } from "../../protocol/memory.ts";

/** Forgotten within so many days after it was learned, it should not have been learned. */
const REGRET_DAYS = 7;
const DAY_MS = 86_400_000;

/**
 * How much of what was learned was junk: taken out of the inbox or forgotten soon after it was learned, or corrected soon by a
 * memory of the same kind. What the user asked to remember, pinned or that was used is none. Of all that was ever learned and
 * is still told of.
 */
export function junk(memories: readonly Memory[]): MemoryOverview["junk"] {
  const judged = memories.filter(({ status }) => status !== "pending");
  const count = judged.filter((memory) => isJunk(memory, judged)).length;
  return { count, of: judged.length, rate: judged.length === 0 ? 0 : count / judged.length };
}

function isJunk(memory: Memory, all: readonly Memory[]): boolean {
  if (memory.pinned || memory.uses > 0) return false;
  if (memory.status === "forgotten") return isSoon(memory.createdAt, memory.updatedAt);
  const next = all.find(({ id }) => id === memory.supersededBy);
  return memory.status === "superseded" && next?.kind === "correction" && isSoon(memory.createdAt, next.createdAt);
}

function isSoon(from: string, to: string): boolean {
  return Date.parse(to) - Date.parse(from) < REGRET_DAYS * DAY_MS;
}
