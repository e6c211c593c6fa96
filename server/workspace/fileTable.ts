import type { IndexedFolder } from "./folders.ts";
import type { SkipReason } from "./readText.ts";

/** A file in the index or skipped, by its real path. */
export interface FileRecord {
  readonly folder: IndexedFolder;
  readonly relative: string;
  /** What the file was when it was read; absent if it was skipped. */
  readonly read?: { readonly mtimeMs: number; readonly size: number };
  readonly skip?: SkipReason;
}

/** All files that were met, and how many for what. */
export class FileTable {
  readonly #records = new Map<string, FileRecord>();
  readonly #skipped = new Map<SkipReason, number>();

  get(path: string): FileRecord | undefined {
    return this.#records.get(path);
  }

  set(path: string, record: FileRecord): void {
    this.delete(path);
    this.#records.set(path, record);
    if (record.skip) this.#skipped.set(record.skip, (this.#skipped.get(record.skip) ?? 0) + 1);
  }

  delete(path: string): void {
    const skip = this.#records.get(path)?.skip;
    if (skip) this.#skipped.set(skip, (this.#skipped.get(skip) ?? 0) - 1);
    this.#records.delete(path);
  }

  paths(): string[] {
    return [...this.#records.keys()];
  }

  /** Files that are in the index. */
  get indexed(): number {
    let skipped = 0;
    for (const count of this.#skipped.values()) skipped += count;
    return this.#records.size - skipped;
  }

  skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].filter(([, count]) => count > 0));
  }
}
