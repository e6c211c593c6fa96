import type { FileSystem, OpenFile } from "../fileSystem.ts";
import type { StoreKeys } from "../storeKeys.ts";
import type { LogFile } from "./conversationFolder.ts";
import { HEAD_BYTES, openRecord, type RecordHead, type RecordType, readHead, recordBytes } from "./record.ts";
import { openHeader, PREAMBLE_BYTES, type SegmentHeader, type SegmentIdentity } from "./segmentHeader.ts";

export interface ReadRecord {
  readonly type: RecordType;
  readonly index: number;
  /** Absent for a type that was to be skipped. */
  readonly plaintext?: Buffer;
}

/** What became of one segment; complete once all its records were read. */
export interface SegmentReport {
  readonly path: string;
  readonly header?: SegmentHeader;
  /** Why nothing of it could be read. torn: its first write never got so far. misplaced: it is another one, by its name. */
  readonly unreadable?: "damaged" | "wrongKey" | "foreign" | "newer" | "torn" | "misplaced";
  /** One more than the highest index that was read. */
  readonly records: number;
  /** Records that are gone: damaged, dropped, or not in their place. */
  readonly lost: number;
  /** A copy of the header is damaged, or there are bytes between records: nothing is lost by it. */
  readonly blemishes: number;
  /** Where an incomplete or bad last record begins, in bytes from the start; absent when the file ends with a good one. */
  readonly tornAt?: number;
  /** Bytes of the file when it was read. */
  readonly size: number;
}

const WINDOW_BYTES = 256 * 1024;

/**
 * The records of a segment, in order, each proven. Behind damage it goes on with the next record that proves itself. What
 * cannot be read is told in the report that it returns; it throws for errors of the disk only.
 */
export async function* readSegment(
  fs: FileSystem,
  place: LogFile,
  keys: StoreKeys,
  conversationId: string,
  skip: ReadonlySet<RecordType> = NOTHING,
): AsyncGenerator<ReadRecord, SegmentReport> {
  const { path } = place;
  const file = await fs.open(path, "read");
  try {
    const size = (await fs.stat(path))?.size ?? 0;
    const bytes = new Window(file, size);
    const opened = openHeader(keys, conversationId, await bytes.at(0, PREAMBLE_BYTES));
    const none = { path, records: 0, lost: 0, blemishes: 0, size };
    if (opened.kind !== "ok") {
      const unreadable = opened.kind === "damaged" && size <= PREAMBLE_BYTES ? "torn" : opened.kind;
      return { ...none, unreadable };
    }
    const { identity, damagedCopies } = opened;
    if (!standsAt(identity.header, place)) return { ...none, unreadable: "misplaced" };
    const rest = yield* records(bytes, identity, skip);
    return { ...none, ...rest, header: identity.header, blemishes: rest.blemishes + damagedCopies };
  } finally {
    await file.close();
  }
}

/** Only how it begins. Undefined when that cannot be read, or is another one's. */
export async function readHeader(
  fs: FileSystem,
  place: LogFile,
  keys: StoreKeys,
  conversationId: string,
): Promise<SegmentHeader | undefined> {
  const file = await fs.open(place.path, "read");
  try {
    const preamble = Buffer.alloc(PREAMBLE_BYTES);
    const length = await file.read(preamble, 0);
    const opened = openHeader(keys, conversationId, preamble.subarray(0, length));
    return opened.kind === "ok" && standsAt(opened.identity.header, place) ? opened.identity.header : undefined;
  } finally {
    await file.close();
  }
}

/** A file that was given another's name would hide what is missing, or bring back what is past. */
function standsAt(header: SegmentHeader, { kind, epoch, number }: LogFile): boolean {
  return header.kind === kind && header.epoch === epoch && header.number === number;
}

const NOTHING: ReadonlySet<RecordType> = new Set();

type Findings = Pick<SegmentReport, "records" | "lost" | "blemishes" | "tornAt">;

async function* records(
  bytes: Window,
  segment: SegmentIdentity,
  skip: ReadonlySet<RecordType>,
): AsyncGenerator<ReadRecord, Findings> {
  let position = PREAMBLE_BYTES;
  let next = 0;
  let lost = 0;
  let blemishes = 0;
  while (position < bytes.size) {
    const found = await recordAt(bytes, position, segment, skip);
    if (found === undefined || found.record.index < next) {
      const resumed = await nextRecord(bytes, position + 1, segment, next);
      if (resumed === undefined) return { records: next, lost, blemishes, tornAt: position };
      blemishes++;
      position = resumed;
      continue;
    }
    lost += found.record.index - next;
    next = found.record.index + 1;
    position = found.end;
    yield found.record;
  }
  return { records: next, lost, blemishes };
}

async function recordAt(
  bytes: Window,
  position: number,
  segment: SegmentIdentity,
  skip: ReadonlySet<RecordType>,
): Promise<{ record: ReadRecord; end: number } | undefined> {
  const head = readHead(await bytes.at(position, HEAD_BYTES));
  if (head === undefined) return undefined;
  const end = position + recordBytes(head);
  if (end > bytes.size) return undefined;
  const { type, index } = head;
  if (skip.has(type)) return { record: { type, index }, end };
  const plaintext = openRecord(segment, head, await bodyOf(bytes, position, head));
  return plaintext && { record: { type, index, plaintext }, end };
}

async function bodyOf(bytes: Window, position: number, head: RecordHead): Promise<Buffer> {
  return bytes.at(position + HEAD_BYTES, recordBytes(head) - HEAD_BYTES);
}

/** Where the next record begins that proves itself and whose index is not behind. Looks at every byte: damage is rare. */
async function nextRecord(
  bytes: Window,
  from: number,
  segment: SegmentIdentity,
  index: number,
): Promise<number | undefined> {
  for (let position = from; position + HEAD_BYTES <= bytes.size; position++) {
    const head = readHead(bytes.peek(position, HEAD_BYTES) ?? (await bytes.at(position, HEAD_BYTES)));
    if (head === undefined || head.index < index || position + recordBytes(head) > bytes.size) continue;
    if (openRecord(segment, head, await bodyOf(bytes, position, head)) !== undefined) return position;
  }
  return undefined;
}

/** A file seen through a buffer, so that a large one is never in memory as a whole. */
class Window {
  readonly size: number;
  readonly #file: OpenFile;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** At most `length` bytes: fewer where the file ends. They are valid until the next call. */
  async at(position: number, length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.size - position);
    if (position < this.#start || position + wanted > this.#start + this.#bytes.length) {
      const room = Math.min(Math.max(length, WINDOW_BYTES), this.size - position);
      const fresh = Buffer.allocUnsafe(room);
      this.#bytes = fresh.subarray(0, await this.#file.read(fresh, position));
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + wanted);
  }

  /** The same without reading; undefined when that would be needed. */
  peek(position: number, length: number): Buffer | undefined {
    const at = position - this.#start;
    return at >= 0 && at + length <= this.#bytes.length ? this.#bytes.subarray(at, at + length) : undefined;
  }
}
