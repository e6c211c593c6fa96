import type { Memory } from "../protocol/memory.ts";
import type { ConsolidationRun } from "./consolidation.ts";
import { digestOf } from "./digest.ts";
import { bareMemory, type ForgottenEvent, type MemoryEvent, type SetEvent } from "./memoryEvents.ts";

/** Until then forgetting can be undone: as long as that of a message. */
export const UNDOABLE_MS = 10 * 60_000;

export interface Forgotten {
  /** As it stood. */
  readonly before: Memory;
  readonly stage: ForgottenEvent["stage"];
  readonly withMessage: boolean;
  readonly turns: NonNullable<ForgottenEvent["turns"]>;
}

interface Operation {
  readonly operation: string;
  readonly undo: string;
  readonly at: string;
  /** How what it set stood before; undefined for what it made. */
  readonly before: Map<string, Memory | undefined>;
}

/** Further back nobody undoes step by step. */
const UNDOABLE_OPERATIONS = 50;

/** What the events of a memory log add up to. */
export class MemoryState {
  readonly #memories = new Map<string, Memory>();
  readonly #forgotten = new Map<string, Forgotten>();
  readonly #muted = new Map<string, Set<string>>();
  readonly #upTo = new Map<string, number>();
  /** By memory, of its text. */
  readonly #digests = new Map<string, string>();
  /** How many memories have it. */
  readonly #forgottenDigests = new Map<string, number>();
  #operations: Operation[] = [];
  #lastRun: ConsolidationRun | undefined;
  #lastSeq = 0;

  /** As they stand; those that are forgotten say so and, for good, have no words. */
  get memories(): ReadonlyMap<string, Memory> {
    return this.#memories;
  }

  get forgotten(): ReadonlyMap<string, Forgotten> {
    return this.#forgotten;
  }

  /** When it was tidied last. */
  get lastRun(): ConsolidationRun | undefined {
    return this.#lastRun;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The last change that can be undone. */
  get lastOperation(): Omit<Operation, "before"> | undefined {
    // What is on its way out is brought back by itself, not by undoing what was done to it before.
    return this.#operations.findLast(({ before }) => [...before.keys()].some((id) => !this.#forgotten.has(id)));
  }

  upTo(conversationId: string): number {
    return this.#upTo.get(conversationId) ?? 0;
  }

  isMuted(id: string, conversationId: string): boolean {
    return this.#muted.get(conversationId)?.has(id) ?? false;
  }

  /** Whether a text of this digest was forgotten. */
  isForgotten(digest: string): boolean {
    return this.#forgottenDigests.has(digest);
  }

  /** Answers which memories stand otherwise now, or are gone. */
  apply(event: MemoryEvent): readonly string[] {
    this.#lastSeq = Math.max(this.#lastSeq, event.seq);
    switch (event.type) {
      case "set":
        return this.#set(event);
      case "undone":
        return this.#undo(event.operation);
      case "observed":
        for (const [id, seq] of Object.entries(event.upTo)) this.#upTo.set(id, Math.max(seq, this.upTo(id)));
        for (const [id, times] of Object.entries(event.used)) this.#use(id, times, event.at);
        return Object.keys(event.used);
      case "muted": {
        const muted = this.#muted.get(event.conversationId) ?? new Set();
        this.#muted.set(event.conversationId, muted);
        if (event.muted) muted.add(event.id);
        else muted.delete(event.id);
        return [];
      }
      case "forgotten":
        return this.#forget(event);
      case "unforgotten":
        return this.#unforget(event.ids);
      case "consolidated":
        this.#lastRun = event.run;
        return [];
      default:
        return event satisfies never;
    }
  }

  #set({ memories, operation, undo, at }: SetEvent): string[] {
    if (undo !== undefined) this.#begin({ operation, undo, at }, memories);
    for (const memory of memories) this.#memories.set(memory.id, memory);
    return memories.map(({ id }) => id);
  }

  #begin(begun: Omit<Operation, "before">, memories: readonly Memory[]): void {
    const known = this.#operations.find(({ operation }) => operation === begun.operation);
    const current = known ?? { ...begun, before: new Map() };
    if (known === undefined) this.#operations = [...this.#operations, current].slice(-UNDOABLE_OPERATIONS);
    for (const { id } of memories) if (!current.before.has(id)) current.before.set(id, this.#memories.get(id));
  }

  #undo(operation: string): string[] {
    const undone = this.#operations.find((one) => one.operation === operation);
    if (undone === undefined) return [];
    this.#operations = this.#operations.filter((one) => one !== undone);
    for (const [id, before] of undone.before) {
      // On its way out it stays.
      if (this.#forgotten.has(id)) continue;
      const made = this.#memories.get(id);
      if (before === undefined && made !== undefined) this.#note(id, digestOf(made.text));
      if (before === undefined) this.#memories.delete(id);
      else this.#memories.set(id, before);
    }
    return [...undone.before.keys()];
  }

  #use(id: string, times: number, at: string): void {
    const memory = this.#memories.get(id);
    if (memory !== undefined) this.#memories.set(id, { ...memory, uses: memory.uses + times, lastUsedAt: at });
  }

  #forget({ ids, stage, at, withMessage, turns = [], digests = [] }: ForgottenEvent): readonly string[] {
    for (const [index, id] of ids.entries()) {
      const digest = digests[index];
      if (digest) this.#note(id, digest);
      const memory = this.#memories.get(id);
      const known = this.#forgotten.get(id);
      // There is no way back to a stage before.
      if (memory === undefined || (known && STAGES.indexOf(known.stage) > STAGES.indexOf(stage))) continue;
      const isFinal = stage !== "undoable";
      const before = known?.before ?? memory;
      this.#forgotten.set(id, {
        withMessage: known?.withMessage ?? withMessage === true,
        turns: known?.turns ?? turns,
        before: isFinal ? bareMemory(before) : before,
        stage,
      });
      const finalAt = new Date(Date.parse(at) + UNDOABLE_MS).toISOString();
      this.#memories.set(id, isFinal ? bareMemory(memory) : { ...memory, status: "forgotten", finalAt });
    }
    // What can be undone must not bring words back that are gone for good.
    const gone = new Set(stage === "undoable" ? [] : ids);
    this.#operations = this.#operations.filter(({ before }) => ![...before.keys()].some((id) => gone.has(id)));
    return ids;
  }

  #unforget(ids: readonly string[]): readonly string[] {
    for (const id of ids) {
      const forgotten = this.#forgotten.get(id);
      if (forgotten !== undefined) this.#memories.set(id, forgotten.before);
      this.#forgotten.delete(id);
      this.#note(id, undefined);
    }
    return ids;
  }

  /** Texts of this digest are not learned again by themselves. */
  #note(id: string, digest: string | undefined): void {
    const counts = this.#forgottenDigests;
    const before = this.#digests.get(id);
    if (before !== undefined) counts.set(before, (counts.get(before) ?? 1) - 1);
    if (before !== undefined && counts.get(before) === 0) counts.delete(before);
    this.#digests.delete(id);
    if (digest === undefined) return;
    this.#digests.set(id, digest);
    counts.set(digest, (counts.get(digest) ?? 0) + 1);
  }
}

const STAGES: readonly ForgottenEvent["stage"][] = ["undoable", "final", "erased"];
