import { setTimeout } from "node:timers/promises";
import { nowMs } from "./clock.ts";

export interface Arrivals {
  readonly perSecond: number;
  readonly count: number;
  /** Of the sequence of gaps: the same seed, the same times. */
  readonly seed: number;
}

/** An open loop: starts a task at each arrival of a Poisson process, whatever has ended. Answers how late it was, in ms. */
export async function poisson({ perSecond, count, seed }: Arrivals, start: (index: number) => void): Promise<number[]> {
  const random = mulberry32(seed);
  const lateMs: number[] = [];
  let dueMs = nowMs();
  for (let index = 0; index < count; index++) {
    dueMs += (-Math.log(1 - random()) * 1000) / perSecond;
    await setTimeout(Math.max(0, dueMs - nowMs()));
    lateMs.push(nowMs() - dueMs);
    start(index);
  }
  return lateMs;
}

/** Tommy Ettinger's mulberry32 (public domain): 32 bits of state are enough for a bench. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
