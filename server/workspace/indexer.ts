import { hash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { Mutex } from "../util/mutex.ts";
import { redact } from "../util/redaction.ts";
import { cutChunk, wholeDefinitions } from "./chunks.ts";
import { type FileRecord, FileTable, labelOf } from "./fileTable.ts";
import { type FoundFile, findAll, findChanged } from "./findFiles.ts";
import { FolderHistory } from "./folderHistory.ts";
import { type IndexedFolder, pathInside } from "./folders.ts";
import { type ReadResult, readText, type SkipReason } from "./readText.ts";
import { SavedFile } from "./savedFile.ts";
import { Batch } from "./search/batch.ts";
import { Corpus } from "./search/corpus.ts";
import { type Candidate, candidatesOf } from "./search/hits.ts";
import { parseQuery } from "./search/query.ts";
import { rank } from "./search/rank.ts";
import { type DefinitionLines, SyntaxTrees } from "./syntaxTrees.ts";

export interface IndexerOptions {
  readonly folders: readonly IndexedFolder[];
  readonly maxFiles: number;
  /** Of all indexed files together. */
  readonly maxBytes: number;
  /** Where the grammars are; absent: chunks are made of lines. */
  readonly grammars?: string | undefined;
  /** Where the index is kept between starts; absent: nowhere. */
  readonly savePath?: string | undefined;
  readonly clock: Clock;
  readonly report: (status: IndexStatus) => void;
  /** The index is kept on disk; so many files were read or parsed until then. */
  readonly onSettled?: (files: number) => void;
}

export interface IndexQuery {
  readonly query: string;
  readonly limit: number;
  /** Only files in these folders, or these files; absolute. */
  readonly paths?: readonly string[] | undefined;
  /** Files the user is at; absolute. */
  readonly near?: readonly string[] | undefined;
}

/** Files read at the same time; more does not make a local disk faster. */
const READS_AT_ONCE = 16;
/** A saved file, a formatter's second write and a checkout's hundreds become one batch. */
const CHANGE_DELAY_MS = 200;
/** How long a search waits for changes reported before it. */
const CHANGE_WAIT_MS = 1_000;
const PROGRESS_INTERVAL_MS = 100;
/** After a change it is written when nothing has changed for so long. */
const SAVE_DELAY_MS = 5_000;
/** A search starts over when a hit turns out to have changed, but not for ever in a folder that is being written. */
const MAX_ATTEMPTS = 3;
/** Somebody who saves so few files at a time works on them; a checkout changes more. */
const MAX_EDITED_AT_ONCE = 5;
const RECENTLY_EDITED = 10;

/** Reads the workspace's files into the index and keeps them current, in small steps, so that searches get in between. */
export class Indexer {
  readonly #options: IndexerOptions;
  readonly #corpus = new Corpus();
  readonly #batch = new Batch(this.#corpus);
  readonly #files = new FileTable();
  readonly #definitions = new Map<string, DefinitionLines>();
  readonly #history: FolderHistory;
  readonly #saved: SavedFile | undefined;
  readonly #jobs = new Mutex();
  readonly #changes = new Set<string>();
  #edited: string[] = [];
  #cancelFlush: (() => void) | undefined;
  #cancelSave: (() => void) | undefined;
  #paused: Deferred<void> | undefined;
  #state: "indexing" | "ready" = "indexing";
  #total = 0;
  #full = false;
  /** Files read or parsed so far. */
  #handled = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#history = new FolderHistory(options.folders);
    this.#saved = options.savePath === undefined ? undefined : new SavedFile(options.savePath, options.folders);
  }

  /** Loads what was saved, so that searches can begin; then reads what is new or changed, the first time everything. */
  async start(): Promise<void> {
    await this.#jobs.run(() => this.#load());
    await this.scan();
  }

  /** Reads what is new or changed and forgets what is gone. */
  scan(): Promise<void> {
    return this.#jobs.run(() => this.#scan());
  }

  /** Reads everything again. */
  rebuild(): Promise<void> {
    return this.#jobs.run(async () => {
      for (const path of this.#files.paths()) this.#forget(path);
      this.#state = "indexing";
      await this.#scan();
    });
  }

  /** Files or folders that were created, changed or deleted. A search that comes later sees them. */
  changed(paths: readonly string[]): void {
    for (const path of paths) this.#changes.add(path);
    this.#cancelFlush ??= this.#options.clock.after(CHANGE_DELAY_MS, () => void this.#flush());
  }

  /** Stops reading until it is told to go on. Searches find what has been read. */
  pause(paused: boolean): void {
    if (paused === (this.#paused !== undefined)) return;
    const waiting = this.#paused;
    this.#paused = paused ? deferred() : undefined;
    waiting?.resolve();
    this.#report();
  }

  /** The best hits, each with the text that the file has now. */
  async search(query: IndexQuery): Promise<SearchHit[]> {
    if (this.#state === "ready" && this.#changes.size > 0 && !this.#paused) await this.#flushBriefly();
    for (let attempt = 1; ; attempt++) {
      const candidates = this.#find(query);
      const reads = await readEach(candidates.flatMap(({ label }) => this.#files.pathOf(label) ?? []));
      const stale = [...reads].filter(([path, read]) => !this.#isCurrent(path, read));
      if (stale.length === 0 || attempt === MAX_ATTEMPTS) return this.#hits(candidates, reads);
      for (const [path, read] of stale) this.#update(path, read);
      this.#batch.flush();
    }
  }

  #find({ query, limit, paths, near = [] }: IndexQuery): Candidate[] {
    const parsed = parseQuery(query);
    if (parsed.terms.length === 0) return [];
    const within = paths?.map((path) => this.#labelOf(path)).filter((label) => label !== undefined);
    const ranked = rank(this.#corpus, parsed, {
      limit,
      near: [...near, ...this.#edited].flatMap((path) => this.#labelOf(path) ?? []),
      history: this.#history.of(parsed),
      admits:
        within && ((label) => within.some((base) => base === "" || label === base || label.startsWith(`${base}/`))),
    });
    return candidatesOf(ranked, limit);
  }

  async #load(): Promise<void> {
    const saved = await this.#saved?.read();
    if (saved === undefined) return;
    for (const segment of saved.segments) this.#corpus.add(segment);
    for (const { path, record, definitions } of saved.files) {
      this.#files.set(path, record);
      if (definitions) this.#definitions.set(path, definitions);
    }
    this.#state = "ready";
    this.#report();
  }

  async #scan(): Promise<void> {
    const found = await this.#findFiles();
    for (const path of this.#files.paths()) if (!found.has(path)) this.#forget(path);
    await this.#read([...found.values()]);
    await this.#history.load();
    this.#state = "ready";
    this.#report();
    await this.#parse();
    await this.#save();
  }

  async #findFiles(): Promise<Map<string, FoundFile>> {
    const found = new Map<string, FoundFile>();
    this.#total = 0;
    this.#full = false;
    for await (const file of findAll(this.#options.folders)) {
      if (found.has(file.path)) continue;
      if (!file.skip && this.#total === this.#options.maxFiles) {
        this.#full = true;
        break;
      }
      found.set(file.path, file);
      if (!file.skip) this.#total++;
      this.#reportProgress();
    }
    return found;
  }

  /** Reads at once but adds in order, so that the same files always make the same index. */
  async #read(files: readonly FoundFile[]): Promise<void> {
    for (let start = 0; start < files.length; start += READS_AT_ONCE) {
      await this.#paused?.promise;
      const batch = files.slice(start, start + READS_AT_ONCE);
      const reads = await Promise.all(batch.map((file) => this.#readNew(file)));
      for (const [i, file] of batch.entries()) {
        const read = reads[i];
        if (read) this.#put(file, read);
        this.#reportProgress();
      }
      await setImmediate();
    }
    this.#batch.flush();
  }

  /** Undefined if the index has it as it is. */
  async #readNew(file: FoundFile): Promise<ReadResult | undefined> {
    if (file.skip) return { kind: "skipped", reason: file.skip };
    const known = this.#files.get(file.path)?.read;
    if (known && !file.reported) {
      const stats = await lstat(file.path).catch(() => undefined);
      if (stats?.mtimeMs === known.mtimeMs && stats.size === known.size) return undefined;
    }
    return readText(file.path);
  }

  /** Finds where the definitions of new files are, once searches can do without. */
  async #parse(): Promise<void> {
    const { grammars } = this.#options;
    if (grammars === undefined) return;
    const trees = new SyntaxTrees(grammars);
    for (const [path, record] of [...this.#files.entries()]) {
      if (record.read === undefined || this.#definitions.has(path)) continue;
      await this.#paused?.promise;
      const read = await readText(path);
      if (read.kind !== "text" || !this.#isCurrent(path, read)) continue;
      this.#handled++;
      this.#definitions.set(path, (await trees.definitions(record.relative, read.text)) ?? NONE);
      await setImmediate();
      if (this.#changes.size > 0 && this.#cancelFlush === undefined) break;
    }
  }

  #flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    return this.#jobs.run(() => {
      const paths = [...this.#changes];
      this.#changes.clear();
      return paths.some(setsRules) ? this.#scan() : this.#apply(paths);
    });
  }

  #flushBriefly(): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(CHANGE_WAIT_MS, resolve);
      this.#flush().then(resolve, reject).finally(cancel);
    });
  }

  async #apply(paths: readonly string[]): Promise<void> {
    const { found, gone } = await findChanged(this.#options.folders, paths);
    this.#forgetAll(gone);
    await this.#read(
      found.filter((file) => this.#files.get(file.path) || this.#files.indexed < this.#options.maxFiles),
    );
    if (paths.length <= MAX_EDITED_AT_ONCE)
      this.#edited = [...new Set([...paths, ...this.#edited])].slice(0, RECENTLY_EDITED);
    else await this.#history.load();
    this.#report();
    await this.#parse();
    this.#saveLater();
  }

  #forgetAll(gone: Set<string>): void {
    const folders = new Set([...gone].filter((path) => !this.#files.get(path)));
    for (const path of gone) this.#forget(path);
    if (folders.size === 0) return;
    for (const path of this.#files.paths())
      if (ancestorsOf(path).some((folder) => folders.has(folder))) this.#forget(path);
  }

  #update(path: string, read: ReadResult): void {
    const file = this.#files.get(path);
    if (file) this.#put({ ...file, path }, read);
    this.#report();
  }

  #put({ path, folder, relative }: Pick<FoundFile, "path" | "folder" | "relative">, read: ReadResult): void {
    const known = this.#files.get(path);
    if (read.kind === "gone") {
      this.#forget(path);
      return;
    }
    const skip = read.kind === "skipped" ? read.reason : this.#reasonForNoRoom(read.size - (known?.read?.size ?? 0));
    if (skip || read.kind !== "text") {
      this.#forget(path);
      this.#files.set(path, { folder, relative, skip });
      return;
    }
    this.#handled++;
    const { text, mtimeMs, size } = read;
    const state = { mtimeMs, size, hash: hash("sha1", text, "base64") };
    const record: FileRecord = { folder, relative, read: state };
    // Written again as it was: a checkout there and back, a touch.
    if (known?.read?.hash !== state.hash || labelOf(known) !== labelOf(record)) {
      this.#forget(path);
      // What is kept on disk holds no secret, not even as a word.
      this.#batch.put({ label: labelOf(record), text: redact(text).text });
    }
    this.#files.set(path, record);
  }

  #reasonForNoRoom(bytes: number): SkipReason | undefined {
    if (this.#files.bytes + bytes <= this.#options.maxBytes) return undefined;
    this.#full = true;
    return "index full";
  }

  #forget(path: string): void {
    const known = this.#files.get(path);
    if (known === undefined) return;
    if (known.read) this.#batch.drop(labelOf(known));
    this.#definitions.delete(path);
    this.#files.delete(path);
  }

  #isCurrent(path: string, read: ReadResult): boolean {
    const known = this.#files.get(path)?.read;
    return read.kind === "text" && known?.mtimeMs === read.mtimeMs && known.size === read.size;
  }

  #hits(candidates: readonly Candidate[], reads: ReadonlyMap<string, ReadResult>): SearchHit[] {
    const hits: SearchHit[] = [];
    // Whole files are redacted, not hits: in a piece of a key nothing says what it is.
    const plain = new Map<string, string>();
    for (const { label, startLine, endLine, score, signals } of candidates) {
      const path = this.#files.pathOf(label) ?? "";
      const read = reads.get(path);
      const file = this.#files.get(path);
      if (!file || read?.kind !== "text" || !this.#isCurrent(path, read)) continue;
      const whole = plain.get(path) ?? redact(read.text).text;
      plain.set(path, whole);
      const chunk = cutChunk(whole, wholeDefinitions({ startLine, endLine }, this.#definitions.get(path)));
      const hit = { path: join(file.folder.path, file.relative), label, ...chunk, score, signals };
      if (!hits.some((other) => other.path === hit.path && overlap(other, hit))) hits.push(hit);
    }
    const top = hits[0]?.score || 1;
    return hits.map((hit) => ({ ...hit, score: hit.score / top }));
  }

  /** What a path is called, file or folder; undefined outside of all folders. */
  #labelOf(path: string): string | undefined {
    for (const folder of this.#options.folders) {
      const relative = pathInside(folder.path, path) ?? pathInside(folder.real, path);
      if (relative !== undefined) return relative === "" ? folder.prefix.replace(/\/$/, "") : folder.prefix + relative;
    }
    return undefined;
  }

  #saveLater(): void {
    const { clock } = this.#options;
    this.#cancelSave?.();
    this.#cancelSave = this.#saved && clock.after(SAVE_DELAY_MS, () => void this.#jobs.run(() => this.#save()));
  }

  async #save(): Promise<void> {
    this.#cancelSave?.();
    this.#corpus.compact();
    const files = Array.from(this.#files.entries(), ([path, record]) => {
      return { path, record, definitions: this.#definitions.get(path) };
    });
    if (await this.#saved?.write({ segments: this.#corpus.segments, files })) this.#options.onSettled?.(this.#handled);
  }

  #reportProgress(): void {
    if (this.#options.clock.monotonicMs() - this.#reportedAt >= PROGRESS_INTERVAL_MS) this.#report();
  }

  #report(): void {
    this.#reportedAt = this.#options.clock.monotonicMs();
    const files = this.#files.indexed;
    this.#options.report({
      state: this.#paused ? "paused" : this.#state,
      files,
      total: this.#state === "indexing" ? this.#total : undefined,
      skipped: this.#files.skipped(),
      message: this.#full ? fullMessage(files) : undefined,
    });
  }
}

const NONE = new Uint32Array(0);

function fullMessage(files: number): string {
  return `The index is full: only ${files.toLocaleString("en-US")} files are searched. Exclude what you do not need in .gitignore.`;
}

async function readEach(paths: readonly string[]): Promise<Map<string, ReadResult>> {
  const entries = [...new Set(paths)].map(async (path) => [path, await readText(path)] as const);
  return new Map(await Promise.all(entries));
}

function setsRules(path: string): boolean {
  return basename(path) === ".gitignore" || /[\\/]\.git[\\/]info[\\/]exclude$/.test(path);
}

function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestorsOf(parent)];
}

function overlap(a: SearchHit, b: SearchHit): boolean {
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}
