import { Worker } from "node:worker_threads";
import type { EmbedderStatus } from "../../protocol/memory.ts";
import type { Clock } from "../../util/clock.ts";
import { type Deferred, deferred } from "../../util/deferred.ts";
import { causeOf } from "../../util/errors.ts";
import type { Log } from "../../util/log.ts";
import type { Asked, FromMemoryWorker, MemoryWorkerData, MemoryWorkerRequests, RequestKind } from "./memoryMessages.ts";

export interface MemoryThreadOptions {
  /** memoryWorker.ts, or what it was bundled to. */
  readonly workerUrl: URL;
  readonly clock: Clock;
  readonly log: Log;
  /** What a worker is started with now. */
  readonly data: () => MemoryWorkerData;
  readonly onStatus: (status: EmbedderStatus) => void;
}

interface Waiting {
  readonly asked: Asked;
  readonly answer: Deferred<unknown>;
}

/** With model and vectors it takes some 150 MiB: a worker that nobody asks ends. */
const IDLE_MS = 5 * 60_000;
const MAX_RESTARTS = 3;
/** Of its heap, in MiB: ends a runaway worker instead of the server. Vectors do not count. */
const MAX_HEAP_MB = 1_024;

/**
 * The worker's life. It starts with the first question, ends when it is idle and all is kept, and starts again, told what
 * was not kept yet, with the next question or when it crashed.
 */
export class MemoryThread {
  readonly #options: MemoryThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Changes that are lost with the worker. */
  #unkept: Asked[] = [];
  #worker: Worker | undefined;
  #status: EmbedderStatus["state"] = "loading";
  #nextId = 1;
  #crashes = 0;
  /** Why there is none, for good. */
  #ended: string | undefined;
  #cancelIdle = () => {};

  constructor(options: MemoryThreadOptions) {
    this.#options = options;
  }

  /** Rejects when the request failed, with the reason of the signal, or when there is no worker any more. */
  async ask<K extends RequestKind>(
    kind: K,
    params: MemoryWorkerRequests[K]["params"],
    signal?: AbortSignal,
  ): Promise<MemoryWorkerRequests[K]["result"]> {
    signal?.throwIfAborted();
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const asked = { id: this.#nextId++, kind, params } as Asked;
    const answer = deferred<unknown>();
    const onAbort = () => this.#settle(asked.id, () => answer.reject(signal?.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.set(asked.id, { asked, answer });
    if (asked.kind === "change") this.#unkept.push(asked);
    this.#cancelIdle();
    if (this.#worker) this.#worker.postMessage(asked);
    else this.#start();
    // A worker of the same build answers as memoryMessages.ts says.
    return answer.promise.finally(() => signal?.removeEventListener("abort", onAbort)) as Promise<
      MemoryWorkerRequests[K]["result"]
    >;
  }

  /** Begins anew with other data; changes that were told are forgotten, and questions asked again. */
  restart(): void {
    this.#unkept = [];
    for (const { asked, answer } of [...this.#waiting.values()]) {
      if (asked.kind === "change") this.#settle(asked.id, () => answer.resolve(undefined));
    }
    void this.#leave();
    if (this.#waiting.size > 0) this.#start();
  }

  /** Once what was told is kept, if the disk lets it. */
  async close(): Promise<void> {
    if (this.#worker) await this.ask("flush", undefined).catch(() => {});
    this.#end("The memory was closed.");
    await this.#leave();
  }

  /** Without keeping anything. */
  async abandon(): Promise<void> {
    this.#end("Another process remembers now.");
    await this.#leave();
  }

  #start(): void {
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB };
    const worker = new Worker(this.#options.workerUrl, {
      workerData: this.#options.data(),
      resourceLimits,
      name: "memory",
    });
    this.#worker = worker;
    worker.on("message", (message: FromMemoryWorker) => {
      if (this.#worker === worker) this.#receive(message);
    });
    worker.on("error", (error) => this.#crashed(worker, error));
    worker.on("exit", (code) => this.#crashed(worker, new Error(`it ended with code ${code}`)));
    const again = new Set([...this.#unkept, ...[...this.#waiting.values()].map(({ asked }) => asked)]);
    for (const asked of [...again].sort((a, b) => a.id - b.id)) worker.postMessage(asked);
  }

  #receive(message: FromMemoryWorker): void {
    switch (message.type) {
      case "status":
        this.#status = message.status.state;
        this.#options.onStatus(message.status);
        break;
      case "answer":
        this.#settle(message.id, ({ answer }) => answer.resolve(message.value));
        break;
      case "failed":
        this.#settle(message.id, ({ answer }) => answer.reject(message.error));
        break;
      case "kept":
        this.#unkept = this.#unkept.filter(({ id }) => id > message.upTo);
        break;
      case "notKept":
        this.#options.log.warn(`What can be recalled could not be kept: ${message.why}`);
        break;
      default:
        message satisfies never;
    }
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) settle(waiting);
    this.#cancelIdle();
    if (this.#worker && this.#waiting.size === 0) {
      this.#cancelIdle = this.#options.clock.after(IDLE_MS, () => void this.#idle().catch(() => {}));
    }
  }

  /** What was not kept would be lost; and who is at work is not idle. Asking begins the wait again. */
  async #idle(): Promise<void> {
    await this.ask("flush", undefined);
    const isAtWork = this.#status === "loading" || this.#status === "building" || this.#waiting.size > 0;
    if (!isAtWork && this.#unkept.length === 0) await this.#leave();
  }

  async #leave(): Promise<void> {
    this.#cancelIdle();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #crashed(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#options.log.error("The memory index crashed.", error);
    void this.#leave();
    if (++this.#crashes > MAX_RESTARTS) {
      const why = `The memory index stopped: ${causeOf(error)}. Reload the window to try again.`;
      this.#options.onStatus({ state: "failed", message: why });
      this.#end(why);
    } else if (this.#waiting.size > 0 || this.#unkept.length > 0) this.#start();
  }

  #end(why: string): void {
    this.#ended = why;
    for (const { asked, answer } of [...this.#waiting.values()])
      this.#settle(asked.id, () => answer.reject(new Error(why)));
  }
}
