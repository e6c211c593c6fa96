import type { ItemFacts } from "./recallItem.ts";

/** Where a slot stands in its conversation. */
export interface Standing {
  /** Of the conversation, in order. */
  readonly slots: readonly number[];
  /** Among those. */
  readonly index: number;
}

const NOWHERE: Standing = { slots: [], index: 0 };

/** Which slot follows which in its conversation. What belongs to no conversation has no neighbours. */
export class Order {
  readonly #sessions = new Map<string, Session>();
  /** By slot. */
  readonly #places: (Place | undefined)[] = [];

  add(slot: number, { id, session: name, position = 0 }: ItemFacts, speaker: string): void {
    const session = this.#sessionOf(name);
    const place: Place = { slot, session, slots: session.slots, position, id, speaker, index: 0 };
    this.#places[slot] = place;
    const at = session.places.findLastIndex((other) => compare(other, place) < 0) + 1;
    session.places.splice(at, 0, place);
    session.slots.splice(at, 0, slot);
    renumber(session, at);
  }

  remove(slot: number): void {
    const place = this.#places[slot];
    if (place === undefined) return;
    this.#places[slot] = undefined;
    const { session, index } = place;
    session.places.splice(index, 1);
    session.slots.splice(index, 1);
    renumber(session, index);
    if (session.name !== undefined && session.slots.length === 0) this.#sessions.delete(session.name);
  }

  standing(slot: number): Standing {
    return this.#places[slot] ?? NOWHERE;
  }

  /** The next turn, if somebody else speaks there. */
  reply(slot: number): number | undefined {
    const place = this.#places[slot];
    const next = place?.session.places[place.index + 1];
    return next?.speaker === place?.speaker ? undefined : next?.slot;
  }

  #sessionOf(name: string | undefined): Session {
    const known = name === undefined ? undefined : this.#sessions.get(name);
    const session = known ?? { name, places: [], slots: [] };
    if (name !== undefined) this.#sessions.set(name, session);
    return session;
  }
}

interface Session {
  readonly name: string | undefined;
  readonly places: Place[];
  /** Of the places: a question goes through those of thousands, and numbers lie side by side. */
  readonly slots: number[];
}

interface Place extends Standing {
  readonly slot: number;
  readonly session: Session;
  readonly position: number;
  readonly id: string;
  readonly speaker: string;
  /** Kept up to date. */
  index: number;
}

function renumber({ places }: Session, from: number): void {
  for (let i = from; i < places.length; i++) {
    const place = places[i];
    if (place !== undefined) place.index = i;
  }
}

function compare(a: Place, b: Place): number {
  return a.position - b.position || (a.id < b.id ? -1 : 1);
}
