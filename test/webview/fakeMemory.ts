import type {
  Episode,
  Memory,
  MemoryListParams,
  MemoryMethod,
  MemoryOverview,
  MemoryParams,
  MemoryResult,
  MemoryTestResult,
  Pattern,
  RecallHit,
  TurnPlace,
} from "../../server/protocol/memory.ts";
import type { PanelMessage, PanelMethod } from "../../server/protocol/panel.ts";
import type { Result } from "../../server/protocol/requests.ts";

type Call = Extract<PanelMessage, { type: "call" }>;
type Answers = { [M in MemoryMethod]?: (params: MemoryParams<M>) => MemoryResult<M> };

/** A memory small enough to be played by a test: a list of memories that does what it is told. */
export class FakeMemory {
  memories: Memory[] = [];
  episodes: Episode[] = [];
  patterns: Pattern[] = [];
  /** What the overview says besides what can be counted. */
  overview: Partial<MemoryOverview> = {};
  /** Of any memory. */
  traces: { source: TurnPlace[]; quoting: TurnPlace[] } = { source: [], quoting: [] };
  test: MemoryTestResult = { asked: 20, found: 19, recallP50Ms: 4.1, recallP95Ms: 9.6, missed: [] };
  /** Of what is forgotten: what it was before. */
  readonly #was = new Map<string, Memory["status"]>();
  readonly #before: { memories: Memory[]; what: string }[] = [];
  #made = 0;

  /** Undefined for what is not asked of memory. */
  answer({ method, params }: Call): Result<PanelMethod> | undefined {
    const answer = this.#answers[method as MemoryMethod] as ((params: unknown) => Result<PanelMethod>) | undefined;
    return answer?.(params);
  }

  readonly #answers: Answers = {
    "rubberduck/memory/get": ({ ids }) => ({
      memories: this.memories.filter(({ id }) => ids.includes(id)),
      episodes: this.episodes.filter(({ id }) => ids.includes(id)),
    }),
    "rubberduck/memory/list": (params) => {
      const all = this.memories.filter((memory) => matches(memory, params));
      const { offset = 0, limit = 200 } = params;
      return { memories: all.slice(offset, offset + limit), total: all.length };
    },
    "rubberduck/memory/recall": ({ query }) => {
      const found = this.memories.filter((memory) => memory.status === "active" && has(memory, query));
      return { hits: found.map(hitOf), muted: [], patterns: [], ms: 1 };
    },
    "rubberduck/memory/overview": () => this.#overview(),
    "rubberduck/memory/patterns": () => ({ patterns: this.patterns }),
    "rubberduck/memory/remember": ({ text, kind = "fact" }) => {
      const memory = memoryOf(`made-${++this.#made}`, text, { kind });
      this.#do(`remembered “${text}”`, [memory, ...this.memories]);
      return { memory, outcome: "remembered" };
    },
    "rubberduck/memory/correct": ({ id, text }) => {
      const memory = memoryOf(`made-${++this.#made}`, text, { supersedes: [id] });
      const change = { status: "superseded", supersededBy: memory.id } as const;
      this.#do("corrected", [memory, ...this.#with(id, change)]);
      return { memory };
    },
    "rubberduck/memory/pin": ({ id, pinned }) => this.#change(id, { pinned }, "pinned"),
    "rubberduck/memory/confirm": ({ id }) => this.#change(id, { status: "active", because: undefined }, "confirmed"),
    "rubberduck/memory/approve": ({ id, text }) =>
      this.#change(id, { status: "active", ...(text !== undefined && { text }) }, "approved"),
    "rubberduck/memory/reject": ({ ids }) => {
      this.#forget(ids);
      return {};
    },
    "rubberduck/memory/traces": () => this.traces,
    "rubberduck/memory/forget": ({ ids, messages }) => {
      const finalAt = this.#forget(ids);
      const { source, quoting } = this.traces;
      const along = { keep: 0, source: source.length, all: source.length + quoting.length }[messages];
      return { memories: ids.length, messages: along, finalAt };
    },
    "rubberduck/memory/unforget": ({ ids }) => {
      for (const id of ids) this.memories = this.#with(id, { status: this.#was.get(id), finalAt: undefined });
      return {};
    },
    "rubberduck/memory/undo": () => {
      const { memories, what } = this.#before.pop() ?? { memories: [], what: "" };
      this.memories = memories;
      return { undone: what };
    },
    "rubberduck/memory/consolidate": () => {
      this.overview = { ...this.overview, consolidatedAt: new Date().toISOString() };
      return { merged: 2, superseded: 0, expired: 1, stale: 0, promoted: 0, ms: 3 };
    },
    "rubberduck/memory/test": () => this.test,
  };

  #overview(): MemoryOverview {
    const counts = { active: 0, pending: 0, stale: 0, superseded: 0, forgotten: 0 };
    for (const { status } of this.memories) counts[status] += 1;
    const undoable = this.#before.at(-1)?.what;
    return {
      counts,
      pinned: this.memories.filter(({ pinned, status }) => pinned && status !== "forgotten").length,
      episodes: this.episodes.length,
      patterns: this.patterns.length,
      shortTerm: { held: 42, capacity: 200, hitRate: 0.71 },
      junk: { count: 4, of: 214, rate: 4 / 214 },
      bytes: 1_240_000,
      embedder: { state: "ready", model: "universal-sentence-encoder-lite", dimension: 512 },
      ...this.overview,
      ...(undoable !== undefined && { undoable }),
    };
  }

  #forget(ids: readonly string[]): string {
    const finalAt = new Date(Date.now() + 600_000).toISOString();
    for (const { id, status } of this.memories) if (ids.includes(id)) this.#was.set(id, status);
    for (const id of ids) this.memories = this.#with(id, { status: "forgotten", finalAt });
    return finalAt;
  }

  #change(id: string, change: Partial<Memory>, what: string): { memory: Memory } {
    this.#do(what, this.#with(id, change));
    const memory = this.memories.find((one) => one.id === id);
    if (memory === undefined) throw new Error(`no memory ${id}`);
    return { memory };
  }

  #do(what: string, memories: Memory[]): void {
    this.#before.push({ memories: this.memories, what });
    this.memories = memories;
  }

  #with(id: string, change: Partial<Memory>): Memory[] {
    return this.memories.map((memory) => (memory.id === id ? { ...memory, ...change } : memory));
  }
}

/** A memory that the user stated on 12 March, unless it says otherwise. */
export function memoryOf(id: string, text: string, fields: Partial<Memory> = {}): Memory {
  const at = "2026-03-12T14:02:00.000Z";
  return {
    id,
    text,
    kind: "decision",
    scope: { kind: "workspace" },
    status: "active",
    sources: [{ who: "user", at, conversationId: "c0", turnId: "t9" }],
    anchors: [],
    confidence: 0.9,
    createdAt: at,
    updatedAt: at,
    uses: 0,
    pinned: false,
    supersedes: [],
    ...fields,
  };
}

function matches(memory: Memory, params: MemoryListParams): boolean {
  const { query = "", statuses = ["active", "pending", "stale"], kinds, pinned, at } = params;
  return (
    statuses.includes(memory.status) &&
    has(memory, query) &&
    (kinds === undefined || kinds.includes(memory.kind)) &&
    (pinned === undefined || memory.pinned === pinned) &&
    (at === undefined || memory.createdAt <= at)
  );
}

function has({ text }: Memory, query: string): boolean {
  return text.toLowerCase().includes(query.toLowerCase());
}

function hitOf(memory: Memory, rank: number): RecallHit {
  const score = 0.94 / (rank + 1);
  const { id, kind, text, sources } = memory;
  const [source] = sources;
  if (source === undefined) throw new Error(`${id} rests on nothing`);
  return { id, kind, text, score, signals: { words: 0.62 / (rank + 1), meaning: 0.21 }, source, memory };
}
