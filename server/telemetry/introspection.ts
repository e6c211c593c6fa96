import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Snapshot } from "../protocol/introspection.ts";
import type { MemoryOverview } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";

/** What is asked for a snapshot; each answers at once but the memory. */
export interface Sources {
  readonly role: () => Snapshot["process"]["role"];
  readonly conversations: () => Promise<Snapshot["conversations"]>;
  readonly turns: () => Snapshot["turns"];
  readonly gateway: () => Snapshot["gateway"];
  readonly model: () => Snapshot["model"];
  readonly index: () => Snapshot["index"];
  readonly completions: () => Snapshot["completions"];
  readonly recalls: () => Snapshot["recalls"];
  readonly store: () => Snapshot["store"];
  /** Undefined where another process has it. */
  readonly memory: () => Promise<MemoryOverview | undefined>;
  readonly clock: Clock;
}

/** Says how this process goes. What costs something to measure is measured once somebody has asked. */
export class Introspection {
  readonly #sources: Sources;
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  async snapshot(): Promise<Snapshot> {
    const { role, conversations, turns, gateway, model, index, recalls, completions, store, clock } = this.#sources;
    const memory = await this.#sources.memory().then(
      (overview) => overview && memoryOf(overview),
      () => undefined,
    );
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const asked = completions();
    return {
      at: clock.now().toISOString(),
      process: {
        pid: process.pid,
        role: role(),
        uptimeMs: Math.round(process.uptime() * 1000),
        cpuMs: Math.round((user + system) / 1000),
        residentBytes: rss,
        heapUsedBytes: heapUsed,
        loopDelayMs: this.#loopDelay(),
      },
      conversations: await conversations(),
      turns: turns(),
      gateway: gateway(),
      model: model(),
      index: index(),
      recalls: recalls(),
      ...(memory && { memory }),
      ...(asked && { completions: asked }),
      store: store(),
    };
  }

  dispose(): void {
    this.#delay?.disable();
  }

  #loopDelay() {
    if (this.#delay === undefined) {
      this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#delay.enable();
    }
    const { count } = this.#delay;
    const [p50, p95, p99] = [50, 95, 99].map((share) =>
      // It counts how long each wait took, of which the resolution is none of the loop's doing.
      Math.max(0, Math.round(((this.#delay?.percentile(share) ?? 0) / 1e6 - RESOLUTION_MS) * 10) / 10),
    ) as [number, number, number];
    this.#delay.reset();
    return count === 0 ? { count, p50: 0, p95: 0, p99: 0 } : { count, p50, p95, p99 };
  }
}

const RESOLUTION_MS = 20;

function memoryOf({ shortTerm, patterns, counts, episodes, bytes, embedder }: MemoryOverview): Snapshot["memory"] {
  return {
    shortTerm: shortTerm.held,
    shortTermCapacity: shortTerm.capacity,
    ...(shortTerm.hitRate !== undefined && { shortTermHitRate: shortTerm.hitRate }),
    ...{ patterns, longTerm: counts, episodes, bytes, embedder: embedder.state },
  };
}
