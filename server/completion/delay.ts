import type { Eagerness } from "../protocol/completions.ts";

export interface Pace {
  /** Usual time between two keystrokes, in ms. */
  readonly intervalMs: number;
  /** Usual time of an answer, in ms. */
  readonly latencyMs: number;
  /** Share of the last suggestions that were taken, 0..1. */
  readonly taken: number;
}

export const LEAST_DELAY_MS = 100;
export const MOST_DELAY_MS = 1000;

/**
 * How long a pause must be before a model is asked: half as long again as this person's usual interval, longer while answers are slow or
 * not wanted, shorter while they are. Between 100 and 1,000 ms.
 */
export function delayMs({ intervalMs, latencyMs, taken }: Pace, eagerness: Eagerness): number {
  const wanted = 1.5 * intervalMs + 0.1 * latencyMs;
  const liked = 1.5 - taken;
  const eager = eagerness === "eager" ? 0.6 : 1;
  return Math.round(Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, wanted * liked * eager)));
}

/** Longer is a pause, and says nothing of the rhythm. */
const PAUSE_MS = 1500;
const WEIGHT = 0.2;

/** How somebody types, and how it goes with suggestions: averages in which older values fade. */
export class Rhythm {
  #pace: Pace = { intervalMs: 180, latencyMs: 400, taken: 0.5 };
  #lastKeyMs: number | undefined;

  get pace(): Pace {
    return this.#pace;
  }

  key(atMs: number): void {
    const passed = this.#lastKeyMs === undefined ? undefined : atMs - this.#lastKeyMs;
    this.#lastKeyMs = atMs;
    if (passed === undefined || passed <= 0 || passed > PAUSE_MS) return;
    this.#pace = { ...this.#pace, intervalMs: faded(this.#pace.intervalMs, passed) };
  }

  answered(latencyMs: number): void {
    this.#pace = { ...this.#pace, latencyMs: faded(this.#pace.latencyMs, latencyMs) };
  }

  judged(taken: boolean): void {
    this.#pace = { ...this.#pace, taken: faded(this.#pace.taken, taken ? 1 : 0) };
  }
}

function faded(before: number, now: number): number {
  return before + WEIGHT * (now - before);
}
