import type { Titler } from "../context/titler.ts";
import type { TurnRunner } from "../context/turn.ts";
import { branchTurns } from "../protocol/branches.ts";
import { sizeProblem } from "../protocol/errors.ts";
import type { AcceptedEvent, ChatEvent, ModelChoice } from "../protocol/events.ts";
import type {
  ConversationHit,
  ConversationSummary,
  ExportFormat,
  Params,
  RetryParams,
  SendParams,
  SubscribeParams,
} from "../protocol/requests.ts";
import { emptyTranscript, type Transcript, updateAll } from "../protocol/transcript.ts";
import { usageOf } from "../protocol/usage.ts";
import type { ConversationLogs } from "../store/eventLog.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";
import { ConversationEngine, type NewMessage } from "./engine.ts";
import { fileNameOf, toJson, toMarkdown } from "./export.ts";
import { searchIn } from "./search.ts";
import { wordsOf } from "./searchWords.ts";

export interface SupervisorOptions {
  readonly logs: ConversationLogs;
  readonly hybrid: TurnRunner;
  readonly titler?: Titler;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Log;
}

/** An engine that nobody used for this long is let go; its log stays. */
const HIBERNATE_AFTER_MS = 10 * 60_000;
const SEARCH_LIMIT = 50;
const NO_CHECKPOINTS = new Set(["checkpoint"] as const);
const NEVER = new AbortController().signal;
/** Closing waits this long for logs to be written. */
const CLOSE_WITHIN_MS = 5000;

/** Keeps one live engine a conversation: starts it when it is needed, lets it sleep when it is not. */
export class Supervisor implements Conversations {
  readonly #options: SupervisorOptions;
  readonly #engines = new Map<string, Promise<ConversationEngine>>();
  readonly #summaries = new Map<string, ConversationSummary>();
  readonly #deleting = new Map<string, Promise<void>>();
  readonly #listChanged = new Emitter<void>();
  #summariesRead: Promise<void> | undefined;
  #cancelHibernation: (() => void) | undefined;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get live(): number {
    return this.#engines.size;
  }

  async list(): Promise<ConversationSummary[]> {
    this.#summariesRead ??= this.#readSummaries().catch((error) => {
      this.#summariesRead = undefined;
      throw error;
    });
    await this.#summariesRead;
    return [...this.#summaries.values()].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
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
      if (!this.#summaries.has(summary.conversationId)) continue;
      const hit = await searchIn(summary, await this.#options.logs.open(summary.conversationId), words, signal);
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
    if (turn.state !== "done") throw new DuckError("tooLate", "That answer is still being written. Stop it first.");
    return yield* this.#run(engine, signal, {
      operationId: params.operationId,
      content: turn.accepted.content,
      attachments: turn.accepted.attachments,
      options: params.options ?? turn.accepted.options,
      client: params.client ?? "panel",
      replaces: params.turnId,
      ...(params.mode === "continue" && turn.text !== "" && { continues: turn.text }),
    });
  }

  async *subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    const engine = await this.#open(params.conversationId);
    const { lastSeq, offset = 0, snapshot = false } = params;
    yield* engine.subscribe({ lastSeq, offset, snapshot }, signal);
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

  /** Whoever opens it meanwhile waits, and then finds it deleted. */
  async delete(conversationId: string): Promise<void> {
    const deleting = this.#delete(conversationId);
    this.#deleting.set(conversationId, deleting);
    try {
      await deleting;
    } finally {
      this.#deleting.delete(conversationId);
    }
    this.#summaries.delete(conversationId);
    this.#listChanged.emit();
  }

  async restore(conversationId: string): Promise<void> {
    await this.#options.logs.restore(conversationId);
    await this.#open(conversationId);
    this.#listChanged.emit();
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#listChanged.on(listener);
  }

  /** Resolves when no reply streams and no message waits. */
  async whenIdle(): Promise<void> {
    for (;;) {
      const engines = await Promise.all([...this.#engines.values()].map((engine) => engine.catch(() => undefined)));
      await Promise.all(engines.map((engine) => engine?.whenIdle()));
      if (engines.length >= this.#engines.size && !engines.some((engine) => engine?.busy)) return;
    }
  }

  /** Ends replies in flight as interrupted and closes the logs. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelHibernation?.();
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    const closed = Promise.allSettled(engines.map(async (engine) => (await engine).close("closing")));
    const timeout = new AbortController();
    const tooLong = this.#options.clock.sleep(CLOSE_WITHIN_MS, timeout.signal).catch(() => {});
    await Promise.race([closed, tooLong]);
    timeout.abort();
  }

  async #delete(conversationId: string): Promise<void> {
    const engine = this.#engines.get(conversationId);
    this.#engines.delete(conversationId);
    await (await engine)?.close("deleted");
    await this.#options.logs.trash(conversationId);
  }

  async *#run(engine: ConversationEngine, signal: AbortSignal, message: NewMessage): TurnStream {
    const accepted: AcceptedEvent = await engine.accept(message);
    yield* engine.follow(accepted, signal);
    const { stopReason } = engine.turn(accepted.turnId);
    return { turnId: accepted.turnId, seq: accepted.seq, ...(stopReason && { stopReason }) };
  }

  #open(conversationId: string): Promise<ConversationEngine> {
    // Whoever asks now is answered by the next owner, once this process is gone and its log has been written.
    if (this.#closed) return new Promise(() => {});
    const known = this.#engines.get(conversationId);
    if (known) return known;
    const opening = this.#start(conversationId);
    this.#engines.set(conversationId, opening);
    opening.catch(() => this.#engines.delete(conversationId));
    this.#scheduleHibernation();
    return opening;
  }

  async #start(conversationId: string): Promise<ConversationEngine> {
    const { logs, logger, ...shared } = this.#options;
    await this.#deleting.get(conversationId)?.catch(() => {});
    if (await logs.isTrashed(conversationId)) {
      throw new DuckError("notFound", "That conversation was deleted. Restore it from the list, or start a new one.");
    }
    const engine: ConversationEngine = await ConversationEngine.open({
      ...shared,
      logger,
      log: await logs.open(conversationId),
      onChange: () => this.#summarise(conversationId, engine),
    });
    if (engine.transcript.turns.length > 0) {
      this.#summaries.set(conversationId, summaryOf(conversationId, engine.transcript, false));
    }
    return engine;
  }

  #summarise(conversationId: string, engine: ConversationEngine): void {
    if (!this.#engines.has(conversationId) || engine.transcript.turns.length === 0) return;
    this.#summaries.set(conversationId, summaryOf(conversationId, engine.transcript, engine.busy));
    this.#listChanged.emit();
  }

  async #readSummaries(): Promise<void> {
    for (const conversationId of await this.#options.logs.list()) {
      if (this.#summaries.has(conversationId)) continue;
      try {
        const log = await this.#options.logs.open(conversationId);
        let transcript = emptyTranscript;
        for await (const events of log.pieces(NO_CHECKPOINTS, NEVER)) transcript = updateAll(transcript, events);
        if (this.#summaries.has(conversationId) || transcript.turns.length === 0) continue;
        this.#summaries.set(conversationId, summaryOf(conversationId, transcript, false));
      } catch (error) {
        this.#options.logger.error(`conversation ${conversationId} could not be opened`, error);
      }
    }
  }

  #scheduleHibernation(): void {
    this.#cancelHibernation ??= this.#options.clock.after(HIBERNATE_AFTER_MS, () => {
      this.#cancelHibernation = undefined;
      void this.#hibernate();
    });
  }

  async #hibernate(): Promise<void> {
    const now = this.#options.clock.monotonicMs();
    for (const [id, opening] of [...this.#engines]) {
      const engine = await opening.catch(() => undefined);
      if (engine === undefined || engine.busy || engine.subscribers > 0) continue;
      if (now - engine.lastActivityMs < HIBERNATE_AFTER_MS) continue;
      this.#engines.delete(id);
      await engine.close("closing");
    }
    if (this.#engines.size > 0) this.#scheduleHibernation();
  }
}

function checkMessage(content: string): void {
  if (content.trim() === "") throw new DuckError("blankMessage", "The message is empty. Write something first.");
  const problem = sizeProblem(content);
  if (problem !== undefined) throw new DuckError("messageTooLarge", problem);
}

function summaryOf(conversationId: string, transcript: Transcript, answering: boolean): ConversationSummary {
  const turns = branchTurns(transcript);
  const usage = usageOf(transcript);
  return {
    conversationId,
    title: transcript.title,
    messages: turns.length + turns.filter((turn) => turn.state === "done").length,
    updatedAt: transcript.updatedAt,
    answering,
    pinned: transcript.pinned,
    ...(usage && { usage }),
  };
}
