import type { MemorySource } from "../../server/context/recaller.ts";
import type { Memory, RecallHit, RecallParams, RecallResult } from "../../server/protocol/memory.ts";

/** Memory that recalls what it is told to, whatever is asked. */
export class FakeMemory implements MemorySource {
  /** What it was asked, the oldest first. */
  readonly asked: RecallParams[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #result: Partial<RecallResult> | Promise<never>;

  constructor(result: Partial<RecallResult> | Promise<never>) {
    this.#result = result;
  }

  async recall(params: RecallParams, signal: AbortSignal): Promise<RecallResult> {
    this.asked.push(params);
    this.signals.push(signal);
    return { hits: [], muted: [], patterns: [], ms: 1, ...(await this.#result) };
  }
}

/** A memory of the user's own words, as it is recalled. */
export function recalled(text: string, fields: Partial<Memory> & { readonly score?: number } = {}): RecallHit {
  const { score = 0.5, ...rest } = fields;
  const source = { who: "user", conversationId: "c0", turnId: "t0", at: "2026-03-12T10:00:00.000Z" } as const;
  const memory: Memory = {
    id: `m-${text.slice(0, 12).replace(/\W/g, "-")}`,
    kind: "decision",
    text,
    scope: { kind: "workspace" },
    status: "active",
    sources: [source],
    anchors: [],
    confidence: 0.9,
    createdAt: source.at,
    updatedAt: source.at,
    uses: 0,
    pinned: false,
    supersedes: [],
    ...rest,
  };
  return {
    id: memory.id,
    kind: memory.kind,
    text,
    score,
    signals: { words: 0.6 * score, meaning: 0.4 * score },
    source,
    memory,
  };
}

/** Something that was said in an earlier conversation. */
export function quoted(text: string, who: "user" | "assistant" = "user", turnId = "t0"): RecallHit {
  const source = { who, conversationId: "c0", turnId, at: "2026-03-11T09:00:00.000Z" };
  return { id: `c0:${turnId}:${who}`, kind: "episode", text, score: 0.6, signals: { words: 0.5, time: 0.1 }, source };
}
