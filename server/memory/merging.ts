import type { Memory } from "../protocol/memory.ts";
import type { AlikeMemories } from "./alike.ts";
import type { Change, Merged } from "./consolidation.ts";

const MAX_SOURCES = 20;

/** The user said that it matters, or that it is how things are. */
export function isHeld({ pinned, kind, supersedes }: Memory): boolean {
  return pinned || kind === "correction" || supersedes.length > 0;
}

export function byAge(a: Memory, b: Memory): number {
  return a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);
}

/** The best take in what says the same as they do; what is taken in takes in nothing. */
export function mergers(memories: readonly Memory[], alike: AlikeMemories): (Change & { type: "merged" })[] {
  const left = new Set(memories.map(({ id }) => id));
  return [...memories].sort(byStanding).flatMap((memory) => {
    if (!left.delete(memory.id)) return [];
    const taken = alike.sameAs(memory).filter((other) => left.has(other.id) && !isHeld(other));
    const [first, ...others] = taken.sort(byAge);
    if (first === undefined) return [];
    for (const { id } of taken) left.delete(id);
    const gone = taken.map(({ id }) => id);
    return [{ type: "merged" as const, id: memory.id, gone, ...together([memory, first, ...others]) }];
  });
}

/** First what the user holds on to; then the newest, for what was said last holds. */
function byStanding(a: Memory, b: Memory): number {
  const isActive = ({ status }: Memory) => Number(status === "active");
  return Number(isHeld(b)) - Number(isHeld(a)) || isActive(b) - isActive(a) || byAge(b, a);
}

function together(all: readonly [Memory, Memory, ...Memory[]]): Merged {
  const lastUsedAt = all
    .flatMap((memory) => memory.lastUsedAt ?? [])
    .sort()
    .at(-1);
  const sources = all.flatMap((memory) => memory.sources).sort((a, b) => a.at.localeCompare(b.at));
  const anchors = all.flatMap((memory) => memory.anchors);
  return {
    sources: unique(sources, (source) => JSON.stringify(source)).slice(0, MAX_SOURCES),
    anchors: unique(anchors, ({ path, symbol = "" }) => `${path}\0${symbol}`),
    confidence: Math.max(...all.map(({ confidence }) => confidence)),
    uses: all.reduce((sum, { uses }) => sum + uses, 0),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  };
}

/** The first of each. */
function unique<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
}
