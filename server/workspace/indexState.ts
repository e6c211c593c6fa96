import { hash } from "node:crypto";
import { redact } from "../util/redaction.ts";
import { type FileRecord, FileTable, labelOf } from "./fileTable.ts";
import { type IndexedFolder, pathInside } from "./folders.ts";
import type { ReadResult, SkipReason } from "./readText.ts";
import type { SavedState } from "./savedFile.ts";
import { Batch } from "./search/batch.ts";
import { Corpus } from "./search/corpus.ts";
import type { DefinitionLines } from "./syntaxTrees.ts";

/** All that is known of the code: the files, what is counted of them, and where their definitions are. */
export class IndexState {
  readonly folders: readonly IndexedFolder[];
  readonly corpus = new Corpus();
  readonly files = new FileTable();
  readonly definitions = new Map<string, DefinitionLines>();
  readonly #batch = new Batch(this.corpus);
  readonly #maxBytes: number;

  /** @param maxBytes of all indexed files together. */
  constructor(folders: readonly IndexedFolder[], maxBytes: number) {
    this.folders = folders;
    this.#maxBytes = maxBytes;
  }

  load({ segments, files }: SavedState): void {
    for (const segment of segments) this.corpus.add(segment);
    for (const { path, record, definitions } of files) {
      this.files.set(path, record);
      if (definitions) this.definitions.set(path, definitions);
    }
  }

  saved(): SavedState {
    this.corpus.compact();
    const files = Array.from(this.files.entries(), ([path, record]) => {
      return { path, record, definitions: this.definitions.get(path) };
    });
    return { segments: this.corpus.segments, files };
  }

  /** Adds a file as it was read, or replaces it; searches see it after `flush`. Answers why it was left out, if it was. */
  put(path: string, { folder, relative }: FileRecord, read: ReadResult): SkipReason | undefined {
    const known = this.files.get(path);
    if (read.kind === "gone") {
      this.forget(path);
      return undefined;
    }
    const skip = read.kind === "skipped" ? read.reason : this.#reasonForNoRoom(read.size - (known?.read?.size ?? 0));
    if (skip || read.kind !== "text") {
      this.forget(path);
      this.files.set(path, { folder, relative, skip });
      return skip;
    }
    const { text, mtimeMs, size } = read;
    const textHash = hash("sha1", text, "base64");
    const label = labelOf({ folder, relative });
    let hasSecrets = known?.read?.hasSecrets ?? true;
    // Else written again as it was: a checkout there and back, a touch.
    if (known?.read?.hash !== textHash || labelOf(known) !== label) {
      this.forget(path);
      // What is kept on disk holds no secret, not even as a word.
      const redacted = redact(text);
      hasSecrets = redacted.found > 0;
      this.#batch.put({ label, text: redacted.text });
    }
    this.files.set(path, { folder, relative, read: { mtimeMs, size, hash: textHash, hasSecrets } });
    return undefined;
  }

  /** Lets searches see what was put. */
  flush(): void {
    this.#batch.flush();
  }

  forget(path: string): void {
    const known = this.files.get(path);
    if (known === undefined) return;
    if (known.read) this.#batch.drop(labelOf(known));
    this.definitions.delete(path);
    this.files.delete(path);
  }

  /** Whether the file is what the index has of it. */
  isCurrent(path: string, read: ReadResult): boolean {
    const known = this.files.get(path)?.read;
    return read.kind === "text" && known?.mtimeMs === read.mtimeMs && known.size === read.size;
  }

  /** What a path is called, file or folder; undefined outside of all folders. */
  labelOf(path: string): string | undefined {
    for (const folder of this.folders) {
      const relative = pathInside(folder.path, path) ?? pathInside(folder.real, path);
      if (relative !== undefined) return relative === "" ? folder.prefix.replace(/\/$/, "") : folder.prefix + relative;
    }
    return undefined;
  }

  #reasonForNoRoom(bytes: number): SkipReason | undefined {
    return this.files.bytes + bytes <= this.#maxBytes ? undefined : "index full";
  }
}
