import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import type { PersistedEvent } from "../../protocol/events.ts";
import { drained } from "../../util/drained.ts";
import type { LogEvent } from "../eventLog.ts";
import { byPlace, type LogFile, logFiles, RETIRED, snapshotPath } from "./conversationFolder.ts";
import { encodeEvents } from "./events.ts";
import { type LogSource, readWhole } from "./readConversation.ts";
import { newIdentity } from "./segmentHeader.ts";
import { readSegment } from "./segmentReader.ts";
import { type NewRecord, SegmentWriter } from "./segmentWriter.ts";

/** The first place that is not in the snapshot. */
export interface SnapshotOptions {
  readonly epoch: number;
  readonly number: number;
  readonly conversationSalt: Buffer;
}

/** About this much JSON in a record: large enough to be read quickly, small enough that losing one is not losing much. */
const RECORD_BYTES = 128 * 1024;
const KEPT_SNAPSHOTS = 2;

/**
 * Writes all events of the segments before a place into one file and lets the segments retire, once it is durable and has
 * been read back. Nothing happens when something of the log is unreadable: it stays as it is. Answers whether it was made.
 */
export async function makeSnapshot(source: LogSource, place: SnapshotOptions): Promise<boolean> {
  const events = await eventsBefore(source, place);
  if (events === undefined) return false;
  await writeSnapshot(source, place, events);
  await retire(source, place);
  return true;
}

/** Durable, and read back, once it has its name. Answers its path. */
export async function writeSnapshot(
  source: LogSource,
  place: SnapshotOptions,
  events: readonly LogEvent[],
): Promise<string> {
  const { fs, folder } = source;
  const path = snapshotPath(folder, place.epoch, place.number);
  const temporary = join(folder, `snapshot-${randomBytes(8).toString("hex")}.tmp`);
  try {
    const records = await writeTo(source, temporary, place, events);
    if (!(await readsBack(source, { kind: "snapshot", path: temporary, ...place }, records)))
      throw new Error(`${temporary} does not read back`);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.remove(temporary).catch(() => {});
    throw error;
  }
  await fs.syncFolder(folder);
  return path;
}

/** Undefined when not all of them are readable. */
async function eventsBefore(source: LogSource, place: SnapshotOptions): Promise<PersistedEvent[] | undefined> {
  const { events, report } = await readWhole(source, { before: place });
  return report.lost > 0 ? undefined : withoutUsedCheckpoints(events);
}

/** A checkpoint is of use until its turn is done. */
export function withoutUsedCheckpoints(events: readonly PersistedEvent[]): PersistedEvent[] {
  const done = new Set(events.flatMap((event) => (event.type === "done" ? [event.turnId] : [])));
  return events.filter((event) => event.type !== "checkpoint" || !done.has(event.turnId));
}

async function writeTo(
  { fs, keys, conversationId }: LogSource,
  path: string,
  { epoch, number, conversationSalt }: SnapshotOptions,
  events: readonly LogEvent[],
): Promise<number> {
  const previous = { epoch, number, records: 0 };
  const identity = newIdentity(keys, conversationId, { kind: "snapshot", epoch, number, conversationSalt, previous });
  const writer = new SegmentWriter(fs, path, identity);
  let records = 0;
  try {
    for (const record of inRecords(events)) {
      await writer.write([record]);
      records++;
    }
    await writer.write([{ type: "end", plaintext: Buffer.from(JSON.stringify({ events: events.length })) }]);
    await writer.sync();
  } finally {
    await writer.close();
  }
  return records + 1;
}

function* inRecords(events: readonly LogEvent[]): Generator<NewRecord> {
  let piece: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    piece.push(event);
    bytes += roughSize(event);
    if (bytes < RECORD_BYTES) continue;
    yield { type: "events", plaintext: encodeEvents(piece) };
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield { type: "events", plaintext: encodeEvents(piece) };
}

/** Most of a large event is its texts and its lists. */
function roughSize(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 20;
  for (const inner of Object.values(value)) size += 12 + roughSize(inner);
  return size;
}

async function readsBack({ fs, keys, conversationId }: LogSource, file: LogFile, records: number): Promise<boolean> {
  const report = await drained(readSegment(fs, file, keys, conversationId));
  return report.records === records && report.lost === 0 && report.tornAt === undefined;
}

/** Segments step aside, snapshots but the newest two go. Cut off in between, the next one goes on with it. */
async function retire({ fs, folder }: LogSource, place: SnapshotOptions): Promise<void> {
  const { segments, snapshots } = await logFiles(fs, folder);
  const covered = segments.filter((segment) => byPlace(segment, place) < 0);
  const retired = join(folder, RETIRED);
  if (covered.length > 0) await fs.makeFolder(retired);
  for (const { path } of covered) await fs.rename(path, join(retired, basename(path)));
  if (covered.length > 0) await fs.syncFolder(retired);
  for (const { path } of snapshots.slice(KEPT_SNAPSHOTS)) await fs.remove(path);
  await fs.syncFolder(folder);
}
