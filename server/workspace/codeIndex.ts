import { homedir } from "node:os";
import { Worker } from "node:worker_threads";
import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import type { SavedPlace } from "../store/savedPlace.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import type { Disposable } from "../util/disposable.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { CodeSearch, SearchOptions } from "./codeSearch.ts";
import { admitFolders, type IndexedFolder } from "./folders.ts";
import type { FromIndexWorker, IndexWorkerData, ToIndexWorker } from "./indexMessages.ts";
import type { WorkspaceFolder } from "./workspacePaths.ts";

export interface CodeIndexOptions {
  readonly folders: readonly WorkspaceFolder[];
  /** indexWorker.ts, or what it was bundled to. */
  readonly workerUrl: URL;
  readonly log: Log;
  readonly clock?: Clock;
  /** Why no file may be read at all, as a sentence: restricted mode. */
  readonly blocked?: string;
  /** The home directory, which is never indexed. */
  readonly home?: string;
  /** Where the .wasm files of tree-sitter are; absent: chunks are made of lines. */
  readonly grammars?: string;
  /** Where the index is kept between starts: waited for at the start. Undefined or absent: nowhere, until `keepIn`. */
  readonly place?: () => Promise<SavedPlace | undefined>;
  readonly maxFiles?: number;
  readonly maxBytes?: number;
}

const MAX_FILES = 50_000;
/** Measured (bench:index): the index takes 0.36 bytes for each, hence about 92 MiB. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_RESTARTS = 3;
/**
 * After so many files a worker makes place for a new one, which loads what was kept: reading and parsing 2,000 files leaves
 * some 250 MiB behind that no garbage collection gives back, and the index itself takes 10.
 */
const FILES_PER_WORKER = 500;
/** How long a search waits for the first index; then it makes do with what is there. */
const FIRST_INDEX_WAIT_MS = 10_000;
/** Of the worker's heap: ends a runaway index instead of the server. */
const MAX_HEAP_MB = 1_024;
/** Of it for what lives shortly: more makes the process larger and the index no faster. */
const YOUNG_MB = 8;

/**
 * The index of the workspace's code. It lives in a worker, which starts with `start` or the first search. A search finds
 * nothing, rather than fail, while the status is "off" or "failed": the status says why.
 */
export class CodeIndex implements CodeSearch, Disposable {
  readonly #options: CodeIndexOptions;
  readonly #clock: Clock;
  readonly #statusChanged = new Emitter<IndexStatus>();
  readonly #searches = new Map<number, Deferred<SearchHit[]>>();
  readonly #checks = new Map<number, Deferred<readonly number[] | undefined>>();
  #status: IndexStatus = { state: "off", files: 0, skipped: {}, message: "The code has not been read yet." };
  #starting: Promise<void> | undefined;
  #worker: Worker | undefined;
  #starts = 0;
  #searchable = false;
  #place: SavedPlace | undefined;
  #paused = false;
  #disposed = false;
  #nextSearch = 1;

  constructor(options: CodeIndexOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get status(): IndexStatus {
    return this.#status;
  }

  /** Tells of every change of the status, at most ten times a second; the result ends it. */
  onDidChangeStatus(listener: (status: IndexStatus) => void): () => void {
    return this.#statusChanged.on(listener);
  }

  /** Begins to read the code, in the background. Does nothing if that has been done, but restarts a worker that crashed. */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async search(query: string, { limit, paths, near, signal, onWait }: SearchOptions): Promise<SearchHit[]> {
    signal?.throwIfAborted();
    await this.start();
    await this.#firstIndex(signal, onWait);
    if (!this.#worker || limit < 1) return [];
    return this.#ask(
      this.#worker,
      this.#searches,
      { type: "search", id: this.#nextSearch++, query, limit, paths, near },
      signal,
    );
  }

  /** The lines of this text, from 1, with errors in its syntax; undefined when nobody can say: no grammar, too long, no worker. */
  async syntaxErrors(label: string, text: string, signal?: AbortSignal): Promise<readonly number[] | undefined> {
    signal?.throwIfAborted();
    await this.start();
    signal?.throwIfAborted();
    if (!this.#worker) return undefined;
    return this.#ask(this.#worker, this.#checks, { type: "check", id: this.#nextSearch++, label, text }, signal);
  }

  /** Files or folders were created, changed or deleted; absolute. A search that comes later sees them. */
  changed(paths: readonly string[]): void {
    if (paths.length > 0) this.#worker?.postMessage({ type: "changed", paths } satisfies ToIndexWorker);
  }

  /** Keeps it there from now on: for a store that is unlocked late. */
  keepIn(place: SavedPlace): void {
    if (this.#place?.folder === place.folder) return;
    this.#place = place;
    this.#worker?.postMessage({ type: "keep", place } satisfies ToIndexWorker);
  }

  /** Stops reading the code, or goes on. Searches find what has been read. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#worker?.postMessage({ type: "pause", paused } satisfies ToIndexWorker);
  }

  /** Reads all of the code again. */
  async rebuild(): Promise<void> {
    await this.start();
    this.#worker?.postMessage({ type: "rebuild" } satisfies ToIndexWorker);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopped({ ...OFF, message: "The code index was closed." });
  }

  async #start(): Promise<void> {
    if (this.#options.blocked !== undefined) return this.#setStatus({ ...OFF, message: this.#options.blocked });
    const { folders, message } = await admitFolders(this.#options.folders, this.#options.home ?? homedir());
    if (this.#disposed) return;
    if (message) this.#options.log.warn(message);
    this.#setStatus({ ...(folders.length > 0 ? INDEXING : OFF), message });
    if (folders.length === 0) return;
    const place = await this.#options.place?.();
    if (this.#disposed) return;
    this.#place ??= place;
    this.#starts++;
    this.#run(folders, message);
  }

  #run(folders: readonly IndexedFolder[], refused: string | undefined): void {
    const { maxFiles = MAX_FILES, maxBytes = MAX_BYTES, grammars } = this.#options;
    const place = this.#place;
    const worker = this.#createWorker({ folders, maxFiles, maxBytes, grammars, place, paused: this.#paused });
    this.#worker = worker;
    worker.on("message", (message: FromIndexWorker) => {
      if (message.type === "settled" && message.files >= FILES_PER_WORKER && this.#worker === worker)
        this.#replace(worker, folders, refused);
      else this.#receive(worker, message, refused);
    });
    worker.on("error", (error) => this.#crashed(worker, error));
    worker.on("exit", (code) => this.#crashed(worker, new Error(`it ended with code ${code}`)));
  }

  #createWorker(workerData: IndexWorkerData): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB };
    return new Worker(this.#options.workerUrl, { workerData, resourceLimits, name: "code index" });
  }

  /** The old worker answers what it was asked, then ends. */
  #replace(old: Worker, folders: readonly IndexedFolder[], refused: string | undefined): void {
    this.#run(folders, refused);
    const asked = [...this.#searches.values(), ...this.#checks.values()].map(({ promise }) => promise);
    void Promise.allSettled(asked).then(() => old.terminate());
  }

  #receive(worker: Worker, message: FromIndexWorker, refused: string | undefined): void {
    switch (message.type) {
      case "settled":
        break;
      case "status":
        if (this.#worker !== worker) break;
        this.#searchable ||= message.status.state === "ready";
        this.#setStatus({ ...message.status, message: joined(refused, message.status.message) });
        break;
      case "hits":
        this.#searches.get(message.id)?.resolve(message.hits);
        break;
      case "checked":
        this.#checks.get(message.id)?.resolve(message.lines);
        break;
      case "searchFailed":
        this.#searches.get(message.id)?.reject(message.error);
        break;
      default:
        message satisfies never;
    }
  }

  #crashed(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#options.log.error("The code index crashed.", error);
    const mayRestart = this.#starts <= MAX_RESTARTS;
    if (mayRestart) this.#starting = undefined;
    const next = mayRestart ? "It starts again with the next search." : "Reload the window to try again.";
    this.#stopped({
      state: "failed",
      files: 0,
      skipped: {},
      message: `The code index stopped: ${causeOf(error)}. ${next}`,
    });
  }

  #stopped(status: IndexStatus): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#searchable = false;
    for (const search of this.#searches.values()) search.resolve([]);
    for (const check of this.#checks.values()) check.resolve(undefined);
    this.#setStatus(status);
  }

  #setStatus(status: IndexStatus): void {
    this.#status = status;
    this.#statusChanged.emit(status);
  }

  /** Resolves when there is no more to wait for: the index is complete, off, or takes too long. */
  async #firstIndex(signal: AbortSignal | undefined, onWait: SearchOptions["onWait"]): Promise<void> {
    if (this.#searchable || this.#status.state !== "indexing") return;
    const { promise, resolve, reject } = deferred<void>();
    const onStatus = (status: IndexStatus) => (status.state === "indexing" ? onWait?.(progressOf(status)) : resolve());
    const onAbort = () => reject(signal?.reason);
    const stopListening = this.onDidChangeStatus(onStatus);
    const cancelTimer = this.#clock.after(FIRST_INDEX_WAIT_MS, resolve);
    signal?.addEventListener("abort", onAbort, { once: true });
    onStatus(this.#status);
    try {
      await promise;
    } finally {
      stopListening();
      cancelTimer();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #ask<T>(
    worker: Worker,
    asked: Map<number, Deferred<T>>,
    question: ToIndexWorker & { readonly id: number },
    signal?: AbortSignal,
  ): Promise<T> {
    const answer = deferred<T>();
    const onAbort = () => answer.reject(signal?.reason);
    asked.set(question.id, answer);
    signal?.addEventListener("abort", onAbort, { once: true });
    worker.postMessage(question);
    try {
      return await answer.promise;
    } finally {
      asked.delete(question.id);
      signal?.removeEventListener("abort", onAbort);
    }
  }
}

const OFF = { state: "off", files: 0, skipped: {} } as const;
const INDEXING = { ...OFF, state: "indexing" } as const;

function progressOf({ files, total }: IndexStatus): string {
  const read = files.toLocaleString("en-US");
  return total ? `Reading your code: ${read} of ${total.toLocaleString("en-US")} files` : "Reading your code";
}

function joined(...sentences: (string | undefined)[]): string | undefined {
  return sentences.filter(Boolean).join(" ") || undefined;
}
