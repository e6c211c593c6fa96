import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import { nodeFileSystem } from "../store/nodeFileSystem.ts";
import type { SavedPlace } from "../store/savedPlace.ts";
import type { Clock } from "../util/clock.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { Mutex } from "../util/mutex.ts";
import { type FoundFile, findAll, findChanged } from "./findFiles.ts";
import { FolderHistory } from "./folderHistory.ts";
import type { IndexedFolder } from "./folders.ts";
import { type IndexQuery, searchIndex } from "./indexSearch.ts";
import { IndexState } from "./indexState.ts";
import { type ReadResult, readText } from "./readText.ts";
import { SavedFile } from "./savedFile.ts";
import { SyntaxTrees } from "./syntaxTrees.ts";

export interface IndexerOptions {
  readonly folders: readonly IndexedFolder[];
  readonly maxFiles: number;
  /** Of all indexed files together. */
  readonly maxBytes: number;
  /** Where the grammars are; absent: chunks are made of lines. */
  readonly grammars?: string | undefined;
  /** Where the index is kept between starts; absent: nowhere yet. */
  readonly place?: SavedPlace | undefined;
  readonly paused?: boolean;
  readonly clock: Clock;
  readonly report: (status: IndexStatus) => void;
  /** The index is kept on disk; so many files were read or parsed until then. */
  readonly onSettled?: (files: number) => void;
}

/** Files read at the same time; more does not make a local disk faster. */
const READS_AT_ONCE = 16;
/** A saved file, a formatter's second write and a checkout's hundreds become one batch. */
const CHANGE_DELAY_MS = 200;
/** How long a search waits for changes reported before it. */
const CHANGE_WAIT_MS = 1_000;
const PROGRESS_INTERVAL_MS = 100;
/** What was loaded is searched alone for so long. */
const SCAN_DELAY_MS = 300;
/** Definitions are looked for, and the index is kept, when nothing has changed for so long. */
const SETTLE_DELAY_MS = 5_000;
/** Somebody who saves so few files at a time works on them; a checkout changes more. */
const MAX_EDITED_AT_ONCE = 5;
const RECENTLY_EDITED = 10;

/** Reads the workspace's files into the index and keeps them current, in small steps, so that searches get in between. */
export class Indexer {
  readonly #options: IndexerOptions;
  readonly #state: IndexState;
  readonly #history: FolderHistory;
  #saved: SavedFile | undefined;
  readonly #jobs = new Mutex();
  readonly #changes = new Set<string>();
  #edited: string[] = [];
  #cancelFlush: (() => void) | undefined;
  #cancelSettle: (() => void) | undefined;
  #paused: Deferred<void> | undefined;
  #phase: "indexing" | "ready" = "indexing";
  #total = 0;
  #full = false;
  /** Files read or parsed so far. */
  #handled = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#state = new IndexState(options.folders, options.maxBytes);
    this.#history = new FolderHistory(options.folders);
    if (options.place) this.#saved = new SavedFile(nodeFileSystem, options.place, options.folders);
    if (options.paused) this.#paused = deferred();
  }

  /** Loads what was saved, so that searches can begin; then reads what is new or changed, the first time everything. */
  async start(): Promise<void> {
    await this.#jobs.run(() => this.#load());
    // The first search comes at once, and hits are compared with their files anyway.
    if (this.#phase === "ready") await this.#options.clock.sleep(SCAN_DELAY_MS);
    await this.#jobs.run(() => this.#scan());
    await this.#settle();
  }

  /** Keeps there, from now on, what was read; nothing is loaded any more. */
  keepIn(place: SavedPlace): void {
    this.#saved = new SavedFile(nodeFileSystem, place, this.#options.folders);
    this.#settleLater();
  }

  /** Reads everything again. */
  async rebuild(): Promise<void> {
    await this.#jobs.run(async () => {
      for (const path of this.#state.files.paths()) this.#state.forget(path);
      this.#phase = "indexing";
      await this.#scan();
    });
    await this.#settle();
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
    if (this.#phase === "ready" && this.#changes.size > 0 && !this.#paused) await this.#flushBriefly();
    const near = [...(query.near ?? []), ...this.#edited];
    return searchIndex(this.#state, this.#history, { ...query, near }, (path, read) => this.#update(path, read));
  }

  async #load(): Promise<void> {
    const saved = await this.#saved?.read();
    if (saved === undefined) return;
    this.#state.load(saved);
    this.#phase = "ready";
    this.#report();
  }

  async #scan(): Promise<void> {
    const history = this.#history.load();
    const found = await this.#findFiles();
    for (const path of this.#state.files.paths()) if (!found.has(path)) this.#state.forget(path);
    await this.#read([...found.values()]);
    await history;
    this.#phase = "ready";
    this.#report();
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
    this.#state.flush();
  }

  /** Undefined if the index has it as it is. */
  async #readNew(file: FoundFile): Promise<ReadResult | undefined> {
    if (file.skip) return { kind: "skipped", reason: file.skip };
    const known = this.#state.files.get(file.path)?.read;
    if (known && !file.reported) {
      const stats = await lstat(file.path).catch(() => undefined);
      if (stats?.mtimeMs === known.mtimeMs && stats.size === known.size) return undefined;
    }
    return readText(file.path);
  }

  #flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#settleLater();
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
      found.filter((file) => this.#state.files.get(file.path) || this.#state.files.indexed < this.#options.maxFiles),
    );
    if (paths.length <= MAX_EDITED_AT_ONCE)
      this.#edited = [...new Set([...paths, ...this.#edited])].slice(0, RECENTLY_EDITED);
    else await this.#history.load();
    this.#report();
  }

  #forgetAll(gone: Set<string>): void {
    const folders = new Set([...gone].filter((path) => !this.#state.files.get(path)));
    for (const path of gone) this.#state.forget(path);
    if (folders.size === 0) return;
    for (const path of this.#state.files.paths())
      if (ancestorsOf(path).some((folder) => folders.has(folder))) this.#state.forget(path);
  }

  #update(path: string, read: ReadResult): void {
    const file = this.#state.files.get(path);
    if (file) this.#put({ ...file, path }, read);
    this.#report();
  }

  #put(file: Pick<FoundFile, "path" | "folder" | "relative">, read: ReadResult): void {
    this.#handled++;
    if (this.#state.put(file.path, file, read) === "index full") this.#full = true;
  }

  #settleLater(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = this.#options.clock.after(SETTLE_DELAY_MS, () => void this.#settle());
  }

  /** What searches can do without: where definitions begin and end, and a copy on disk. */
  async #settle(): Promise<void> {
    this.#cancelSettle?.();
    const { grammars } = this.#options;
    const trees = grammars === undefined ? undefined : new SyntaxTrees(grammars);
    for (const path of trees ? this.#state.files.paths() : []) {
      if (this.#state.files.get(path)?.read === undefined || this.#state.definitions.has(path)) continue;
      await this.#paused?.promise;
      await this.#jobs.run(() => this.#parse(path, trees));
      await setImmediate();
    }
    if (this.#saved !== undefined) await this.#jobs.run(() => this.#save());
  }

  async #parse(path: string, trees: SyntaxTrees | undefined): Promise<void> {
    const record = this.#state.files.get(path);
    const read = await readText(path);
    if (record === undefined || read.kind !== "text" || !this.#state.isCurrent(path, read)) return;
    this.#handled++;
    this.#state.definitions.set(path, (await trees?.definitions(record.relative, read.text)) ?? new Uint32Array(0));
  }

  async #save(): Promise<void> {
    // Half an index would be taken for a whole one.
    if (this.#phase !== "ready") return;
    if (await this.#saved?.write(this.#state.saved())) this.#options.onSettled?.(this.#handled);
  }

  #reportProgress(): void {
    if (this.#options.clock.monotonicMs() - this.#reportedAt >= PROGRESS_INTERVAL_MS) this.#report();
  }

  #report(): void {
    this.#reportedAt = this.#options.clock.monotonicMs();
    const files = this.#state.files.indexed;
    this.#options.report({
      state: this.#paused ? "paused" : this.#phase,
      files,
      total: this.#phase === "indexing" ? this.#total : undefined,
      skipped: this.#state.files.skipped(),
      message: this.#full ? fullMessage(files) : undefined,
    });
  }
}

function fullMessage(files: number): string {
  return `The index is full: only ${files.toLocaleString("en-US")} files are searched. Exclude what you do not need in .gitignore.`;
}

function setsRules(path: string): boolean {
  return basename(path) === ".gitignore" || /[\\/]\.git[\\/]info[\\/]exclude$/.test(path);
}

function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestorsOf(parent)];
}
