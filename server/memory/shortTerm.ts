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
 * empties it, and the next read fills it from all that the log says. What has left the ring is at hand only as what summaries stand for.
 */
export class ShortTerm {
  readonly #tally: ShortTermTally;
  #ring: readonly Turn[] = [];
  #earlier: readonly Turn[] = [];
  /** Whoever stands behind this turn is answered with these; undefined while nothing is known. */
  #place: { readonly behind: string | undefined } | undefined;

  constructor(tally: ShortTermTally) {
    this.#tally = tally;
    tally.opened();
  }

  /** As a log leaves it that was just read. */
  start(transcript: Transcript): void {
    const isWhole = placesInView(transcript).every(({ state }) => state === "done" || state === "withdrawn");
    if (isWhole) this.#fill(visibleTurns(transcript), transcript.tip);
  }

  /** What stands before a message, oldest first, all of it done. @param fromLog the turns before it, of all that there are. */
  before(turn: Turn, fromLog: () => readonly Turn[]): readonly Turn[] {
    const isHit = this.#endsBefore(turn);
    this.#tally.read(isHit);
    if (isHit) return [...this.#earlier, ...this.#ring];
    const turns = fromLog();
    if (turn.accepted.replaces === undefined) this.#fill(turns, turn.after);
    return doneOf(turns);
  }

  /** Something has happened. @param turn the one that the event is of, with that. */
  note(event: ChatEvent | PersistedEvent, turn: Turn | undefined): void {
    if (event.type === "done" && turn !== undefined && this.#endsBefore(turn)) this.#take(turn);
    else if (CHANGES.has(event.type) || (event.type === "accepted" && event.replaces !== undefined)) this.#drop();
  }

  close(): void {
    this.#drop();
    this.#tally.closed();
  }

  #endsBefore({ accepted, after }: Turn): boolean {
    return accepted.replaces === undefined && this.#place !== undefined && this.#place.behind === after;
  }

  #take(turn: Turn): void {
    const ring = [...this.#ring, turn];
    const left = ring.splice(0, Math.max(0, ring.length - MAX_TURNS));
    if (left.length > 0) this.#earlier = [...this.#earlier, ...left];
    this.#hold(ring);
    this.#place = { behind: turn.accepted.turnId };
  }

  #fill(turns: readonly Turn[], behind: string | undefined): void {
    const done = doneOf(turns);
    this.#earlier = done.slice(0, -MAX_TURNS);
    this.#hold(done.slice(-MAX_TURNS));
    this.#place = { behind };
  }

  #drop(): void {
    this.#earlier = [];
    this.#hold([]);
    this.#place = undefined;
  }

  #hold(ring: readonly Turn[]): void {
    this.#tally.holds(2 * (ring.length - this.#ring.length));
    this.#ring = ring;
  }
}

/** What takes words away or gives them back, in the middle; a turn that ends anywhere else than behind the end does so, too. */
const CHANGES: ReadonlySet<(ChatEvent | PersistedEvent)["type"]> = new Set([
  "withdrawn",
  "cleared",
  "done",
  "forgotten",
  "remembered",
]);

function doneOf(turns: readonly Turn[]): readonly Turn[] {
  return turns.filter(({ state }) => state === "done");
}
