import type { EmbedderConfiguration } from "../../llm/embedder.ts";
import type { EmbedderStatus, Memory } from "../../protocol/memory.ts";
import type { SavedPlace } from "../../store/savedPlace.ts";
import type { Consolidation, ConsolidationInput } from "../consolidation.ts";
import type { RankedItem, RecallItem, RecallQuery } from "../recall/recallItem.ts";

/** What the worker is started with. */
export interface MemoryWorkerData {
  /** Absent: it is kept nowhere. */
  readonly place?: SavedPlace | undefined;
  readonly embedder: EmbedderConfiguration;
  /** Where the files of the embedder that is built in are; absolute. */
  readonly modelFolder: string;
  /** Somebody waits for an answer already: the embedder is loaded after it. */
  readonly isHurried?: boolean;
}

/** A conversation, and the mark of the log that what is held of it was made from. */
export interface SessionMark {
  readonly session: string;
  readonly mark: string;
}

/** What can be recalled changes. */
export type Change =
  /** These are all items of a conversation. */
  | ({ readonly kind: "session"; readonly items: readonly RecallItem[] } & SessionMark)
  /** These are all memories. */
  | { readonly kind: "memories"; readonly items: readonly RecallItem[] }
  | { readonly kind: "add"; readonly items: readonly RecallItem[]; readonly mark?: SessionMark | undefined }
  | { readonly kind: "remove"; readonly ids: readonly string[] }
  | { readonly kind: "removeSession"; readonly session: string };

export interface ConsolidateParams {
  readonly memories: readonly Memory[];
  readonly input: Omit<ConsolidationInput, "likeness">;
}

export interface Recalled {
  /** The best first. */
  readonly ranked: RankedItem[];
  /** Those of them that were said. */
  readonly episodes: RecallItem[];
  /** Why meaning was not looked at, in words. */
  readonly lexicalOnly?: string | undefined;
}

/** What may be asked of the worker, and what it answers. */
export interface MemoryWorkerRequests {
  change: { params: Change; result: undefined };
  known: { params: undefined; result: ReadonlyMap<string, string> };
  recall: { params: RecallQuery; result: Recalled };
  texts: { params: readonly string[]; result: RecallItem[] };
  /** What tidying changes: consolidation.ts. */
  consolidate: { params: ConsolidateParams; result: Consolidation };
  /** How many episodes there are. */
  episodes: { params: undefined; result: number };
  /** Resolves once all that was told before is kept, or cannot be. */
  flush: { params: undefined; result: undefined };
  /** Resolves once no file holds anything that was removed before. */
  purge: { params: undefined; result: undefined };
  configure: { params: EmbedderConfiguration; result: undefined };
}
export type RequestKind = keyof MemoryWorkerRequests;
export type Asked = {
  readonly [K in RequestKind]: {
    /** Counting up. */
    readonly id: number;
    readonly kind: K;
    readonly params: MemoryWorkerRequests[K]["params"];
  };
}[RequestKind];

/** From the worker. */
export type FromMemoryWorker =
  | { readonly type: "status"; readonly status: EmbedderStatus }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  /** The request failed; the worker lives on. */
  | { readonly type: "failed"; readonly id: number; readonly error: unknown }
  /** Changes up to this one are on the disk: they need not be told again. */
  | { readonly type: "kept"; readonly upTo: number }
  /** For the log: what changed could not be written. */
  | { readonly type: "notKept"; readonly why: string };
