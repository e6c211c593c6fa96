import type { Summarizer } from "../context/summarizer.ts";
import type { Titler } from "../context/titler.ts";
import type { TurnPart, TurnRequest, TurnRunner } from "../context/turn.ts";
import type { ReviewedFiles } from "../edits/reviewedFiles.ts";
import type { Verification } from "../edits/verification.ts";
import type { ShortTermTally } from "../memory/shortTerm.ts";
import { branchTurns, isAtOrBehind, turnsOfMessage } from "../protocol/branches.ts";
import type { EditParams, EditResult } from "../protocol/edits.ts";
import type {
  AcceptedEvent,
  Attachment,
  ChatEvent,
  ClientType,
  ModelChoice,
  PersistedEvent,
  SendOptions,
} from "../protocol/events.ts";
import type { Participant } from "../protocol/presence.ts";
import type { ForgetWhen } from "../protocol/requests.ts";
import type { Transcript, Turn } from "../protocol/transcript.ts";
import type { EventLog } from "../store/eventLog.ts";
import type { Superseded } from "../store/storeErrors.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError, toEventError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { Mutex } from "../util/mutex.ts";
import { redact } from "../util/redaction.ts";
import { untilAborted } from "../util/untilAborted.ts";
import { checkpointEvery } from "./checkpoints.ts";
import { endingOf, interrupted, type Outcome, Stopped } from "./ending.ts";
import { Forgetting, refuseForgotten } from "./forgetting.ts";
import { Journal, type Position, type Unnumbered } from "./journal.ts";
import { kept } from "./keptAttachment.ts";
import { Reviews } from "./reviews.ts";
import { Summaries } from "./summaries.ts";
import { Thinking } from "./thinking.ts";
import { titleOf } from "./title.ts";
import { Titles } from "./titles.ts";

export interface EngineOptions {
  readonly conversationId: string;
  readonly log: EventLog;
  readonly hybrid: TurnRunner;
  /** Absent: titles are made by rules alone. */
  readonly titler?: Titler;
  /** Absent: earlier messages that have no room are only left out. */
  readonly summarizer?: Summarizer;
  readonly shortTerm: ShortTermTally;
  /** Absent where no file may be changed. */
  readonly reviewedFiles?: ReviewedFiles;
  readonly verification?: Verification;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Log;
  /** Called after every change of what the list of conversations shows. */
  readonly onChange: () => void;
  /** Somebody said why a change was rejected. */
  readonly onReason?: (turnId: string, text: string) => void;
  /** Takes what was forgotten out of all that is derived from the log. */
  readonly onErase?: () => Promise<void>;
}

export interface NewMessage {
  readonly operationId: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
  readonly options: SendOptions;
  readonly client: ClientType;
  readonly replaces?: string;
  readonly continues?: string;
  readonly edits?: string;
}

const SAVE_AGAIN_MS = 5000;

/**
 * One live conversation: accepts messages durably and answers them one after another. A reply belongs to the engine; nobody
 * who listens can end it by leaving.
 */
export class ConversationEngine {
  readonly #options: EngineOptions;
  readonly #journal: Journal;
  /** Everything that is written waits its turn here. Stop, reads and subscriptions do not. */
  readonly #mailbox = new Mutex();
  /** Texts of attached files, until their turn is over: the log does not keep them. */
  readonly #attached = new Map<string, readonly Attachment[]>();
  /** Messages that are being written. */
  #accepting = 0;
  #isSavingLater = false;
  #running: { readonly turnId: string; readonly abort: AbortController } | undefined;
  #pumping: Promise<void> | undefined;
  /** Resolves when the reply in flight has ended. */
  #answering: Promise<void> | undefined;
  readonly #forgetting: Forgetting;
  readonly #summaries: Summaries | undefined;
  readonly #titles: Titles | undefined;
  /** What was proposed to change in files. */
  readonly reviews: Reviews;
  /** Why nothing is written any more. */
  #ended: Error | undefined;

  private constructor(options: EngineOptions, journal: Journal) {
    this.#options = options;
    this.#journal = journal;
    const { clock, logger, onChange, onErase = async () => {} } = options;
    const write = <T>(task: () => Promise<T>) => this.#write(task);
    this.#forgetting = new Forgetting({ journal, clock, logger, write, onErase, onChange });
    this.#forgetting.resume();
    const { summarizer, reviewedFiles: files, verification } = options;
    this.#summaries = summarizer && new Summaries({ summarizer, journal, logger, write });
    const keep = (event: Unnumbered) => this.#keep(event);
    this.#titles = options.titler && new Titles({ titler: options.titler, journal, logger, keep });
    const turn = (turnId: string) => this.turn(turnId);
    const { onReason = () => {} } = options;
    this.reviews = new Reviews({ journal, files, verification, write, turn, onReason, logger });
    this.reviews.resume();
  }

  /** Rebuilds the conversation from its log. Turns that a crash cut short end as interrupted, with what had arrived. */
  static async open(options: EngineOptions): Promise<ConversationEngine> {
    const journal = await Journal.open(options.log, options.clock, options.logger, options.shortTerm);
    for (const { state, accepted, text, receipt, reasoning } of journal.transcript.turns) {
      if (state !== "queued" && state !== "running") continue;
      const ending = { ...interrupted("stopped", receipt?.model), ...(reasoning && { reasoning }) };
      await journal.record({ type: "done", turnId: accepted.turnId, text, ...ending });
    }
    return new ConversationEngine(options, journal);
  }

  get transcript(): Transcript {
    return this.#journal.transcript;
  }

  /** All that was written, without checkpoints and what was forgotten. */
  get events(): readonly PersistedEvent[] {
    return this.#journal.told;
  }

  /** Texts of forgotten messages wait to leave the files. */
  get isForgetting(): boolean {
    return this.#forgetting.isPending;
  }

  /** True while a message is being written, waits or is answered, or files are written. */
  get busy(): boolean {
    return this.#accepting > 0 || this.#pumping !== undefined || this.reviews.isWriting;
  }

  /** Messages that wait for another answer to end. */
  get waiting(): number {
    return this.transcript.turns.filter(({ state }) => state === "queued").length;
  }

  /** What was answered is not on the disk yet, though it should be. */
  get hasUnsaved(): boolean {
    return this.#journal.hasUnsaved;
  }

  get subscribers(): number {
    return this.#journal.subscribers;
  }

  get lastActivityMs(): number {
    return this.#journal.lastActivityMs;
  }

  /** The transcript, once all that was written shows in it; undefined while it is busy or differs from the log. */
  settled(): Promise<Transcript | undefined> {
    return this.#mailbox.run(async () => (this.busy || this.#journal.isInDoubt ? undefined : this.transcript));
  }

  /** Writes the message durably, then queues it. The same operation id again gives the same turn again. */
  async accept(message: NewMessage): Promise<AcceptedEvent> {
    this.#accepting++;
    try {
      return await this.#write(() => this.#accept(message));
    } finally {
      this.#accepting--;
    }
  }

  subscribe(from: Position, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    return this.#journal.subscribe(from, signal);
  }

  /** The events of one turn, from its acceptance to its end. */
  async *follow(accepted: AcceptedEvent, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    for await (const event of this.subscribe({ lastSeq: accepted.seq - 1, offset: 0 }, signal)) {
      if (!("turnId" in event) || event.turnId !== accepted.turnId) continue;
      yield event;
      if (event.type === "done" || event.type === "withdrawn") return;
    }
  }

  /** Tells who follows the conversation. Nothing of it is kept. */
  tellPresence(participants: readonly Participant[]): void {
    this.#journal.tell({ type: "presence", participants });
  }

  /** Stops the reply in flight; with a `turnId` only that one's, which is taken back if it still waits. */
  async stop(turnId?: string): Promise<boolean> {
    const running = this.#running;
    if (running !== undefined && (turnId === undefined || running.turnId === turnId)) {
      running.abort.abort(new Stopped("cancelled"));
      return true;
    }
    if (turnId === undefined || this.turn(turnId).state !== "queued") return false;
    await this.withdraw(turnId);
    return true;
  }

  async withdraw(turnId: string): Promise<void> {
    await this.#write(async () => {
      this.#waiting(turnId, "Stop it instead.");
      await this.#journal.commit([this.#journal.number({ type: "withdrawn", turnId })]);
      this.#attached.delete(turnId);
    });
    this.#options.onChange();
  }

  /** What a waiting message says from now on. A message that is asked again keeps its words. */
  revise(turnId: string, content: string): Promise<void> {
    return this.#write(async () => {
      const { accepted } = this.#waiting(turnId, "Edit it there to ask it anew.");
      if (accepted.replaces !== undefined) {
        throw new DuckError("invalidRequest", "That message is asked again as it was. Take it back, then edit it.");
      }
      await this.#journal.commit([this.#journal.number({ type: "revised", turnId, content })]);
    });
  }

  /** A waiting message is answered before the others that wait. */
  promote(turnId: string): Promise<void> {
    return this.#write(async () => {
      this.#waiting(turnId, "It need not wait.");
      await this.#journal.commit([this.#journal.number({ type: "promoted", turnId })]);
    });
  }

  rename(title: string): Promise<void> {
    return this.#keep({ type: "titled", title, byUser: true });
  }

  pin(pinned: boolean): Promise<void> {
    return this.#keep({ type: "pinned", pinned });
  }

  chooseModel(choice: ModelChoice): Promise<void> {
    return this.#keep({ type: "modelChosen", choice });
  }

  async showBranch(turnId: string): Promise<void> {
    this.turn(turnId);
    const isShown = branchTurns(this.transcript).some(({ accepted }) => accepted.turnId === turnId);
    if (!isShown) await this.#keep({ type: "branchChosen", turnId });
  }

  /** Goes back to before a message. The reply in flight ends when it answers that or what followed. */
  async rewind(
    { turnId, files, conversation, check = false }: EditParams<"rubberduck/edit/rewind">,
    signal: AbortSignal,
  ): Promise<EditResult<"rubberduck/edit/rewind">> {
    const since = this.#editable(turnId);
    if (!check && this.#stopBehind(since)) await this.#answering;
    const result = files ? await this.reviews.rewind(turnId, { check }, signal) : { restored: [], kept: [] };
    if (conversation && !check) await this.#keep({ type: "rewound", turnId });
    return result;
  }

  /**
   * Forgets a message with its answers, for everybody at once; for good in ten minutes, or with "now" when this resolves. A reply
   * in flight to it is stopped first, a message that waits is taken back.
   */
  async forget(turnId: string, when: ForgetWhen): Promise<void> {
    while (!(await this.#write(() => this.#forget(turnId, when)))) await this.#answering;
    this.#titles?.stop();
    this.#summaries?.stop();
    this.#options.onChange();
    if (when === "now") await this.#forgetting.erase();
  }

  /** Undoes that. Throws DuckError tooLate when it is for good. */
  async unforget(turnId: string): Promise<void> {
    await this.#write(() => this.#forgetting.unforget(this.#turnsOf(turnId)));
    this.#options.onChange();
  }

  turn(turnId: string): Turn {
    // Most are asked for while they run: the last ones of many.
    const turn = this.transcript.turns.findLast(({ accepted }) => accepted.turnId === turnId);
    if (turn === undefined) throw new DuckError("notFound", "That message is not in this conversation.");
    return turn;
  }

  /** Resolves when no message is being written, waits or is answered. */
  async whenIdle(): Promise<void> {
    while (this.busy) {
      await this.#mailbox.run(async () => {});
      await this.#pumping;
      await this.reviews.whenWritten();
    }
  }

  /** Ends the reply in flight as interrupted (or, when deleted, as cancelled), and the subscriptions. */
  async close(why: "closing" | "deleted"): Promise<void> {
    if (why === "deleted") {
      const { logger } = this.#options;
      await this.#forgetting
        .finish()
        .catch((error) => logger.error("a message could not be forgotten for good", error));
    }
    await this.#mailbox.run(async () => {
      this.#ended ??= new DuckError("notFound", "That conversation was closed or deleted.");
    });
    this.#forgetting.close();
    this.#titles?.stop();
    this.#summaries?.stop();
    this.#running?.abort.abort(new Stopped(why === "deleted" ? "cancelled" : "interrupted"));
    await this.#pumping;
    await this.reviews.close();
    if (why === "deleted") this.#journal.tell({ type: "deleted" });
    await this.#journal.close();
  }

  /** Another process answers from now on: ends the reply in flight and the subscriptions, and writes nothing. */
  async abandon(superseded: Superseded): Promise<void> {
    this.#ended = superseded;
    this.#journal.abandon(superseded);
    this.#forgetting.close();
    this.#titles?.stop();
    this.#summaries?.stop();
    this.#running?.abort.abort(new Stopped("interrupted"));
    await this.#pumping;
    await this.reviews.close();
    await this.#journal.close();
  }

  async #accept(message: NewMessage): Promise<AcceptedEvent> {
    // As it was accepted: since then it may have been revised.
    const known = this.#journal.events.find(
      (event): event is AcceptedEvent => event.type === "accepted" && event.operationId === message.operationId,
    );
    if (known) {
      // It may have been read from what another owner has left: to say that it is accepted is to acknowledge it.
      await this.#journal.confirm();
      return sameOperation(known, message, this.turn(known.turnId).forgotten !== undefined);
    }
    if (message.replaces !== undefined) refuseForgotten(this.turn(message.replaces));
    const edited = message.edits === undefined ? undefined : this.#editable(message.edits);
    const attachments = message.attachments.map(kept);
    const turnId = this.#options.newId();
    const accepted = this.#journal.number({ type: "accepted", turnId, ...message, attachments });
    const title = { type: "titled" as const, title: titleOf(accepted.content), byUser: false, from: turnId };
    await this.#journal.commit(this.transcript.title === "" ? [accepted, this.#journal.number(title)] : [accepted]);
    this.#attached.set(turnId, message.attachments);
    if (edited !== undefined) this.#stopBehind(edited);
    this.#pumping ??= this.#pump();
    this.#options.onChange();
    return accepted;
  }

  #editable(turnId: string): Turn {
    const edited = this.turn(turnId);
    if (edited.state === "withdrawn") throw new DuckError("notFound", "That message was taken back.");
    refuseForgotten(edited);
    if (this.transcript.turns.some(({ state, accepted }) => state === "queued" && !this.#isRunning(accepted))) {
      throw new DuckError(
        "tooLate",
        "Messages wait for their answer. Take them back, or wait until they are answered, before you edit an earlier one.",
      );
    }
    return edited;
  }

  /** The reply in flight ends when it left the view with the message that was edited. Answers whether there was one. */
  #stopBehind(edited: Turn): boolean {
    const running = this.#running && this.turn(this.#running.turnId);
    if (!running || !isAtOrBehind(this.transcript, running.accepted, edited.accepted)) return false;
    this.#running?.abort.abort(new Stopped("cancelled"));
    return true;
  }

  /** False when it is to be tried again: its answer is under way, and was told to stop. */
  async #forget(turnId: string, when: ForgetWhen): Promise<boolean> {
    const turns = this.#turnsOf(turnId);
    const running = turns.find(({ state, accepted }) => state === "running" || this.#isRunning(accepted));
    if (running !== undefined) {
      if (this.#isRunning(running.accepted)) this.#running?.abort.abort(new Stopped("cancelled"));
      return false;
    }
    const waiting = turns.filter(({ state }) => state === "queued").map(({ accepted }) => accepted.turnId);
    const withdrawn = waiting.map((id) => this.#journal.number({ type: "withdrawn" as const, turnId: id }));
    if (withdrawn.length > 0) await this.#journal.commit(withdrawn);
    for (const id of waiting) this.#attached.delete(id);
    await this.#forgetting.forget(turns, when === "now" ? "final" : "undoable");
    return true;
  }

  /** The message that this turn asks or answers, with all its answers. */
  #turnsOf(turnId: string): Turn[] {
    return turnsOfMessage(this.transcript, this.turn(turnId).accepted);
  }

  /** @param instead what to do when it waits no more. */
  #waiting(turnId: string, instead: string): Turn {
    const turn = this.turn(turnId);
    if (turn.state === "withdrawn") throw new DuckError("tooLate", "That message was taken back.");
    if (turn.state === "queued" && !this.#isRunning(turn.accepted)) return turn;
    const what = turn.state === "done" ? "was answered" : "is being answered";
    throw new DuckError("tooLate", `That message ${what} already. ${instead}`);
  }

  #isRunning({ turnId }: AcceptedEvent): boolean {
    return this.#running?.turnId === turnId;
  }

  async #pump(): Promise<void> {
    try {
      for (let next = await this.#begin(); next !== undefined; next = await this.#begin()) {
        this.#titles?.stop();
        this.#summaries?.stop();
        this.#answering = this.#answer(next.message, next.abort);
        await this.#answering;
        this.#options.onChange();
        if (this.#next() !== undefined) continue;
        void this.#titles?.make(this.turn(next.message.turnId));
        void this.#summaries?.make();
      }
    } catch (error) {
      this.#pumping = undefined;
      throw error;
    } finally {
      this.#options.onChange();
    }
  }

  /** Takes the next message out of the queue. Nobody changes the queue meanwhile, and what is written next begins anew. */
  #begin(): Promise<{ message: AcceptedEvent; abort: AbortController } | undefined> {
    return this.#mailbox.run(async () => {
      const message = this.#next()?.accepted;
      if (message === undefined) {
        this.#pumping = undefined;
        return undefined;
      }
      const abort = new AbortController();
      this.#running = { turnId: message.turnId, abort };
      return { message, abort };
    });
  }

  #next(): Turn | undefined {
    return this.#ended ? undefined : this.transcript.turns.find((turn) => turn.state === "queued");
  }

  async #answer(message: AcceptedEvent, abort: AbortController): Promise<void> {
    const { turnId } = message;
    const record = (event: Unnumbered) => this.#record(event);
    const endCheckpoints = checkpointEvery(() => this.turn(turnId), record, this.#options.clock);
    const outcome = await this.#run(message, abort.signal).catch((failure: unknown): Outcome => ({ failure }));
    endCheckpoints();
    this.#attached.delete(turnId);
    this.#running = undefined;
    await this.#conclude(message, outcome);
  }

  async #run(message: AcceptedEvent, signal: AbortSignal): Promise<Outcome> {
    const { turnId } = message;
    const { kind, command, parts } = await this.#options.hybrid.run(this.#request(message), signal);
    await this.#record({ type: "started", turnId, kind, ...(command !== undefined && { command }) });
    const thinking = new Thinking();
    for await (const part of untilAborted(parts, signal)) {
      if (part.type === "end") return { end: part };
      if (part.type === "reasoning") {
        const piece = thinking.add(part.text, this.#options.clock.monotonicMs());
        this.#journal.tell({ type: "reasoning", turnId, ...piece });
      } else {
        if (part.type !== "progress") thinking.pause();
        await this.#take(turnId, part);
      }
    }
    throw new DuckError("modelUnavailable", "The answer ended without saying that it was complete.");
  }

  #request(message: AcceptedEvent): TurnRequest {
    const attachments = this.#attached.get(message.turnId) ?? message.attachments;
    const history = this.#journal.before(message);
    const { conversationId } = this.#options;
    const { summaries, modelChoice: model } = this.transcript;
    const { continues, replaces } = message;
    const workflow = continues !== undefined && replaces !== undefined && this.turn(replaces).workflow;
    const request = { conversationId, message: { ...message, attachments }, history, summaries, model };
    return workflow ? { ...request, workflow } : request;
  }

  async #take(turnId: string, part: Exclude<TurnPart, { type: "end" | "reasoning" }>): Promise<void> {
    switch (part.type) {
      case "context":
        return this.#record({ type: "context", turnId, receipt: this.#forgetting.withoutQuotes(part.receipt) });
      case "compacted":
        return this.#summaries?.keep(part);
      case "model":
        return this.#keep({ type: "modelChosen", choice: part.choice });
      case "clear":
        return this.#mailbox.run(() => this.#journal.commit([this.#journal.number({ type: "cleared" })]));
      case "step": {
        const step = { ...part.step, offset: this.turn(turnId).text.length };
        return this.#record({ type: "step", turnId, step, ...(part.item && { item: part.item }) });
      }
      case "workflow":
        return this.#record({ type: "workflow", turnId, steps: part.steps });
      case "proposed":
        return this.#record({ type: "proposed", turnId, proposal: this.reviews.propose(turnId, part.proposal) });
      case "text":
        return this.#journal.tell({ type: "text", turnId, offset: this.turn(turnId).text.length, text: part.text });
      case "progress":
        return this.#journal.tell({ type: "progress", turnId, message: part.message });
    }
  }

  async #conclude(message: AcceptedEvent, outcome: Outcome): Promise<void> {
    const { text, receipt, reasoning } = this.turn(message.turnId);
    const hasNewText = text.length > (message.continues?.length ?? 0);
    const ending = endingOf(outcome, hasNewText, receipt?.model);
    if (ending.error?.code === "internal" && "failure" in outcome) {
      this.#options.logger.error("a turn failed", outcome.failure);
    }
    await this.#mailbox.run(() => {
      const ended = { type: "done" as const, turnId: message.turnId, text, ...ending, ...(reasoning && { reasoning }) };
      const done = this.#journal.number(ended);
      return this.#journal.conclude(done, (error) => ({
        ...done,
        stopReason: "interrupted",
        error: toEventError(error),
      }));
    });
    this.#saveLater();
  }

  /** What a full disk refused is tried again until it is kept. */
  #saveLater(): void {
    if (this.#ended !== undefined || this.#isSavingLater || !this.#journal.hasUnsaved) return;
    this.#isSavingLater = true;
    this.#options.clock.after(SAVE_AGAIN_MS, () => {
      this.#isSavingLater = false;
      void this.#mailbox.run(() => this.#journal.saveUnsaved()).then(() => this.#saveLater());
    });
  }

  async #keep(event: Unnumbered): Promise<void> {
    await this.#write(() => this.#journal.commit([this.#journal.number(event) as PersistedEvent]));
    this.#options.onChange();
  }

  /** What a client asks to be written: refused once the conversation is closed. */
  #write<T>(task: () => Promise<T>): Promise<T> {
    return this.#mailbox.run(async () => {
      if (this.#ended !== undefined) throw this.#ended;
      return task();
    });
  }

  #record(event: Parameters<Journal["record"]>[0]): Promise<void> {
    return this.#mailbox.run(() => this.#journal.record(event));
  }
}

function sameOperation(accepted: AcceptedEvent, message: NewMessage, isForgotten: boolean): AcceptedEvent {
  const isSame =
    isForgotten ||
    (accepted.content === redact(message.content).text &&
      accepted.replaces === message.replaces &&
      accepted.edits === message.edits);
  if (isSame) return accepted;
  throw new DuckError(
    "operationConflict",
    "This operation id was used before for another message. Send the message again with a new one.",
  );
}
