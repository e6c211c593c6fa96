import type { PersistedEvent } from "../protocol/events.ts";
import { DuckError } from "../util/errors.ts";
import type { ConversationLogs, EventLog } from "./eventLog.ts";

/** Logs that are gone with the process: for what is incognito, a question from the command line, and tests. */
export class MemoryLogs implements ConversationLogs {
  readonly #kept = new Map<string, PersistedEvent[]>();
  readonly #trash = new Map<string, PersistedEvent[]>();

  async open(conversationId: string): Promise<EventLog> {
    return {
      append: async (events) => {
        const kept = this.#kept.get(conversationId) ?? [];
        kept.push(...events);
        this.#kept.set(conversationId, kept);
      },
      read: async () => {
        const events = [...(this.#kept.get(conversationId) ?? [])];
        return { events, damaged: 0, records: events.length };
      },
      pieces: async function* (this: MemoryLogs, skip: ReadonlySet<string>) {
        yield (this.#kept.get(conversationId) ?? []).filter(({ type }) => !skip.has(type));
      }.bind(this),
      rewrite: async (change) => {
        const events = this.#kept.get(conversationId) ?? [];
        this.#kept.set(
          conversationId,
          events.flatMap((event) => change(event) ?? []),
        );
      },
      close: async () => {},
    };
  }

  async list(): Promise<string[]> {
    return [...this.#kept.keys()];
  }

  async mark(conversationId: string): Promise<string> {
    return String(this.#kept.get(conversationId)?.length ?? "");
  }

  async trash(conversationId: string): Promise<void> {
    move(this.#kept, this.#trash, conversationId);
  }

  async restore(conversationId: string): Promise<void> {
    move(this.#trash, this.#kept, conversationId);
  }

  async isTrashed(conversationId: string): Promise<boolean> {
    return this.#trash.has(conversationId);
  }

  /** Takes it out of the trash for good. */
  erase(conversationId: string): void {
    this.#trash.delete(conversationId);
  }
}

function move(from: Map<string, PersistedEvent[]>, to: Map<string, PersistedEvent[]>, id: string): void {
  const events = from.get(id);
  if (events === undefined) throw new DuckError("notFound", "That conversation is not here any more.");
  from.delete(id);
  to.set(id, events);
}
