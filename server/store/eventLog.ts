import type { PersistedEvent } from "../protocol/events.ts";

/** What every event of a log has. */
export interface LogEvent {
  readonly type: string;
  /** From 1, growing. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
}

/** The truth of one conversation: events in the order in which they happened. */
export interface EventLog {
  /**
   * Appends in call order. With `durable` it resolves once the events would survive a loss of power; without, once the
   * operating system has them. Throws DuckError "storeFailed" with path and cause; the log can be used again after that.
   */
  append(events: readonly PersistedEvent[], options: { readonly durable: boolean }): Promise<void>;
  /** Everything readable. An incomplete last record is ignored; of the `records` that were written `damaged` are gone. */
  read(): Promise<{ readonly events: PersistedEvent[]; readonly damaged: number; readonly records: number }>;
  /** Everything readable but the events of `skip`, in order, a piece of the log at a time. Ends early when the signal aborts. */
  pieces(skip: ReadonlySet<PersistedEvent["type"]>, signal: AbortSignal): AsyncIterable<readonly PersistedEvent[]>;
  /**
   * Writes all of it anew, each event as `change` answers it, without those for which it answers undefined: what is left out
   * stands in no file of the log any more once this resolves. Cut off at any point, the log reads as before or as after it;
   * doing it again brings it to its end. What was unreadable goes with the files. Throws DuckError "storeFailed".
   */
  rewrite(change: (event: PersistedEvent) => PersistedEvent | undefined): Promise<void>;
  close(): Promise<void>;
}

/** The logs of all conversations of one workspace. */
export interface ConversationLogs {
  /** Nothing is written before the first append. */
  open(conversationId: string): Promise<EventLog>;
  list(): Promise<string[]>;
  /** In short, which log it is and how long: the same only while nothing was written to it. "" when there is none. */
  mark(conversationId: string): Promise<string>;
  /** Moves a closed log to the trash. */
  trash(conversationId: string): Promise<void>;
  restore(conversationId: string): Promise<void>;
  isTrashed(conversationId: string): Promise<boolean>;
}
