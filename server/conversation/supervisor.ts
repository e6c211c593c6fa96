import type { Summarizer } from "../context/summarizer.ts";
import type { Titler } from "../context/titler.ts";
import type { TurnRunner } from "../context/turn.ts";
import type { ReviewedFiles } from "../edits/reviewedFiles.ts";
import type { Verification } from "../edits/verification.ts";
import type { ConversationMemory } from "../memory/conversationMemory.ts";
import { askNobody } from "../memory/noMemory.ts";
import { ShortTermTally } from "../memory/shortTerm.ts";
import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import { sizeProblem } from "../protocol/errors.ts";
import type { AcceptedEvent, ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
import type { Snapshot } from "../protocol/introspection.ts";
import type { MemoryMethod, MemoryParams, MemoryResult } from "../protocol/memory.ts";
import type { Participant, PresenceUpdate } from "../protocol/presence.ts";
import type {
  ConversationHit,
  ConversationSummary,
  ExportFormat,
  ForgetWhen,
  Params,
  RetryParams,
  SendParams,
  SubscribeParams,
} from "../protocol/requests.ts";
import type { ConversationLogs } from "../store/eventLog.ts";
import { errnoOf } from "../store/fileSystem.ts";
import type { JsonFile } from "../store/jsonFile.ts";
import type { KeptSummary } from "../store/keptList.ts";
import type { Superseded } from "../store/storeErrors.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { ConversationList } from "./conversationList.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";
import { EDITS } from "./edits.ts";
import { ConversationEngine, type NewMessage } from "./engine.ts";
import { fileNameOf, toJson, toMarkdown } from "./export.ts";
import { refuseForgotten } from "./forgetting.ts";
import { Presence } from "./presence.ts";
import { searchIn } from "./search.ts";
import { wordsOf } from "./searchWords.ts";

export interface SupervisorOptions {
  readonly logs: ConversationLogs;
  /** Where the list is kept between starts; absent: every log is read. */
  readonly list?: JsonFile<readonly KeptSummary[]>;
  /** The number of the claim under which this process owns the conversations; 0 where they are not kept. */
  readonly epoch?: number;
  /** Whether another process owns the conversations by now. */
  readonly isSuperseded?: () => Promise<boolean>;
  /** What is remembered of these conversations; absent where nothing can be. */
  readonly memory?: ConversationMemory;
  readonly hybrid: TurnRunner;
  readonly titler?: Titler;
  readonly summarizer?: Summarizer;
  /** Counts what the short-term tiers do; absent where nobody asks. */
  readonly shortTerm?: ShortTermTally;
  /** Absent where no file may be changed. */
  readonly reviewedFiles?: ReviewedFiles;
  readonly verification?: Verification;
  /** An engine that nobody used or follows for this long is let go; its log stays. Default: ten minutes. */
  readonly hibernateAfterMs?: number;
  /** Of more engines than these, those that nobody needs now are let go, the least recently used first. Default: 200. */
  readonly liveConversations?: number;
  /** What others see of clients that say no name; absent where there are no others. */
  readonly userName?: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Log;
}

const HIBERNATE_AFTER_MS = 10 * 60_000;
const LIVE_CONVERSATIONS = 200;
/** Whoever has just opened a conversation is about to use it. */
const IN_USE_MS = 10_000;
/** The start of a process is busy enough. */
const RESUME_AFTER_MS = 30_000;
const SEARCH_LIMIT = 50;
/** Events in one piece: a record of the log has its limits. */
const ADOPTED_AT_ONCE = 500;
/** Closing waits this long for logs to be written. */
const CLOSE_WITHIN_MS = 5000;
/** A process that may take over has done so by then, or is not going to. */
const STAND_STILL_MS = 3000;

/** Keeps one live engine a conversation: starts it when it is needed, lets it sleep when it is not. */
export class Supervisor implements Conversations {
  readonly #options: SupervisorOptions;
  readonly #engines = new Map<string, Promise<ConversationEngine>>();
  /** When each engine was last asked for, the least recent first. */
  readonly #usedAtMs = new Map<string, number>();
  readonly #list: ConversationList;
  readonly #deleting = new Map<string, Promise<void>>();
  readonly #listChanged = new Emitter<void>();
  #cancelHibernation: (() => void) | undefined;
  #cancelTrimming: (() => void) | undefined;
  #cancelResume: (() => void) | undefined;
  #closed = false;
  #superseded: Superseded | undefined;
  /** Meanwhile nothing begins. */
  #still: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  /** Who follows these conversations. */
  readonly presence: Presence;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.presence = new Presence(options.clock, options.userName ?? "you");
    this.presence.onDidChange(({ conversationId }) => void this.#tellPresence(conversationId));
    const { logs, list: kept, isSuperseded, clock, logger } = options;
    this.#list = new ConversationList({ logs, kept, isSuperseded, clock, logger });
  }

  /** What was told under an earlier one may not stand in the log: the owner was killed, or did not know that it owned no more. */
  get epoch(): number {
    return this.#options.epoch ?? 0;
  }

  get #hibernateAfterMs(): number {
    return this.#options.hibernateAfterMs ?? HIBERNATE_AFTER_MS;
  }

  get live(): number {
    return this.#engines.size;
  }

  /** What the engines in memory do now. */
  async load(): Promise<Snapshot["conversations"]> {
    const engines = await Promise.all([...this.#engines.values()].map((engine) => engine.catch(() => undefined)));
    return {
      live: this.live,
      answering: engines.filter((engine) => engine?.busy).length,
      queued: engines.reduce((sum, engine) => sum + (engine?.waiting ?? 0), 0),
      followers: this.presence.counts,
    };
  }

  async list(): Promise<ConversationSummary[]> {
    this.#resumeLater();
    return this.#list.all();
  }

  async search(
    { query, limit = SEARCH_LIMIT }: Params<"rubberduck/conversation/search">,
    signal: AbortSignal,
  ): Promise<SearchResult> {
    const words = wordsOf(query);
    const summaries = await this.list();
    const hits: ConversationHit[] = [];
    for (const summary of words.length === 0 ? [] : summaries) {
      if (signal.aborted || hits.length >= limit) break;
      if (!this.#list.has(summary.conversationId)) continue;
      const hit = await this.#searchOne(summary, words, signal);
      if (hit !== undefined) hits.push(hit);
    }
    return { hits, conversations: summaries.length };
  }

  async export(conversationId: string, format: ExportFormat): Promise<ExportResult> {
    const { events, transcript } = await this.#open(conversationId);
    if (transcript.turns.length === 0) {
      throw new DuckError("notFound", "There is nothing to export: the conversation has no message yet.");
    }
    const text = format === "json" ? toJson(conversationId, transcript, events) : toMarkdown(transcript);
    return { text, fileName: fileNameOf(transcript.title, format) };
  }

  async *send(params: SendParams, signal: AbortSignal): TurnStream {
    checkMessage(params.content);
    const engine = await this.#open(params.conversationId);
    return yield* this.#run(engine, signal, {
      operationId: params.operationId,
      content: params.content,
      attachments: params.attachments ?? [],
      options: params.options ?? {},
      client: params.client ?? "panel",
      ...(params.edits !== undefined && { edits: params.edits }),
    });
  }

  async *retry(params: RetryParams, signal: AbortSignal): TurnStream {
    const engine = await this.#open(params.conversationId);
    const turn = engine.turn(params.turnId);
    refuseForgotten(turn);
    if (turn.state !== "done") throw new DuckError("tooLate", "That answer is still being written. Stop it first.");
    return yield* this.#run(engine, signal, {
      operationId: params.operationId,
      content: turn.accepted.content,
      attachments: turn.accepted.attachments,
      options: params.options ?? turn.accepted.options,
      client: params.client ?? "panel",
      replaces: params.turnId,
      ...(params.mode === "continue" && (turn.text !== "" || turn.workflow) && { continues: turn.text }),
    });
  }

  async *subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const engine = await this.#open(params.conversationId);
    const { conversationId, lastSeq, offset = 0, snapshot = false, participant } = params;
    const from = { lastSeq, offset, snapshot };
    if (participant === undefined) {
      yield* engine.subscribe(from, signal);
      return;
    }
    const leave = this.presence.join(conversationId, participant);
    try {
      for await (const event of engine.subscribe({ ...from, seesOthers: true }, signal)) {
        yield event;
        if (event.type === "caughtUp") {
          yield { type: "presence", participants: this.presence.participants(conversationId) };
        }
      }
    } finally {
      leave();
    }
  }

  async participants(conversationId: string): Promise<Participant[]> {
    return this.presence.participants(conversationId);
  }

  async present(update: PresenceUpdate): Promise<void> {
    this.presence.update(update);
  }

  async stop(conversationId: string, turnId?: string): Promise<boolean> {
    const engine = await this.#engines.get(conversationId);
    return engine?.stop(turnId) ?? false;
  }

  async withdraw(conversationId: string, turnId: string): Promise<void> {
    await (await this.#open(conversationId)).withdraw(turnId);
  }

  async revise(conversationId: string, turnId: string, content: string): Promise<void> {
    checkMessage(content);
    await (await this.#open(conversationId)).revise(turnId, content);
  }

  async promote(conversationId: string, turnId: string): Promise<void> {
    await (await this.#open(conversationId)).promote(turnId);
  }

  async rename(conversationId: string, title: string): Promise<void> {
    await (await this.#open(conversationId)).rename(title);
  }

  async pin(conversationId: string, pinned: boolean): Promise<void> {
    await (await this.#open(conversationId)).pin(pinned);
  }

  async chooseModel(conversationId: string, choice: ModelChoice): Promise<void> {
    await (await this.#open(conversationId)).chooseModel(choice);
  }

  async showBranch(conversationId: string, turnId: string): Promise<void> {
    await (await this.#open(conversationId)).showBranch(turnId);
  }

  async forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void> {
    await (await this.#open(conversationId)).forget(turnId, when);
  }

  async unforget(conversationId: string, turnId: string): Promise<void> {
    await (await this.#open(conversationId)).unforget(turnId);
  }

  /** Whoever opens it meanwhile waits, and then finds it deleted. */
  async delete(conversationId: string): Promise<void> {
    const deleting = this.#delete(conversationId);
    this.#deleting.set(conversationId, deleting);
    try {
      await deleting;
    } finally {
      this.#deleting.delete(conversationId);
    }
    this.#options.memory?.deleted(conversationId);
    this.#list.remove(conversationId);
    this.#listChanged.emit();
  }

  async restore(conversationId: string): Promise<void> {
    await this.#options.logs.restore(conversationId);
    await this.#open(conversationId);
    this.#listChanged.emit();
  }

  async edit<M extends EditMethod>(method: M, params: EditParams<M>, signal: AbortSignal): Promise<EditResult<M>> {
    return EDITS[method](await this.#open(params.conversationId), params, signal);
  }

  memory<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>> {
    if (this.#superseded !== undefined) return Promise.reject(this.#superseded);
    return this.#options.memory?.ask(method, params, signal) ?? askNobody(method, params);
  }

  onDidChangeMemory(listener: () => void): () => void {
    return this.#options.memory?.onDidChange(listener) ?? (() => {});
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#listChanged.on(listener);
  }

  async adopt(conversationId: string, events: readonly PersistedEvent[]): Promise<void> {
    const log = await this.#options.logs.open(conversationId);
    const known = new Set((await log.read()).events.map(({ seq }) => seq));
    const missing = events.filter(({ seq }) => !known.has(seq));
    for (let start = 0; start < missing.length; start += ADOPTED_AT_ONCE) {
      await log.append(missing.slice(start, start + ADOPTED_AT_ONCE), { durable: true });
    }
    await log.close();
    await this.#open(conversationId);
    this.#listChanged.emit();
  }

  /** Lets go of a conversation with which another goes on: ends its subscriptions. */
  async release(conversationId: string): Promise<void> {
    const engine = this.#engines.get(conversationId);
    this.#forgetEngine(conversationId);
    await (await engine)?.close("closing");
    this.#list.remove(conversationId);
  }

  /** Resolves when no reply streams and no message waits, in one conversation or in all. */
  async whenIdle(conversationId?: string): Promise<void> {
    if (conversationId !== undefined) {
      await (await this.#engines.get(conversationId)?.catch(() => undefined))?.whenIdle();
      return;
    }
    for (;;) {
      const engines = await Promise.all([...this.#engines.values()].map((engine) => engine.catch(() => undefined)));
      await Promise.all(engines.map((engine) => engine?.whenIdle()));
      if (engines.length >= this.#engines.size && !engines.some((engine) => engine?.busy)) return;
    }
  }

  /** Resolves when nothing is under way; then nothing begins for a moment, in which another process may take over. */
  async standStill(): Promise<void> {
    for (;;) {
      await this.whenIdle();
      this.#hold();
      // Who had got hold of an engine by then has begun.
      await new Promise((resolve) => setImmediate(resolve));
      const { answering, queued } = await this.load();
      if (answering + queued === 0) return;
      this.#still?.end();
    }
  }

  /** Ends replies in flight as interrupted and closes the logs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelHibernation?.();
    this.#cancelTrimming?.();
    this.#cancelResume?.();
    const engines = [...this.#engines];
    this.#engines.clear();
    const closed = Promise.allSettled(engines.map(async ([id, engine]) => this.#letGo(id, await engine)));
    const kept = closed.then(() => Promise.all([this.#list.close(), this.#options.memory?.close()]));
    const timeout = new AbortController();
    const tooLong = this.#options.clock.sleep(CLOSE_WITHIN_MS, timeout.signal).catch(() => {});
    await Promise.race([kept, tooLong]);
    timeout.abort();
  }

  /** Another process owns the conversations now: nothing is written, and whoever waits is sent there. */
  async abandon(superseded: Superseded): Promise<void> {
    this.#superseded = superseded;
    this.#still?.end();
    this.#options.memory?.abandon();
    this.#cancelHibernation?.();
    this.#cancelTrimming?.();
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    await Promise.allSettled(engines.map(async (engine) => (await engine).abandon(superseded)));
  }

  #hold(): void {
    this.#still?.end();
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(STAND_STILL_MS, () => this.#still?.end());
    const end = () => {
      cancel();
      this.#still = undefined;
      resolve();
    };
    this.#still = { over, end };
  }

  async #delete(conversationId: string): Promise<void> {
    const engine = this.#engines.get(conversationId);
    this.#forgetEngine(conversationId);
    await (await engine)?.close("deleted");
    await this.#options.logs.trash(conversationId);
  }

  async *#run(engine: ConversationEngine, signal: AbortSignal, message: NewMessage): TurnStream {
    const accepted: AcceptedEvent = await engine.accept(message);
    yield* engine.follow(accepted, signal);
    const { stopReason } = engine.turn(accepted.turnId);
    return { turnId: accepted.turnId, seq: accepted.seq, ...(stopReason && { stopReason }) };
  }

  /** Where files of the log are moved away while they are read, it is read again. */
  async #searchOne(
    summary: ConversationSummary,
    words: readonly string[],
    signal: AbortSignal,
  ): Promise<ConversationHit | undefined> {
    const log = await this.#options.logs.open(summary.conversationId);
    return searchIn(summary, log, words, signal).catch((error) => {
      if (errnoOf(error) !== "ENOENT") throw error;
      return searchIn(summary, log, words, signal);
    });
  }

  #open(conversationId: string): Promise<ConversationEngine> {
    if (this.#superseded !== undefined) return Promise.reject(this.#superseded);
    // Whoever asks now is answered by the next owner, once this process is gone and its log has been written.
    if (this.#closed) return new Promise(() => {});
    if (this.#still !== undefined) return this.#still.over.then(() => this.#open(conversationId));
    this.#resumeLater();
    this.#use(conversationId);
    const known = this.#engines.get(conversationId);
    if (known) return known;
    const opening = this.#start(conversationId);
    this.#engines.set(conversationId, opening);
    opening.catch(() => this.#forgetEngine(conversationId));
    this.#scheduleHibernation();
    this.#scheduleTrimming();
    return opening;
  }

  async #start(conversationId: string): Promise<ConversationEngine> {
    const { logs, memory, logger, shortTerm = new ShortTermTally(), ...shared } = this.#options;
    await this.#deleting.get(conversationId)?.catch(() => {});
    if (await logs.isTrashed(conversationId)) {
      throw new DuckError("notFound", "That conversation was deleted. Restore it from the list, or start a new one.");
    }
    const engine: ConversationEngine = await ConversationEngine.open({
      ...shared,
      conversationId,
      shortTerm,
      logger,
      log: await logs.open(conversationId),
      onChange: () => this.#summarise(conversationId, engine),
      onReason: (turnId, text) => {
        memory
          ?.ask("rubberduck/memory/remember", { text, conversationId, turnId }, NEVER)
          .catch((error) => logger.warn(`why a change was rejected is not remembered: ${error}`));
      },
      onErase: async () => {
        memory?.observe(conversationId, engine.transcript);
        await memory?.purge(conversationId);
        await this.#list.purge(conversationId);
      },
    });
    this.#list.show(conversationId, engine);
    memory?.observe(conversationId, engine.transcript);
    return engine;
  }

  async #tellPresence(conversationId: string): Promise<void> {
    const engine = await this.#engines.get(conversationId)?.catch(() => undefined);
    engine?.tellPresence(this.presence.participants(conversationId));
  }

  #summarise(conversationId: string, engine: ConversationEngine): void {
    if (!this.#engines.has(conversationId)) return;
    this.#options.memory?.observe(conversationId, engine.transcript);
    if (this.#list.show(conversationId, engine)) this.#listChanged.emit();
  }

  async #letGo(conversationId: string, engine: ConversationEngine): Promise<void> {
    await engine.close("closing");
    this.#list.show(conversationId, engine);
  }

  /** What an earlier process was told to forget is forgotten, also where nobody opens the conversation. Once a process. */
  #resumeLater(): void {
    const { clock, logger } = this.#options;
    this.#cancelResume ??= clock.after(RESUME_AFTER_MS, () => {
      void this.#resumeForgetting().catch((error) => logger.warn(`forgetting could not go on: ${error}`));
    });
  }

  async #resumeForgetting(): Promise<void> {
    for (const { conversationId, forgetting } of await this.#list.all()) {
      if (forgetting && !this.#closed) await this.#open(conversationId);
    }
  }

  #scheduleHibernation(): void {
    this.#cancelHibernation ??= this.#options.clock.after(this.#hibernateAfterMs, () => {
      this.#cancelHibernation = undefined;
      void this.#hibernate();
    });
  }

  async #hibernate(): Promise<void> {
    const now = this.#options.clock.monotonicMs();
    for (const id of [...this.#engines.keys()]) {
      await this.#rest(id, ({ lastActivityMs }) => now - lastActivityMs >= this.#hibernateAfterMs);
    }
    if (this.#engines.size > 0) this.#scheduleHibernation();
  }

  #forgetEngine(conversationId: string): void {
    this.#engines.delete(conversationId);
    this.#usedAtMs.delete(conversationId);
  }

  #use(conversationId: string): void {
    this.#usedAtMs.delete(conversationId);
    this.#usedAtMs.set(conversationId, this.#options.clock.monotonicMs());
  }

  #scheduleTrimming(): void {
    const { liveConversations = LIVE_CONVERSATIONS, clock } = this.#options;
    if (this.#engines.size <= liveConversations) return;
    this.#cancelTrimming ??= clock.after(IN_USE_MS, () => {
      this.#cancelTrimming = undefined;
      void this.#trim(liveConversations).then(() => this.#scheduleTrimming());
    });
  }

  async #trim(most: number): Promise<void> {
    const { clock } = this.#options;
    for (const [id, usedAtMs] of [...this.#usedAtMs]) {
      if (this.#engines.size <= most) return;
      const isUnused = () => this.#usedAtMs.get(id) === usedAtMs && clock.monotonicMs() - usedAtMs >= IN_USE_MS;
      await this.#rest(id, isUnused);
    }
  }

  /** Lets go of an engine that nobody needs now, if it still is so once that is known. */
  async #rest(id: string, isDue: (engine: ConversationEngine) => boolean): Promise<void> {
    const opening = this.#engines.get(id);
    const engine = await opening?.catch(() => undefined);
    if (engine === undefined || this.#engines.get(id) !== opening) return;
    if (engine.subscribers > 0 || isAtWork(engine) || !isDue(engine)) return;
    this.#forgetEngine(id);
    await this.#letGo(id, engine);
  }
}

const NEVER = new AbortController().signal;

/** Something would be left undone if it were let go now. */
function isAtWork({ busy, hasUnsaved, isForgetting }: ConversationEngine): boolean {
  return busy || hasUnsaved || isForgetting;
}

function checkMessage(content: string): void {
  if (content.trim() === "") throw new DuckError("blankMessage", "The message is empty. Write something first.");
  const problem = sizeProblem(content);
  if (problem !== undefined) throw new DuckError("messageTooLarge", problem);
}
