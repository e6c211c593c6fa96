import type { ItemFacts } from "./recallItem.ts";

/** Which slot follows which in its conversation. What belongs to no conversation has no neighbours. */
export class Order {
  readonly #sessions = new Map<string, Place[]>();
  /** By slot. */
  readonly #places: (Place | undefined)[] = [];

  add(slot: number, { id, session, position = 0 }: ItemFacts, speaker: string): void {
    if (session === undefined) return;
    const places = this.#sessions.get(session) ?? [];
    this.#sessions.set(session, places);
    const place: Place = { slot, session: places, name: session, position, id, speaker, index: places.length };
    this.#places[slot] = place;
    const before = places.findLastIndex((other) => compare(other, place) < 0);
    places.splice(before + 1, 0, place);
    renumber(places, before + 1);
  }

  remove(slot: number): void {
    const place = this.#places[slot];
    if (place === undefined) return;
    this.#places[slot] = undefined;
    place.session.splice(place.index, 1);
    renumber(place.session, place.index);
    if (place.session.length === 0) this.#sessions.delete(place.name);
  }

  /** The slot so many turns after this one, or before it; itself at 0. Undefined past the conversation's ends. */
  neighbour(slot: number, distance: number): number | undefined {
    const place = this.#places[slot];
    if (place === undefined) return distance === 0 ? slot : undefined;
    return place.session[place.index + distance]?.slot;
  }

  /** The next turn, if somebody else speaks there. */
  reply(slot: number): number | undefined {
    const place = this.#places[slot];
    const next = place?.session[place.index + 1];
    return next?.speaker === place?.speaker ? undefined : next?.slot;
  }
}

interface Place {
  readonly slot: number;
  readonly session: Place[];
  readonly name: string;
  readonly position: number;
  readonly id: string;
  readonly speaker: string;
  /** In its session; kept up to date. */
  index: number;
}

function renumber(places: readonly Place[], from: number): void {
  for (let i = from; i < places.length; i++) {
    const place = places[i];
    if (place !== undefined) place.index = i;
  }
}

function compare(a: Place, b: Place): number {
  return a.position - b.position || (a.id < b.id ? -1 : 1);
}
