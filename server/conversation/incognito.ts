import type { ConversationSummary, RetryParams, SendParams } from "../protocol/requests.ts";
import type { MemoryLogs } from "../store/memoryLogs.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Conversations } from "./conversations.ts";
import type { Supervisor } from "./supervisor.ts";
import { eventsOf } from "./transcriptOf.ts";

export interface IncognitoOptions {
  readonly logs: MemoryLogs;
  /** Over those logs. */
  readonly supervisor: Supervisor;
}

/**
 * Conversations of which nothing is written: they stand in the memory of this process, no other one knows of them, and they are
 * gone with it. A conversation is incognito from its first message on, and stays so.
 */
export class Incognito {
  readonly #options: IncognitoOptions;
  readonly #beginning = new Map<string, Promise<void>>();
  readonly #ids = new Set<string>();
  readonly #erased = new Set<string>();
  readonly #began = new Emitter<string>();

  constructor(options: IncognitoOptions) {
    this.#options = options;
  }

  get supervisor(): Supervisor {
    return this.#options.supervisor;
  }

  /** The conversations to ask, when this one is incognito. Throws DuckError notFound once it was erased. */
  async of(conversationId: string): Promise<Supervisor | undefined> {
    await this.#beginning.get(conversationId)?.catch(() => {});
    if (this.#erased.has(conversationId)) throw erased();
    return this.#ids.has(conversationId) ? this.supervisor : undefined;
  }

  /**
   * Makes a conversation incognito, if it is not. Throws DuckError invalidRequest when something was said in it before.
   * @param conversations who has it so far.
   */
  async begin(conversationId: string, conversations: Conversations): Promise<void> {
    if (this.#ids.has(conversationId)) return;
    const beginning = this.#beginning.get(conversationId) ?? this.#begin(conversationId, conversations);
    this.#beginning.set(conversationId, beginning);
    await beginning.finally(() => this.#beginning.delete(conversationId));
  }

  /** Calls back when a conversation is incognito from now on: whoever follows it elsewhere has to come here. */
  onDidBegin(listener: (conversationId: string) => void): () => void {
    return this.#began.on(listener);
  }

  /** Says of each message that it is incognito, so that nobody learns from it. What says nothing is asked again as it was. */
  marked<P extends SendParams | RetryParams>(params: P): P {
    if (!this.#ids.has(params.conversationId)) return params;
    const options = "content" in params ? (params.options ?? {}) : params.options;
    return options === undefined ? params : { ...params, options: { ...options, incognito: true } };
  }

  async list(): Promise<ConversationSummary[]> {
    return (await this.supervisor.list()).map((summary) => ({ ...summary, incognito: true }));
  }

  /** There is no trash for it. */
  async erase(conversationId: string): Promise<void> {
    await this.supervisor.delete(conversationId);
    this.#options.logs.erase(conversationId);
    this.#ids.delete(conversationId);
    this.#erased.add(conversationId);
  }

  /** What was chosen before the first message, such as its model, goes along. */
  async #begin(conversationId: string, conversations: Conversations): Promise<void> {
    const events = await eventsOf(conversations, conversationId);
    if (events.some(({ type }) => type === "accepted")) throw keptAlready();
    const chosen = events.flatMap((event) => (event.type === "modelChosen" || event.type === "pinned" ? [event] : []));
    await this.supervisor.adopt(conversationId, chosen);
    this.#ids.add(conversationId);
    this.#began.emit(conversationId);
  }
}

function keptAlready(): DuckError {
  return new DuckError(
    "invalidRequest",
    "What was said in this conversation is kept, so it cannot go on incognito. Begin a new one.",
  );
}

function erased(): DuckError {
  return new DuckError("notFound", "That conversation was incognito, and is erased: it cannot be restored.");
}
