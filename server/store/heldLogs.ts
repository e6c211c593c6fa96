import type { PersistedEvent } from "../protocol/events.ts";
import { DuckError } from "../util/errors.ts";
import type { ConversationLogs, EventLog } from "./eventLog.ts";
import { MemoryLogs } from "./memoryLogs.ts";
import type { Store } from "./store.ts";

export interface HeldLogsOptions {
  readonly store: Store;
  /** The store's own logs, to be read alone. */
  readonly readOnly: () => Promise<ConversationLogs>;
}

/**
 * The logs while the store cannot be written: what begins now is kept in memory, until `take`. What stands in the store is
 * refused with why it cannot be read; or it can be read, and writing is refused.
 */
export class HeldLogs implements ConversationLogs {
  readonly #options: HeldLogsOptions;
  readonly #memory = new MemoryLogs();
  readonly #inMemory = new Set<string>();
  readonly #leaving = new Set<string>();

  constructor(options: HeldLogsOptions) {
    this.#options = options;
  }

  /** Conversations that are kept in memory, or would be, were anything said in them. */
  get inMemory(): readonly string[] {
    return [...this.#inMemory];
  }

  has(conversationId: string): boolean {
    return this.#inMemory.has(conversationId);
  }

  async open(conversationId: string): Promise<EventLog> {
    if (this.#leaving.has(conversationId)) throw new DuckError("tooLate", "The conversation is just being saved.");
    if (this.has(conversationId)) return this.#memory.open(conversationId);
    if (await this.#stands(conversationId))
      return readOnly(await (await this.#reader()).open(conversationId), this.#refusal());
    // Unlocked meanwhile: it begins in the store.
    if (this.#options.store.status.state === "open") throw new DuckError("tooLate", "The store is open now.");
    this.#inMemory.add(conversationId);
    return this.#memory.open(conversationId);
  }

  async list(): Promise<string[]> {
    const kept = await this.#memory.list();
    return this.#isReadable ? [...kept, ...(await (await this.#options.readOnly()).list())] : kept;
  }

  async mark(conversationId: string): Promise<string> {
    if (this.has(conversationId)) return this.#memory.mark(conversationId);
    return this.#isReadable ? (await this.#options.readOnly()).mark(conversationId) : "";
  }

  async trash(conversationId: string): Promise<void> {
    if (!this.has(conversationId)) throw this.#refusal();
    await this.#memory.trash(conversationId);
  }

  async restore(conversationId: string): Promise<void> {
    if (!this.has(conversationId)) throw this.#refusal();
    await this.#memory.restore(conversationId);
  }

  async isTrashed(conversationId: string): Promise<boolean> {
    if (this.has(conversationId)) return this.#memory.isTrashed(conversationId);
    return this.#isReadable && (await this.#options.readOnly()).isTrashed(conversationId);
  }

  /**
   * Hands all that was said in a conversation to `save`; from this call on nobody can open it here. When that fails it stays,
   * and can be opened again.
   */
  async take(conversationId: string, save: () => Promise<void>): Promise<void> {
    this.#leaving.add(conversationId);
    try {
      await save();
      this.#inMemory.delete(conversationId);
    } finally {
      this.#leaving.delete(conversationId);
    }
  }

  async eventsOf(conversationId: string): Promise<readonly PersistedEvent[]> {
    return (await (await this.#memory.open(conversationId)).read()).events;
  }

  get #isReadable(): boolean {
    return this.#options.store.status.state === "readOnly";
  }

  /** Without a store that can be looked into, nothing stands in it. */
  async #stands(conversationId: string): Promise<boolean> {
    const { store } = this.#options;
    return store.status.state !== "unavailable" && store.holds(conversationId);
  }

  async #reader(): Promise<ConversationLogs> {
    if (!this.#isReadable) throw this.#refusal();
    return this.#options.readOnly();
  }

  #refusal(): DuckError {
    const { state, message = "The store is not open." } = this.#options.store.status;
    return new DuckError(state === "readOnly" ? "storeReadOnly" : "storeLocked", message);
  }
}

function readOnly(log: EventLog, refusal: DuckError): EventLog {
  const refuse = async () => {
    throw refusal;
  };
  return {
    append: refuse,
    rewrite: refuse,
    read: () => log.read(),
    pieces: (skip, signal) => log.pieces(skip, signal),
    close: () => log.close(),
  };
}
