import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import type { ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
import type { Snapshot } from "../protocol/introspection.ts";
import type { MemoryMethod, MemoryParams, MemoryResult } from "../protocol/memory.ts";
import type { Participant, PresenceUpdate } from "../protocol/presence.ts";
import type {
  ConversationSummary,
  ExportFormat,
  ForgetWhen,
  Params,
  RetryParams,
  SendParams,
  SubscribeParams,
} from "../protocol/requests.ts";
import type { HeldLogs } from "../store/heldLogs.ts";
import type { Store } from "../store/store.ts";
import { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import type { Log } from "../util/log.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";
import { HandOver } from "./handOver.ts";
import type { Incognito } from "./incognito.ts";
import type { JoinedConversations } from "./joined.ts";
import type { SharedConversations } from "./shared.ts";
import type { Supervisor } from "./supervisor.ts";

export interface StoredOptions {
  readonly store: Store;
  /** Where conversations are while the store cannot be written, and the supervisor over it. */
  readonly heldLogs: HeldLogs;
  readonly held: Supervisor;
  readonly incognito: Incognito;
  /** Those of the store, when it can be written; called again only when it threw. */
  readonly share: () => Promise<SharedConversations>;
  readonly clock: Clock;
  readonly logger: Log;
}

/** A locked store is looked at again this often at most, however much is asked: other processes may have to be. */
const LOOK_EVERY_MS = 1000;

/**
 * The conversations of a workspace, be the store open or not. While it is not, new ones are held in memory; when it is
 * unlocked each of them is written into it, under the same name, as soon as no answer is under way in it. Nobody who listens
 * notices: subscriptions go on where they were. Those that are incognito never go there.
 */
export class StoredConversations implements Conversations {
  readonly #options: StoredOptions;
  readonly #listChanged = new Emitter<void>();
  readonly #memoryChanged = new Emitter<void>();
  readonly #handOver: HandOver;
  #sharing: Promise<SharedConversations> | undefined;
  #shared: SharedConversations | undefined;
  #nextLookMs = 0;
  #closed = false;

  constructor(options: StoredOptions) {
    this.#options = options;
    const { held, incognito, store } = options;
    const onMoved = () => this.#listChanged.emit();
    this.#handOver = new HandOver({ ...options, keeper: () => this.#share(), onMoved });
    held.onDidChangeList(() => this.#listChanged.emit());
    incognito.supervisor.onDidChangeList(() => this.#listChanged.emit());
    store.onDidChangeStatus(({ state }) => {
      if (state === "open") this.#handOver.start();
      this.#listChanged.emit();
    });
  }

  /** How many engines live in this process. */
  get live(): number {
    const { held, incognito } = this.#options;
    return held.live + incognito.supervisor.live + (this.#shared?.live ?? 0);
  }

  /** What they do now: of the store's, those that this process has. */
  async load(): Promise<Snapshot["conversations"]> {
    const { held, incognito } = this.#options;
    const owned = (await this.ownedSoon())?.load();
    const all = await Promise.all([held.load(), incognito.supervisor.load(), ...(owned ? [owned] : [])]);
    const sum = (name: "live" | "answering" | "queued") => all.reduce((total, one) => total + one[name], 0);
    const followers = new Tally();
    for (const [client, count] of all.flatMap((one) => Object.entries(one.followers))) followers.add(client, count);
    return { live: sum("live"), answering: sum("answering"), queued: sum("queued"), followers: followers.counts };
  }

  /** Where the owner listens, be it this process or another; undefined while that is not known. */
  get socketPath(): string | undefined {
    return this.#shared?.socketPath;
  }

  /** The process that owns the conversations, if this one has joined it. */
  get joined(): JoinedConversations | undefined {
    return this.#shared?.joined;
  }

  /** Those of the store that this process owns, once it is decided who does; undefined when another process does. */
  async ownedSoon(): Promise<Supervisor | undefined> {
    return this.#shared?.ownedSoon();
  }

  /** Whether the conversations are this process's own; finds out if need be. */
  async role(): Promise<"own" | "joined"> {
    return (await this.#stored())?.role() ?? "own";
  }

  async list(): Promise<ConversationSummary[]> {
    const stored = await this.#stored();
    await this.#handOver.settled();
    const held = await this.#options.held.list();
    const kept = (await stored?.list()) ?? [];
    const moved = new Set(kept.map(({ conversationId }) => conversationId));
    const isHeld = ({ conversationId }: ConversationSummary) =>
      stored === undefined || (this.#isHeld(conversationId) && !moved.has(conversationId));
    const all = [...(await this.#options.incognito.list()), ...held.filter(isHeld), ...kept];
    return all.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  async search(params: Params<"rubberduck/conversation/search">, signal: AbortSignal): Promise<SearchResult> {
    const stored = await this.#stored();
    await this.#handOver.settled();
    const { held, incognito } = this.#options;
    const found = await Promise.all(
      [incognito.supervisor, stored ?? held].map((conversations) => conversations.search(params, signal)),
    );
    return {
      hits: found.flatMap(({ hits }) => hits).slice(0, params.limit),
      conversations: found.reduce((sum, { conversations }) => sum + conversations, 0),
    };
  }

  export(conversationId: string, format: ExportFormat): Promise<ExportResult> {
    return this.#ask(conversationId, (conversations) => conversations.export(conversationId, format));
  }

  send(params: SendParams, signal: AbortSignal): TurnStream {
    return this.#turn(params, (conversations, marked) => conversations.send(marked, signal));
  }

  retry(params: RetryParams, signal: AbortSignal): TurnStream {
    return this.#turn(params, (conversations, marked) => conversations.retry(marked, signal));
  }

  async *subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const moving = new AbortController();
    const { incognito } = this.#options;
    const unlisten = incognito.onDidBegin((id) => id === params.conversationId && moving.abort());
    try {
      yield* this.#follow(params, signal, moving.signal);
    } finally {
      unlisten();
    }
  }

  participants(conversationId: string): Promise<Participant[]> {
    return this.#ask(conversationId, (conversations) => conversations.participants(conversationId));
  }

  present(update: PresenceUpdate): Promise<void> {
    return this.#ask(update.conversationId, (conversations) => conversations.present(update));
  }

  stop(conversationId: string, turnId?: string): Promise<boolean> {
    return this.#ask(conversationId, (conversations) => conversations.stop(conversationId, turnId));
  }

  withdraw(conversationId: string, turnId: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.withdraw(conversationId, turnId));
  }

  revise(conversationId: string, turnId: string, content: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.revise(conversationId, turnId, content));
  }

  promote(conversationId: string, turnId: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.promote(conversationId, turnId));
  }

  rename(conversationId: string, title: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.rename(conversationId, title));
  }

  pin(conversationId: string, pinned: boolean): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.pin(conversationId, pinned));
  }

  chooseModel(conversationId: string, choice: ModelChoice): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.chooseModel(conversationId, choice));
  }

  showBranch(conversationId: string, turnId: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.showBranch(conversationId, turnId));
  }

  forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.forget(conversationId, turnId, when));
  }

  unforget(conversationId: string, turnId: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.unforget(conversationId, turnId));
  }

  async delete(conversationId: string): Promise<void> {
    const { incognito } = this.#options;
    if ((await incognito.of(conversationId)) !== undefined) return incognito.erase(conversationId);
    return this.#ask(conversationId, (conversations) => conversations.delete(conversationId));
  }

  restore(conversationId: string): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.restore(conversationId));
  }

  adopt(conversationId: string, events: readonly PersistedEvent[]): Promise<void> {
    return this.#ask(conversationId, (conversations) => conversations.adopt(conversationId, events));
  }

  edit<M extends EditMethod>(method: M, params: EditParams<M>, signal: AbortSignal): Promise<EditResult<M>> {
    return this.#ask(params.conversationId, (conversations) => conversations.edit(method, params, signal));
  }

  /** While the store is not open nothing is remembered: there is nothing to show, and nowhere to write. */
  async memory<M extends MemoryMethod>(
    method: M,
    params: MemoryParams<M>,
    signal: AbortSignal,
  ): Promise<MemoryResult<M>> {
    const stored = await this.#stored();
    return (stored ?? this.#options.held).memory(method, params, signal);
  }

  onDidChangeMemory(listener: () => void): () => void {
    return this.#memoryChanged.on(listener);
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#listChanged.on(listener);
  }

  /**
   * Resolves when no reply of this process streams, no message waits, and what was held is written. What is incognito is
   * waited for by nobody: it ends with the process.
   */
  async whenIdle(): Promise<void> {
    await this.#options.held.whenIdle();
    await this.#handOver.settled();
    await this.#shared?.whenIdle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#handOver.close();
    const shared = await this.#sharing?.catch(() => undefined);
    const { held, incognito } = this.#options;
    await Promise.all([held.close(), incognito.supervisor.close(), shared?.close()]);
  }

  /** Those of the store; undefined while it cannot be written. A key that came late is found here. */
  async #stored(): Promise<SharedConversations | undefined> {
    const { store, clock } = this.#options;
    await store.opened();
    const { state } = store.status;
    if ((state === "locked" || state === "unavailable") && clock.monotonicMs() >= this.#nextLookMs) {
      this.#nextLookMs = clock.monotonicMs() + LOOK_EVERY_MS;
      await store.lookAgain();
    }
    return store.status.state === "open" ? this.#share() : undefined;
  }

  #share(): Promise<SharedConversations> {
    this.#sharing ??= this.#options.share().then((shared) => {
      this.#shared = shared;
      shared.onDidChangeList(() => this.#listChanged.emit());
      shared.onDidChangeMemory(() => this.#memoryChanged.emit());
      return shared;
    });
    this.#sharing.catch(() => {
      this.#sharing = undefined;
    });
    return this.#sharing;
  }

  #isHeld(conversationId: string): boolean {
    return this.#options.heldLogs.has(conversationId);
  }

  async #of(conversationId: string): Promise<Conversations> {
    return (await this.#options.incognito.of(conversationId)) ?? this.#kept(conversationId);
  }

  async #kept(conversationId: string): Promise<Conversations> {
    const stored = await this.#stored();
    await this.#handOver.settled(conversationId);
    return stored === undefined || this.#isHeld(conversationId) ? this.#options.held : stored;
  }

  /** @param begins the conversation is incognito from then on. */
  async *#follow(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
    begins: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const { conversationId } = params;
    let { lastSeq } = params;
    for (let isFirst = true; ; isFirst = false) {
      const conversations = await this.#of(conversationId);
      const isThere = conversations === this.#options.incognito.supervisor;
      // What was under way has ended before the conversation moved.
      const from = isFirst ? params : { ...params, lastSeq, offset: 0 };
      try {
        const leaving = isThere ? signal : AbortSignal.any([signal, begins]);
        for await (const event of conversations.subscribe(from, leaving)) {
          if ("seq" in event && event.type !== "caughtUp") lastSeq = event.seq;
          if (event.type === "snapshot") lastSeq = event.transcript.lastSeq;
          yield event;
          if (event.type === "deleted") return;
        }
        if (signal.aborted || !(await this.#hasMoved(conversationId, conversations))) return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(await this.#hasMoved(conversationId, conversations))) throw error;
      }
    }
  }

  async #hasMoved(conversationId: string, from: Conversations): Promise<boolean> {
    return !this.#closed && (await this.#of(conversationId)) !== from;
  }

  async #ask<T>(conversationId: string, ask: (conversations: Conversations) => Promise<T>): Promise<T> {
    for (;;) {
      const conversations = await this.#of(conversationId);
      try {
        return await ask(conversations);
      } catch (error) {
        if (!(await this.#hasMoved(conversationId, conversations))) throw error;
      }
    }
  }

  /** The operation id makes asking again safe: what was accepted is not accepted twice. */
  async *#turn<P extends SendParams | RetryParams>(
    params: P,
    start: (conversations: Conversations, marked: P) => TurnStream,
  ): TurnStream {
    const { conversationId, options } = params;
    const { incognito } = this.#options;
    if (options?.incognito) await incognito.begin(conversationId, await this.#of(conversationId));
    for (;;) {
      const conversations = await this.#of(conversationId);
      try {
        return yield* start(conversations, incognito.marked(params));
      } catch (error) {
        if (!(await this.#hasMoved(conversationId, conversations))) throw error;
      }
    }
  }
}
