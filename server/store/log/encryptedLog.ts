import type { PersistedEvent } from "../../protocol/events.ts";
import { type Deferred, deferred } from "../../util/deferred.ts";
import type { Log } from "../../util/log.ts";
import { Mutex } from "../../util/mutex.ts";
import type { EventLog, LogEvent } from "../eventLog.ts";
import { translated } from "../storeErrors.ts";
import { encodeEvents } from "./events.ts";
import { rewriteConversation } from "./forget.ts";
import { quarantineTorn } from "./quarantine.ts";
import { type LogReport, type ReadOptions, readConversation, readWhole, type Size } from "./readConversation.ts";
import type { RecordType } from "./record.ts";
import { Segments, type SegmentsOptions } from "./segments.ts";
import type { NewRecord } from "./segmentWriter.ts";
import { makeSnapshot } from "./snapshot.ts";

export interface EncryptedLogOptions extends SegmentsOptions {
  /** Where copies of what was torn are kept. */
  readonly quarantine: string;
  readonly logger: Log;
}

/** A snapshot is due when more than this follows the last one, and more than a quarter of what that holds. */
const SNAPSHOT_BEHIND: Size = { events: 2000, bytes: 4 * 1024 * 1024 };
const GROWTH = 0.25;

const CHECKPOINTS: ReadonlySet<RecordType> = new Set(["checkpoints"]);

interface Waiting {
  readonly record: NewRecord;
  readonly events: number;
  readonly durable: boolean;
  readonly written: Deferred<void>;
}

/** One conversation's events in encrypted segments. What queued while one sync ran is written and synced together. */
export class EncryptedLog implements EventLog {
  readonly #options: EncryptedLogOptions;
  readonly #mutex = new Mutex();
  readonly #queue: Waiting[] = [];
  #segments: Segments | undefined;
  #snapshot: Size = { events: 0, bytes: 0 };
  #tail: Size = { events: 0, bytes: 0 };
  #isDamaged = false;
  #snapshotting: Promise<void> | undefined;
  #closed = false;

  constructor(options: EncryptedLogOptions) {
    this.#options = options;
  }

  append(events: readonly LogEvent[], { durable }: { readonly durable: boolean }): Promise<void> {
    const type = events.every((event) => event.type === "checkpoint") ? "checkpoints" : "events";
    const record = { type, plaintext: encodeEvents(events) } as const;
    const waiting = { record, events: events.length, durable, written: deferred<void>() };
    this.#queue.push(waiting);
    void this.#mutex.run(() => this.#flush());
    return waiting.written.promise;
  }

  read(): ReturnType<EventLog["read"]> {
    return this.#mutex.run(() =>
      translated(this.#options.folder, async () => {
        const { events, report } = await this.#read();
        return { events, damaged: report.lost, records: report.records };
      }),
    );
  }

  async *pieces(
    skip: ReadonlySet<PersistedEvent["type"]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly PersistedEvent[]> {
    const options: ReadOptions = skip.has("checkpoint") ? { skip: CHECKPOINTS } : {};
    for await (const events of readConversation(this.#options, options)) {
      if (signal.aborted) return;
      yield events.filter(({ type }) => !skip.has(type));
    }
  }

  async rewrite(change: (event: PersistedEvent) => LogEvent | undefined): Promise<void> {
    for (let isDone = false; !isDone; ) {
      await this.#snapshotting;
      isDone = await this.#mutex.run(() => translated(this.#options.folder, () => this.#rewrite(change)));
    }
  }

  /** Resolves once no snapshot is being made. */
  async whenSettled(): Promise<void> {
    await this.#snapshotting;
  }

  async close(): Promise<void> {
    await this.#mutex.run(async () => {
      this.#closed = true;
      await this.#segments?.roll();
    });
    await this.#snapshotting;
  }

  async #flush(): Promise<void> {
    const batch = this.#queue.splice(0);
    if (batch.length === 0) return;
    try {
      await translated(this.#options.folder, () => this.#write(batch));
      for (const { written } of batch) written.resolve();
    } catch (error) {
      for (const { written } of batch) written.reject(error);
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    if (this.#closed) throw new Error("the log was closed");
    const segments = this.#segments ?? (await this.#read()).segments;
    const records = batch.flatMap(({ record, events }) => (events === 0 ? [] : [record]));
    const bytes = await segments.write(
      records,
      batch.some(({ durable }) => durable),
    );
    const events = batch.reduce((sum, waiting) => sum + waiting.events, 0);
    this.#tail = { events: this.#tail.events + events, bytes: this.#tail.bytes + bytes };
    if (this.#isSnapshotDue()) this.#snapshotting ??= this.#makeSnapshot(segments);
  }

  /** False when a snapshot is being made: it reads what this would unlink. */
  async #rewrite(change: (event: PersistedEvent) => LogEvent | undefined): Promise<boolean> {
    if (this.#snapshotting !== undefined) return false;
    const segments = this.#segments ?? (await this.#read()).segments;
    const place = await segments.roll();
    if (segments.isInDoubt) throw new Error("what was written last is not on the disk yet");
    const { conversationSalt, lost, ...size } = await rewriteConversation(this.#options, place, change);
    segments.goOnBehind(place, conversationSalt);
    this.#snapshot = size;
    this.#tail = { events: 0, bytes: 0 };
    this.#isDamaged = false;
    const { logger, conversationId } = this.#options;
    if (lost > 0)
      logger.warn(`${lost} unreadable records of conversation ${conversationId} went with what was forgotten`);
    return true;
  }

  async #read(): Promise<{ events: PersistedEvent[]; report: LogReport; segments: Segments }> {
    const { events, report } = await readWhole(this.#options);
    this.#snapshot = report.snapshot;
    this.#tail = report.tail;
    this.#isDamaged = report.lost > 0;
    this.#segments ??= new Segments(this.#options, report);
    await quarantineTorn(this.#options, report.files);
    return { events, report, segments: this.#segments };
  }

  #isSnapshotDue(): boolean {
    const isLarge = (what: keyof Size) =>
      this.#tail[what] > Math.max(SNAPSHOT_BEHIND[what], GROWTH * this.#snapshot[what]);
    return !this.#isDamaged && (isLarge("events") || isLarge("bytes"));
  }

  /** Beside what is written: the next record begins a new segment, and the snapshot is of those before it. */
  async #makeSnapshot(segments: Segments): Promise<void> {
    const { logger, conversationId } = this.#options;
    const before = this.#tail;
    this.#tail = { events: 0, bytes: 0 };
    try {
      const place = await this.#mutex.run(() => segments.roll());
      const { conversationSalt } = segments;
      const isMade = await makeSnapshot(this.#options, { ...place, conversationSalt });
      if (isMade) {
        const { events, bytes } = this.#snapshot;
        this.#snapshot = { events: events + before.events, bytes: bytes + before.bytes };
      }
      this.#isDamaged ||= !isMade;
    } catch (error) {
      logger.warn(`no snapshot of conversation ${conversationId} could be made: ${error}`);
    } finally {
      this.#snapshotting = undefined;
    }
  }
}
