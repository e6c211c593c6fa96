import { setTimeout } from "node:timers/promises";

/**
 * Milliseconds on the machine's monotonic clock. Its zero is the same in every process, unlike that of `performance.now()`,
 * and nobody sets it, unlike `performance.timeOrigin`: a time taken in one process can be subtracted in another.
 */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export async function timed(task: () => Promise<unknown>): Promise<number> {
  const startedMs = nowMs();
  await task();
  return nowMs() - startedMs;
}

/** Runs `task` `times` times, one after another. */
export async function repeat<T>(times: number, task: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index++) results.push(await task(index));
  return results;
}

/** Asks again and again until the answer is yes. Only for what a bench waits for before it measures. */
export async function waitFor(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = nowMs() + 60_000;
  while (!(await condition())) {
    if (nowMs() > deadlineMs) throw new Error(`Waited a minute in vain for ${what}.`);
    await setTimeout(20);
  }
}
