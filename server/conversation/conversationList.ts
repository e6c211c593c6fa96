import { branchTurns } from "../protocol/branches.ts";
import type { ConversationSummary } from "../protocol/requests.ts";
import { emptyTranscript, type Transcript, updateAll } from "../protocol/transcript.ts";
import { usageOf } from "../protocol/usage.ts";
import type { ConversationLogs } from "../store/eventLog.ts";
import type { JsonFile } from "../store/jsonFile.ts";
import type { KeptSummary } from "../store/keptList.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";

export interface ConversationListOptions {
  readonly logs: ConversationLogs;
  /** Absent: every log is read at the start. */
  readonly kept?: JsonFile<readonly KeptSummary[]> | undefined;
  /** Whether another process writes the logs by now: what engines here know is not all that stands there. */
  readonly isSuperseded?: (() => Promise<boolean>) | undefined;
  readonly clock: Clock;
  readonly logger: Log;
}

/** A conversation that an engine holds. */
export interface LiveConversation {
  readonly transcript: Transcript;
  readonly busy: boolean;
  /** The transcript once all that was written shows in it; undefined while that is not so. */
  settled(): Promise<Transcript | undefined>;
}

/** What has changed is kept after so long, also while other conversations go on: until then it is held in memory. */
const KEEP_AFTER_MS = 3000;
/** Looked at or read at the same time. */
const AT_ONCE = 16;
const NO_CHECKPOINTS = new Set(["checkpoint"] as const);
const NEVER = new AbortController().signal;

/**
 * What the list of conversations shows. It is kept between starts with a mark of the log each summary was made from, so
 * that only logs that changed since are read.
 */
export class ConversationList {
  readonly #options: ConversationListOptions;
  readonly #summaries = new Map<string, ConversationSummary>();
  /** Not kept yet as they are now. */
  readonly #changed = new Map<string, LiveConversation>();
  readonly #removed = new Set<string>();
  #reading: Promise<void> | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #cancelKeep: (() => void) | undefined;

  constructor(options: ConversationListOptions) {
    this.#options = options;
  }

  /** Newest first. */
  async all(): Promise<ConversationSummary[]> {
    this.#reading ??= this.#read().catch((error) => {
      this.#reading = undefined;
      throw error;
    });
    await this.#reading;
    return [...this.#summaries.values()].sort(newestFirst);
  }

  has(conversationId: string): boolean {
    return this.#summaries.has(conversationId);
  }

  /** Answers whether the list shows it: it has a message. */
  show(conversationId: string, live: LiveConversation): boolean {
    if (live.transcript.turns.length === 0) return false;
    this.#summaries.set(conversationId, summaryOf(conversationId, live.transcript, live.busy));
    this.#changed.set(conversationId, live);
    this.#removed.delete(conversationId);
    this.#keepLater();
    return true;
  }

  remove(conversationId: string): void {
    this.#summaries.delete(conversationId);
    this.#changed.delete(conversationId);
    this.#removed.add(conversationId);
    this.#keepLater();
  }

  /** Once it resolves, no file of the list holds an earlier title of the conversation. */
  async purge(conversationId: string): Promise<void> {
    const purging = this.#keeping.then(() =>
      this.#options.kept?.purge((known) => known.filter(({ summary }) => summary.conversationId !== conversationId)),
    );
    this.#keeping = purging.then(
      () => {},
      () => {},
    );
    await purging;
  }

  /** Keeps what has changed, now. */
  async close(): Promise<void> {
    this.#cancelKeep?.();
    await this.#keep();
  }

  async #read(): Promise<void> {
    const { logs, kept, logger } = this.#options;
    const known = await kept?.read().catch((error) => logger.warn(`the kept list is of no use: ${error}`));
    const byId = new Map(known?.map((one) => [one.summary.conversationId, one]));
    const ids = await logs.list();
    const read: KeptSummary[] = [];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = ids.slice(start, start + AT_ONCE).filter((id) => !this.#summaries.has(id));
      await Promise.all(some.map((id) => this.#readOne(id, byId.get(id), read)));
    }
    const gone = [...byId.keys()].filter((id) => !ids.includes(id));
    this.#keeping = this.#keeping.then(() => this.#write(read, gone));
  }

  async #readOne(id: string, known: KeptSummary | undefined, read: KeptSummary[]): Promise<void> {
    const { logs, logger } = this.#options;
    try {
      // Before the log is read: what is appended meanwhile makes the summary one of an earlier log, never a wrong one.
      const mark = await logs.mark(id);
      const isTrue = known !== undefined && known.mark === mark;
      const summary = isTrue ? known.summary : await this.#summaryIn(id);
      if (summary === undefined || this.#summaries.has(id) || this.#removed.has(id)) return;
      this.#summaries.set(id, summary);
      if (!isTrue) read.push({ mark, summary });
    } catch (error) {
      logger.error(`conversation ${id} could not be opened`, error);
    }
  }

  async #summaryIn(id: string): Promise<ConversationSummary | undefined> {
    const log = await this.#options.logs.open(id);
    let transcript = emptyTranscript;
    for await (const events of log.pieces(NO_CHECKPOINTS, NEVER)) transcript = updateAll(transcript, events);
    return transcript.turns.length === 0 ? undefined : summaryOf(id, transcript, false);
  }

  #keepLater(): void {
    if (this.#options.kept === undefined) return;
    this.#cancelKeep ??= this.#options.clock.after(KEEP_AFTER_MS, () => {
      this.#cancelKeep = undefined;
      void this.#keep();
    });
  }

  #keep(): Promise<void> {
    this.#keeping = this.#keeping.then(() => this.#keepChanged());
    return this.#keeping;
  }

  async #keepChanged(): Promise<void> {
    const changed = [...this.#changed];
    const removed = [...this.#removed];
    this.#changed.clear();
    this.#removed.clear();
    const settled = await Promise.all(changed.map(([id, live]) => this.#settled(id, live)));
    await this.#write(
      settled.flatMap((one) => one ?? []),
      removed,
    );
  }

  /** Undefined while something is written: when that is done, the list is told again. */
  async #settled(id: string, live: LiveConversation): Promise<KeptSummary | undefined> {
    const { logs, isSuperseded } = this.#options;
    try {
      const mark = await logs.mark(id);
      const transcript = await live.settled();
      // Nothing was written between the two marks, so the transcript is that of this log; if nobody else writes it.
      if (transcript === undefined || (await logs.mark(id)) !== mark || (await isSuperseded?.())) return undefined;
      return { mark, summary: summaryOf(id, transcript, false) };
    } catch {
      return undefined; // Whoever writes to that disk next will say what is wrong with it.
    }
  }

  /** A failure is no loss: the logs are read again. */
  async #write(added: readonly KeptSummary[], removed: readonly string[]): Promise<void> {
    const { kept, logger } = this.#options;
    if (added.length + removed.length === 0) return;
    await kept
      ?.update((known) => merged(known, added, removed))
      .catch((error) => logger.warn(`the list of conversations could not be kept: ${error}`));
  }
}

/** The same list when there is nothing new. */
function merged(
  known: readonly KeptSummary[],
  added: readonly KeptSummary[],
  removed: readonly string[],
): readonly KeptSummary[] {
  const marks = new Map(known.map(({ mark, summary }) => [summary.conversationId, mark]));
  const fresh = added.filter(({ mark, summary }) => marks.get(summary.conversationId) !== mark);
  const replaced = new Set([...removed, ...fresh.map(({ summary }) => summary.conversationId)]);
  const others = known.filter(({ summary }) => !replaced.has(summary.conversationId));
  return fresh.length === 0 && others.length === known.length ? known : [...others, ...fresh];
}

function summaryOf(conversationId: string, transcript: Transcript, answering: boolean): ConversationSummary {
  const turns = branchTurns(transcript).filter(({ forgotten }) => forgotten === undefined);
  const isForgetting = transcript.turns.some(({ forgotten }) => forgotten !== undefined && forgotten !== "erased");
  const usage = usageOf(transcript);
  return {
    conversationId,
    title: transcript.title,
    messages: turns.length + turns.filter((turn) => turn.state === "done").length,
    updatedAt: transcript.updatedAt,
    answering,
    pinned: transcript.pinned,
    ...(isForgetting && { forgetting: true }),
    ...(usage && { usage }),
  };
}

/** Of two of the same moment, always the same one first. */
function newestFirst(a: ConversationSummary, b: ConversationSummary): number {
  return b.updatedAt.localeCompare(a.updatedAt) || a.conversationId.localeCompare(b.conversationId);
}
