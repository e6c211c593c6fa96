import type { PersistedEvent } from "../../protocol/events.ts";
import { drained } from "../../util/drained.ts";
import type { FileSystem } from "../fileSystem.ts";
import type { StoreKeys } from "../storeKeys.ts";
import { byPlace, type LogFile, logFiles } from "./conversationFolder.ts";
import { decodeEvents } from "./events.ts";
import type { RecordType } from "./record.ts";
import type { LogPosition } from "./segmentHeader.ts";
import { type KnownSegment, type PlannedSegment, planOf, type SegmentPlan } from "./segmentPlan.ts";
import { readHeader, readSegment, type SegmentReport } from "./segmentReader.ts";

/** The log of one conversation on the disk. */
export interface LogSource {
  readonly fs: FileSystem;
  readonly folder: string;
  readonly keys: StoreKeys;
  readonly conversationId: string;
}

/** How a conversation's log was found. */
export interface LogReport {
  /** Records that were written, as far as is known, and how many of them are gone. */
  readonly records: number;
  readonly lost: number;
  /** Records of a process that had been superseded, or of a doubtful write that was done again: left out. */
  readonly late: number;
  /** Every file that was looked at; what is torn or blemished shows there. */
  readonly files: readonly SegmentReport[];
  /** Where the next segment goes on. */
  readonly end: LogPosition;
  /** Absent when nothing is readable. */
  readonly conversationSalt?: Buffer;
  /** What the snapshot holds that was used, and what follows it. */
  readonly snapshot: Size;
  readonly tail: Size;
}

export interface Size {
  readonly events: number;
  readonly bytes: number;
}

export interface ReadOptions {
  /** Types of records that are of no use to the reader. */
  readonly skip?: ReadonlySet<RecordType>;
  /** Only what stands before this place. */
  readonly before?: { readonly epoch: number; readonly number: number };
}

const NOTHING: ReadonlySet<RecordType> = new Set();

/**
 * Everything readable of a conversation, in order, a piece at a time: the newest whole snapshot, then the segments behind
 * it. Where a snapshot is damaged, the one before and the segments that it stood for take its place, with what is left of it.
 * Only ever reads.
 */
export async function* readConversation(
  source: LogSource,
  { skip = NOTHING, before }: ReadOptions = {},
): AsyncGenerator<readonly PersistedEvent[], LogReport> {
  const files = await logFiles(source.fs, source.folder);
  const found = new Findings();
  const damaged: ReadSnapshot[] = [];
  let base: LogFile | undefined;
  for (const file of files.snapshots) {
    const snapshot = await readSnapshot(source, file);
    found.addSnapshot(snapshot);
    if (snapshot.isWhole) {
      base = file;
      for (const events of snapshot.events) yield found.unseen(events);
      break;
    }
    damaged.push(snapshot);
  }
  const behind = [...files.retired, ...files.segments].filter(
    (file) => (base === undefined || byPlace(file, base) >= 0) && (before === undefined || byPlace(file, before) < 0),
  );
  const segments = await withHeaders(source, behind);
  if (damaged.length === 0) yield* readSegments(source, planOf(segments, base), skip, found);
  else yield await salvage(source, damaged, base, segments, found);
  return found.report();
}

/** The same, all at once. */
export async function readWhole(
  source: LogSource,
  options?: ReadOptions,
): Promise<{ readonly events: PersistedEvent[]; readonly report: LogReport }> {
  const events: PersistedEvent[] = [];
  const report = await drained(readConversation(source, options), (piece) => {
    for (const event of piece) events.push(event);
  });
  return { events, report };
}

/** What the segments give, and what is left of damaged snapshots, in the order of the events' numbers. */
async function salvage(
  source: LogSource,
  damaged: readonly ReadSnapshot[],
  base: LogFile | undefined,
  segments: readonly KnownSegment[],
  found: Findings,
): Promise<PersistedEvent[]> {
  const [newest] = damaged;
  const isComplete = base !== undefined || segments[0]?.header?.previous.epoch === 0;
  if (!isComplete) found.lose(Math.max(1, newest?.report.lost ?? 0));
  const events: PersistedEvent[] = [];
  const plan = planOf(segments, isComplete ? base : newest?.file);
  for await (const piece of readSegments(source, plan, NOTHING, found)) events.push(...piece);
  for (const snapshot of damaged) events.push(...snapshot.events.flatMap((piece) => found.unseen(piece)));
  return events.sort((a, b) => a.seq - b.seq);
}

interface ReadSnapshot {
  readonly file: LogFile;
  readonly events: readonly PersistedEvent[][];
  readonly report: SegmentReport;
  readonly isWhole: boolean;
}

/** Whether everything that was written to it can be read. */
export async function isWholeSnapshot(source: LogSource, file: LogFile): Promise<boolean> {
  return (await readSnapshot(source, file)).isWhole;
}

async function readSnapshot({ fs, keys, conversationId }: LogSource, file: LogFile): Promise<ReadSnapshot> {
  const events: PersistedEvent[][] = [];
  let promised: number | undefined;
  const found = await drained(readSegment(fs, file, keys, conversationId), ({ type, plaintext, index }) => {
    if (type === "events" && plaintext !== undefined) events.push(decodeEvents(plaintext) ?? []);
    if (type === "end") promised = index + 1;
  });
  // One that was cut off between two records ends with a good one, but not with its end record.
  const report = promised === undefined ? { tornAt: found.size, ...found } : found;
  return { file, events, report, isWhole: report.lost === 0 && promised === report.records };
}

export async function withHeaders(
  { fs, keys, conversationId }: LogSource,
  files: readonly LogFile[],
): Promise<KnownSegment[]> {
  const known: KnownSegment[] = [];
  for (const file of files) {
    const header = await readHeader(fs, file, keys, conversationId);
    known.push({ file, ...(header && { header }) });
  }
  return known;
}

async function* readSegments(
  { fs, keys, conversationId }: LogSource,
  plan: SegmentPlan,
  skip: ReadonlySet<RecordType>,
  found: Findings,
): AsyncGenerator<readonly PersistedEvent[]> {
  found.lose(plan.missing);
  for (const segment of plan.segments) {
    const reading = readSegment(fs, segment.file, keys, conversationId, skip);
    let counted = 0;
    let step = await reading.next();
    for (; !step.done; step = await reading.next()) {
      const { index, plaintext } = step.value;
      if (segment.limit !== undefined && index >= segment.limit) continue;
      const events = plaintext === undefined ? [] : decodeEvents(plaintext);
      if (events === undefined) continue;
      counted++;
      yield found.unseen(events);
    }
    found.addSegment(step.value, segment, counted);
  }
}

/** What has been found so far. */
class Findings {
  readonly #files: SegmentReport[] = [];
  /** An event that was written twice, because the first writing was in doubt, counts once. */
  readonly #seen = new Set<number>();
  #lost = 0;
  #records = 0;
  #late = 0;
  #end: LogPosition = { epoch: 0, number: 0, records: 0 };
  #conversationSalt: Buffer | undefined;
  #snapshot: Size = { events: 0, bytes: 0 };
  #tailEvents = 0;
  #tailBytes = 0;

  addSnapshot({ file, events, report, isWhole }: ReadSnapshot): void {
    this.#files.push(report);
    this.#conversationSalt ??= report.header?.conversationSalt;
    if (!isWhole) return;
    this.#records += report.records;
    this.#end = { epoch: file.epoch, number: file.number, records: 0 };
    this.#snapshot = { events: events.reduce((sum, { length }) => sum + length, 0), bytes: report.size };
  }

  /** @param counted how many of its records were read, of those that count. */
  addSegment(report: SegmentReport, { file, limit }: PlannedSegment, counted: number): void {
    this.#files.push(report);
    this.#conversationSalt ??= report.header?.conversationSalt;
    const written = limit ?? report.records;
    const isNothing = limit === 0 || (report.unreadable === "torn" && limit === undefined);
    if (report.unreadable !== undefined && !isNothing) this.lose(Math.max(1, written));
    else {
      this.#records += written;
      this.#lost += written - counted;
    }
    this.#late += Math.max(0, report.records - written);
    this.#tailBytes += report.size;
    if (!isNothing) this.#end = { epoch: file.epoch, number: file.number, records: written };
  }

  lose(records: number): void {
    this.#lost += records;
    this.#records += records;
  }

  unseen(events: readonly PersistedEvent[]): PersistedEvent[] {
    const fresh = events.filter(({ seq }) => !this.#seen.has(seq));
    for (const { seq } of fresh) this.#seen.add(seq);
    this.#tailEvents += fresh.length;
    return fresh;
  }

  report(): LogReport {
    return {
      lost: this.#lost,
      records: this.#records,
      late: this.#late,
      files: this.#files,
      end: this.#end,
      snapshot: this.#snapshot,
      tail: { events: this.#tailEvents - this.#snapshot.events, bytes: this.#tailBytes },
      ...(this.#conversationSalt && { conversationSalt: this.#conversationSalt }),
    };
  }
}
