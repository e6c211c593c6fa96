import type { ConsolidationReport, Memory } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import type { ConsolidationRun } from "./consolidation.ts";
import type { Shelves } from "./shelves.ts";

/** How memories are to stand, and what that is for. */
export interface Tidied {
  /** To be given to the next run. */
  readonly run: ConsolidationRun;
  readonly changed: readonly Memory[];
  readonly report: Omit<ConsolidationReport, "ms">;
}

export interface ConsolidatingOptions {
  readonly shelves: Shelves;
  readonly decide: (memories: readonly Memory[], last: ConsolidationRun | undefined) => Promise<Tidied>;
  /** Writes how far learning has come. */
  readonly keep: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Log;
}

const EVERY_MS = 10 * 60_000;
/** Nobody has said anything for so long. */
const IDLE_MS = 2 * 60_000;

/** Tidies memories: ten minutes after something was said, or sooner, when it is quiet. No timer runs while nothing changes. */
export class Consolidating {
  readonly #options: ConsolidatingOptions;
  #cancelEvery: (() => void) | undefined;
  #cancelIdle: (() => void) | undefined;
  #running: Promise<ConsolidationReport> | undefined;
  #closed = false;

  constructor(options: ConsolidatingOptions) {
    this.#options = options;
  }

  /** Something was said. */
  soon(): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const run = () => void this.#runByItself();
    this.#cancelEvery ??= clock.after(EVERY_MS, run);
    this.#cancelIdle?.();
    this.#cancelIdle = clock.after(IDLE_MS, run);
  }

  /** Asked while it runs, it is that run. */
  run(): Promise<ConsolidationReport> {
    this.#cancel();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #cancel(): void {
    this.#cancelEvery?.();
    this.#cancelIdle?.();
    this.#cancelEvery = undefined;
    this.#cancelIdle = undefined;
  }

  async #run(): Promise<ConsolidationReport> {
    const { shelves, decide, keep, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    await keep();
    const before = new Map(shelves.all().map((memory) => [memory.id, memory]));
    const { changed, run, report } = await decide([...before.values()], shelves.lastRun);
    // What the user did meanwhile stands.
    const still = changed.filter(({ id }) => shelves.get(id) === before.get(id));
    await shelves.set(still, `Tidied ${still.length} ${still.length === 1 ? "memory" : "memories"}`);
    await shelves.consolidated(run);
    return { ...report, ms: clock.monotonicMs() - startedMs };
  }

  async #runByItself(): Promise<void> {
    await this.run().catch((error) => this.#options.logger.warn(`memory could not be tidied: ${error}`));
  }
}
