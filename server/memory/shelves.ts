import type { Memory } from "../protocol/memory.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import { Mutex } from "../util/mutex.ts";
import type { ConsolidationRun } from "./consolidation.ts";
import { digestOf } from "./digest.ts";
import type { ForgottenEvent, NewMemoryEvent } from "./memoryEvents.ts";
import type { MemoryLog } from "./memoryLog.ts";
import { type Forgotten, MemoryState } from "./memoryState.ts";

export interface ShelvesOptions {
  readonly workspace: MemoryLog;
  /** Of what holds in all workspaces. */
  readonly user: MemoryLog;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Memories in one event: about 10 ms to write. */
const BATCH = 500;

interface Shelf {
  readonly log: MemoryLog;
  state: MemoryState;
}

/** What changed of what is recalled: memories as they stand now. */
export interface Changed {
  readonly memories: readonly Memory[];
  /** Gone without a trace, by an undo. */
  readonly gone: readonly string[];
}

/** All memories that this workspace sees: its own and the user's, each in a log of its own. */
export class Shelves {
  readonly #options: ShelvesOptions;
  readonly #shelves: Readonly<Record<"workspace" | "user", Shelf>>;
  readonly #changed = new Emitter<Changed>();
  readonly #mutex = new Mutex();
  #opening: Promise<void> | undefined;
  #damaged = 0;

  constructor(options: ShelvesOptions) {
    this.#options = options;
    this.#shelves = {
      workspace: { log: options.workspace, state: new MemoryState() },
      user: { log: options.user, state: new MemoryState() },
    };
  }

  /** Reads the logs, once. Throws DuckError storeFailed; asked again, it tries again. */
  open(): Promise<void> {
    this.#opening ??= Promise.all([this.#read("workspace"), this.#read("user")]).then(() => {});
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Records of the logs that nobody can read. */
  get damaged(): number {
    return this.#damaged;
  }

  get(id: string): Memory | undefined {
    return this.#shelfOf(id)?.state.memories.get(id);
  }

  /** Throws DuckError notFound, also for what is forgotten. */
  the(id: string): Memory {
    const memory = this.get(id);
    if (memory === undefined || this.forgotten(id) !== undefined) {
      throw new DuckError("notFound", "That memory is not there any more: it was forgotten, or never was.");
    }
    return memory;
  }

  /** As they stand: those on their way out say so. */
  all(): Memory[] {
    return Object.values(this.#shelves).flatMap(({ state }) => [...state.memories.values()]);
  }

  forgotten(id: string): Forgotten | undefined {
    return this.#shelfOf(id)?.state.forgotten.get(id);
  }

  /** Everything that is forgotten, whatever its stage. */
  allForgotten(): Map<string, Forgotten> {
    return new Map([...this.#shelves.workspace.state.forgotten, ...this.#shelves.user.state.forgotten]);
  }

  /** Whether a text of this digest was forgotten. */
  wasForgotten(digest: string): boolean {
    return Object.values(this.#shelves).some(({ state }) => state.isForgotten(digest));
  }

  isMuted(id: string, conversationId: string): boolean {
    return this.#shelves.workspace.state.isMuted(id, conversationId);
  }

  upTo(conversationId: string): number {
    return this.#shelves.workspace.state.upTo(conversationId);
  }

  /** When it was tidied last. */
  get lastRun(): ConsolidationRun | undefined {
    return this.#shelves.workspace.state.lastRun;
  }

  /** What undo would take back, in words. */
  get undoable(): string | undefined {
    return this.#lastShelf()?.state.lastOperation?.undo;
  }

  onDidChange(listener: (changed: Changed) => void): () => void {
    return this.#changed.on(listener);
  }

  /** @param undo what this did, in words, when it can be undone. */
  set(memories: readonly Memory[], undo?: string): Promise<void> {
    if (memories.length === 0) return Promise.resolve();
    const operation = this.#options.newId();
    const events = (some: readonly Memory[]): NewMemoryEvent[] =>
      inBatches(some).map((batch) => ({
        type: "set",
        memories: batch,
        operation,
        ...(undo !== undefined && { undo }),
      }));
    const isUsers = ({ scope }: Memory) => scope.kind === "user";
    return this.#append({
      workspace: events(memories.filter((memory) => !isUsers(memory))),
      user: events(memories.filter(isUsers)),
    });
  }

  /** Answers what was undone, in words. Throws DuckError notFound. */
  async undo(): Promise<string> {
    const last = this.#lastShelf()?.state.lastOperation;
    if (last === undefined) throw new DuckError("notFound", "There is nothing to undo.");
    const { operation, undo } = last;
    const events: NewMemoryEvent[] = [{ type: "undone", operation }];
    await this.#append({
      workspace: events,
      user: this.#shelves.user.state.lastOperation?.operation === operation ? events : [],
    });
    return undo;
  }

  observed(upTo: Readonly<Record<string, number>>, used: Readonly<Record<string, number>>): Promise<void> {
    const ofUser = Object.entries(used).filter(([id]) => this.#shelves.user.state.memories.has(id));
    return this.#append({
      workspace: [{ type: "observed", upTo, used }],
      user: ofUser.length === 0 ? [] : [{ type: "observed", upTo: {}, used: Object.fromEntries(ofUser) }],
    });
  }

  mute(id: string, conversationId: string, muted: boolean): Promise<void> {
    return this.#append({ workspace: [{ type: "muted", id, conversationId, muted }], user: [] });
  }

  forget(
    ids: readonly string[],
    stage: ForgottenEvent["stage"],
    more: Pick<ForgottenEvent, "withMessage" | "turns"> = {},
  ): Promise<void> {
    const event = (some: readonly string[]): NewMemoryEvent[] => {
      const digests = { digests: some.map((id) => digestOf(this.get(id)?.text ?? "")) };
      return some.length === 0 ? [] : [{ type: "forgotten", ids: some, stage, ...digests, ...more }];
    };
    return this.#append(this.#divided(ids, event));
  }

  unforget(ids: readonly string[]): Promise<void> {
    return this.#append(this.#divided(ids, (some) => (some.length === 0 ? [] : [{ type: "unforgotten", ids: some }])));
  }

  /** No log holds their words any more once it resolves. */
  async erase(ids: readonly string[]): Promise<void> {
    for (const { log, state } of Object.values(this.#shelves)) {
      const own = new Set(ids.filter((id) => state.memories.has(id)));
      if (own.size > 0) await this.#mutex.run(() => log.erase(own));
    }
  }

  consolidated(run: ConsolidationRun): Promise<void> {
    return this.#append({ workspace: [{ type: "consolidated", run }], user: [] });
  }

  /** As it stood at that moment. */
  async at(moment: string): Promise<Memory[]> {
    const states = await Promise.all(
      Object.values(this.#shelves).map(async ({ log }) => {
        const state = new MemoryState();
        for (const event of (await log.read()).events) if (event.at <= moment) state.apply(event);
        return state;
      }),
    );
    const gone = this.allForgotten();
    return states.flatMap((state) => [...state.memories.values()].filter(({ id }) => !gone.has(id)));
  }

  /** Takes in what other processes have remembered for the user. */
  refresh(): Promise<void> {
    return this.#mutex.run(async () => {
      const { log, state } = this.#shelves.user;
      this.#tell(new Set((await log.fresh()).flatMap((event) => state.apply(event))));
    });
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#shelves).map(({ log }) => log.close()));
  }

  async #read(name: "workspace" | "user"): Promise<void> {
    const shelf = this.#shelves[name];
    const { events, damaged } = await shelf.log.read();
    shelf.state = new MemoryState();
    for (const event of events) shelf.state.apply(event);
    this.#damaged += damaged;
  }

  #append(events: Readonly<Record<"workspace" | "user", readonly NewMemoryEvent[]>>): Promise<void> {
    return this.#mutex.run(async () => {
      const touched = new Set<string>();
      try {
        for (const name of ["workspace", "user"] as const) {
          const shelf = this.#shelves[name];
          // One by one: to write a large import in one go would hold everybody up.
          for (const event of events[name]) {
            const appended = await shelf.log.append([event], this.#options.now().toISOString());
            for (const one of appended) for (const id of shelf.state.apply(one)) touched.add(id);
          }
        }
      } finally {
        this.#tell(touched);
      }
    });
  }

  #tell(touched: ReadonlySet<string>): void {
    if (touched.size === 0) return;
    const ids = [...touched];
    this.#changed.emit({
      memories: ids.flatMap((id) => this.get(id) ?? []),
      gone: ids.filter((id) => this.get(id) === undefined),
    });
  }

  #divided(ids: readonly string[], event: (some: readonly string[]) => NewMemoryEvent[]) {
    const { workspace, user } = this.#shelves;
    return {
      workspace: event(ids.filter((id) => workspace.state.memories.has(id))),
      user: event(ids.filter((id) => user.state.memories.has(id))),
    };
  }

  #shelfOf(id: string): Shelf | undefined {
    return Object.values(this.#shelves).find(({ state }) => state.memories.has(id));
  }

  /** The shelf in which something was changed last. */
  #lastShelf(): Shelf | undefined {
    const { workspace, user } = this.#shelves;
    const times = [workspace, user].filter(({ state }) => state.lastOperation !== undefined);
    return times.sort((a, b) => (b.state.lastOperation?.at ?? "").localeCompare(a.state.lastOperation?.at ?? ""))[0];
  }
}

function inBatches(memories: readonly Memory[]): Memory[][] {
  const starts = Array.from({ length: Math.ceil(memories.length / BATCH) }, (_, n) => n * BATCH);
  return starts.map((start) => memories.slice(start, start + BATCH));
}
