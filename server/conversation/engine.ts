import type { TurnPart, TurnRequest, TurnRunner } from "../context/turn.ts";
import type {
  AcceptedEvent,
  Attachment,
  ChatEvent,
  ClientType,
  DoneEvent,
  PersistedEvent,
  SendOptions,
  StopReason,
} from "../protocol/events.ts";
import { emptyTranscript, placeOf, type Transcript, type Turn, update, visibleTurns } from "../protocol/transcript.ts";
import type { EventLog } from "../store/eventLog.ts";
import type { Clock } from "../util/clock.ts";
import { deferred } from "../util/deferred.ts";
import { DuckError, toEventError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { Mutex } from "../util/mutex.ts";
import { Broadcast } from "./broadcast.ts";
import { titleOf } from "./title.ts";

export interface EngineOptions {
  readonly log: EventLog;
  readonly hybrid: TurnRunner;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Log;
  /** Called after every change of what the list of conversations shows. */
  readonly onChange: () => void;
}

export interface NewMessage {
  readonly operationId: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
  readonly options: SendOptions;
  readonly client: ClientType;
  readonly replaces?: string;
  readonly continues?: string;
}

/** An unfinished answer is written this often, so that a crash keeps all but its last second. */
const CHECKPOINT_MS = 1000;

type Unnumbered = PersistedEvent extends infer E ? (E extends PersistedEvent ? Omit<E, "seq" | "at"> : never) : never;

/**
 * One live conversation: accepts messages durably, answers them one after another, and tells every subscriber. A reply
 * belongs to the engine; nobody who listens can end it by leaving.
 */
export class ConversationEngine {
  readonly #options: EngineOptions;
  readonly #broadcast = new Broadcast();
  /** Orders accepted messages and everything else that is written. */
  readonly #mailbox = new Mutex();
  #transcript: Transcript = emptyTranscript;
  /** For resuming subscribers; checkpoints of finished answers are dropped. */
  #events: PersistedEvent[] = [];
  /** Not yet on disk because a write failed: written before whatever comes next. */
  #unsaved: PersistedEvent[] = [];
  /** Texts of attached files, until their turn is over. */
  readonly #attached = new Map<string, readonly Attachment[]>();
  #lastSeq = 0;
  #running: { readonly turnId: string; readonly abort: AbortController } | undefined;
  #pumping: Promise<void> | undefined;
  #closed = false;
  #lastActivityMs: number;

  private constructor(options: EngineOptions) {
    this.#options = options;
    this.#lastActivityMs = options.clock.monotonicMs();
  }

  /** Rebuilds the conversation from its log. Turns that a crash cut short end as interrupted, with what had arrived. */
  static async open(options: EngineOptions): Promise<ConversationEngine> {
    const engine = new ConversationEngine(options);
    const { events, damaged } = await options.log.read();
    if (damaged > 0) options.logger.warn(`${damaged} records of a conversation could not be read`);
    const operations = new Set<string>();
    for (const event of events) {
      if (event.type === "accepted" && operations.has(event.operationId)) continue;
      if (event.type === "accepted") operations.add(event.operationId);
      engine.#remember(event);
    }
    await engine.#interruptUnfinished();
    return engine;
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  /** True while a reply streams or messages wait. */
  get busy(): boolean {
    return this.#pumping !== undefined;
  }

  get subscribers(): number {
    return this.#broadcast.size;
  }

  get lastActivityMs(): number {
    return this.#lastActivityMs;
  }

  /** Writes the message durably, then queues it. The same operation id again gives the same turn again. */
  accept(message: NewMessage): Promise<AcceptedEvent> {
    return this.#mailbox.run(async () => {
      if (this.#closed) throw new DuckError("notFound", "That conversation was closed or deleted.");
      const known = this.#transcript.turns.find((turn) => turn.accepted.operationId === message.operationId);
      if (known) return sameOperation(known.accepted, message);
      const attachments = message.attachments.map(withoutFileText);
      const accepted = this.#number({ type: "accepted", turnId: this.#options.newId(), ...message, attachments });
      const isFirst = this.#transcript.turns.length === 0;
      const titled = isFirst && this.#number({ type: "titled", title: titleOf(message.content), byUser: false });
      await this.#save(titled ? [accepted, titled] : [accepted], true);
      this.#attached.set(accepted.turnId, message.attachments);
      this.#publish(accepted);
      if (titled) this.#publish(titled);
      this.#options.onChange();
      this.#pumping ??= this.#pump();
      return accepted;
    });
  }

  /** What was missed after `lastSeq`, the reply in flight from `offset`, then everything live. */
  subscribe(from: { lastSeq: number; offset: number }, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    const missed: ChatEvent[] = this.#events.filter(isChatEvent).filter((event) => event.seq > from.lastSeq);
    const running = this.#transcript.turns.find((turn) => turn.state === "running");
    if (running !== undefined) {
      const started = this.#events.findLast((event) => event.type === "started");
      const offset = started && started.seq <= from.lastSeq ? Math.min(from.offset, running.text.length) : 0;
      missed.push({ type: "text", turnId: running.accepted.turnId, offset, text: running.text.slice(offset) });
    }
    missed.push({ type: "caughtUp", seq: this.#transcript.lastSeq });
    return this.#broadcast.subscribe(missed, signal);
  }

  /** The events of one turn, from its acceptance to its end. */
  async *follow(accepted: AcceptedEvent, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    for await (const event of this.subscribe({ lastSeq: accepted.seq - 1, offset: 0 }, signal)) {
      if (!("turnId" in event) || event.turnId !== accepted.turnId) continue;
      yield event;
      if (event.type === "done" || event.type === "withdrawn") return;
    }
  }

  /** Stops the reply in flight, or only that of `turnId`. What was said is kept. */
  stop(turnId?: string): boolean {
    const running = this.#running;
    if (running === undefined || (turnId !== undefined && running.turnId !== turnId)) return false;
    running.abort.abort(new Stopped("cancelled"));
    return true;
  }

  async withdraw(turnId: string): Promise<void> {
    await this.#mailbox.run(async () => {
      const turn = this.turn(turnId);
      if (turn.state !== "queued")
        throw new DuckError("tooLate", "That message is being answered already. Stop it instead.");
      await this.#record({ type: "withdrawn", turnId }, true);
    });
    this.#options.onChange();
  }

  async rename(title: string): Promise<void> {
    await this.#mailbox.run(() => this.#record({ type: "titled", title, byUser: true }, true));
    this.#options.onChange();
  }

  turn(turnId: string): Turn {
    const turn = this.#transcript.turns.find(({ accepted }) => accepted.turnId === turnId);
    if (turn === undefined) throw new DuckError("notFound", "That message is not in this conversation.");
    return turn;
  }

  /** Resolves when nothing streams and nothing waits. */
  async whenIdle(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
  }

  /** Ends the reply in flight as interrupted (or, when deleted, as cancelled), and the subscriptions. */
  async close(why: "closing" | "deleted"): Promise<void> {
    await this.#mailbox.run(async () => {
      this.#closed = true;
    });
    this.#running?.abort.abort(new Stopped(why === "deleted" ? "cancelled" : "interrupted"));
    await this.#pumping;
    if (why === "deleted") this.#broadcast.send({ type: "deleted" });
    this.#broadcast.end();
    await this.#options.log.close();
  }

  async #pump(): Promise<void> {
    try {
      for (let turn = this.#next(); turn !== undefined; turn = this.#next()) await this.#answer(turn.accepted);
    } finally {
      this.#pumping = undefined;
      this.#options.onChange();
    }
  }

  #next(): Turn | undefined {
    return this.#closed ? undefined : this.#transcript.turns.find((turn) => turn.state === "queued");
  }

  async #answer(message: AcceptedEvent): Promise<void> {
    const abort = new AbortController();
    this.#running = { turnId: message.turnId, abort };
    let end: Extract<TurnPart, { type: "end" }> | undefined;
    let failure: unknown;
    const cancelCheckpoints = this.#checkpointEvery(message.turnId);
    try {
      const { kind, command, parts } = this.#options.hybrid.run(this.#request(message), abort.signal);
      await this.#mailbox.run(() =>
        this.#record(
          { type: "started", turnId: message.turnId, kind, ...(command !== undefined && { command }) },
          false,
        ),
      );
      for await (const part of untilAborted(parts, abort.signal)) {
        if (part.type === "end") end = part;
        else await this.#take(message.turnId, part);
      }
      if (end === undefined)
        throw new DuckError("modelUnavailable", "The answer ended without saying that it was complete.");
    } catch (error) {
      failure = error;
    } finally {
      cancelCheckpoints();
      this.#attached.delete(message.turnId);
      this.#running = undefined;
    }
    await this.#finish(message, end, failure);
  }

  /** A retry is answered with what stood before the message it answers again. */
  #request(message: AcceptedEvent): TurnRequest {
    const place = placeOf(this.#transcript, message);
    const isEarlier = ({ state, accepted }: Turn) => state === "done" && placeOf(this.#transcript, accepted) < place;
    const attachments = this.#attached.get(message.turnId) ?? message.attachments;
    return { message: { ...message, attachments }, history: visibleTurns(this.#transcript).filter(isEarlier) };
  }

  async #take(turnId: string, part: Exclude<TurnPart, { type: "end" }>): Promise<void> {
    switch (part.type) {
      case "context":
        return this.#mailbox.run(() => this.#record({ type: "context", turnId, receipt: part.receipt }, false));
      case "clear":
        return this.#mailbox.run(() => this.#record({ type: "cleared" }, true));
      case "text":
        return this.#publish({ type: "text", turnId, offset: this.turn(turnId).text.length, text: part.text });
      case "progress":
        return this.#publish({ type: "progress", turnId, message: part.message });
    }
  }

  async #finish(
    message: AcceptedEvent,
    end: Extract<TurnPart, { type: "end" }> | undefined,
    failure: unknown,
  ): Promise<void> {
    const { text } = this.turn(message.turnId);
    const hasNewText = text.length > (message.continues?.length ?? 0);
    const done: Omit<DoneEvent, "seq" | "at"> = {
      type: "done",
      turnId: message.turnId,
      text,
      ...(failure === undefined && end !== undefined
        ? { stopReason: end.stopReason, model: end.model, usage: end.usage }
        : ending(failure, hasNewText, this.turn(message.turnId).receipt?.model)),
    };
    if (done.error?.code === "internal") this.#options.logger.error("a turn failed", failure);
    await this.#mailbox.run(async () => {
      const event = this.#number(done);
      try {
        await this.#save([event], true);
        this.#publish(event);
      } catch (error) {
        this.#unsaved.push(event);
        this.#publish({ ...event, stopReason: "interrupted", error: toEventError(error) });
      }
      this.#events = this.#events.filter((kept) => kept.type !== "checkpoint");
    });
  }

  /** Writes what has been said since the last checkpoint, once a second, only while something is being said. */
  #checkpointEvery(turnId: string): () => void {
    let offset = this.turn(turnId).text.length;
    let cancel = () => {};
    const schedule = () => {
      cancel = this.#options.clock.after(CHECKPOINT_MS, () => {
        const { text } = this.turn(turnId);
        if (text.length > offset) {
          const piece = { type: "checkpoint" as const, turnId, offset, text: text.slice(offset) };
          offset = text.length;
          void this.#mailbox.run(() => this.#record(piece, false));
        }
        schedule();
      });
    };
    schedule();
    return () => cancel();
  }

  async #interruptUnfinished(): Promise<void> {
    for (const turn of this.#transcript.turns) {
      if (turn.state !== "queued" && turn.state !== "running") continue;
      const message = "RubberDuck stopped before the answer was complete. What had arrived is kept.";
      const error = { code: "modelUnavailable" as const, message };
      await this.#record(
        {
          type: "done",
          turnId: turn.accepted.turnId,
          text: turn.text,
          stopReason: "interrupted",
          error,
          model: turn.receipt?.model,
        },
        false,
      );
    }
    this.#events = this.#events.filter((event) => event.type !== "checkpoint");
  }

  #number<E extends Unnumbered>(event: E): E & { seq: number; at: string } {
    return { ...event, seq: ++this.#lastSeq, at: this.#options.clock.now().toISOString() };
  }

  /** What is not durable does not end an answer when the disk is full: it is written with the next record. */
  async #record(event: Unnumbered, durable: boolean): Promise<void> {
    const numbered = this.#number(event) as PersistedEvent;
    try {
      await this.#save([numbered], durable);
    } catch (error) {
      if (durable) throw error;
      this.#options.logger.error("an event could not be saved yet", error);
      this.#unsaved.push(numbered);
    }
    this.#publish(numbered);
  }

  async #save(events: readonly PersistedEvent[], durable: boolean): Promise<void> {
    const all = [...this.#unsaved, ...events];
    await this.#options.log.append(all, { durable });
    this.#unsaved = [];
  }

  #publish(event: ChatEvent | PersistedEvent): void {
    this.#lastActivityMs = this.#options.clock.monotonicMs();
    if ("seq" in event && event.type !== "caughtUp") this.#remember(event);
    else this.#transcript = update(this.#transcript, event);
    if (event.type !== "checkpoint") this.#broadcast.send(event);
  }

  #remember(event: PersistedEvent): void {
    this.#lastSeq = Math.max(this.#lastSeq, event.seq);
    this.#events.push(event);
    this.#transcript = update(this.#transcript, event);
  }
}

/** Why a reply in flight was ended from outside. */
class Stopped extends Error {
  readonly stopReason: "cancelled" | "interrupted";

  constructor(stopReason: "cancelled" | "interrupted") {
    super(stopReason);
    this.stopReason = stopReason;
  }
}

function ending(
  failure: unknown,
  hasText: boolean,
  model: DoneEvent["model"],
): Pick<DoneEvent, "stopReason" | "error" | "model"> {
  if (failure instanceof Stopped && failure.stopReason === "cancelled") return { stopReason: "cancelled", model };
  if (failure instanceof Stopped) {
    const message = "RubberDuck was closed before the answer was complete. What had arrived is kept.";
    return { stopReason: "interrupted", error: { code: "modelUnavailable", message }, model };
  }
  const stopReason: StopReason = hasText ? "interrupted" : "error";
  return { stopReason, error: toEventError(failure), model };
}

function withoutFileText(attachment: Attachment): Attachment {
  if (attachment.kind !== "file") return attachment;
  const { kind, path, language } = attachment;
  return { kind, path, language };
}

function sameOperation(accepted: AcceptedEvent, message: NewMessage): AcceptedEvent {
  if (accepted.content === message.content && accepted.replaces === message.replaces) return accepted;
  throw new DuckError(
    "operationConflict",
    "This operation id was used before for another message. Send the message again with a new one.",
  );
}

/** Leaves at once when the signal aborts, whether or not the source reacts to it. */
async function* untilAborted<T>(source: AsyncGenerator<T, void>, signal: AbortSignal): AsyncGenerator<T, void> {
  const { promise: aborted, reject } = deferred<never>();
  const onAbort = () => reject(signal.reason);
  aborted.catch(() => {});
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal.aborted) throw signal.reason;
    for (;;) {
      const next = await Promise.race([source.next(), aborted]);
      if (next.done) return;
      yield next.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    void source.return().catch(() => {});
  }
}

function isChatEvent(event: PersistedEvent): event is Exclude<PersistedEvent, { type: "checkpoint" }> {
  return event.type !== "checkpoint";
}
