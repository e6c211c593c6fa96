import type { TurnPart } from "../context/turn.ts";
import type { WorkflowStep } from "../protocol/workflow.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";
import type { Clock } from "../util/clock.ts";
import { toEventError } from "../util/errors.ts";
import { nextTasks, skippedBy } from "./schedule.ts";

/** What a task may say while it runs. */
export type TaskPart = Exclude<TurnPart, { type: "end" | "workflow" }>;

/** One step of work that takes several. */
export interface Task {
  /** Unique within the work. */
  readonly id: string;
  /** One or two words: "Propose". */
  readonly label: string;
  /** Ids of the tasks that must be done before. */
  readonly needs?: readonly string[];
  /** Absent: somebody takes it on later, when this work is over. It is told as waiting. */
  readonly run?: (outputs: Outputs, signal: AbortSignal) => AsyncGenerator<TaskPart, Outcome>;
  /** Takes back what it did. Called when the work is cancelled. */
  readonly undo?: (output: string) => Promise<void>;
}

/** What the tasks gave that are done, by their ids. */
export type Outputs = ReadonlyMap<string, string>;

export interface Outcome {
  /** JSON text: what those that come after it work with, and what it is taken for when the work is gone on with. */
  readonly output: string;
  /** What came of it, in a few words. */
  readonly note?: string;
  /** What needs it is not needed any more. */
  readonly isLast?: boolean;
}

export interface WorkOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the turn that this one goes on with: what is done there is not done again. */
  readonly finished?: readonly WorkflowStep[];
}

/**
 * Runs the tasks, each as soon as those that it needs are done, and tells how they stand. One that fails stops those that need it, the
 * others go on, and then its error is thrown. When the signal aborts, what runs is stopped, what was done is undone, the last
 * first, and the signal's reason is thrown.
 */
export async function* work(tasks: readonly Task[], options: WorkOptions): AsyncGenerator<TurnPart, Outputs> {
  const run = new Run(tasks, options);
  try {
    yield { type: "workflow", steps: run.steps };
    yield* run.parts();
  } finally {
    await run.end();
  }
  run.throwFailure();
  return run.outputs;
}

class Run {
  readonly outputs = new Map<string, string>();
  readonly #tasks: readonly Task[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #steps: Map<string, WorkflowStep>;
  readonly #queue = new AsyncQueue<TurnPart>();
  /** Also ends what runs when nobody listens any more. */
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  /** In the order in which they were done here. */
  readonly #done: Task[] = [];
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(tasks: readonly Task[], { clock, signal, finished = [] }: WorkOptions) {
    this.#tasks = tasks;
    this.#clock = clock;
    this.#signal = signal;
    this.#steps = new Map(tasks.map((task) => [task.id, this.#first(task, finished)]));
  }

  get steps(): readonly WorkflowStep[] {
    return [...this.#steps.values()];
  }

  async *parts(): AsyncGenerator<TurnPart, void> {
    const onAbort = () => this.#stop.abort(this.#signal.reason);
    this.#signal.addEventListener("abort", onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    try {
      this.#next();
      yield* this.#queue;
      this.#isOver = !this.#stop.signal.aborted;
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  /** Afterwards none of them runs. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#stop.abort(this.#signal.aborted ? this.#signal.reason : new Error("Nobody listens to this work any more."));
    await Promise.all(this.#running.values());
    for (const { id, undo } of this.#done.toReversed()) {
      await undo?.(this.outputs.get(id) ?? "").catch((error: unknown) => {
        this.#failure ??= { error };
      });
    }
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#signal.throwIfAborted();
  }

  /** As it stands before anything ran. */
  #first({ id, label, run }: Task, finished: readonly WorkflowStep[]): WorkflowStep {
    const known = finished.find((step) => step.id === id);
    if (run === undefined || known?.state !== "done" || known.output === undefined)
      return { id, label, state: "waiting" };
    this.outputs.set(id, known.output);
    return { ...known, label };
  }

  #next(): void {
    if (!this.#stop.signal.aborted) {
      for (const task of nextTasks(this.#tasks, this.#stateOf)) this.#running.set(task.id, this.#run(task));
    }
    if (this.#running.size === 0) this.#queue.end();
  }

  readonly #stateOf = (id: string) => this.#steps.get(id)?.state;

  async #run(task: Task): Promise<void> {
    const { id, label, run } = task;
    const startedMs = this.#clock.monotonicMs();
    this.#tell([{ id, label, state: "running" }]);
    const ended = await this.#outcome(run);
    this.#running.delete(id);
    const durationMs = Math.round(this.#clock.monotonicMs() - startedMs);
    const { isLast = ended.state === "failed", ...step } = ended;
    this.#tell([{ id, label, ...step, durationMs }]);
    if (ended.state === "done") {
      this.outputs.set(id, ended.output);
      this.#done.push(task);
    }
    if (isLast)
      this.#tell(skippedBy(id, this.#tasks).map((one) => ({ id: one.id, label: one.label, state: "skipped" })));
    this.#next();
  }

  async #outcome(run: Task["run"]): Promise<Ended> {
    const { signal } = this.#stop;
    try {
      // Not before the next tick: all that can start together is told first.
      await Promise.resolve();
      const parts = run?.(this.outputs, signal);
      for (let next = await parts?.next(); next !== undefined; next = await parts?.next()) {
        if (next.done) return { state: "done", ...next.value };
        if (signal.aborted) break;
        this.#queue.push(next.value);
      }
      await parts?.return({ output: "" });
      return { state: "stopped" };
    } catch (error) {
      if (signal.aborted) return { state: "stopped" };
      this.#failure ??= { error };
      return { state: "failed", note: toEventError(error).message };
    }
  }

  #tell(steps: readonly WorkflowStep[]): void {
    for (const step of steps) this.#steps.set(step.id, step);
    if (steps.length > 0) this.#queue.push({ type: "workflow", steps });
  }
}

type Ended =
  | ({ readonly state: "done" } & Outcome)
  | { readonly state: "failed" | "stopped"; readonly note?: string; readonly isLast?: never };
