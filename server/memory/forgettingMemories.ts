import type { MemoryForgetParams, MemoryForgetResult, TurnPlace } from "../protocol/memory.ts";
import type { ForgetWhen } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { UNDOABLE_MS } from "./memoryState.ts";
import type { RecallItems } from "./recallItems.ts";
import type { Shelves } from "./shelves.ts";

/** Messages, as far as forgetting goes. */
export interface Messages {
  forget(conversationId: string, turnId: string, when: ForgetWhen): Promise<void>;
  unforget(conversationId: string, turnId: string): Promise<void>;
  /** As far as that is known: nobody has brought it back since. */
  isForgotten(conversationId: string, turnId: string): boolean;
  /** Those in which one of these memories went along, or whose words or answer have one of these texts in them. */
  quoting(ids: ReadonlySet<string>, texts: readonly string[]): Promise<TurnPlace[]>;
  places(turns: readonly { readonly conversationId: string; readonly turnId: string }[]): Promise<TurnPlace[]>;
}

export interface ForgettingMemoriesOptions {
  readonly shelves: Shelves;
  readonly index: Pick<RecallItems, "remove" | "purge">;
  readonly messages: Messages;
  readonly now: () => Date;
  readonly clock: Clock;
  readonly logger: Log;
}

/** A disk that refused is tried again this often. */
const RETRY_MS = 60_000;

/** Memories on their way out of the files. Ten minutes are those of this process, as they are for messages. */
export class ForgettingMemories {
  readonly #options: ForgettingMemoriesOptions;
  readonly #waiting = new Set<() => void>();
  /** With what it was forgotten last. */
  readonly #waitsFor = new Map<string, readonly string[]>();
  #erasing: Promise<boolean> = Promise.resolve(false);
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: ForgettingMemoriesOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier process began. */
  resume(): void {
    const all = [...this.#options.shelves.allForgotten()];
    const waiting = all.filter(([, { stage, withMessage }]) => stage === "undoable" && !withMessage);
    if (waiting.length > 0) this.#wait(waiting.map(([id]) => id));
    if (all.some(([, { stage }]) => stage === "final")) this.#eraseLater(0);
  }

  async traces(ids: readonly string[]): Promise<{ source: TurnPlace[]; quoting: TurnPlace[] }> {
    const { messages } = this.#options;
    const all = this.#withHistory(ids);
    const said = this.#sourcesOf(all);
    const source = await messages.places(said);
    const known = new Set(said.map(({ turnId }) => turnId));
    const quoting = await messages.quoting(new Set(all), this.#textsOf(all));
    return { source, quoting: quoting.filter(({ turnId }) => !known.has(turnId)) };
  }

  async forget({ ids, when, messages: which }: MemoryForgetParams): Promise<MemoryForgetResult> {
    const { shelves, messages, now } = this.#options;
    for (const id of ids) if (shelves.get(id) === undefined) shelves.the(id);
    const all = this.#withHistory(ids);
    const traces = which === "keep" ? { source: [], quoting: [] } : await this.traces(ids);
    const turns = which === "all" ? [...traces.source, ...traces.quoting] : traces.source;
    // What was forgotten along with it before is for good as soon as it is.
    const before = all
      .flatMap((id) => shelves.forgotten(id)?.turns ?? [])
      .filter(({ conversationId, turnId }) => messages.isForgotten(conversationId, turnId));
    const known = [...before, ...turns].map(({ conversationId, turnId }) => ({ conversationId, turnId }));
    const places = [...new Map(known.map((place) => [place.turnId, place])).values()];
    const going = all.filter((id) => shelves.forgotten(id) === undefined || when === "now");
    await shelves.forget(going, when === "now" ? "final" : "undoable", { turns: places });
    if (when === "later") this.#wait(going);
    try {
      for (const { conversationId, turnId } of places) await messages.forget(conversationId, turnId, when);
    } finally {
      if (when === "now") await this.erase();
    }
    const result = { memories: all.length, messages: places.length };
    return when === "now" ? result : { ...result, finalAt: new Date(now().getTime() + UNDOABLE_MS).toISOString() };
  }

  async unforget(ids: readonly string[]): Promise<void> {
    const { shelves, messages } = this.#options;
    const isGone = (id: string) => (shelves.forgotten(id)?.stage ?? "undoable") !== "undoable";
    if (ids.some(isGone)) throw new DuckError("tooLate", "That was forgotten for good.");
    const all = this.#withHistory(ids).filter((id) => shelves.forgotten(id)?.stage === "undoable");
    const turns = new Map(all.flatMap((id) => shelves.forgotten(id)?.turns ?? []).map((turn) => [turn.turnId, turn]));
    await shelves.unforget(all);
    for (const { conversationId, turnId } of turns.values()) {
      if (messages.isForgotten(conversationId, turnId)) await messages.unforget(conversationId, turnId);
    }
  }

  /**
   * Takes the words of what cannot be undone any more out of every file; tried again later when that fails. Answers whether
   * there was anything.
   */
  erase(): Promise<boolean> {
    // Whoever asks while it runs may have come too late for that run.
    this.#erasing = this.#erasing.catch(() => false).then(() => this.#erase());
    return this.#erasing;
  }

  async #erase(): Promise<boolean> {
    const { shelves, index } = this.#options;
    const ids = [...shelves.allForgotten()].flatMap(([id, { stage }]) => (stage === "final" ? id : []));
    if (ids.length === 0) return false;
    try {
      await index.remove(ids);
      await shelves.erase(ids);
      await index.purge();
      await shelves.forget(ids, "erased");
      return true;
    } catch (error) {
      this.#eraseLater(RETRY_MS);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  /** What stood in its place before says much the same: it goes as well. */
  #withHistory(ids: readonly string[]): string[] {
    const { shelves } = this.#options;
    const before = Map.groupBy(shelves.all(), ({ supersededBy }) => supersededBy);
    const all = new Set<string>();
    const add = (id: string) => {
      const memory = shelves.get(id);
      if (memory === undefined || all.has(id)) return;
      all.add(id);
      for (const earlier of memory.supersedes) add(earlier);
      for (const earlier of before.get(id) ?? []) add(earlier.id);
    };
    for (const id of ids) add(id);
    return [...all];
  }

  #sourcesOf(ids: readonly string[]): { conversationId: string; turnId: string }[] {
    const sources = ids.flatMap((id) => this.#options.shelves.get(id)?.sources ?? []);
    const turns = sources.flatMap(({ conversationId, turnId }) =>
      conversationId !== undefined && turnId !== undefined ? [[turnId, { conversationId, turnId }] as const] : [],
    );
    return [...new Map(turns).values()];
  }

  #textsOf(ids: readonly string[]): string[] {
    return ids.flatMap((id) => this.#options.shelves.get(id)?.text || []);
  }

  /** What is still forgotten when the time is up is so for good; what was brought back and forgotten again has its own time. */
  #wait(ids: readonly string[]): void {
    const { clock, logger, shelves } = this.#options;
    for (const id of ids) this.#waitsFor.set(id, ids);
    const cancel = clock.after(UNDOABLE_MS, () => {
      this.#waiting.delete(cancel);
      const due = ids.filter((id) => this.#waitsFor.get(id) === ids && shelves.forgotten(id)?.stage === "undoable");
      for (const id of due) this.#waitsFor.delete(id);
      if (due.length === 0) return;
      void shelves
        .forget(due, "final")
        .then(() => this.erase())
        .catch((error) => logger.error("a memory could not be forgotten for good yet", error));
    });
    this.#waiting.add(cancel);
  }

  #eraseLater(ms: number): void {
    if (this.#closed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.after(ms, () => {
      const { logger } = this.#options;
      void this.erase().catch((error) => logger.error("a memory could not be forgotten for good yet", error));
    });
  }
}
