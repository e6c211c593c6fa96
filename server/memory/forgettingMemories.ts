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
  readonly #waiting = new Map<string, () => void>();
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: ForgettingMemoriesOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier process began. */
  resume(): void {
    for (const [id, { stage, withMessage }] of this.#options.shelves.allForgotten()) {
      if (stage === "undoable" && !withMessage) this.#wait(id);
      if (stage === "final") this.#eraseLater(0);
    }
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
    const before = all.flatMap((id) => shelves.forgotten(id)?.turns ?? []);
    const known = [...before, ...turns].map(({ conversationId, turnId }) => ({ conversationId, turnId }));
    const places = [...new Map(known.map((place) => [place.turnId, place])).values()];
    await shelves.forget(all, when === "now" ? "final" : "undoable", { turns: places });
    for (const { conversationId, turnId } of places) await messages.forget(conversationId, turnId, when);
    const result = { memories: all.length, messages: places.length };
    if (when === "now") {
      await this.erase();
      return result;
    }
    for (const id of all) this.#wait(id);
    return { ...result, finalAt: new Date(now().getTime() + UNDOABLE_MS).toISOString() };
  }

  async unforget(ids: readonly string[]): Promise<void> {
    const { shelves, messages } = this.#options;
    const all = this.#withHistory(ids).filter((id) => shelves.forgotten(id) !== undefined);
    if (all.some((id) => shelves.forgotten(id)?.stage !== "undoable")) {
      throw new DuckError("tooLate", "That was forgotten for good.");
    }
    const turns = new Map(all.flatMap((id) => shelves.forgotten(id)?.turns ?? []).map((turn) => [turn.turnId, turn]));
    await shelves.unforget(all);
    for (const id of all) this.#stopWaiting(id);
    for (const { conversationId, turnId } of turns.values()) await messages.unforget(conversationId, turnId);
  }

  /** Takes the words of what cannot be undone any more out of every file; tried again later when that fails. */
  async erase(): Promise<void> {
    const { shelves, index } = this.#options;
    const ids = [...shelves.allForgotten()].flatMap(([id, { stage }]) => (stage === "final" ? id : []));
    if (ids.length === 0) return;
    try {
      await index.remove(ids);
      await index.purge();
      await shelves.erase(ids);
      await shelves.forget(ids, "erased");
    } catch (error) {
      this.#eraseLater(RETRY_MS);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  /** What stood in its place before says much the same: it goes as well. */
  #withHistory(ids: readonly string[]): string[] {
    const { shelves } = this.#options;
    const all = new Set<string>();
    const add = (id: string) => {
      const memory = shelves.get(id);
      if (memory === undefined || all.has(id)) return;
      all.add(id);
      for (const earlier of memory.supersedes) add(earlier);
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

  #wait(id: string): void {
    this.#stopWaiting(id);
    const { clock, logger, shelves } = this.#options;
    const cancel = clock.after(UNDOABLE_MS, () => {
      this.#waiting.delete(id);
      void shelves
        .forget([id], "final")
        .then(() => this.erase())
        .catch((error) => logger.error("a memory could not be forgotten for good yet", error));
    });
    this.#waiting.set(id, cancel);
  }

  #stopWaiting(id: string): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
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
