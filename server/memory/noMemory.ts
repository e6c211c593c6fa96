import type { MemoryMethod, MemoryOverview, MemoryParams, MemoryResult, RecallResult } from "../protocol/memory.ts";
import { DuckError } from "../util/errors.ts";

/** Answers while there is nowhere to remember: questions find nothing, and what would change something says why it cannot. */
export async function askNobody<M extends MemoryMethod>(method: M, _: MemoryParams<M>): Promise<MemoryResult<M>> {
  const answer = NOTHING[method];
  if (answer !== undefined) return answer;
  throw new DuckError(
    "storeLocked",
    "Nothing can be remembered, corrected or forgotten while the store is not open. Unlock it, then try again.",
  );
}

const nothingRecalled: RecallResult = { hits: [], muted: [], patterns: [], ms: 0 };

const emptyOverview: MemoryOverview = {
  counts: { active: 0, pending: 0, stale: 0, superseded: 0, forgotten: 0 },
  pinned: 0,
  episodes: 0,
  patterns: 0,
  shortTerm: { held: 0, capacity: 0 },
  junk: { count: 0, of: 0, rate: 0 },
  bytes: 0,
  embedder: { state: "off", message: "The store is not open." },
};

const NOTHING: { readonly [M in MemoryMethod]?: MemoryResult<M> } = {
  "rubberduck/memory/recall": nothingRecalled,
  "rubberduck/memory/list": { memories: [], total: 0 },
  "rubberduck/memory/get": { memories: [], episodes: [] },
  "rubberduck/memory/overview": emptyOverview,
  "rubberduck/memory/patterns": { patterns: [] },
};
