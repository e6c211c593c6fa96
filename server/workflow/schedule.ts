import type { WorkflowStep } from "../protocol/workflow.ts";
import type { Task } from "./workflow.ts";

type Needing = Pick<Task, "id" | "needs" | "run">;
type StateOf = (id: string) => WorkflowStep["state"] | undefined;

/** Those that can start: they wait, and all that they need is done. */
export function nextTasks<T extends Needing>(tasks: readonly T[], stateOf: StateOf): T[] {
  return tasks.filter(
    ({ id, needs = [], run }) =>
      run !== undefined && stateOf(id) === "waiting" && needs.every((need) => stateOf(need) === "done"),
  );
}

/** Those that cannot start any more once this one has failed: they need it, or one that does. */
export function skippedBy<T extends Needing>(failed: string, tasks: readonly T[]): T[] {
  const gone = new Set([failed]);
  for (let size = 0; size < gone.size; ) {
    size = gone.size;
    for (const { id, needs = [] } of tasks) if (needs.some((need) => gone.has(need))) gone.add(id);
  }
  return tasks.filter(({ id }) => id !== failed && gone.has(id));
}
