import { lstat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { Mutex } from "../util/mutex.ts";
import { redact } from "../util/redaction.ts";
import { linesBetween } from "./chunker.ts";
import { ChunkIndex } from "./chunkIndex.ts";
import { FileTable } from "./fileTable.ts";
import { type FoundFile, findAll, findChanged } from "./findFiles.ts";
import type { IndexedFolder } from "./folders.ts";
import { best, type Candidate } from "./ranking.ts";
import { type ReadResult, readText, type SkipReason } from "./readText.ts";

export interface IndexerOptions {
  readonly folders: readonly IndexedFolder[];
  readonly maxFiles: number;
  /** UTF-16 code units. */
  readonly maxTextLength: number;
  readonly clock: Clock;
  readonly report: (status: IndexStatus) => void;
}

/** Files read at the same time; more does not make a local disk faster. */
const READS_AT_ONCE = 16;
/** A saved file, a formatter's second write and a checkout's hundreds become one batch. */
const CHANGE_DELAY_MS = 200;
/** How long a search waits for changes reported before it. */
const CHANGE_WAIT_MS = 1_000;
const PROGRESS_INTERVAL_MS = 100;
/** A search starts over when a hit turns out to have changed, but not for ever in a folder that is being written. */
const MAX_ATTEMPTS = 3;

/** Reads the workspace's files into the index and keeps them current, in small steps, so that searches get in between. */
export class Indexer {
  readonly #options: IndexerOptions;
  readonly #index = new ChunkIndex();
  readonly #files = new FileTable();
  readonly #jobs = new Mutex();
  readonly #changes = new Set<string>();
  #cancelFlush: (() => void) | undefined;
  #state: "indexing" | "ready" = "indexing";
  #total = 0;
  #full = false;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: IndexerOptions) {
    this.#options = options;
  }

  /** Reads what is new or changed and forgets what is gone; the first time everything. */
  scan(): Promise<void> {
    return this.#jobs.run(() => this.#scan());
  }

  /** Files or folders that were created, changed or deleted. A search that comes later sees them. */
  changed(paths: readonly string[]): void {
    for (const path of paths) this.#changes.add(path);
    this.#cancelFlush ??= this.#options.clock.after(CHANGE_DELAY_MS, () => void this.#flush());
  }

  /** The best hits, each with the text that the file has now. */
  async search(query: string, limit: number): Promise<SearchHit[]> {
    if (this.#state === "ready" && this.#changes.size > 0) await this.#flushBriefly();
    for (let attempt = 1; ; attempt++) {
      const candidates = best(this.#index.find(query), limit);
      const reads = await readEach(candidates.map((candidate) => candidate.path));
      const stale = [...reads].filter(([path, read]) => !this.#isCurrent(path, read));
      if (stale.length === 0 || attempt === MAX_ATTEMPTS) return this.#hits(candidates, reads);
      for (const [path, read] of stale) this.#update(path, read);
    }
  }

  async #scan(): Promise<void> {
    this.#state = "indexing";
    const found = await this.#find();
    for (const path of this.#files.paths()) if (!found.has(path)) this.#forget(path);
    await this.#read([...found.values()]);
    this.#state = "ready";
    this.#report();
  }

  async #find(): Promise<Map<string, FoundFile>> {
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
      const batch = files.slice(start, start + READS_AT_ONCE);
      const reads = await Promise.all(batch.map((file) => this.#readNew(file)));
      for (const [i, file] of batch.entries()) {
        const read = reads[i];
        if (read) this.#put(file, read);
        this.#reportProgress();
        await setImmediate();
      }
    }
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
    this.#report();
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
    this.#forget(path);
    if (read.kind === "gone") return;
    const skip = read.kind === "skipped" ? read.reason : this.#reasonForNoRoom(read.text);
    if (skip || read.kind !== "text") {
      this.#files.set(path, { folder, relative, skip });
      return;
    }
    this.#index.put(path, folder.prefix + relative, read.text);
    this.#files.set(path, { folder, relative, read: { mtimeMs: read.mtimeMs, size: read.size } });
  }

  #reasonForNoRoom(text: string): SkipReason | undefined {
    if (this.#index.textLength + text.length <= this.#options.maxTextLength) return undefined;
    this.#full = true;
    return "index full";
  }

  #forget(path: string): void {
    this.#index.remove(path);
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
    for (const { path, label, startLine, endLine, score } of candidates) {
      const read = reads.get(path);
      const file = this.#files.get(path);
      if (!file || read?.kind !== "text" || !this.#isCurrent(path, read)) continue;
      const whole = plain.get(path) ?? redact(read.text).text;
      plain.set(path, whole);
      const text = linesBetween(whole, startLine, endLine);
      hits.push({ path: join(file.folder.path, file.relative), label, startLine, endLine, text, score });
    }
    const top = hits[0]?.score ?? 1;
    return hits.map((hit) => ({ ...hit, score: hit.score / top }));
  }

  #reportProgress(): void {
    if (this.#options.clock.monotonicMs() - this.#reportedAt >= PROGRESS_INTERVAL_MS) this.#report();
  }

  #report(): void {
    this.#reportedAt = this.#options.clock.monotonicMs();
    const files = this.#files.indexed;
    this.#options.report({
      state: this.#state,
      files,
      total: this.#state === "indexing" ? this.#total : undefined,
      skipped: this.#files.skipped(),
      message: this.#full ? fullMessage(files) : undefined,
    });
  }
}

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
