import { dirname } from "node:path";
import type { FileSystem, OpenFile } from "../fileSystem.ts";
import { encodeRecord, type RecordType } from "./record.ts";
import type { LogPosition, SegmentIdentity } from "./segmentHeader.ts";

export interface NewRecord {
  readonly type: RecordType;
  readonly plaintext: Buffer;
}

/** A segment roll is due behind this many bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Far below the 2^32 messages that one key may encrypt under random nonces (NIST SP 800-38D, 8.3). */
const MOST_RECORDS = 2 ** 20;

/**
 * A segment that this process writes. After any error it must not be used again: what stands in the file is in doubt, and a
 * nonce may have been used.
 */
export class SegmentWriter {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #segment: SegmentIdentity & { readonly preamble: Buffer };
  #file: OpenFile | undefined;
  #isNameSynced = false;
  #records = 0;
  #syncedRecords = 0;
  #bytes = 0;

  constructor(fs: FileSystem, path: string, segment: SegmentIdentity & { readonly preamble: Buffer }) {
    this.#fs = fs;
    this.#path = path;
    this.#segment = segment;
  }

  /** How far it is on the disk for sure. */
  get position(): LogPosition {
    const { epoch, number } = this.#segment.header;
    return { epoch, number, records: this.#syncedRecords };
  }

  get isFull(): boolean {
    return this.#bytes >= MOST_BYTES || this.#records >= MOST_RECORDS;
  }

  /** All records in one write. The file appears with the first. Answers how many bytes were added. */
  async write(records: readonly NewRecord[]): Promise<number> {
    const encoded = records.map(({ type, plaintext }) => encodeRecord(this.#segment, type, this.#records++, plaintext));
    const bytes = Buffer.concat(this.#file === undefined ? [this.#segment.preamble, ...encoded] : encoded);
    this.#file ??= await this.#fs.open(this.#path, "create");
    await this.#file.write(bytes);
    this.#bytes += bytes.length;
    return bytes.length;
  }

  async sync(): Promise<void> {
    const records = this.#records;
    await this.#file?.sync();
    if (!this.#isNameSynced) await this.#fs.syncFolder(dirname(this.#path));
    this.#isNameSynced = true;
    this.#syncedRecords = records;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
