import type { PersistedEvent } from "../../server/protocol/events.ts";
import type { ConversationLogs, EventLog } from "../../server/store/eventLog.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { Superseded } from "../../server/store/storeErrors.ts";

/** The log of one conversation, which outlives the processes that write it; what was not synced may not outlive a loss of power. */
export class MortalLogs {
  #events: PersistedEvent[];
  #durable: number;
  #writer = 0;

  constructor(events: readonly PersistedEvent[] = []) {
    this.#events = [...events];
    this.#durable = events.length;
  }

  /** As the next process has it. The one before gets Superseded for whatever it still writes. */
  next(): ConversationLogs {
    const writer = ++this.#writer;
    const log: EventLog = {
      append: async (events, { durable }) => {
        if (writer !== this.#writer) throw new Superseded();
        this.#events.push(...events);
        if (durable) this.#durable = this.#events.length;
      },
      read: async () => ({ events: [...this.#events], damaged: 0, records: this.#events.length }),
      pieces: async function* (this: MortalLogs, skip: ReadonlySet<string>) {
        yield this.#events.filter(({ type }) => !skip.has(type));
      }.bind(this),
      rewrite: async () => {},
      close: async () => {},
    };
    const others = new MemoryLogs();
    return {
      open: async () => log,
      list: async () => ["c"],
      mark: async () => `${this.#events.length}`,
      trash: (id) => others.trash(id),
      restore: (id) => others.restore(id),
      isTrashed: async () => false,
    };
  }

  /** The power goes: of what was not synced this share is left. */
  lose(share: number): void {
    const kept = this.#durable + Math.floor(share * (this.#events.length - this.#durable + 1));
    this.#events = this.#events.slice(0, kept);
    this.#durable = this.#events.length;
  }
}
