import type { MessageConnection } from "vscode-jsonrpc/node";
import type { ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
import type {
  ConversationSummary,
  ExportFormat,
  Params,
  RetryParams,
  SendParams,
  SubscribeParams,
} from "../protocol/requests.ts";
import { runningTurn } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";
import { JoinedConversations, OwnerGone } from "./joined.ts";
import { ownOrJoin } from "./ownership.ts";
import type { Supervisor } from "./supervisor.ts";

export interface SharedOptions {
  /** Where the workspace's data stands. */
  readonly folder: string;
  /** Makes the conversations of this process, once it owns them. */
  readonly createSupervisor: () => Supervisor;
  /** Serves a process that joins this one. */
  readonly serve: (connection: MessageConnection, conversations: Conversations) => void;
  /** Called when this process has joined another one. */
  readonly onJoined: (owner: JoinedConversations) => void;
  readonly clock: Clock;
  readonly logger: Log;
}

type Backend =
  | { readonly kind: "own"; readonly conversations: Supervisor }
  | { readonly kind: "joined"; readonly conversations: JoinedConversations };

/** An owner that is just closing answers no more but is still there: it has this long to finish. */
const PATIENCE_MS = 6000;
const PAUSE_MS = 200;

/**
 * One process owns a workspace's conversations, others join it. A window that is reloaded in the middle of an answer finds
 * the old server still at work and joins it; when that is done and gone, this one becomes the owner. Nobody who listens
 * notices: subscriptions go on where they were.
 */
export class SharedConversations implements Conversations {
  readonly #options: SharedOptions;
  readonly #listChanged = new Emitter<void>();
  #backend: Promise<Backend> | undefined;
  #owned: Supervisor | undefined;
  readonly #peers = new Set<MessageConnection>();
  #joined: JoinedConversations | undefined;
  #stopListening: () => void = () => {};
  #closed = false;

  constructor(options: SharedOptions) {
    this.#options = options;
  }

  /** How many engines live in this process. */
  get live(): number {
    return this.#owned?.live ?? 0;
  }

  list(): Promise<ConversationSummary[]> {
    return this.#withBackend((conversations) => conversations.list());
  }

  search(params: Params<"rubberduck/conversation/search">, signal: AbortSignal): Promise<SearchResult> {
    return this.#withBackend((conversations) => conversations.search(params, signal));
  }

  export(conversationId: string, format: ExportFormat): Promise<ExportResult> {
    return this.#withBackend((conversations) => conversations.export(conversationId, format));
  }

  send(params: SendParams, signal: AbortSignal): TurnStream {
    return this.#turn((conversations) => conversations.send(params, signal));
  }

  retry(params: RetryParams, signal: AbortSignal): TurnStream {
    return this.#turn((conversations) => conversations.retry(params, signal));
  }

  async *subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    let { lastSeq, offset = 0 } = params;
    let earlier = 0;
    for (;;) {
      const { conversations } = await this.#current();
      // A snapshot of which a part is missing is of no use: the next owner sends a whole one.
      const from = { ...params, lastSeq: earlier > 0 ? 0 : lastSeq, offset };
      try {
        for await (const event of conversations.subscribe(from, signal)) {
          if ("seq" in event && event.type !== "caughtUp") lastSeq = event.seq;
          if (event.type === "snapshot") {
            ({ lastSeq, earlier } = event.transcript);
            offset = runningTurn(event.transcript)?.text.length ?? 0;
          }
          if (event.type === "earlier") earlier -= event.turns.length;
          if (event.type === "started") offset = 0;
          if (event.type === "text") offset = event.offset + event.text.length;
          yield event;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof OwnerGone)) throw error;
      }
    }
  }

  stop(conversationId: string, turnId?: string): Promise<boolean> {
    return this.#withBackend((conversations) => conversations.stop(conversationId, turnId));
  }

  withdraw(conversationId: string, turnId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.withdraw(conversationId, turnId));
  }

  revise(conversationId: string, turnId: string, content: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.revise(conversationId, turnId, content));
  }

  promote(conversationId: string, turnId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.promote(conversationId, turnId));
  }

  rename(conversationId: string, title: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.rename(conversationId, title));
  }

  pin(conversationId: string, pinned: boolean): Promise<void> {
    return this.#withBackend((conversations) => conversations.pin(conversationId, pinned));
  }

  chooseModel(conversationId: string, choice: ModelChoice): Promise<void> {
    return this.#withBackend((conversations) => conversations.chooseModel(conversationId, choice));
  }

  showBranch(conversationId: string, turnId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.showBranch(conversationId, turnId));
  }

  delete(conversationId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.delete(conversationId));
  }

  restore(conversationId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.restore(conversationId));
  }

  adopt(conversationId: string, events: readonly PersistedEvent[]): Promise<void> {
    return this.#withBackend((conversations) => conversations.adopt(conversationId, events));
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#listChanged.on(listener);
  }

  /** Resolves when no reply of this process streams and no message waits. */
  async whenIdle(): Promise<void> {
    await this.#owned?.whenIdle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    await this.#owned?.close();
    for (const peer of this.#peers) peer.dispose();
    const backend = await this.#backend?.catch(() => undefined);
    if (backend?.kind === "joined") backend.conversations.leave();
  }

  /** Whether the conversations are this process's own; finds out if need be. */
  async role(): Promise<"own" | "joined"> {
    return (await this.#current()).kind;
  }

  /** The owner, if this process has joined one. */
  get joined(): JoinedConversations | undefined {
    return this.#joined;
  }

  async #withBackend<T>(ask: (conversations: Conversations) => Promise<T>): Promise<T> {
    for (;;) {
      const { conversations } = await this.#current();
      try {
        return await ask(conversations);
      } catch (error) {
        if (!(error instanceof OwnerGone)) throw error;
      }
    }
  }

  /** The operation id makes asking the next owner safe: what the last one accepted is not accepted twice. */
  async *#turn(start: (conversations: Conversations) => TurnStream): TurnStream {
    for (;;) {
      const { conversations } = await this.#current();
      try {
        return yield* start(conversations);
      } catch (error) {
        if (!(error instanceof OwnerGone)) throw error;
      }
    }
  }

  #current(): Promise<Backend> {
    this.#backend ??= this.#ownOrJoin();
    this.#backend.catch(() => {
      this.#backend = undefined;
    });
    return this.#backend;
  }

  async #ownOrJoin(): Promise<Backend> {
    const { folder, clock, logger } = this.#options;
    const until = clock.monotonicMs() + PATIENCE_MS;
    const supervisor = this.#options.createSupervisor();
    while (!this.#closed) {
      const role = await ownOrJoin(folder, (peer) => this.#serve(peer, supervisor));
      if (role.kind === "joined") return this.#join(role.connection);
      if (role.kind === "owner") {
        logger.info("this process owns the conversations of the workspace");
        this.#owned = supervisor;
        this.#stopListening = () => role.server.close();
        supervisor.onDidChangeList(() => this.#listChanged.emit());
        return { kind: "own", conversations: supervisor };
      }
      if (clock.monotonicMs() > until) break;
      await clock.sleep(PAUSE_MS);
    }
    throw new DuckError(
      "storeFailed",
      `Another RubberDuck process owns the conversations in ${folder} but does not answer. Close other windows on this folder, then try again.`,
    );
  }

  #serve(peer: MessageConnection, supervisor: Supervisor): void {
    this.#peers.add(peer);
    peer.onClose(() => this.#peers.delete(peer));
    this.#options.serve(peer, supervisor);
  }

  #join(connection: MessageConnection): Backend {
    this.#options.logger.info("another process owns the conversations of the workspace: joined it");
    const conversations = new JoinedConversations(connection);
    this.#joined = conversations;
    conversations.onDidChangeList(() => this.#listChanged.emit());
    conversations.onGone(() => {
      this.#backend = undefined;
      this.#joined = undefined;
      connection.dispose();
      this.#listChanged.emit();
    });
    this.#options.onJoined(conversations);
    return { kind: "joined", conversations };
  }
}
