import type { ForgetStage, PersistedEvent, Receipt } from "../protocol/events.ts";
import { withoutQuotes, withoutTurns } from "../protocol/forgetting.ts";
import type { Transcript, Turn } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { Journal, Unnumbered } from "./journal.ts";
import { titleOf } from "./title.ts";

export interface ForgettingOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Log;
  /** Runs what writes, one task after another. */
  readonly write: <T>(task: () => Promise<T>) => Promise<T>;
  /** Resolves once what was derived from the log holds nothing of its texts. */
  readonly onErase: () => Promise<void>;
  readonly onChange: () => void;
}

const UNDOABLE_MS = 10 * 60_000;
/** A disk that refused to write the log anew is tried again this often. */
const RETRY_MS = 60_000;

/**
 * What was forgotten in one conversation, on its way out of the files. Ten minutes are those of this process: no jump of the
 * clock shortens them, and after a restart they begin anew.
 */
export class Forgetting {
  readonly #options: ForgettingOptions;
  /** What ends the wait, by the first turn of the message. */
  readonly #waiting = new Map<string, () => void>();
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: ForgettingOptions) {
    this.#options = options;
  }

  /** Whether texts of forgotten messages stand in the files still. */
  get isPending(): boolean {
    return this.#turns("undoable").length + this.#turns("final").length > 0;
  }

  /** What was forgotten while the receipt was made does not stand in it. */
  withoutQuotes(receipt: Receipt): Receipt {
    const forgotten = this.#options.journal.transcript.turns.filter((turn) => turn.forgotten !== undefined);
    return withoutQuotes(receipt, new Set(idsOf(forgotten)));
  }

  /** Goes on with what an earlier process began. */
  resume(): void {
    for (const turn of this.#turns("undoable")) this.#wait([turn.accepted.turnId]);
    if (this.#turns("final").length > 0) this.#eraseLater(0);
  }

  /**
   * To be called within `write`, when none of the message's turns waits or is answered.
   * @param turns all of one message.
   */
  async forget(turns: readonly Turn[], stage: "undoable" | "final"): Promise<void> {
    const { journal } = this.#options;
    const stages: ReadonlySet<ForgetStage | undefined> = new Set(turns.map(({ forgotten }) => forgotten));
    const isNews = stages.has(undefined) || (stage === "final" && stages.has("undoable"));
    if (!isNews) return;
    const turnIds = idsOf(turns);
    const title = titleWithout(journal.transcript, turnIds);
    await this.#commit([{ type: "forgotten", turnIds, stage }, ...(title === undefined ? [] : [title])]);
    if (stage === "undoable") this.#wait(turnIds);
    else this.#stopWaiting(turnIds);
  }

  /** To be called within `write`. */
  async unforget(turns: readonly Turn[]): Promise<void> {
    if (turns.every(({ forgotten }) => forgotten === undefined)) return;
    if (turns.some(({ forgotten }) => forgotten !== "undoable")) {
      throw new DuckError("tooLate", "That message was forgotten for good.");
    }
    const { journal } = this.#options;
    const turnIds = idsOf(turns);
    const title = titleAgain(journal.events, journal.transcript, turnIds);
    await this.#commit([{ type: "remembered", turnIds }, ...(title === undefined ? [] : [title])]);
    this.#stopWaiting(turnIds);
  }

  /** Takes the texts of what cannot be undone any more out of every file; tried again later when that fails. */
  async erase(): Promise<void> {
    const { journal, write, onErase, onChange } = this.#options;
    try {
      await write(async () => {
        const turnIds = idsOf(this.#turns("final"));
        if (turnIds.length === 0) return;
        await journal.rewrite(erasure(journal.transcript, new Set(turnIds)));
        await onErase();
        await this.#commit([{ type: "forgotten", turnIds, stage: "erased" }]);
      });
    } catch (error) {
      this.#eraseLater(RETRY_MS);
      throw error;
    }
    onChange();
  }

  /** All at once, since nobody is left who could undo it. */
  async finish(): Promise<void> {
    const turns = this.#turns("undoable");
    if (turns.length > 0) await this.#options.write(() => this.forget(turns, "final"));
    await this.erase();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #turns(stage: ForgetStage): Turn[] {
    return this.#options.journal.transcript.turns.filter(({ forgotten }) => forgotten === stage);
  }

  #wait(turnIds: readonly string[]): void {
    this.#stopWaiting(turnIds);
    const cancel = this.#options.clock.after(UNDOABLE_MS, () => {
      this.#stopWaiting(turnIds);
      void this.#makeFinal(turnIds).catch((error) =>
        this.#options.logger.error("a message could not be forgotten for good yet", error),
      );
    });
    this.#waiting.set(keyOf(turnIds), cancel);
  }

  #stopWaiting(turnIds: readonly string[]): void {
    for (const turnId of turnIds) {
      this.#waiting.get(turnId)?.();
      this.#waiting.delete(turnId);
    }
  }

  async #makeFinal(turnIds: readonly string[]): Promise<void> {
    const { write, journal } = this.#options;
    try {
      await write(() => {
        const turns = journal.transcript.turns.filter(({ accepted }) => turnIds.includes(accepted.turnId));
        return this.forget(turns, "final");
      });
    } catch (error) {
      if (!this.#closed) this.#wait(turnIds);
      throw error;
    }
    await this.erase();
  }

  #eraseLater(ms: number): void {
    if (this.#closed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.after(ms, () => {
      void this.erase().catch((error) =>
        this.#options.logger.error("a message could not be forgotten for good yet", error),
      );
    });
  }

  async #commit(events: readonly Unnumbered[]): Promise<void> {
    const { journal } = this.#options;
    await journal.commit(events.map((event) => journal.number(event) as PersistedEvent));
  }
}

/** Throws DuckError tooLate. */
export function refuseForgotten({ forgotten }: Turn): void {
  if (forgotten !== undefined) throw new DuckError("tooLate", "That message was forgotten.");
}

function idsOf(turns: readonly Turn[]): string[] {
  return turns.map(({ accepted }) => accepted.turnId);
}

function keyOf([first = ""]: readonly string[]): string {
  return first;
}

/**
 * What the log says when these turns are forgotten. A message whose first writing failed half-way may stand in it twice, with
 * a title made from it.
 */
function erasure(transcript: Transcript, turnIds: ReadonlySet<string>) {
  const known = new Set(idsOf(transcript.turns));
  const operations = new Set(
    transcript.turns.flatMap(({ accepted }) => (turnIds.has(accepted.turnId) ? [accepted.operationId] : [])),
  );
  return (event: PersistedEvent): PersistedEvent | undefined => {
    const isDouble = event.type === "accepted" && !known.has(event.turnId) && operations.has(event.operationId);
    const isOfDouble = event.type === "titled" && event.from !== undefined && !known.has(event.from);
    return isDouble || isOfDouble ? undefined : withoutTurns(event, turnIds);
  };
}

/** When the title came from what is forgotten: one from the first message that is left. */
function titleWithout(transcript: Transcript, turnIds: readonly string[]): Unnumbered | undefined {
  const { titledFrom, turns } = transcript;
  if (titledFrom === undefined || !turnIds.includes(titledFrom)) return undefined;
  const next = turns.find(
    ({ accepted, state, forgotten }) =>
      state !== "withdrawn" && forgotten === undefined && !turnIds.includes(accepted.turnId),
  );
  return next && { type: "titled", title: titleOf(next.accepted.content), byUser: false, from: next.accepted.turnId };
}

/** The title that was lost with what is remembered, if nobody gave another one since. */
function titleAgain(
  events: readonly PersistedEvent[],
  { titledByUser }: Transcript,
  turnIds: readonly string[],
): Unnumbered | undefined {
  const start = events.findLastIndex((event) => event.type === "forgotten" && event.turnIds.includes(turnIds[0] ?? ""));
  const lost = events.slice(0, start).findLast((event) => event.type === "titled");
  if (titledByUser || lost?.type !== "titled" || lost.from === undefined || !turnIds.includes(lost.from))
    return undefined;
  const { title, byModel, from } = lost;
  return { type: "titled", title, byUser: false, ...(byModel !== undefined && { byModel }), from };
}
