import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import type { ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
import type { MemoryMethod, MemoryParams, MemoryResult } from "../protocol/memory.ts";
import type { Participant, PresenceUpdate } from "../protocol/presence.ts";
import type {
  ConversationSummary,
  ExportFormat,
  ForgetWhen,
  Params,
  Result,
  RetryParams,
  SendParams,
  SubscribeParams,
  TurnResult,
} from "../protocol/requests.ts";

/**
 * The conversations of one workspace, whoever owns them. Implementations: supervisor.ts (this process owns them) and
 * joined.ts (another process does); shared.ts goes from one to the other.
 */
export interface Conversations {
  list(): Promise<ConversationSummary[]>;
  search(params: Params<"rubberduck/conversation/search">, signal: AbortSignal): Promise<SearchResult>;
  export(conversationId: string, format: ExportFormat): Promise<ExportResult>;
  /** Yields the turn's events and answers with how it ended. Aborting ends the watching, not the turn. */
  send(params: SendParams, signal: AbortSignal): TurnStream;
  retry(params: RetryParams, signal: AbortSignal): TurnStream;
  subscribe(params: Omit<SubscribeParams, "partialResultToken">, signal: AbortSignal): AsyncGenerator<ChatEvent, void>;
  /** Who follows it now. */
  participants(conversationId: string): Promise<Participant[]>;
  /** What others see of a client that follows it. */
  present(update: PresenceUpdate): Promise<void>;
  /** Stops the reply in flight, or only that of `turnId`. */
  stop(conversationId: string, turnId?: string): Promise<boolean>;
  withdraw(conversationId: string, turnId: string): Promise<void>;
  /** What a waiting message says from now on. */
  revise(conversationId: string, turnId: string, content: string): Promise<void>;
  /** A waiting message is the next one. */
  promote(conversationId: string, turnId: string): Promise<void>;
  rename(conversationId: string, title: string): Promise<void>;
  pin(conversationId: string, pinned: boolean): Promise<void>;
  chooseModel(conversationId: string, choice: ModelChoice): Promise<void>;
  showBranch(conversationId: string, turnId: string): Promise<void>;
  forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void>;
  unforget(conversationId: string, turnId: string): Promise<void>;
  delete(conversationId: string): Promise<void>;
  restore(conversationId: string): Promise<void>;
  /** Takes over what was said in a conversation elsewhere, durably. What is known already, by its `seq`, is left out. */
  adopt(conversationId: string, events: readonly PersistedEvent[]): Promise<void>;
  /** Decides, shows or takes back changes that were proposed: {@link EditRequests}. */
  edit<M extends EditMethod>(method: M, params: EditParams<M>, signal: AbortSignal): Promise<EditResult<M>>;
  /** Asks what is remembered, or changes it: {@link MemoryRequests}. */
  memory<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>>;
  /** Tells that what is remembered changed; the result ends that. */
  onDidChangeMemory(listener: () => void): () => void;
  /** Tells that the list changed; the result ends that. */
  onDidChangeList(listener: () => void): () => void;
}

export type TurnStream = AsyncGenerator<ChatEvent, TurnResult>;

export type SearchResult = Result<"rubberduck/conversation/search">;
export type ExportResult = Result<"rubberduck/conversation/export">;
