import { randomBytes } from "node:crypto";
import { SALT_BYTES } from "../crypto.ts";
import { Superseded } from "../storeErrors.ts";
import { logFiles, segmentPath } from "./conversationFolder.ts";
import type { LogReport, LogSource } from "./readConversation.ts";
import { type LogPosition, newIdentity } from "./segmentHeader.ts";
import { type NewRecord, SegmentWriter } from "./segmentWriter.ts";

export interface SegmentsOptions extends LogSource {
  /** Number of this process's claim. */
  readonly epoch: number;
  /** Whether another process has made a later claim. Asked after each sync, before anything is acknowledged. */
  readonly isSuperseded: () => Promise<boolean>;
}

/** The segments that this process adds to one conversation, one after another. Its callers take turns. */
export class Segments {
  readonly #options: SegmentsOptions;
  #conversationSalt: Buffer;
  #writer: SegmentWriter | undefined;
  /** Where the last segment of all ends. */
  #end: LogPosition;
  /** Written but not synced: done again, in another segment, when the file turns out to be in doubt. */
  #unsynced: NewRecord[] = [];
  #isFoundDurable = false;
  #epoch = 0;
  #nextNumber: number | undefined;

  constructor(options: SegmentsOptions, found: LogReport) {
    this.#options = options;
    this.#end = found.end;
    this.#conversationSalt = found.conversationSalt ?? randomBytes(SALT_BYTES);
  }

  get conversationSalt(): Buffer {
    return this.#conversationSalt;
  }

  /** What was written last may not be on the disk: it will be written again. */
  get isInDoubt(): boolean {
    return this.#unsynced.length > 0;
  }

  /** A snapshot under another salt has taken the place of all that was before the next segment. */
  goOnBehind(place: { readonly epoch: number; readonly number: number }, conversationSalt: Buffer): void {
    this.#end = { ...place, records: 0 };
    this.#conversationSalt = conversationSalt;
  }

  /** Answers how many bytes the file grew by. Throws what the disk says; a file in doubt is left, and not used again. */
  async write(records: readonly NewRecord[], durable: boolean): Promise<number> {
    const current = this.#writer;
    if (current === undefined || current.isFull) return this.#writeToNew(records, durable);
    const again = this.#unsynced;
    try {
      return await this.#writeTo(current, records, durable);
    } catch (error) {
      if (error instanceof Superseded) throw error;
      this.#unsynced = again;
      await this.#leave(current);
      return this.#writeToNew(records, durable);
    }
  }

  /** Ends the current segment. Whatever comes next stands at the answered place or behind it. */
  async roll(): Promise<{ readonly epoch: number; readonly number: number }> {
    const writer = this.#writer;
    if (writer !== undefined) {
      try {
        if (this.#unsynced.length > 0) await this.#settle(writer);
      } finally {
        await this.#leave(writer);
      }
    }
    return this.#nextPlace();
  }

  async #writeToNew(records: readonly NewRecord[], durable: boolean): Promise<number> {
    if (this.#writer !== undefined) await this.roll();
    const { fs, folder, keys, conversationId } = this.#options;
    await fs.makeFolder(folder);
    await this.#keepFound();
    const place = await this.#nextPlace();
    this.#nextNumber = place.number + 1;
    const previous = this.#end;
    const header = { kind: "log" as const, ...place, conversationSalt: this.#conversationSalt, previous };
    const path = segmentPath(folder, place.epoch, place.number);
    const writer = new SegmentWriter(fs, path, newIdentity(keys, conversationId, header));
    const again = this.#unsynced;
    try {
      const bytes = await this.#writeTo(writer, [...again, ...records], durable);
      this.#writer = writer;
      return bytes;
    } catch (error) {
      this.#unsynced = again;
      await writer.close().catch(() => {});
      // Nobody was told that anything of it is kept, and a full disk is not to fill up with beginnings.
      if (!(error instanceof Superseded)) await fs.remove(path).catch(() => {});
      throw error;
    }
  }

  /** What was read is built upon: it must not be lost behind it, though its writer was killed before it was synced. */
  async #keepFound(): Promise<void> {
    if (this.#isFoundDurable) return;
    const { fs, folder } = this.#options;
    const last = segmentPath(folder, this.#end.epoch, this.#end.number);
    if ((await fs.stat(last)) !== undefined) {
      const file = await fs.open(last, "append");
      await file.sync().finally(() => file.close());
      await fs.syncFolder(folder);
    }
    this.#isFoundDurable = true;
  }

  async #writeTo(writer: SegmentWriter, records: readonly NewRecord[], durable: boolean): Promise<number> {
    const bytes = records.length === 0 ? 0 : await writer.write(records, durable);
    this.#unsynced = writer === this.#writer ? [...this.#unsynced, ...records] : [...records];
    if (!durable) return bytes;
    if (records.length === 0) await writer.sync();
    if (await this.#options.isSuperseded()) throw new Superseded();
    this.#unsynced = [];
    return bytes;
  }

  /** What cannot be synced is written again in the next segment. */
  async #settle(writer: SegmentWriter): Promise<void> {
    const isSynced = await writer.sync().then(
      () => true,
      () => false,
    );
    if (!isSynced) return;
    if (await this.#options.isSuperseded()) throw new Superseded();
    this.#unsynced = [];
  }

  async #leave(writer: SegmentWriter): Promise<void> {
    this.#end = writer.position;
    this.#writer = undefined;
    await writer.close().catch(() => {});
  }

  /**
   * Behind all that is there, even if the numbers of the claims have begun anew. What stands there under a later claim that is
   * still there was written by whoever took over: then there is no place any more.
   */
  async #nextPlace(): Promise<{ readonly epoch: number; readonly number: number }> {
    if (this.#nextNumber === undefined) {
      const { segments, retired, snapshots } = await logFiles(this.#options.fs, this.#options.folder);
      const places = [
        ...[...segments, ...retired].map(({ epoch, number }) => ({ epoch, number: number + 1 })),
        ...snapshots,
      ];
      this.#epoch = Math.max(this.#options.epoch, ...places.map(({ epoch }) => epoch));
      if (this.#epoch > this.#options.epoch && (await this.#options.isSuperseded())) throw new Superseded();
      const numbers = places.filter(({ epoch }) => epoch === this.#epoch).map(({ number }) => number);
      this.#nextNumber = Math.max(1, ...numbers);
    }
    return { epoch: this.#epoch, number: this.#nextNumber };
  }
}
