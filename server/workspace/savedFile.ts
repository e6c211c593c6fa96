import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { FileRecord } from "./fileTable.ts";
import type { IndexedFolder } from "./folders.ts";
import type { SkipReason } from "./readText.ts";
import { decode, encode, toSegment } from "./search/savedCorpus.ts";
import type { Segment } from "./search/segment.ts";
import type { DefinitionLines } from "./syntaxTrees.ts";

export interface SavedState {
  readonly segments: readonly Segment[];
  readonly files: readonly {
    readonly path: string;
    readonly record: FileRecord;
    readonly definitions?: DefinitionLines | undefined;
  }[];
}

/** The file in which the index is kept between starts. Derived: when it is missing or damaged, the code is read again. */
export class SavedFile {
  readonly #path: string;
  readonly #folders: readonly IndexedFolder[];

  constructor(path: string, folders: readonly IndexedFolder[]) {
    this.#path = path;
    this.#folders = folders;
  }

  /** Undefined when there is none of these folders. */
  async read(): Promise<SavedState | undefined> {
    const bytes = await readFile(this.#path).catch(() => undefined);
    const saved = bytes && decode(bytes, Files);
    if (saved === undefined || saved.files.folders.join("\n") !== this.#keys().join("\n")) return undefined;
    const files = saved.files.entries.flatMap(({ path, folder, relative, read, skip, definitions }) => {
      const of = this.#folders[folder];
      const record = of && { folder: of, relative, ...(read && { read }), ...(skip && { skip: skip as SkipReason }) };
      return record ? [{ path, record, definitions }] : [];
    });
    return { segments: saved.segments.map(toSegment), files };
  }

  /** Whether it could be written. A failure is no loss: the next start reads the code again. */
  async write({ segments, files }: SavedState): Promise<boolean> {
    const entries = files.map(({ path, record: { folder, relative, read, skip }, definitions }) => {
      return { path, folder: this.#folders.indexOf(folder), relative, read, skip, definitions };
    });
    const bytes = encode({
      segments: segments.map(({ data, dropped }) => ({ data, dropped })),
      files: { folders: this.#keys(), entries },
    });
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, this.#path);
      return true;
    } catch {
      return false; // A full or read-only disk.
    }
  }

  #keys(): string[] {
    return this.#folders.map(({ real, prefix }) => `${prefix}:${real}`);
  }
}

const Files = z.object({
  folders: z.array(z.string()),
  entries: z.array(
    z.object({
      path: z.string(),
      folder: z.number().int(),
      relative: z.string(),
      read: z.object({ mtimeMs: z.number(), size: z.number(), hash: z.string(), hasSecrets: z.boolean() }).optional(),
      skip: z.string().optional(),
      definitions: z.instanceof(Uint32Array).optional(),
    }),
  ),
});
