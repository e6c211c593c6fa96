import type { ReasoningEvent } from "../protocol/events.ts";

/** UTF-16 code units that are kept of what a model thinks about one message. */
export const MOST_REASONING = 65_536;

/** What the model thinks in one turn, piece by piece: how much of it is kept, and how long it takes. */
export class Thinking {
  #length = 0;
  #ms = 0;
  #lastMs: number | undefined;

  /** @param nowMs on a monotonic clock. */
  add(text: string, nowMs: number): Pick<ReasoningEvent, "offset" | "text" | "ms"> {
    const offset = this.#length;
    const kept = text.slice(0, MOST_REASONING - offset);
    this.#length += kept.length;
    this.#ms += nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    return { offset, text: kept, ms: Math.round(this.#ms) };
  }

  /** The model says or does something: that is not thinking. */
  pause(): void {
    this.#lastMs = undefined;
  }
}
