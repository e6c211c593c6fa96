import type { AskMemory } from "../../server/commands/memory/askMemory.ts";
import type { Memory, MemoryMethod, MemoryParams, MemoryRequests, MemoryResult } from "../../server/protocol/memory.ts";
import { DuckError } from "../../server/util/errors.ts";
import { memoryWith } from "./memories.ts";

type Answers = { [M in MemoryMethod]?: (params: MemoryRequests[M]["params"]) => MemoryRequests[M]["result"] };

/** A memory as whoever asks it sees it: recalls by words, remembers, forgets, takes back. */
export class AskedMemory {
  readonly asked: { method: MemoryMethod; params: unknown }[] = [];
  /** What the next requests answer instead. */
  readonly answers: Answers = {};
  memories: Memory[];
  #before: Memory[] | undefined;

  constructor(memories: readonly Memory[] = []) {
    this.memories = [...memories];
  }

  readonly ask: AskMemory = async <M extends MemoryMethod>(method: M, params: MemoryParams<M>) => {
    this.asked.push({ method, params });
    const answer = { ...this.#usual, ...this.answers }[method] as
      | ((given: MemoryParams<M>) => MemoryResult<M>)
      | undefined;
    if (answer === undefined) throw new DuckError("invalidRequest", `${method} is not answered here.`);
    return answer(params);
  };

  readonly #usual: Answers = {
    "rubberduck/memory/list": ({
      query,
      statuses = ["active", "pending", "stale"],
      kinds,
      limit = 200,
      offset = 0,
    }) => {
      const found = this.memories.filter(
        (one) =>
          statuses.includes(one.status) &&
          (kinds === undefined || kinds.includes(one.kind)) &&
          (query === undefined || query.split(" ").every((word) => one.text.includes(word))),
      );
      return { memories: found.slice(offset, offset + limit), total: found.length };
    },
    "rubberduck/memory/get": ({ ids }) => ({
      memories: ids.flatMap((id) => this.memories.find((one) => one.id === id) ?? []),
      episodes: [],
    }),
    "rubberduck/memory/recall": ({ query, limit = 20 }) => {
      const words = query.toLowerCase().split(" ");
      const hits = this.memories
        .filter(({ status }) => status === "active" || status === "stale")
        .filter(({ text }) => words.some((word) => text.toLowerCase().includes(word)))
        .map((memory) => {
          const { id, kind, text, sources } = memory;
          const source = sources[0] ?? { who: "user" as const, at: memory.createdAt };
          return { id, kind, text, score: 0.5, signals: { words: 0.5 }, source, memory };
        });
      return { hits: hits.slice(0, limit), muted: [], patterns: [], ms: 1 };
    },
    "rubberduck/memory/remember": ({ text }) => {
      const memory = memoryWith({ id: `new${this.memories.length}`, text });
      this.#change([...this.memories, memory]);
      return { memory, outcome: "remembered" };
    },
    "rubberduck/memory/traces": () => ({ source: [{ conversationId: "c1", turnId: "t1", label: "We" }], quoting: [] }),
    "rubberduck/memory/forget": ({ ids, messages }) => {
      this.#change(this.memories.map((one) => (ids.includes(one.id) ? { ...one, status: "forgotten" } : one)));
      return { memories: ids.length, messages: messages === "keep" ? 0 : 1, finalAt: "2026-01-02T14:32:00.000Z" };
    },
    "rubberduck/memory/unforget": ({ ids }) => {
      this.#change(this.memories.map((one) => (ids.includes(one.id) ? { ...one, status: "active" } : one)));
      return {};
    },
    "rubberduck/memory/approve": ({ id }) => {
      this.#change(this.memories.map((one) => (one.id === id ? { ...one, status: "active" } : one)));
      return { memory: memoryWith({ ...this.memories.find((one) => one.id === id) }) };
    },
    "rubberduck/memory/reject": ({ ids }) => {
      this.#change(this.memories.map((one) => (ids.includes(one.id) ? { ...one, status: "forgotten" } : one)));
      return {};
    },
    "rubberduck/memory/undo": () => {
      if (this.#before === undefined) throw new DuckError("notFound", "There is nothing to take back.");
      this.memories = this.#before;
      this.#before = undefined;
      return { undone: "the last change" };
    },
  };

  #change(memories: Memory[]): void {
    this.#before = this.memories;
    this.memories = memories;
  }
}
