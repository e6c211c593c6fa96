import type { EmbedderConfiguration } from "../../llm/embedder.ts";
import type { EmbedderStatus, Memory } from "../../protocol/memory.ts";
import type { SavedPlace } from "../../store/savedPlace.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { Emitter } from "../../util/emitter.ts";
import { causeOf } from "../../util/errors.ts";
import type { Log } from "../../util/log.ts";
import type { Consolidation } from "../consolidation.ts";
import type { RankedItem, RecallItem, RecallQuery } from "../recall/recallItem.ts";
import type { RecallItems } from "../recallItems.ts";
import type { Change, ConsolidateParams, SessionMark } from "./memoryMessages.ts";
import { MemoryThread } from "./memoryThread.ts";

export interface MemoryIndexOptions {
  /** memoryWorker.ts, or what it was bundled to. */
  readonly workerUrl: URL;
  /** Where the files of the embedder that is built in are; absolute. */
  readonly modelFolder: string;
  readonly log: Log;
  readonly embedder: EmbedderConfiguration;
  /** Somebody waits for an answer already: the first worker loads the embedder after it. */
  readonly isHurried?: boolean;
  readonly clock?: Clock;
}

export interface RecallAnswer {
  /** The best first. */
  readonly ranked: RankedItem[];
  /** Those of them that were said. */
  readonly episodes: RecallItem[];
  /** Why meaning was not looked at, words alone were; as a sentence. */
  readonly lexicalOnly?: string | undefined;
  readonly ms: number;
}

/**
 * What can be recalled, in a worker that starts with the first question. All of it is derived: whoever has the truth tells
 * what `known` does not name. When the worker cannot be kept alive nothing is recalled, and the status says so; `purge` alone
 * fails then.
 */
export class MemoryIndex implements RecallItems {
  readonly #options: MemoryIndexOptions;
  readonly #clock: Clock;
  readonly #statusChanged = new Emitter<EmbedderStatus>();
  readonly #thread: MemoryThread;
  #embedder: EmbedderConfiguration;
  #place: SavedPlace | undefined;
  #status: EmbedderStatus = { state: "loading" };
  #isHurried: boolean;

  constructor(options: MemoryIndexOptions) {
    const { workerUrl, modelFolder, log, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#embedder = options.embedder;
    this.#isHurried = options.isHurried ?? false;
    this.#thread = new MemoryThread({
      workerUrl,
      clock,
      log,
      data: () => ({ place: this.#place, embedder: this.#embedder, modelFolder, isHurried: this.#isHurried }),
      onStatus: (status) => {
        this.#status = status;
        if (status.state !== "loading") this.#isHurried = false;
        this.#statusChanged.emit(status);
      },
    });
  }

  get status(): EmbedderStatus {
    return this.#status;
  }

  /** The result ends it. */
  onDidChangeStatus(listener: (status: EmbedderStatus) => void): () => void {
    return this.#statusChanged.on(listener);
  }

  /** Where it is kept from now on; undefined: nowhere. At another place it begins anew: ask `known` what it holds. */
  keepIn(place: SavedPlace | undefined): void {
    if (place?.folder === this.#place?.folder) return;
    this.#place = place;
    this.#thread.restart();
  }

  /** Uses another embedder from now on. The same changes nothing. */
  async configure(embedder: EmbedderConfiguration): Promise<void> {
    if (JSON.stringify(embedder) === JSON.stringify(this.#embedder)) return;
    this.#embedder = embedder;
    await this.#tell(this.#thread.ask("configure", embedder));
  }

  /** The conversations it holds, each with the mark of the log that it was made from; "" if that was never told. */
  async known(): Promise<ReadonlyMap<string, string>> {
    return (await this.#tell(this.#thread.ask("known", undefined))) ?? new Map();
  }

  /** These are all items of a conversation. Recalled once it resolves, as is what is told by all that follow. */
  setSession(session: string, mark: string, items: readonly RecallItem[]): Promise<void> {
    return this.#change({ kind: "session", session, mark, items });
  }

  /** These are all memories. */
  setMemories(items: readonly RecallItem[]): Promise<void> {
    return this.#change({ kind: "memories", items });
  }

  /** Each takes the place of what has its id. */
  add(items: readonly RecallItem[], mark?: SessionMark): Promise<void> {
    return this.#change({ kind: "add", items, mark });
  }

  /** Nothing of them is in memory once it resolves; see `purge` for the disk. */
  remove(ids: readonly string[]): Promise<void> {
    return this.#change({ kind: "remove", ids });
  }

  removeSession(session: string): Promise<void> {
    return this.#change({ kind: "removeSession", session });
  }

  /** Nothing that was removed before stands in any file once it resolves. Throws when that cannot be done. */
  async purge(): Promise<void> {
    await this.#thread.ask("purge", undefined);
  }

  async recall(query: RecallQuery, signal?: AbortSignal): Promise<RecallAnswer> {
    const startedAt = this.#clock.monotonicMs();
    const answer = await this.#thread.ask("recall", query, signal).catch((error) => {
      signal?.throwIfAborted();
      this.#options.log.warn(`Nothing could be recalled: ${causeOf(error)}`);
      return { ranked: [], episodes: [], lexicalOnly: causeOf(error) };
    });
    return { ...answer, ms: this.#clock.monotonicMs() - startedAt };
  }

  /** Those that are known, in the order of the ids. */
  async texts(ids: readonly string[]): Promise<RecallItem[]> {
    return (await this.#tell(this.#thread.ask("texts", ids))) ?? [];
  }

  /** Decides off the server's thread. Throws when the worker cannot be kept alive. */
  consolidate(memories: readonly Memory[], input: ConsolidateParams["input"]): Promise<Consolidation> {
    return this.#thread.ask("consolidate", { memories, input });
  }

  async episodes(): Promise<number> {
    return (await this.#tell(this.#thread.ask("episodes", undefined))) ?? 0;
  }

  /** All that was told before is kept once it resolves, if the disk lets it. */
  async flush(): Promise<void> {
    await this.#tell(this.#thread.ask("flush", undefined));
  }

  async abandon(): Promise<void> {
    await this.#thread.abandon();
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  async #change(change: Change): Promise<void> {
    await this.#tell(this.#thread.ask("change", change));
  }

  /** It is derived: who told it has lost nothing when it fails. */
  async #tell<T>(request: Promise<T>): Promise<T | undefined> {
    return request.catch((error) => {
      this.#options.log.warn(`The memory index did not take something in: ${causeOf(error)}`);
      return undefined;
    });
  }
}
