import { setTimeout } from "node:timers/promises";
import { nowMs } from "./clock.ts";
import { type Summary, summary } from "./stats.ts";
import type { TurnTimes } from "./timedReply.ts";

export type Turn = (index: number) => Promise<TurnTimes>;

export interface OpenLoop {
  readonly turnsPerSecond: number;
  readonly seconds: number;
}

/** Sends at its times, whatever has been answered. `lateMs`: how much later than it should each turn was sent. */
export async function openLoop({ turnsPerSecond, seconds }: OpenLoop, turn: Turn) {
  const startedMs = nowMs();
  const running: Promise<TurnTimes>[] = [];
  const lateMs: number[] = [];
  for (let index = 0; index < turnsPerSecond * seconds; index++) {
    const dueMs = startedMs + (index * 1000) / turnsPerSecond;
    await setTimeout(Math.max(0, dueMs - nowMs()));
    lateMs.push(nowMs() - dueMs);
    running.push(turn(index));
  }
  return { times: await Promise.all(running), lateMs };
}

/** Calls `ask` again and again until stopped, a pause apart; answers how long each answer took, in ms. */
export async function pings(ask: () => Promise<unknown>, stop: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!stop.aborted) {
    const sentMs = nowMs();
    await ask();
    times.push(nowMs() - sentMs);
    await setTimeout(PING_PAUSE_MS);
  }
  return times;
}

const PING_PAUSE_MS = 20;

/** In ms. */
export interface Added {
  readonly beforeFirstToken: Summary;
  readonly request: Summary;
  readonly firstToken: Summary;
  readonly perToken: Summary;
  readonly accepted?: Summary;
  /** Turns that are left out above: the model was asked for a summary first, and took its time for that. */
  readonly afterSummary: number;
}

export function added(all: readonly TurnTimes[]): Added {
  const times = all.filter(({ isAfterSummary }) => isAfterSummary !== true);
  const accepted = times.flatMap(({ acceptedMs }) => acceptedMs ?? []);
  return {
    beforeFirstToken: summary(times.map(({ requestMs, firstTokenMs }) => requestMs + firstTokenMs)),
    request: summary(times.map(({ requestMs }) => requestMs)),
    firstToken: summary(times.map(({ firstTokenMs }) => firstTokenMs)),
    perToken: summary(times.flatMap(({ tokenMs }) => tokenMs)),
    ...(accepted.length > 0 && { accepted: summary(accepted) }),
    afterSummary: all.length - times.length,
  };
}
