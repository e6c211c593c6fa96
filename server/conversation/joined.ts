import {
  CancellationToken,
  CancellationTokenSource,
  ErrorCodes,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from "vscode-jsonrpc/node";
import type { AccessMethod } from "../protocol/access.ts";
import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import type { ChatEvent, ModelChoice, PersistedEvent } from "../protocol/events.ts";
import type { Snapshot } from "../protocol/introspection.ts";
import type { Listening } from "../protocol/listening.ts";
import type { MemoryMethod, MemoryParams, MemoryResult } from "../protocol/memory.ts";
import type { Participant, PresenceUpdate } from "../protocol/presence.ts";
import type {
  ConversationSummary,
  ExportFormat,
  ForgetWhen,
  Method,
  ModelConfiguration,
  Params,
  Result,
  RetryParams,
  SendParams,
  SubscribeParams,
} from "../protocol/requests.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Conversations, ExportResult, SearchResult, TurnStream } from "./conversations.ts";

/** The owner of the conversations is gone; whoever asked may ask the next one. */
export class OwnerGone extends Error {
  /** All that it told stands in the log. Of one that was killed or hangs, the last of it may not. */
  readonly inOrder: boolean;

  constructor({ inOrder }: { readonly inOrder: boolean }) {
    super("the process that owned the conversations ended or hangs");
    this.name = "OwnerGone";
    this.inOrder = inOrder;
  }
}

/** Conversations that another process owns, reached over its private socket with the same requests an editor makes. */
export class JoinedConversations implements Conversations {
  readonly #connection: MessageConnection;
  readonly #listChanged = new Emitter<void>();
  readonly #memoryChanged = new Emitter<void>();
  readonly #gone: Promise<never>;
  #lose: (error: OwnerGone) => void = () => {};
  #nextToken = 1;

  constructor(connection: MessageConnection) {
    this.#connection = connection;
    this.#gone = new Promise((_, reject) => {
      this.#lose = reject;
    });
    connection.onClose(() => this.lose());
    connection.onError(() => this.lose());
    this.#gone.catch(() => {});
    connection.onNotification("rubberduck/conversation/listChanged", () => this.#listChanged.emit());
    connection.onNotification("rubberduck/memory/changed", () => this.#memoryChanged.emit());
  }

  /** Calls back when the owner is gone. */
  onGone(listener: () => void): void {
    this.#gone.catch(listener);
  }

  /** It hangs, or has let go: whoever waits for it does so no more. */
  lose({ inOrder } = { inOrder: false }): void {
    this.#lose(new OwnerGone({ inOrder }));
  }

  async version(): Promise<string> {
    return (await this.#request("rubberduck/server/info", {})).version;
  }

  /** Resolves when nothing is under way with the owner. It begins nothing for a moment then, in which another may take over. */
  async release(): Promise<void> {
    await this.#request("rubberduck/owner/release", {});
  }

  async list(): Promise<ConversationSummary[]> {
    return (await this.#request("rubberduck/conversation/list", {})).conversations;
  }

  search(params: Params<"rubberduck/conversation/search">, signal: AbortSignal): Promise<SearchResult> {
    return this.#cancellable("rubberduck/conversation/search", params, signal);
  }

  edit<M extends EditMethod>(method: M, params: EditParams<M>, signal: AbortSignal): Promise<EditResult<M>> {
    return this.#cancellable(method, params, signal);
  }

  memory<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>> {
    return this.#cancellable(method, params, signal);
  }

  export(conversationId: string, format: ExportFormat): Promise<ExportResult> {
    return this.#request("rubberduck/conversation/export", { conversationId, format });
  }

  send(params: SendParams, signal: AbortSignal): TurnStream {
    return this.#stream("rubberduck/conversation/send", params, signal, "leave");
  }

  retry(params: RetryParams, signal: AbortSignal): TurnStream {
    return this.#stream("rubberduck/conversation/retry", params, signal, "leave");
  }

  async *subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    for await (const event of this.#stream("rubberduck/conversation/subscribe", params, signal, "cancel")) {
      yield event;
      if (event.type === "deleted") return;
    }
    // An owner that closes in good order ends its subscriptions, and is gone once it has written everything.
    if (signal.aborted) return;
    await Promise.race([this.#gone.catch(() => {}), aborted(signal)]);
    if (!signal.aborted) throw new OwnerGone({ inOrder: true });
  }

  async participants(conversationId: string): Promise<Participant[]> {
    return (await this.#request("rubberduck/conversation/participants", { conversationId })).participants;
  }

  async present(update: PresenceUpdate): Promise<void> {
    await this.#request("rubberduck/conversation/present", update);
  }

  async stop(conversationId: string, turnId?: string): Promise<boolean> {
    return (await this.#request("rubberduck/conversation/stop", { conversationId, turnId })).stopped;
  }

  async withdraw(conversationId: string, turnId: string): Promise<void> {
    await this.#request("rubberduck/conversation/withdraw", { conversationId, turnId });
  }

  async revise(conversationId: string, turnId: string, content: string): Promise<void> {
    await this.#request("rubberduck/conversation/revise", { conversationId, turnId, content });
  }

  async promote(conversationId: string, turnId: string): Promise<void> {
    await this.#request("rubberduck/conversation/promote", { conversationId, turnId });
  }

  async rename(conversationId: string, title: string): Promise<void> {
    await this.#request("rubberduck/conversation/rename", { conversationId, title });
  }

  async pin(conversationId: string, pinned: boolean): Promise<void> {
    await this.#request("rubberduck/conversation/pin", { conversationId, pinned });
  }

  async chooseModel(conversationId: string, choice: ModelChoice): Promise<void> {
    await this.#request("rubberduck/conversation/chooseModel", { conversationId, choice });
  }

  async showBranch(conversationId: string, turnId: string): Promise<void> {
    await this.#request("rubberduck/conversation/showBranch", { conversationId, turnId });
  }

  async forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void> {
    await this.#request("rubberduck/conversation/forget", { conversationId, turnId, when });
  }

  async unforget(conversationId: string, turnId: string): Promise<void> {
    await this.#request("rubberduck/conversation/unforget", { conversationId, turnId });
  }

  async delete(conversationId: string): Promise<void> {
    await this.#request("rubberduck/conversation/delete", { conversationId });
  }

  async restore(conversationId: string): Promise<void> {
    await this.#request("rubberduck/conversation/restore", { conversationId });
  }

  async adopt(conversationId: string, events: readonly PersistedEvent[]): Promise<void> {
    await this.#request("rubberduck/conversation/adopt", { conversationId, events });
  }

  onDidChangeMemory(listener: () => void): () => void {
    return this.#memoryChanged.on(listener);
  }

  onDidChangeList(listener: () => void): () => void {
    return this.#listChanged.on(listener);
  }

  /** Tells the owner which model to use; it listens only while its own editor is gone. */
  async configure(configuration: ModelConfiguration): Promise<void> {
    await this.#request("rubberduck/model/configure", configuration);
  }

  /** Lets the owner listen for clients, too. */
  listen(port: number): Promise<Listening> {
    return this.#request("rubberduck/gateway/listen", { port });
  }

  /** How the owner goes. */
  async introspect(): Promise<Snapshot[]> {
    return (await this.#request("rubberduck/server/introspect", {})).processes;
  }

  /** Who may come in: the owner knows. */
  access<M extends AccessMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.#request(method, params);
  }

  /** Tells where the owner listens, as soon as it does. */
  onListening(listener: (listening: Listening) => void): void {
    this.#connection.onNotification("rubberduck/gateway/listening", listener);
  }

  leave(): void {
    this.#connection.dispose();
  }

  /** The request is cancelled when the signal aborts. */
  async #cancellable<M extends Method>(method: M, params: Params<M>, signal: AbortSignal): Promise<Result<M>> {
    const cancellation = new CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      return await this.#request(method, params, cancellation.token);
    } finally {
      signal.removeEventListener("abort", cancel);
      cancellation.dispose();
    }
  }

  /** With no token given, none is sent: undefined would travel as a second parameter. */
  #request<M extends Method>(
    method: M,
    params: Params<M>,
    token: CancellationToken = CancellationToken.None,
  ): Promise<Result<M>> {
    const answer = this.#connection.sendRequest<Result<M>>(method, params, token).catch((error) => {
      throw error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound ? unknownThere() : error;
    });
    return Promise.race([answer, this.#gone]);
  }

  /**
   * "leave": when the signal aborts only the watching ends, because cancelling a send would stop the reply.
   * "cancel": the request is cancelled, which for a subscription is how it ends.
   */
  async *#stream<M extends StreamingMethod>(
    method: M,
    params: Omit<Params<M>, "partialResultToken">,
    signal: AbortSignal,
    onAbort: "leave" | "cancel",
  ): AsyncGenerator<ChatEvent, Result<M>> {
    const partialResultToken = `joined-${this.#nextToken++}`;
    const events = new AsyncQueue<ChatEvent>();
    const cancellation = new CancellationTokenSource();
    const listening = this.#connection.onProgress(new ProgressType<ChatEvent>(), partialResultToken, (event) =>
      events.push(event),
    );
    const abort = () => (onAbort === "cancel" ? cancellation.cancel() : events.end());
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const answer = Promise.race([
      this.#connection.sendRequest<Result<M>>(method, { ...params, partialResultToken }, cancellation.token),
      this.#gone,
    ]);
    answer.then(
      () => events.end(),
      () => events.end(),
    );
    try {
      yield* events;
      if (signal.aborted) throw signal.reason;
      return await answer;
    } finally {
      signal.removeEventListener("abort", abort);
      listening.dispose();
      cancellation.dispose();
    }
  }
}

function unknownThere(): DuckError {
  return new DuckError(
    "otherVersion",
    "A window with another version of RubberDuck owns these conversations and does not know that. Close or reload that window, then try again.",
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

type StreamingMethod =
  | "rubberduck/conversation/send"
  | "rubberduck/conversation/retry"
  | "rubberduck/conversation/subscribe";
