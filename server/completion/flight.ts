import type { FillModel, FillRequest } from "../llm/fill.ts";
import type { Clock } from "../util/clock.ts";
import { type Basis, typedSince, type VersionNow } from "./cache.ts";
import type { Place } from "./place.ts";
import { isWhole, type Shape } from "./shape.ts";

/** Why a request was broken off. */
export class BrokenOff extends Error {}

/** One request to a model, under way. It goes on while what is typed is what it says. */
export class Flight {
  readonly basis: Basis;
  readonly place: Place;
  readonly shape: Shape;
  readonly isLocal: boolean;
  /** It was broken off for an answer that a local model had to write. */
  hasGivenWay = false;
  /** All that was said. Fails as the model does, or with BrokenOff. */
  readonly said: Promise<string>;
  readonly #controller = new AbortController();
  #text = "";

  constructor(place: Place, shape: Shape, basis: Basis, model: FillModel, request: FillRequest, clock: Clock) {
    this.place = place;
    this.shape = shape;
    this.basis = basis;
    this.isLocal = model.isLocal;
    this.said = this.#listen(model, request, clock);
    // Whoever waits hears of it; nobody may be waiting.
    this.said.catch(() => {});
  }

  /** Whether its answer, as far as it is known, goes on from here. */
  serves(place: Place, now: VersionNow): boolean {
    const typed = typedSince(this.basis, place, now);
    if (typed === undefined || this.#controller.signal.aborted) return false;
    return this.#text.length < typed.length ? typed.startsWith(this.#text) : this.#text.startsWith(typed);
  }

  breakOff(): void {
    this.#controller.abort(new BrokenOff("The request was broken off."));
  }

  async #listen(model: FillModel, request: FillRequest, clock: Clock): Promise<string> {
    const { signal } = this.#controller;
    const cancel = clock.after(LONGEST_MS, () => this.#controller.abort(new Error("The model took too long.")));
    try {
      for await (const piece of model.fill(request, signal)) {
        this.#text += piece;
        if (isWhole(this.#text, this.place, this.shape)) break;
      }
      signal.throwIfAborted();
      return this.#text;
    } finally {
      cancel();
    }
  }
}

/** Nobody waits so long for a suggestion; a local model may be loading. */
const LONGEST_MS = 20_000;
