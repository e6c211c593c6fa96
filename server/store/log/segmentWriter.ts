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

  /**
   * All records in one write. The file appears with the first. Answers how many bytes were added.
   * @param durable they are on the disk once this resolves, with all that was written before.
   */
  async write(records: readonly NewRecord[], durable = false): Promise<number> {
    const encoded = records.map(({ type, plaintext }) => encodeRecord(this.#segment, type, this.#records++, plaintext));
    const bytes = Buffer.concat(this.#file === undefined ? [this.#segment.preamble, ...encoded] : encoded);
    this.#file ??= await this.#fs.open(this.#path, "create");
    const isAlone = this.#syncedRecords === this.#records - records.length;
    await this.#file.write(bytes, durable && isAlone);
    this.#bytes += bytes.length;
    if (durable && isAlone) await this.#synced();
    else if (durable) await this.sync();
    return bytes.length;
  }

  async sync(): Promise<void> {
    await this.#file?.sync();
    await this.#synced();
  }

  async #synced(): Promise<void> {
    const records = this.#records;
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
