import type { ChatEvent, PersistedEvent } from "../protocol/events.ts";
import { placesInView, type Transcript, type Turn, visibleTurns } from "../protocol/transcript.ts";

/** Messages and answers, of one conversation. */
export const SHORT_TERM_CAPACITY = 200;
const MAX_TURNS = SHORT_TERM_CAPACITY / 2;

/** How the short-term tiers of a process do, all together. */
export interface ShortTermStats {
  readonly held: number;
  readonly capacity: number;
  /** Share of reads that were answered without the log, 0..1; absent before the first. */
  readonly hitRate?: number;
}

/** Counts for all conversations of one process. */
export class ShortTermTally {
  #rings = 0;
  #held = 0;
  #hits = 0;
  #reads = 0;

  get stats(): ShortTermStats {
    const capacity = SHORT_TERM_CAPACITY * Math.max(1, this.#rings);
    return { held: this.#held, capacity, ...(this.#reads > 0 && { hitRate: this.#hits / this.#reads }) };
  }

  opened(): void {
    this.#rings++;
  }

  closed(): void {
    this.#rings--;
  }

  holds(more: number): void {
    this.#held += more;
  }

  read(isHit: boolean): void {
    this.#reads++;
    if (isHit) this.#hits++;
  }
}

/**
 * The short-term tier: the last messages of a conversation with their answers and what was attached, ready for the next message.
 * It knows behind which turn it ends, so that another branch is no other thing than another end. What changes anything else than the end
 * empties it, and the next read fills it from all that the log says.
 */
export class ShortTerm {
  readonly #tally: ShortTermTally;
  #turns: readonly Turn[] = [];
  /** Whoever stands behind this turn is answered with these; undefined while nothing is known. */
  #place: { readonly behind: string | undefined } | undefined;

  constructor(tally: ShortTermTally) {
    this.#tally = tally;
    tally.opened();
  }

  /** As a log leaves it that was just read. */
  start(transcript: Transcript): void {
    const isWhole = placesInView(transcript).every(({ state }) => state === "done" || state === "withdrawn");
    if (isWhole) this.#hold(doneOf(visibleTurns(transcript)), transcript.tip);
  }

  /** What stands before a message, oldest first. @param fromLog the same, of all that there is. */
  before(turn: Turn, fromLog: () => readonly Turn[]): readonly Turn[] {
    const isHit =
      turn.accepted.replaces === undefined && this.#place !== undefined && this.#place.behind === turn.after;
    this.#tally.read(isHit);
    if (isHit) return this.#turns;
    const turns = doneOf(fromLog());
    if (turn.accepted.replaces === undefined) this.#hold(turns, turn.after);
    return turns;
  }

  /** Something has happened. @param turn the one that the event is of, with that. */
  note(event: ChatEvent | PersistedEvent, turn: Turn | undefined): void {
    if (event.type === "done" && turn !== undefined) this.#take(turn);
    else if (CHANGES.has(event.type) || (event.type === "accepted" && event.replaces !== undefined)) this.#drop();
  }

  close(): void {
    this.#drop();
    this.#tally.closed();
  }

  #take(turn: Turn): void {
    const { turnId, replaces } = turn.accepted;
    const isNext = replaces === undefined && this.#place !== undefined && this.#place.behind === turn.after;
    if (isNext) this.#hold([...this.#turns, turn].slice(-MAX_TURNS), turnId);
    else this.#drop();
  }

  #drop(): void {
    this.#hold([], undefined);
    this.#place = undefined;
  }

  #hold(turns: readonly Turn[], behind: string | undefined): void {
    this.#tally.holds(2 * (turns.length - this.#turns.length));
    this.#turns = turns;
    this.#place = { behind };
  }
}

/** What takes words away or gives them back, in the middle. */
const CHANGES: ReadonlySet<(ChatEvent | PersistedEvent)["type"]> = new Set([
  "withdrawn",
  "cleared",
  "forgotten",
  "remembered",
]);

function doneOf(turns: readonly Turn[]): readonly Turn[] {
  return turns.filter(({ state }) => state === "done").slice(-MAX_TURNS);
}
