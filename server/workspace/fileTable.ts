import type { IndexedFolder } from "./folders.ts";
import type { SkipReason } from "./readText.ts";

/** A file in the index or skipped. */
export interface FileRecord {
  readonly folder: IndexedFolder;
  readonly relative: string;
  /** What the file was when it was read; absent if it was skipped. */
  readonly read?: ReadState;
  readonly skip?: SkipReason;
}

/** Time and size tell at a glance whether a file may have changed, its hash whether it has. */
export interface ReadState {
  readonly mtimeMs: number;
  readonly size: number;
  /** Of its text. */
  readonly hash: string;
  /** Whether something in it was redacted; if not, its hits need not be looked through. */
  readonly hasSecrets: boolean;
}

/** All files that were met, by real path, and how many were skipped for what. */
export class FileTable {
  readonly #records = new Map<string, FileRecord>();
  readonly #paths = new Map<string, string>();
  readonly #skipped = new Map<SkipReason, number>();
  #bytes = 0;

  get(path: string): FileRecord | undefined {
    return this.#records.get(path);
  }

  /** The real path of the file with this label. */
  pathOf(label: string): string | undefined {
    return this.#paths.get(label);
  }

  set(path: string, record: FileRecord): void {
    this.delete(path);
    this.#records.set(path, record);
    this.#paths.set(labelOf(record), path);
    if (record.skip) this.#skipped.set(record.skip, (this.#skipped.get(record.skip) ?? 0) + 1);
    this.#bytes += record.read?.size ?? 0;
  }

  delete(path: string): void {
    const record = this.#records.get(path);
    if (record === undefined) return;
    if (record.skip) this.#skipped.set(record.skip, (this.#skipped.get(record.skip) ?? 0) - 1);
    this.#bytes -= record.read?.size ?? 0;
    this.#records.delete(path);
    if (this.#paths.get(labelOf(record)) === path) this.#paths.delete(labelOf(record));
  }

  paths(): string[] {
    return [...this.#records.keys()];
  }

  entries(): IterableIterator<[string, FileRecord]> {
    return this.#records.entries();
  }

  /** Files that are in the index. */
  get indexed(): number {
    let skipped = 0;
    for (const count of this.#skipped.values()) skipped += count;
    return this.#records.size - skipped;
  }

  /** Bytes of all files in the index: what the memory it takes depends on. */
  get bytes(): number {
    return this.#bytes;
  }

  skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].filter(([, count]) => count > 0));
  }
}

/** What a file is called: its path from its folder, which is named when there are several. */
export function labelOf({ folder, relative }: Pick<FileRecord, "folder" | "relative">): string {
  return folder.prefix + relative;
}
