import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { commitmentOf } from "../store/crypto.ts";
import type { FileSystem } from "../store/fileSystem.ts";
import type { SavedPlace } from "../store/savedPlace.ts";
import { sealFile, unsealFile } from "../store/sealedFile.ts";
import { keysOf, type StoreKeys } from "../store/storeKeys.ts";
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

const PURPOSE = "code index";

/**
 * The sealed file in which the index is kept between starts, one for each set of folders. Derived: when it is missing or
 * damaged, the code is read again.
 */
export class SavedFile {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #name: string;
  readonly #keys: StoreKeys;
  readonly #folders: readonly IndexedFolder[];

  constructor(fs: FileSystem, { folder, storeId, key }: SavedPlace, folders: readonly IndexedFolder[]) {
    this.#fs = fs;
    this.#folder = folder;
    this.#keys = keysOf(storeId, Buffer.from(key));
    this.#folders = folders;
    this.#name = `code-${commitmentOf(Buffer.from(key), Buffer.from(this.#labels().join("\n"))).toString("hex", 0, 8)}.bin`;
  }

  /** Undefined when there is none of these folders. */
  async read(): Promise<SavedState | undefined> {
    const bytes = await this.#fs.readFile(join(this.#folder, this.#name)).catch(() => undefined);
    const unsealed = bytes && unsealFile(this.#keys, PURPOSE, bytes);
    const saved = unsealed?.kind === "ok" ? decode(unsealed.bytes, Files) : undefined;
    if (saved === undefined || saved.files.folders.join("\n") !== this.#labels().join("\n")) return undefined;
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
      files: { folders: this.#labels(), entries },
    });
    try {
      await this.#replace(sealFile(this.#keys, PURPOSE, bytes));
      await this.#removeOthers();
      return true;
    } catch {
      return false; // A full or read-only disk.
    }
  }

  /** Not synced: a file that a loss of power tore is seen to be damaged. */
  async #replace(bytes: Uint8Array): Promise<void> {
    await this.#fs.makeFolder(this.#folder);
    const temporary = join(this.#folder, `${this.#name}.${randomBytes(8).toString("hex")}.tmp`);
    try {
      const file = await this.#fs.open(temporary, "create");
      try {
        await file.write(bytes);
      } finally {
        await file.close();
      }
      await this.#fs.rename(temporary, join(this.#folder, this.#name));
    } catch (error) {
      await this.#fs.remove(temporary);
      throw error;
    }
  }

  /** A workspace that was moved left one under another name, and a process that was killed what it was writing. */
  async #removeOthers(): Promise<void> {
    for (const { name } of await this.#fs.list(this.#folder)) {
      if (name.startsWith("code-") && name !== this.#name) await this.#fs.remove(join(this.#folder, name));
    }
  }

  #labels(): string[] {
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
