import type { JsonFile } from "../store/jsonFile.ts";
import type { EncryptedLog } from "../store/log/encryptedLog.ts";
import { type MemoryEvent, memoryEvent, type NewMemoryEvent, withoutWords } from "./memoryEvents.ts";

/** The events of one place's memories: a workspace's, or the user's. */
export interface MemoryLog {
  /** All of them that this version knows, in their order, and how many records are unreadable. */
  read(): Promise<{ readonly events: MemoryEvent[]; readonly damaged: number }>;
  /** What others have appended since it was read or appended to last. */
  fresh(): Promise<MemoryEvent[]>;
  /**
   * Durable once it resolves. Answers them with their numbers, after those that others have appended since it was read or
   * appended to last. Throws DuckError "storeFailed".
   */
  append(events: readonly NewMemoryEvent[], at: string): Promise<MemoryEvent[]>;
  /** No file of the log holds words of these memories any more once it resolves. */
  erase(ids: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** In encrypted segments, written by the process that owns the workspace and by nobody else. */
export class SegmentedMemoryLog implements MemoryLog {
  readonly #log: Segments;
  #lastSeq: number | undefined;

  constructor(log: Segments) {
    this.#log = log;
  }

  async read(): ReturnType<MemoryLog["read"]> {
    const { events, damaged } = await this.#log.read();
    this.#lastSeq = events.at(-1)?.seq ?? 0;
    return { events: known(events), damaged };
  }

  /** Nobody else writes it. */
  async fresh(): Promise<MemoryEvent[]> {
    return [];
  }

  async append(events: readonly NewMemoryEvent[], at: string): Promise<MemoryEvent[]> {
    if (this.#lastSeq === undefined) await this.read();
    const numbered = numberedFrom(this.#lastSeq ?? 0, events, at);
    // Taken before it is written: whoever appends meanwhile stands behind it.
    this.#lastSeq = numbered.at(-1)?.seq ?? this.#lastSeq;
    await this.#log.append(numbered, { durable: true });
    return numbered;
  }

  erase(ids: ReadonlySet<string>): Promise<void> {
    return this.#log.rewrite((event) => withoutWords(event, ids));
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

type Segments = Pick<EncryptedLog, "append" | "read" | "rewrite" | "close">;

/** In one sealed file that any process of the user may write: what the user wants everywhere is not much. */
export class SharedMemoryLog implements MemoryLog {
  readonly #file: JsonFile<readonly unknown[]>;
  #read = 0;

  constructor(file: JsonFile<readonly unknown[]>) {
    this.#file = file;
  }

  async read(): ReturnType<MemoryLog["read"]> {
    const events = await this.#file.read();
    this.#read = events.length;
    return { events: known(events), damaged: this.#file.wasDamaged ? 1 : 0 };
  }

  async fresh(): Promise<MemoryEvent[]> {
    return this.#since(await this.#file.read());
  }

  async append(events: readonly NewMemoryEvent[], at: string): Promise<MemoryEvent[]> {
    const all = await this.#file.update((before) => [...before, ...numberedFrom(before.length, events, at)]);
    return this.#since(all);
  }

  erase(ids: ReadonlySet<string>): Promise<void> {
    return this.#file.purge((events) => events.map((event) => (isEvent(event) ? withoutWords(event, ids) : event)));
  }

  async close(): Promise<void> {}

  #since(all: readonly unknown[]): MemoryEvent[] {
    const fresh = all.slice(this.#read);
    this.#read = all.length;
    return known(fresh);
  }
}

function numberedFrom(lastSeq: number, events: readonly NewMemoryEvent[], at: string): MemoryEvent[] {
  return events.map((event, index) => ({ ...event, seq: lastSeq + 1 + index, at }));
}

function known(events: readonly unknown[]): MemoryEvent[] {
  return events.flatMap((event) => memoryEvent.safeParse(event).data ?? []);
}

function isEvent(value: unknown): value is { readonly type: string } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
