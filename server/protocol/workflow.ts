/**
 * One step of work that takes several. The steps of a turn are told all at once when it begins, and again one by one whenever one
 * of them changes; also after the answer is done, as long as a review goes on.
 */
export interface WorkflowStep {
  /** Unique within the turn. */
  readonly id: string;
  /** One or two words: "Propose". */
  readonly label: string;
  /** skipped: it is not needed. stopped: somebody stopped it, or the server ended. */
  readonly state: "waiting" | "running" | "done" | "failed" | "skipped" | "stopped";
  /** What came of it, or what it waits for, in a few words: "no new problems", "1 of 3 left". */
  readonly note?: string;
  readonly durationMs?: number;
  /** What it gave, as JSON text: who goes on with this turn after it broke off takes it instead of doing the step again. */
  readonly output?: string;
}
