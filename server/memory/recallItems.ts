import type { EmbedderStatus } from "../protocol/memory.ts";
import type { RankedItem, RecallItem, RecallQuery } from "./recall/recallItem.ts";

/** Everything that can be recalled, with its words and its meaning. Derived: what is lost of it comes back from the logs. */
export interface RecallItems {
  readonly status: EmbedderStatus;
  onDidChangeStatus(listener: (status: EmbedderStatus) => void): () => void;
  /** The conversations it holds, each with the mark of the log that its items were made from. */
  known(): Promise<ReadonlyMap<string, string>>;
  /** These are all items of a conversation. */
  setSession(session: string, mark: string, items: readonly RecallItem[]): Promise<void>;
  /** These are all memories. */
  setMemories(items: readonly RecallItem[]): Promise<void>;
  /** They are recalled from now on; those of the same id are replaced. */
  add(items: readonly RecallItem[], mark?: { readonly session: string; readonly mark: string }): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  removeSession(session: string): Promise<void>;
  /** Resolves once no file holds anything that was removed before. */
  purge(): Promise<void>;
  /** The best first; of those what was said, as items. `lexicalOnly` says why meaning was not looked at. */
  recall(
    query: RecallQuery,
    signal: AbortSignal,
  ): Promise<{
    readonly ranked: readonly RankedItem[];
    readonly episodes: readonly RecallItem[];
    readonly lexicalOnly?: string | undefined;
  }>;
  /** Those that are known, in the order of the ids. */
  texts(ids: readonly string[]): Promise<readonly RecallItem[]>;
  /** How many episodes it holds. */
  episodes(): Promise<number>;
  close(): Promise<void>;
  /** Ends without a word to the disk: another process writes there now. */
  abandon(): Promise<void>;
}
