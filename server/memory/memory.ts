import {
  type ConsolidationReport,
  isRecalled,
  MEMORY_KINDS,
  type MemoryListParams,
  type MemoryMethod,
  type MemoryOverview,
  type MemoryParams,
  type MemoryResult,
} from "../protocol/memory.ts";
import type { Transcript } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import type { Log } from "../util/log.ts";
import type { Changes } from "./changes.ts";
import type { Consolidating } from "./consolidating.ts";
import type { ConversationMemory } from "./conversationMemory.ts";
import { digestOf } from "./digest.ts";
import type { ForgettingMemories } from "./forgettingMemories.ts";
import { junkIn } from "./junk.ts";
import { plantsInstruction } from "./learning/instructions.ts";
import { countsOf, listed } from "./listing.ts";
import { exportFileName, readExport, toExport } from "./memoryExport.ts";
import { planImport } from "./memoryImport.ts";
import { testMemory } from "./memoryTest.ts";
import type { MidTerm } from "./midTerm.ts";
import type { Observing } from "./observing.ts";
import type { RecallItems } from "./recallItems.ts";
import { itemOf, type Recalling } from "./recalling.ts";
import type { Shelves } from "./shelves.ts";

export interface MemoryOptions {
  readonly shelves: Shelves;
  readonly index: RecallItems;
  readonly midTerm: MidTerm;
  readonly observing: Observing;
  readonly recalling: Recalling;
  readonly changes: Changes;
  readonly forgetting: ForgettingMemories;
  readonly consolidating: Consolidating;
  readonly shortTerm: () => MemoryOverview["shortTerm"];
  /** The memories are there. */
  readonly onOpen?: () => void;
  readonly onClose?: () => void;
  /** What memory takes on the disk. */
  readonly bytes: () => Promise<number>;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly clock: Clock;
  readonly logger: Log;
}

type Answers = {
  readonly [M in MemoryMethod]: (params: MemoryParams<M>, signal: AbortSignal) => Promise<MemoryResult<M>>;
};

const NOTHING: Record<string, never> = {};
/** The first message should not have to wait for this. */
const CATCH_UP_AFTER_MS = 1500;
const LOOK_EVERY_MS = 5000;

/** The only door to what is remembered of a workspace: asked by clients, told by the conversations. */
export class Memory implements ConversationMemory {
  readonly #options: MemoryOptions;
  readonly #changed = new Emitter<void>();
  readonly #answers: Answers;
  #opening: Promise<void> | undefined;
  #cancelCatchUp: (() => void) | undefined;
  #nextLookMs = 0;

  constructor(options: MemoryOptions) {
    this.#options = options;
    const { shelves, index } = options;
    this.#answers = this.#answersOf(options);
    shelves.onDidChange(({ memories, gone }) => {
      const recalled = memories.filter(isRecalled);
      const others = [...gone, ...memories.filter((memory) => !isRecalled(memory)).map(({ id }) => id)];
      void index.add(recalled.map(itemOf));
      if (others.length > 0) void index.remove(others);
      this.#changed.emit();
    });
    let state = index.status.state;
    index.onDidChangeStatus((status) => {
      // How far it is with each vector is nobody's business.
      if (status.state === state) return;
      state = status.state;
      this.#changed.emit();
    });
  }

  async ask<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>> {
    await this.#open();
    await this.#lookElsewhere();
    return this.#answers[method](params, signal);
  }

  observe(conversationId: string, transcript: Transcript): void {
    this.#options.observing.observe(conversationId, transcript);
    this.#openSoon();
  }

  async purge(conversationId: string): Promise<void> {
    const { observing, index, midTerm, shelves, forgetting } = this.#options;
    await this.#open();
    await observing.settled();
    const going = [...shelves.allForgotten()].flatMap(([id, { stage, withMessage }]) => {
      const memory = shelves.get(id);
      return stage === "undoable" && withMessage && memory && observing.isForgotten(memory, "final") ? id : [];
    });
    if (going.length > 0) await shelves.forget(going, "final");
    await midTerm.forget(conversationId, observing.forgottenIn(conversationId, "final"));
    // To erase memories is to purge the index as well.
    if (!(await forgetting.erase())) await index.purge();
  }

  deleted(conversationId: string): void {
    const { observing, logger } = this.#options;
    void observing
      .removed(conversationId)
      .catch((error) => logger.warn(`a deleted conversation is still recalled: ${error}`));
  }

  onDidChange(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  async close(): Promise<void> {
    const { observing, consolidating, forgetting, midTerm, index, shelves, logger } = this.#options;
    this.#options.onClose?.();
    this.#cancelCatchUp?.();
    forgetting.close();
    consolidating.close();
    await observing.settled();
    observing.end();
    if (this.#opening !== undefined) {
      await observing.keep().catch((error) => logger.warn(`what was learned from could not be noted: ${error}`));
    }
    await Promise.all([midTerm.close(), index.close()]);
    await shelves.close();
  }

  abandon(): void {
    const { observing, consolidating, forgetting, midTerm, index } = this.#options;
    this.#options.onClose?.();
    this.#cancelCatchUp?.();
    observing.end();
    forgetting.close();
    consolidating.close();
    midTerm.abandon();
    void index.abandon();
  }

  #open(): Promise<void> {
    const { shelves, index, forgetting } = this.#options;
    this.#opening ??= shelves.open().then(async () => {
      await index.setMemories(shelves.all().filter(isRecalled).map(itemOf));
      forgetting.resume();
      this.#options.onOpen?.();
      this.#catchUpLater();
    });
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Another workspace's process may have remembered something for the user. */
  async #lookElsewhere(): Promise<void> {
    const { shelves, clock, logger } = this.#options;
    if (clock.monotonicMs() < this.#nextLookMs) return;
    this.#nextLookMs = clock.monotonicMs() + LOOK_EVERY_MS;
    await shelves.refresh().catch((error) => logger.warn(`what holds everywhere could not be read: ${error}`));
  }

  #openSoon(): void {
    void this.#open().catch((error) => this.#options.logger.error("memory could not be read", error));
  }

  #catchUpLater(): void {
    const { clock, observing, logger } = this.#options;
    this.#cancelCatchUp ??= clock.after(CATCH_UP_AFTER_MS, () => {
      void observing
        .catchUp()
        .catch((error) => logger.warn(`memory could not catch up with the conversations: ${error}`));
    });
  }

  #answersOf({ shelves, recalling, changes, forgetting, consolidating, midTerm }: MemoryOptions): Answers {
    return {
      "rubberduck/memory/recall": async (params, signal) => {
        // What was edited a moment ago is not to be recalled into the answer to what stands in its place.
        if (params.conversationId !== undefined) await this.#options.observing.lookedAt(params.conversationId);
        return recalling.recall(params, signal);
      },
      "rubberduck/memory/list": (params, signal) => this.#list(params, signal),
      "rubberduck/memory/get": async ({ ids }) => ({
        memories: ids.flatMap((id) => shelves.get(id) ?? []),
        episodes: await recalling.episodes(ids),
      }),
      "rubberduck/memory/overview": () => this.#overview(),
      "rubberduck/memory/patterns": async () => ({ patterns: await midTerm.all() }),
      "rubberduck/memory/remember": (params) => changes.remember(params),
      "rubberduck/memory/correct": (params) => changes.correct(params),
      "rubberduck/memory/pin": (params) => changes.pin(params),
      "rubberduck/memory/mute": (params) => changes.mute(params),
      "rubberduck/memory/traces": ({ ids }) => forgetting.traces(ids),
      "rubberduck/memory/forget": (params) => forgetting.forget(params),
      "rubberduck/memory/unforget": async ({ ids }) => {
        await forgetting.unforget(ids);
        return NOTHING;
      },
      "rubberduck/memory/approve": (params) => changes.approve(params),
      "rubberduck/memory/reject": async ({ ids }) => {
        await forgetting.forget({ ids, when: "later", messages: "keep" });
        return NOTHING;
      },
      "rubberduck/memory/confirm": (params) => changes.confirm(params),
      "rubberduck/memory/undo": () => changes.undo(),
      "rubberduck/memory/consolidate": () => this.#consolidate(consolidating),
      "rubberduck/memory/test": ({ questions }, signal) => this.#test(questions, signal),
      "rubberduck/memory/export": async () => {
        const at = this.#options.now().toISOString();
        return { text: toExport(shelves.all(), at), fileName: exportFileName(at) };
      },
      "rubberduck/memory/import": ({ text }) => this.#import(text),
    };
  }

  async #list(params: MemoryListParams, signal: AbortSignal): Promise<MemoryResult<"rubberduck/memory/list">> {
    const { shelves, recalling } = this.#options;
    const memories = params.at === undefined ? shelves.all() : await shelves.at(params.at);
    const query = params.query?.trim() ?? "";
    if (query === "" || params.at !== undefined) return listed(memories, params);
    const { hits } = await recalling.recall({ query, queryType: "search", limit: 50, kinds: MEMORY_KINDS }, signal);
    return listed(
      memories,
      params,
      hits.filter(({ score }) => score >= ABOUT).map(({ id }) => id),
    );
  }

  async #overview(): Promise<MemoryOverview> {
    const { shelves, midTerm, index, shortTerm, bytes, now } = this.#options;
    const all = shelves.all();
    const { lastRun, undoable } = shelves;
    return {
      counts: countsOf(all),
      pinned: all.filter((memory) => memory.pinned && isRecalled(memory)).length,
      episodes: await index.episodes(),
      patterns: (await midTerm.all()).length,
      shortTerm: shortTerm(),
      junk: junkIn(all, now().getTime()),
      bytes: await bytes(),
      ...(lastRun !== undefined && { consolidatedAt: new Date(lastRun.atMs).toISOString() }),
      embedder: index.status,
      ...(undoable !== undefined && { undoable }),
      ...(shelves.damaged > 0 && { unreadable: shelves.damaged }),
    };
  }

  async #consolidate(consolidating: Consolidating): Promise<ConsolidationReport> {
    await this.#options.observing.settled();
    return consolidating.run();
  }

  #test(questions: number | undefined, signal: AbortSignal): Promise<MemoryResult<"rubberduck/memory/test">> {
    const { shelves, recalling, clock } = this.#options;
    const recall = async (query: string) => {
      signal.throwIfAborted();
      const { hits } = await recalling.recall({ query, queryType: "chat" }, signal);
      return hits.map(({ id }) => id);
    };
    return testMemory(shelves.all().filter(isRecalled), { recall, clock }, questions);
  }

  async #import(text: string): Promise<MemoryResult<"rubberduck/memory/import">> {
    const { shelves, now, newId } = this.#options;
    const known = new Map(
      shelves.all().flatMap(({ id, text: words, status }) => (status === "forgotten" ? [] : [[digestOf(words), id]])),
    );
    const gates = {
      key: digestOf,
      known: (key: string) => known.get(key),
      isForgotten: (key: string) => shelves.wasForgotten(key),
      doubt: (words: string) => (plantsInstruction(words) ? "It reads like an order to an assistant." : undefined),
    };
    const { add, result } = await planImport(readExport(text), gates, now().toISOString(), newId);
    await shelves.set(add, `Imported ${add.length} memories`);
    return result;
  }
}

/** Less is no reason to show something that has none of the words. */
const ABOUT = 0.15;
