import { branchTurns } from "../protocol/branches.ts";
import type { ForgetStage } from "../protocol/events.ts";
import type { Memory, MemorySource } from "../protocol/memory.ts";
import type { Transcript, Turn } from "../protocol/transcript.ts";
import type { ConversationLogs } from "../store/eventLog.ts";
import type { Log } from "../util/log.ts";
import { episodeId, episodesOf, isRecallable } from "./episodes.ts";
import { readTranscript } from "./readTranscript.ts";
import type { RecallItems } from "./recallItems.ts";
import type { Shelves } from "./shelves.ts";

export interface ObservingOptions {
  readonly shelves: Shelves;
  readonly logs: ConversationLogs;
  readonly index: Pick<RecallItems, "known" | "setSession" | "add" | "remove" | "removeSession">;
  /** Learns from turns that are new, in their order; `before` are those that stand before them. */
  readonly learn: (conversationId: string, turn: Turn, before: readonly Turn[]) => Promise<void>;
  /** Told once of what stands in a conversation: it may be known already. */
  readonly met?: (conversationId: string, turns: readonly Turn[]) => void;
  readonly logger: Log;
}

/** As far back as what is learned from a turn may look. */
const BEFORE = 12;

/**
 * Keeps memory in step with the conversations: what is new in them is indexed and learned from, once; what is forgotten or
 * deleted in them leaves. It goes by how a conversation stands, not by what it was told before, so that it does not matter how
 * often it is told, and what a crash cut off is caught up with from the logs.
 */
export class Observing {
  readonly #options: ObservingOptions;
  /** What is to be looked at, as it stands now. */
  readonly #latest = new Map<string, Transcript | "removed">();
  /** How far each conversation was when it was looked at last. */
  readonly #lastSeq = new Map<string, number>();
  /** Turns of which the episodes are in the index, by conversation. */
  readonly #indexed = new Map<string, Set<string>>();
  readonly #forgotten = new Map<string, ReadonlyMap<string, ForgetStage>>();
  /** Turns behind the watermark that were learned from already, with their seq, by conversation. */
  readonly #learned = new Map<string, Map<string, number>>();
  /** Not written yet: how far conversations were learned from, and what was used. */
  #upTo: Record<string, number> = {};
  #used: Record<string, number> = {};
  /** Conversations that somebody waits for: they are looked at before all others. */
  readonly #awaited = new Set<string>();
  #known: Promise<ReadonlyMap<string, string>> | undefined;
  #running: Promise<void> | undefined;
  #looking: { readonly conversationId: string; readonly done: Promise<void> } | undefined;
  #ended = false;

  constructor(options: ObservingOptions) {
    this.#options = options;
  }

  observe(conversationId: string, transcript: Transcript): void {
    if (this.#ended) return;
    const queued = this.#latest.get(conversationId);
    const known = queued && queued !== "removed" ? queued.lastSeq : this.#lastSeq.get(conversationId);
    // What the logs say may be older than what an engine told meanwhile.
    if (known !== undefined && known > transcript.lastSeq) return;
    this.#latest.set(conversationId, transcript);
    this.#running ??= this.#run();
  }

  /** Turns of the conversation that are forgotten, as it was told last: all, or those for which there is no way back. */
  forgottenIn(conversationId: string, which: "all" | "final"): readonly string[] {
    const stages = [...(this.#forgotten.get(conversationId) ?? [])];
    return stages.flatMap(([turnId, stage]) => (which === "all" || stage !== "undoable" ? turnId : []));
  }

  /** Whether all that a memory rests on was said in turns that are forgotten. */
  isForgotten({ sources }: Memory, which: "all" | "final"): boolean {
    const said = sources.filter(({ turnId }) => turnId !== undefined);
    const isGone = ({ conversationId = "", turnId = "" }: MemorySource) => {
      const stage = this.#forgotten.get(conversationId)?.get(turnId);
      return stage !== undefined && (which === "all" || stage !== "undoable");
    };
    return said.length > 0 && said.every(isGone);
  }

  /** Resolves once all that was told is looked at. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Resolves once what was told of this conversation is looked at. */
  async lookedAt(conversationId: string): Promise<void> {
    while (this.#latest.has(conversationId) || this.#looking?.conversationId === conversationId) {
      this.#awaited.add(conversationId);
      await (this.#looking?.done ?? this.#running);
    }
  }

  /** Looks at every conversation that has changed since the index was kept. */
  async catchUp(): Promise<void> {
    const { logs, index, logger } = this.#options;
    const [known, ids] = [await this.#knownMarks(), await logs.list()];
    for (const id of known.keys()) if (!ids.includes(id)) await index.removeSession(id);
    for (const id of ids) {
      if (this.#ended) return;
      if (this.#indexed.has(id) || known.get(id) === (await logs.mark(id))) continue;
      const transcript = await readTranscript(logs, id).catch((error) =>
        logger.warn(`conversation ${id} could not be read for memory: ${error}`),
      );
      if (transcript) this.observe(id, transcript);
      await this.settled();
    }
  }

  /** The conversation is gone, or in the trash. */
  async removed(conversationId: string): Promise<void> {
    this.#latest.set(conversationId, "removed");
    this.#running ??= this.#run();
    await this.settled();
  }

  /** Writes how far it has come. */
  async keep(): Promise<void> {
    const [upTo, used] = [this.#upTo, this.#used];
    if (Object.keys(upTo).length + Object.keys(used).length === 0) return;
    this.#upTo = {};
    this.#used = {};
    try {
      await this.#options.shelves.observed(upTo, used);
    } catch (error) {
      this.#upTo = { ...upTo, ...this.#upTo };
      for (const [id, times] of Object.entries(used)) this.#used[id] = (this.#used[id] ?? 0) + times;
      throw error;
    }
  }

  /** Nothing is looked at any more. */
  end(): void {
    this.#ended = true;
    this.#latest.clear();
  }

  async #run(): Promise<void> {
    const { logger } = this.#options;
    for (;;) {
      const conversationId = this.#next();
      if (conversationId === undefined) break;
      const done = this.#look(conversationId).catch((error) => {
        if (!this.#ended) logger.error("a conversation could not be learned from", error);
        this.#latest.delete(conversationId);
      });
      this.#looking = { conversationId, done };
      await done;
    }
    this.#looking = undefined;
    this.#running = undefined;
  }

  #next(): string | undefined {
    for (const conversationId of this.#awaited) {
      this.#awaited.delete(conversationId);
      if (this.#latest.has(conversationId)) return conversationId;
    }
    return this.#latest.keys().next().value;
  }

  async #look(conversationId: string): Promise<void> {
    await this.#options.shelves.open();
    const known = await this.#knownMarks();
    // Taken before the transcript: what is written meanwhile makes the index one of an earlier log, never a wrong one.
    const mark = await this.#options.logs.mark(conversationId);
    const transcript = this.#latest.get(conversationId);
    this.#latest.delete(conversationId);
    if (transcript === "removed") return this.#remove(conversationId);
    if (transcript === undefined || transcript.turns[0]?.accepted.options.incognito === true) return;
    this.#lastSeq.set(conversationId, transcript.lastSeq);
    this.#index(conversationId, transcript, mark, known.get(conversationId) === mark);
    await this.#followForgetting(conversationId, transcript);
    await this.#learn(conversationId, transcript);
  }

  async #remove(conversationId: string): Promise<void> {
    this.#indexed.delete(conversationId);
    this.#lastSeq.delete(conversationId);
    await this.#options.index.removeSession(conversationId);
    // Restored, it is as if it had never been known.
    this.#known = undefined;
  }

  /**
   * What an edit has taken out of view is not recalled, for as long as that stands. Nobody waits for the index: what is asked of it
   * later finds all that it was told before.
   */
  #index(conversationId: string, transcript: Transcript, mark: string, isKnown: boolean): void {
    const { index } = this.#options;
    const recallable = branchTurns(transcript).filter(isRecallable);
    const indexed = this.#indexed.get(conversationId);
    this.#indexed.set(conversationId, new Set(recallable.map(idOf)));
    const items = (some: readonly Turn[]) => some.flatMap((turn) => episodesOf(conversationId, turn));
    if (indexed === undefined) {
      this.#options.met?.(conversationId, recallable);
      if (!isKnown) void index.setSession(conversationId, mark, items(recallable));
      return;
    }
    const fresh = recallable.filter((turn) => !indexed.delete(idOf(turn)));
    const gone = [...indexed].flatMap((turnId) =>
      (["user", "assistant"] as const).map((role) => episodeId(conversationId, turnId, role)),
    );
    if (gone.length > 0) void index.remove(gone);
    void index.add(items(fresh), { session: conversationId, mark });
  }

  /** A memory that rests on messages that were all forgotten goes with them, and comes back with them. */
  async #followForgetting(conversationId: string, { turns }: Transcript): Promise<void> {
    const { shelves } = this.#options;
    const stages = turns.flatMap((turn) => (turn.forgotten ? [[idOf(turn), turn.forgotten] as const] : []));
    this.#forgotten.set(conversationId, new Map(stages));
    const [going, coming]: [string[], string[]] = [[], []];
    for (const memory of shelves.all()) {
      if (!memory.sources.some((source) => source.conversationId === conversationId)) continue;
      const state = shelves.forgotten(memory.id);
      const isGone = this.isForgotten(memory, "all");
      if (isGone && state === undefined) going.push(memory.id);
      if (!isGone && state?.stage === "undoable" && state.withMessage) coming.push(memory.id);
    }
    if (going.length > 0) await shelves.forget(going, "undoable", { withMessage: true });
    if (coming.length > 0) await shelves.unforget(coming);
  }

  async #learn(conversationId: string, { turns }: Transcript): Promise<void> {
    const { shelves, learn } = this.#options;
    const learned = this.#learned.get(conversationId) ?? new Map<string, number>();
    this.#learned.set(conversationId, learned);
    const upTo = shelves.upTo(conversationId);
    for (const [turnId, seq] of learned) if (seq <= upTo) learned.delete(turnId);
    for (const [index, turn] of turns.entries()) {
      if (turn.accepted.seq <= upTo || learned.has(idOf(turn)) || turn.state !== "done") continue;
      // What throws is tried again with the next word, and nothing behind it counts as learned.
      if (turn.forgotten === undefined) {
        await learn(conversationId, turn, turns.slice(Math.max(0, index - BEFORE), index).filter(isRecallable));
      }
      learned.set(idOf(turn), turn.accepted.seq);
      for (const { memory } of turn.receipt?.included ?? []) {
        if (memory !== undefined && shelves.get(memory.id)) this.#used[memory.id] = (this.#used[memory.id] ?? 0) + 1;
      }
    }
    const last = learnedUpTo(turns);
    if (last > upTo) this.#upTo[conversationId] = last;
  }

  async #knownMarks(): Promise<ReadonlyMap<string, string>> {
    const known = this.#known ?? this.#options.index.known();
    this.#known = known;
    return known;
  }
}

/** Every message up to there is answered or taken back, in whatever order that was. */
function learnedUpTo(turns: readonly Turn[]): number {
  const seqs = (some: readonly Turn[]) => some.map(({ accepted }) => accepted.seq);
  const open = seqs(turns.filter(({ state }) => state === "queued" || state === "running"));
  return open.length > 0 ? Math.min(...open) - 1 : Math.max(0, ...seqs(turns));
}

function idOf({ accepted }: Turn): string {
  return accepted.turnId;
}
