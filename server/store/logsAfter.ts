import type { ConversationLogs, EventLog } from "./eventLog.ts";

/** Logs that have something to be done first: whoever asks for one waits for it. */
export class LogsAfter implements ConversationLogs {
  readonly #logs: ConversationLogs;
  readonly #first: () => Promise<void>;
  #done: Promise<void> | undefined;

  /** @param first must not throw. */
  constructor(logs: ConversationLogs, first: () => Promise<void>) {
    this.#logs = logs;
    this.#first = first;
  }

  async open(conversationId: string): Promise<EventLog> {
    await this.#ready();
    return this.#logs.open(conversationId);
  }

  async list(): Promise<string[]> {
    await this.#ready();
    return this.#logs.list();
  }

  async mark(conversationId: string): Promise<string> {
    await this.#ready();
    return this.#logs.mark(conversationId);
  }

  async trash(conversationId: string): Promise<void> {
    await this.#ready();
    return this.#logs.trash(conversationId);
  }

  async restore(conversationId: string): Promise<void> {
    await this.#ready();
    return this.#logs.restore(conversationId);
  }

  async isTrashed(conversationId: string): Promise<boolean> {
    await this.#ready();
    return this.#logs.isTrashed(conversationId);
  }

  #ready(): Promise<void> {
    this.#done ??= this.#first();
    return this.#done;
  }
}
