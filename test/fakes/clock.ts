import type { Clock } from "../../server/util/clock.ts";

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** Every `sleep` so far, in milliseconds. */
  readonly slept: number[] = [];
  /** How many timers were ever set: grows when whoever watches for silence hears something. */
  timersSet = 0;
  /** When true, a sleep moves time on by itself and ends at once: for tests that are not about the waiting. */
  skipSleeps = false;
  #elapsedMs = 0;
  /** By how much the wall clock was set. */
  #setMs = 0;
  readonly #startedAt: number;
  readonly #timers = new Set<Timer>();

  constructor(startedAt = "2026-01-02T03:04:05.000Z") {
    this.#startedAt = Date.parse(startedAt);
  }

  /** Timers and sleeps that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): Date {
    return new Date(this.#startedAt + this.#elapsedMs + this.#setMs);
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + ms, callback };
    this.timersSet++;
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    if (this.skipSleeps) return this.advance(ms);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Somebody sets the wall clock, forwards or backwards; or, where that stands still in it, the machine sleeps. */
  set(byMs: number): void {
    this.#setMs += byMs;
  }

  /** The machine sleeps where its monotonic clock goes on: what fell due meanwhile runs when time moves on again. */
  suspend(ms: number): void {
    this.#elapsedMs += ms;
  }

  /** Moves time on, running what falls due in its order; what that sets in motion gets its turn in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    for (let timer = this.#nextDue(untilMs); timer; timer = this.#nextDue(untilMs)) {
      this.#timers.delete(timer);
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      timer.callback();
      await turn();
    }
    this.#elapsedMs = untilMs;
    await turn();
  }

  #nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (!next || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Everything that is ready runs: promises, and one round of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits for something that real input or output brings about. Fails after 5 s of real time. */
export async function until(condition: () => boolean | Promise<boolean>, what = "the condition"): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > 10_000) throw new Error(`${what} never became true`);
    await turn();
  }
}
