import type { CompletionStatistics } from "./completions.ts";

/** How one process of RubberDuck goes now. Counts and times alone: no word of anybody's, no path, no key. */
export interface Snapshot {
  /** ISO 8601. */
  readonly at: string;
  readonly process: {
    readonly pid: number;
    /** own: it has the conversations. joined: another process has them. */
    readonly role: "own" | "joined";
    readonly uptimeMs: number;
    readonly cpuMs: number;
    readonly residentBytes: number;
    readonly heapUsedBytes: number;
    /** How long the event loop was held up, in ms, since the last snapshot. */
    readonly loopDelayMs: Percentiles;
  };
  readonly conversations: {
    /** Engines in memory; all others hibernate. */
    readonly live: number;
    readonly answering: number;
    /** Messages that wait for another answer to end. */
    readonly queued: number;
    /** Who follows a conversation now, by type of client: panel, terminal, browser, … */
    readonly followers: Readonly<Record<string, number>>;
  };
  readonly turns: {
    /** Since the process began: complete, length, cancelled or failed. */
    readonly ended: Readonly<Record<string, number>>;
    /** From the turn's start to the first word of its answer, and to its end; of the last thousand. */
    readonly firstTextMs: Percentiles;
    readonly wholeMs: Percentiles;
    readonly promptTokens: number;
    readonly completionTokens: number;
  };
  readonly gateway: {
    readonly clients: number;
    /** Topics that clients have joined. */
    readonly topics: number;
    /** Sent and not read by clients yet. */
    readonly queuedBytes: number;
    /** On 127.0.0.1; absent while only the private socket is listened on. */
    readonly port?: number;
    /** What was refused since the process began, by why: unauthorized, full, rateLimited. */
    readonly refusals: Readonly<Record<string, number>>;
  };
  readonly model: {
    /** openai, editor or offline. */
    readonly kind: string;
    readonly breaker: "closed" | "open" | "halfOpen";
  };
  readonly index: { readonly state: string; readonly files: number };
  /** Questions to the memory since the process began, those to which something was found, and how long they took. */
  readonly recalls: { readonly asked: number; readonly found: number; readonly ms: Percentiles };
  /** Absent where there is none, or it cannot be asked now. */
  readonly memory?: {
    /** Recent messages that are held, of those that may be. */
    readonly shortTerm: number;
    readonly shortTermCapacity: number;
    /** 0..1. */
    readonly shortTermHitRate?: number;
    readonly patterns: number;
    /** By status: active, … */
    readonly longTerm: Readonly<Record<string, number>>;
    readonly episodes: number;
    readonly bytes: number;
    readonly embedder: string;
  };
  /** Absent where no editor asks for suggestions. */
  readonly completions?: CompletionStatistics;
  /** open, locked, …; "none" where nothing is kept. */
  readonly store: {
    readonly state: string;
    /** Until what was written would survive a loss of power, in ms; of the last thousand times. */
    readonly durableMs: Percentiles;
  };
}

/** Of a set of values; all 0 while there are none. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface IntrospectionRequests {
  /** How the process that is asked goes; behind it the one that has the conversations, where that is another. */
  "rubberduck/server/introspect": { params: Record<string, never>; result: { processes: Snapshot[] } };
}
