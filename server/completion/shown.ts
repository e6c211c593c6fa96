import type { Clock } from "../util/clock.ts";
import type { Rhythm } from "./delay.ts";
import type { OpenTexts, Place } from "./place.ts";
import { retainedIn, type Tally } from "./statistics.ts";

/** A suggestion at its place. */
export interface Suggestion {
  readonly id: string;
  readonly text: string;
}

interface Standing extends Suggestion {
  readonly place: Place;
}

const RETAINED_AFTER_MS = 30_000;
const MOST_KNOWN = 50;

/** What was shown, and what became of it: accepted, typed, or turned down. */
export class Shown {
  readonly #tally: Tally;
  readonly #rhythm: Rhythm;
  readonly #documents: OpenTexts;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #known = new Map<string, Standing>();
  #last: Standing | undefined;

  constructor(
    { documents, clock, newId }: { documents: OpenTexts; clock: Clock; newId: () => string },
    tally: Tally,
    rhythm: Rhythm,
  ) {
    this.#documents = documents;
    this.#clock = clock;
    this.#newId = newId;
    this.#tally = tally;
    this.#rhythm = rhythm;
  }

  /** Under the id that it had before, when it is the rest of the one that was shown last. */
  show(place: Place, text: string): Suggestion {
    const last = this.#last;
    const isRest = last !== undefined && last.place.prefix + last.text === place.prefix + text;
    const standing = { id: isRest ? last.id : this.#newId(), text, place };
    if (!isRest) this.#tally.add("shown");
    this.#last = standing;
    this.#known.set(standing.id, standing);
    for (const old of [...this.#known.keys()].slice(0, -MOST_KNOWN)) this.#known.delete(old);
    return { id: standing.id, text };
  }

  /** Somebody is here now: what was shown last was typed up to here, or turned down. */
  movedTo({ uri, prefix }: Place): void {
    const last = this.#last;
    if (last === undefined) return;
    const typed = last.place.uri === uri && (last.place.prefix + last.text).startsWith(prefix);
    if (typed && prefix.length >= last.place.prefix.length) return;
    this.#last = undefined;
    this.#rhythm.judged(prefix.startsWith(last.place.prefix + last.text));
  }

  accepted(id: string): void {
    const standing = this.#known.get(id);
    if (standing === undefined) return;
    this.#known.delete(id);
    if (this.#last?.id === id) this.#last = undefined;
    const { text, place } = standing;
    this.#rhythm.judged(true);
    this.#tally.add("accepted");
    this.#tally.add("acceptedCharacters", text.length);
    this.#clock.after(RETAINED_AFTER_MS, () => {
      this.#tally.add("judgedCharacters", text.length);
      this.#tally.add("retainedCharacters", retainedIn(this.#documents.get(place.uri)?.text() ?? "", text));
    });
  }
}
