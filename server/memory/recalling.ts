import {
  type Episode,
  isRecalled,
  type Memory,
  type MemoryKind,
  type RecalledKind,
  type RecallHit,
  type RecallParams,
  type RecallResult,
} from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import { episodeId, placeOf } from "./episodes.ts";
import type { MidTerm } from "./midTerm.ts";
import type { RankedItem, RecallItem, RecallQuery } from "./recall/recallItem.ts";
import { isWorthAsking } from "./recall/worthAsking.ts";
import type { RecallItems } from "./recallItems.ts";
import type { Shelves } from "./shelves.ts";

export interface RecallingOptions {
  readonly shelves: Shelves;
  readonly index: Pick<RecallItems, "recall" | "texts">;
  readonly midTerm: Pick<MidTerm, "matching">;
  readonly branch: () => Promise<string | undefined>;
  readonly now: () => Date;
  readonly clock: Clock;
  /** Hears what was answered. */
  readonly onRecalled?: (result: RecallResult) => void;
}

const DEFAULT_LIMIT = 20;
/** What is pinned goes along whatever is asked. */
const PINNED_SCORE = 0.5;
/** So do ways of working, as far as there is room: a question hardly ever names the one that it must be answered by. */
const STANDING_KINDS: readonly MemoryKind[] = ["convention", "preference"];
const STANDING_SCORE = 0.1;
const MOST_STANDING = 8;

/** Answers what may matter for a question: memories, and what was said. */
export class Recalling {
  readonly #options: RecallingOptions;

  constructor(options: RecallingOptions) {
    this.#options = options;
  }

  async recall(params: RecallParams, signal: AbortSignal): Promise<RecallResult> {
    const { shelves, index, midTerm, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    const limit = params.limit ?? DEFAULT_LIMIT;
    const isAsked = isWorthAsking({ text: params.query, queryType: params.queryType });
    const branch = await this.#options.branch();
    const { ranked, episodes, lexicalOnly } = isAsked
      ? await index.recall(this.#query(params, limit, branch), signal)
      : { ranked: [], episodes: [], lexicalOnly: undefined };
    const hits = this.#hits(ranked, episodes, params);
    const isMuted = ({ id }: RecallHit) =>
      params.conversationId !== undefined && shelves.isMuted(id, params.conversationId);
    const others = this.#others(hits, params, branch);
    const all = [...hits, ...others.flatMap(pinnedHit)].sort((a, b) => b.score - a.score);
    const standing = isAsked ? standingOf(others) : [];
    const result: RecallResult = {
      hits: [...all.filter((hit) => !isMuted(hit)).slice(0, limit), ...standing.filter((hit) => !isMuted(hit))],
      muted: [...all, ...standing].filter(isMuted),
      patterns: isAsked && params.queryType !== "search" ? midTerm.matching(params.query) : [],
      ...(lexicalOnly !== undefined && { lexicalOnly }),
      ms: clock.monotonicMs() - startedMs,
    };
    this.#options.onRecalled?.(result);
    return result;
  }

  async episodes(ids: readonly string[]): Promise<Episode[]> {
    const wanted = ids.filter((id) => placeOf(id) !== undefined);
    const items = new Map((await this.#options.index.texts(wanted)).map((item) => [item.id, item]));
    return wanted.flatMap((id) => {
      const item = items.get(id);
      const place = placeOf(id);
      return item && place ? { id, ...place, text: item.text, at: new Date(item.atMs).toISOString() } : [];
    });
  }

  #query(params: RecallParams, limit: number, branch: string | undefined): RecallQuery {
    const { now } = this.#options;
    const { query: text, queryType, conversationId, shownTurnIds = [], kinds, scope, near } = params;
    const shown = shownTurnIds.flatMap((turnId) => turnEpisodes(conversationId, turnId));
    return {
      text,
      queryType,
      // Some of them may be muted, or of later than the moment that is asked for.
      limit: limit + 20,
      nowMs: now().getTime(),
      kinds,
      scope,
      branch,
      near,
      without: new Set([...shown, ...this.#unsaid()]),
    };
  }

  /**
   * What was said where something forgotten was learned: it stays in its conversation, but it would tell just what was to be
   * forgotten.
   */
  #unsaid(): string[] {
    const sources = [...this.#options.shelves.allForgotten().values()].flatMap(({ before }) => before.sources);
    const said = sources.filter(({ who }) => who === "user" || who === "assistant");
    return said.flatMap(({ conversationId, turnId }) => turnEpisodes(conversationId, turnId));
  }

  #hits(ranked: readonly RankedItem[], episodes: readonly RecallItem[], { at }: RecallParams): RecallHit[] {
    const { shelves } = this.#options;
    const items = new Map(episodes.map((item) => [item.id, item]));
    return ranked.flatMap((one) => {
      const memory = shelves.get(one.id);
      const item = items.get(one.id);
      const hit = memory ? memoryHit(memory, one) : item && episodeHit(item, one);
      return hit === undefined || (at !== undefined && hit.source.at > at) ? [] : hit;
    });
  }

  /** Memories that the question does not find, and that may go along with it nevertheless. */
  #others(hits: readonly RecallHit[], params: RecallParams, branch: string | undefined): Memory[] {
    const { queryType, kinds, scope, at } = params;
    if (queryType === "search") return [];
    const known = new Set(hits.map(({ id }) => id));
    return this.#options.shelves
      .all()
      .filter(
        (memory) =>
          !known.has(memory.id) &&
          isRecalled(memory) &&
          (kinds === undefined || kinds.includes(memory.kind)) &&
          (scope === undefined || scope === memory.scope.kind) &&
          (memory.scope.kind !== "branch" || memory.scope.branch === branch) &&
          (at === undefined || memory.createdAt <= at),
      );
  }
}

function pinnedHit(memory: Memory): RecallHit[] {
  return memory.pinned ? certainHit(memory, "pinned", PINNED_SCORE) : [];
}

/** The newest first: going along is a use, so those used most would keep all others out. */
function standingOf(memories: readonly Memory[]): RecallHit[] {
  return memories
    .filter(({ pinned, status, kind }) => !pinned && status === "active" && STANDING_KINDS.includes(kind))
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .slice(0, MOST_STANDING)
    .flatMap((memory) => certainHit(memory, "standing", STANDING_SCORE));
}

function certainHit(memory: Memory, signal: string, score: number): RecallHit[] {
  const hit = memoryHit(memory, { id: memory.id, score, signals: { [signal]: score } });
  return hit === undefined ? [] : [hit];
}

function turnEpisodes(conversationId = "", turnId = ""): string[] {
  return (["user", "assistant"] as const).map((role) => episodeId(conversationId, turnId, role));
}

/** What of a memory the index has to know. */
export function itemOf(memory: Memory): RecallItem {
  const { id, kind, text, createdAt, scope, pinned, status, confidence, uses, anchors } = memory;
  return {
    id,
    kind,
    text,
    speaker: "",
    atMs: Date.parse(createdAt),
    scope,
    pinned,
    stale: status === "stale",
    confidence,
    uses,
    paths: anchors.map(({ path }) => path),
  };
}

function memoryHit(memory: Memory, { id, score, signals }: RankedItem): RecallHit | undefined {
  const source = memory.sources[0];
  if (!isRecalled(memory) || source === undefined) return undefined;
  return { id, kind: memory.kind, text: memory.text, score, signals, source, memory };
}

function episodeHit(item: RecallItem, { id, score, signals }: RankedItem): RecallHit | undefined {
  const place = placeOf(id);
  if (place === undefined) return undefined;
  const { conversationId, turnId, role } = place;
  const source = { who: role, conversationId, turnId, at: new Date(item.atMs).toISOString() };
  const kind: RecalledKind = "episode";
  return { id, kind, text: item.text, score, signals, source };
}
