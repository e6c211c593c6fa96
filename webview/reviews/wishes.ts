import { signal } from "@preact/signals";
import type { Decision, Review } from "../../server/protocol/edits.ts";
import { hunksOf } from "../../server/protocol/review.ts";
import { hunkKey, type ReviewPlace } from "./places.ts";

/** A decision that was asked for; without one the change shall be open again. */
export interface Wish {
  readonly decision: Decision | undefined;
}

/** Decisions that were asked for and have not come about yet, by change. */
export class Wishes {
  readonly #wishes = signal<ReadonlyMap<string, Wish>>(new Map());

  put(keys: readonly string[], wish: Wish): void {
    this.#wishes.value = new Map([...this.#wishes.peek(), ...keys.map((key) => [key, wish] as const)]);
  }

  /** It has come about, or could not. What was asked for since stays. */
  drop(wish: Wish): void {
    this.#wishes.value = new Map([...this.#wishes.peek()].filter(([, one]) => one !== wish));
  }

  /** The proposal as it will be once all is done that was asked for. */
  shown({ turnId, review }: ReviewPlace): Review {
    const wishes = this.#wishes.value;
    const isUndecided = review.state === "open" || review.state === "closed";
    if (wishes.size === 0 || !isUndecided) return review;
    const decisions: Record<string, Decision> = { ...review.decisions };
    for (const hunk of hunksOf(review)) {
      const wish = wishes.get(hunkKey({ turnId, review }, hunk));
      if (wish?.decision !== undefined) decisions[hunk.id] = wish.decision;
      else if (wish !== undefined) delete decisions[hunk.id];
    }
    return { ...review, decisions };
  }
}
