import { ShortTerm, type ShortTermTally } from "../memory/shortTerm.ts";
import { turnsBefore } from "../protocol/branches.ts";
import type {
  AcceptedEvent,
  ChatEvent,
  CheckpointEvent,
  DoneEvent,
  PersistedEvent,
  RememberedEvent,
} from "../protocol/events.ts";
import { withoutQuotes, withoutTurns, withoutUndone } from "../protocol/forgetting.ts";
import { emptyTranscript, runningTurn, type Transcript, type Turn, update, updateAll } from "../protocol/transcript.ts";
import type { EventLog } from "../store/eventLog.ts";
import { Superseded } from "../store/storeErrors.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { Broadcast } from "./broadcast.ts";
import { snapshotOf } from "./snapshot.ts";
import { EventsWithoutSecrets } from "./withoutSecrets.ts";

/** An event before it gets its number and time. */
export type Unnumbered = PersistedEvent extends infer E
  ? E extends PersistedEvent
    ? Omit<E, "seq" | "at">
    : never
  : never;

/** What a subscriber already has. */
export interface Position {
  /** The highest `seq`; 0 for nothing. */
  readonly lastSeq: number;
  /** UTF-16 code units of the answer in flight. */
  readonly offset: number;
  /** Who has nothing takes the turns themselves instead of all their events. */
  readonly snapshot?: boolean;
  /** Told who else is there, too. */
  readonly seesOthers?: boolean;
}

/**
 * What has happened in one conversation: numbers events, writes them, folds them, tells every subscriber. Its callers take
 * turns (the engine's mailbox); it does not order them itself.
 */
export class Journal {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #logger: Log;
  readonly #broadcast = new Broadcast();
  readonly #withoutSecrets = new EventsWithoutSecrets();
  readonly #shortTerm: ShortTerm;
  #transcript: Transcript = emptyTranscript;
  /** For subscribers that resume, who have no use for checkpoints. */
  #events: Exclude<PersistedEvent, CheckpointEvent>[] = [];
  /** Not on disk yet because a write failed: written before whatever comes next. */
  #unsaved: PersistedEvent[] = [];
  readonly #savedLate: DoneEvent[] = [];
  #isInDoubt = false;
  /** Another process writes this conversation now. */
  #superseded: Superseded | undefined;
  #lastSeq = 0;
  #lastActivityMs: number;

  private constructor(log: EventLog, clock: Clock, logger: Log, tally: ShortTermTally) {
    this.#log = log;
    this.#clock = clock;
    this.#logger = logger;
    this.#shortTerm = new ShortTerm(tally);
    this.#lastActivityMs = clock.monotonicMs();
  }

  static async open(log: EventLog, clock: Clock, logger: Log, tally: ShortTermTally): Promise<Journal> {
    const { events, damaged, records } = await log.read();
    const journal = new Journal(log, clock, logger, tally);
    if (damaged > 0) logger.warn(`${damaged} of ${records} records of a conversation could not be read`);
    // A message that was refused because it could not be synced may be in the file all the same; the retry stands later.
    const accepted = new Map(
      events.flatMap((event) => (event.type === "accepted" ? [[event.operationId, event]] : [])),
    );
    const kept = events.filter((event) => event.type !== "accepted" || accepted.get(event.operationId) === event);
    journal.#remember(withoutUndone(kept));
    if (damaged > 0) {
      journal.#transcript = update(journal.#transcript, { type: "damaged", unreadable: damaged, records });
    }
    journal.#shortTerm.start(journal.#transcript);
    return journal;
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  /** All that was written, without checkpoints; with texts of messages that were forgotten, while that can be undone. */
  get events(): readonly PersistedEvent[] {
    return this.#events;
  }

  /** The same as others may have it: nothing in it was forgotten. */
  get told(): readonly (ChatEvent & PersistedEvent)[] {
    const forgotten = this.#transcript.turns.filter((turn) => turn.forgotten !== undefined);
    const turnIds = new Set(forgotten.map(({ accepted }) => accepted.turnId));
    const events = withoutUndone(this.#events);
    return turnIds.size === 0 ? events : events.flatMap((event) => told(withoutTurns(event, turnIds)));
  }

  /** The last turns that stand before a message on its own branch, be that in view or not; oldest first, all done. */
  before({ turnId }: AcceptedEvent): readonly Turn[] {
    const turn = this.#turn(turnId);
    return turn === undefined ? [] : this.#shortTerm.before(turn, () => turnsBefore(this.#transcript, turn.accepted));
  }

  /** A write has failed once: the log may hold what nobody was told of. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  get subscribers(): number {
    return this.#broadcast.size;
  }

  get lastActivityMs(): number {
    return this.#lastActivityMs;
  }

  /** Gives an event its place, and takes the secrets out of it. A number is used once, whatever becomes of the event. */
  number<E extends Unnumbered>(event: E): E & { seq: number; at: string } {
    return { ...this.#withoutSecrets.of(event), seq: ++this.#lastSeq, at: this.#clock.now().toISOString() };
  }

  /** Writes durably, then tells. Throws DuckError storeFailed, and then nobody has heard of the events. */
  async commit(events: readonly PersistedEvent[]): Promise<void> {
    await this.#append(events, true);
    for (const event of events) this.#publish(event);
    await this.#tellSaved();
  }

  /** Makes sure that what is known here is durable, and that nobody else writes it by now. Throws as `commit` does. */
  async confirm(): Promise<void> {
    await this.#append([], true);
  }

  /** Writes and tells. A full disk does not end an answer: what could not be written goes before the next record. */
  async record(event: Unnumbered): Promise<void> {
    const numbered = this.number(event) as PersistedEvent;
    try {
      await this.#append([numbered], false);
    } catch (error) {
      if (this.#superseded !== undefined) return;
      this.#logger.error("an event could not be saved yet", error);
      this.#unsaved.push(numbered);
    }
    this.#publish(numbered);
  }

  /** Ends a turn durably. When that fails, `unsaved` is told instead, and the event goes before the next record. */
  async conclude(done: PersistedEvent, unsaved: (error: unknown) => PersistedEvent): Promise<void> {
    try {
      await this.#append([done], true);
      this.#publish(done);
      await this.#tellSaved();
    } catch (error) {
      if (this.#superseded !== undefined) return;
      this.#unsaved.push(done);
      this.#publish(unsaved(error));
    }
  }

  /** Writes the log anew, each event as `change` answers it. Throws DuckError storeFailed; then it is to be done again. */
  async rewrite(change: (event: PersistedEvent) => PersistedEvent | undefined): Promise<void> {
    if (this.#superseded !== undefined) throw this.#superseded;
    await this.#log.rewrite(change).catch((error) => {
      if (error instanceof Superseded) this.abandon(error);
      throw error;
    });
    this.#events = this.#events.flatMap((event) => told(change(event)));
    this.#unsaved = this.#unsaved.flatMap((event) => change(event) ?? []);
    if (this.#transcript.damage !== undefined) this.tell({ type: "damaged", unreadable: 0, records: 0 });
  }

  /** Something could not be written, and nothing was since. */
  get hasUnsaved(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Tries to write what could not be written; whether it succeeded shows in `hasUnsaved`. */
  async saveUnsaved(): Promise<void> {
    if (!this.hasUnsaved) return;
    try {
      await this.#append([], true);
      await this.#tellSaved();
    } catch (error) {
      this.#logger.debug(`an answer still cannot be saved: ${error}`);
    }
  }

  /** Tells what is not kept. */
  tell(event: ChatEvent & { type: "text" | "reasoning" | "progress" | "damaged" | "deleted" | "presence" }): void {
    // Who comes and goes is no activity in the conversation itself.
    if (event.type === "presence") this.#broadcast.send(event);
    else this.#publish(event);
  }

  /** What was missed after `lastSeq`, the reply in flight from `offset`, then everything live. */
  subscribe(from: Position, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    if (this.#superseded !== undefined) throw this.#superseded;
    const isSnapshot = from.snapshot && from.lastSeq === 0;
    const missed = isSnapshot ? snapshotOf(this.#transcript) : [...damageIn(this.#transcript), ...this.#missed(from)];
    return this.#broadcast.subscribe([...missed, { type: "caughtUp", seq: this.#transcript.lastSeq }], signal, from);
  }

  /**
   * Writes and tells nothing any more, not even what could not be written before: the new owner has not heard of it, and
   * what was accepted there meanwhile stands in its place. The subscriptions break off.
   */
  abandon(superseded: Superseded): void {
    this.#superseded = superseded;
    this.#unsaved = [];
    this.#broadcast.end(superseded);
  }

  /** Writes what could not be written before, ends the subscriptions, and lets go of the log. */
  async close(): Promise<void> {
    if (this.#unsaved.length > 0) {
      await this.#append([], true).catch((error) => this.#logger.error("an answer could not be saved", error));
    }
    this.#shortTerm.close();
    this.#broadcast.end(this.#superseded);
    await this.#log.close().catch((error) => {
      if (!(error instanceof Superseded)) throw error;
    });
  }

  #missed(from: Position): ChatEvent[] {
    const missed: ChatEvent[] = this.told
      .filter((event) => event.seq > from.lastSeq)
      .map((event) => (event.type === "remembered" ? withTurns(event, this.#transcript) : event));
    const running = runningTurn(this.#transcript);
    if (running === undefined) return missed;
    const started = this.#events.findLast((event) => event.type === "started");
    const offset = started && started.seq <= from.lastSeq ? Math.min(from.offset, running.text.length) : 0;
    const { turnId } = running.accepted;
    if (running.reasoning !== undefined) missed.push({ type: "reasoning", turnId, offset: 0, ...running.reasoning });
    return [...missed, { type: "text", turnId, offset, text: running.text.slice(offset) }];
  }

  async #append(events: readonly PersistedEvent[], durable: boolean): Promise<void> {
    if (this.#superseded !== undefined) throw this.#superseded;
    const all = [...this.#unsaved, ...events];
    try {
      await this.#log.append(all, { durable });
    } catch (error) {
      this.#isInDoubt = true;
      if (error instanceof Superseded) this.abandon(error);
      throw error;
    }
    this.#savedLate.push(...this.#unsaved.filter((event) => event.type === "done"));
    this.#unsaved = [];
  }

  /** Of answers it was told that they are not kept: that they are is told under a number of its own. */
  async #tellSaved(): Promise<void> {
    for (const done of this.#savedLate.splice(0)) await this.record(done);
  }

  #publish(event: ChatEvent | PersistedEvent): void {
    if (this.#superseded !== undefined) return;
    this.#lastActivityMs = this.#clock.monotonicMs();
    if ("seq" in event && event.type !== "caughtUp") this.#note(event);
    // Everybody has dropped the texts of what is remembered, this transcript as well: the events have them.
    const whole =
      event.type === "remembered" ? withTurns(event, updateAll(emptyTranscript, withoutUndone(this.#events))) : event;
    this.#transcript = update(this.#transcript, whole);
    this.#shortTerm.note(whole, whole.type === "done" ? this.#turn(whole.turnId) : undefined);
    if (whole.type !== "checkpoint") this.#broadcast.send(whole);
  }

  /** Most are asked for while they run: the last ones of many. */
  #turn(turnId: string): Turn | undefined {
    return this.#transcript.turns.findLast(({ accepted }) => accepted.turnId === turnId);
  }

  #remember(events: readonly PersistedEvent[]): void {
    for (const event of events) this.#note(event);
    this.#transcript = updateAll(this.#transcript, events);
  }

  #note(event: PersistedEvent): void {
    this.#lastSeq = Math.max(this.#lastSeq, event.seq);
    if (event.type !== "checkpoint") this.#events.push(event);
  }
}

/** An event of the log as clients know it. */
function told(event: PersistedEvent | undefined): Exclude<PersistedEvent, CheckpointEvent>[] {
  return event === undefined || event.type === "checkpoint" ? [] : [event];
}

function withTurns(event: RememberedEvent, { turns }: Transcript): RememberedEvent {
  const ids = new Set(event.turnIds);
  return {
    ...event,
    turns: turns.filter(({ accepted, receipt }) => {
      return ids.has(accepted.turnId) || (receipt && withoutQuotes(receipt, ids)) !== receipt;
    }),
  };
}

function damageIn({ damage }: Transcript): ChatEvent[] {
  return damage === undefined ? [] : [{ type: "damaged", ...damage }];
}
