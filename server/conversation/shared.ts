import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import type { ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
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
import { runningTurn } from "../protocol/transcript.ts";
import { Superseded } from "../store/storeErrors.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";
import { type JoinedConversations, OwnerGone } from "./joined.ts";
import type { Membership } from "./membership.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * One process owns a workspace's conversations, others join it. A window that is reloaded in the middle of an answer finds
 * the old server still at work and joins it; when that is done and gone, this one becomes the owner. Nobody who listens
 * notices: subscriptions go on where they were.
 */
export class SharedConversations implements Conversations {
  readonly #membership: Membership;

  constructor(membership: Membership) {
    this.#membership = membership;
  }

  /** How many engines live in this process. */
  get live(): number {
    return this.#membership.owned?.live ?? 0;
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
      const { conversations } = await this.#membership.soon();
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
        if (!isOwnerGone(error)) throw error;
        if (params.snapshot && !isInOrder(error)) lastSeq = 0;
      }
    }
  }

  participants(conversationId: string): Promise<Participant[]> {
    return this.#withBackend((conversations) => conversations.participants(conversationId));
  }

  present(update: PresenceUpdate): Promise<void> {
    return this.#withBackend((conversations) => conversations.present(update));
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

  forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void> {
    return this.#withBackend((conversations) => conversations.forget(conversationId, turnId, when));
  }

  unforget(conversationId: string, turnId: string): Promise<void> {
    return this.#withBackend((conversations) => conversations.unforget(conversationId, turnId));
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

  edit<M extends EditMethod>(method: M, params: EditParams<M>, signal: AbortSignal): Promise<EditResult<M>> {
    return this.#withBackend((conversations) => conversations.edit(method, params, signal));
  }

  memory<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>> {
    return this.#withBackend((conversations) => conversations.memory(method, params, signal));
  }

  onDidChangeMemory(listener: () => void): () => void {
    return this.#membership.onDidChangeMemory(listener);
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#membership.onDidChange(listener);
  }

  /** Resolves when no reply of this process streams and no message waits. */
  async whenIdle(): Promise<void> {
    await this.#membership.owned?.whenIdle();
  }

  close(): Promise<void> {
    return this.#membership.close();
  }

  /** Whether the conversations are this process's own; finds out if need be. */
  async role(): Promise<"own" | "joined"> {
    return (await this.#membership.current()).kind;
  }

  /** The conversations of this process, once it is decided who owns them; undefined when another process does. */
  ownedSoon(): Promise<Supervisor | undefined> {
    return this.#membership.ownedSoon();
  }

  /** Where the owner listens, be it this process or another; undefined while that is not known. */
  get socketPath(): string | undefined {
    return this.#membership.socketPath;
  }

  /** The owner, if this process has joined one. */
  get joined(): JoinedConversations | undefined {
    return this.#membership.joined;
  }

  async #withBackend<T>(ask: (conversations: Conversations) => Promise<T>): Promise<T> {
    for (;;) {
      const { conversations } = await this.#membership.current();
      try {
        return await ask(conversations);
      } catch (error) {
        if (!isOwnerGone(error)) throw error;
      }
    }
  }

  /** The operation id makes asking the next owner safe: what the last one accepted is not accepted twice. */
  async *#turn(start: (conversations: Conversations) => TurnStream): TurnStream {
    for (;;) {
      const { conversations } = await this.#membership.current();
      try {
        return yield* start(conversations);
      } catch (error) {
        if (!isOwnerGone(error)) throw error;
      }
    }
  }
}

/** Whom this process asked owns the conversations no more, be it another process or this one. */
function isOwnerGone(error: unknown): boolean {
  return error instanceof OwnerGone || error instanceof Superseded;
}

/** The last events that it told may not stand in the log; the next owner gives their numbers to others. */
function isInOrder(error: unknown): boolean {
  return error instanceof OwnerGone && error.inOrder;
}
