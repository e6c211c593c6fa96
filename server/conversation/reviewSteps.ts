import type { FileOutcome, Review } from "../protocol/edits.ts";
import { hunksOf, openHunks } from "../protocol/review.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { WorkflowStep } from "../protocol/workflow.ts";
import { count } from "../util/count.ts";
import type { Unnumbered } from "./journal.ts";

/** The last steps of work that changes files, which go on after its answer: review, apply, verify. */

export const VERIFY_SKIPPED: WorkflowStep = {
  id: "verify",
  label: "Verify",
  state: "skipped",
  note: "no editor to ask for problems",
};

/** The process that verified ended. */
export const VERIFY_STOPPED: WorkflowStep = { id: "verify", label: "Verify", state: "stopped" };

export function hasStep({ workflow = [] }: Turn, id: string): boolean {
  return workflow.some((step) => step.id === id);
}

/** Where the review stands, if the turn has such steps. */
export function reviewSteps(turn: Turn, review: Review): Unnumbered[] {
  if (!hasStep(turn, "review")) return [];
  const all = hunksOf(review).length;
  const left = openHunks(review).length;
  const { turnId } = turn.accepted;
  const note = `${left} of ${all} left`;
  if (left > 0)
    return [{ type: "workflow", turnId, steps: [{ id: "review", label: "Review", state: "running", note }] }];
  const steps: WorkflowStep[] = [{ id: "review", label: "Review", state: "done", note: decidedNote(review) }];
  if (review.state === "closed") {
    steps.push({ id: "apply", label: "Apply", state: "skipped" }, { id: "verify", label: "Verify", state: "skipped" });
  } else {
    steps.push({ id: "apply", label: "Apply", state: "running" });
  }
  return [{ type: "workflow", turnId, steps }];
}

function decidedNote(review: Review): string {
  const all = Object.values(review.decisions);
  const accepted = all.filter(({ decision }) => decision === "accepted").length;
  return accepted === all.length ? "all accepted" : `${accepted} of ${all.length} accepted`;
}

export function refusedSteps(review: Review): WorkflowStep[] {
  const left = openHunks(review).length;
  return [
    { id: "apply", label: "Apply", state: "failed", note: "nothing was changed" },
    { id: "review", label: "Review", state: "running", note: `${left} of ${hunksOf(review).length} left` },
  ];
}

export function appliedSteps(outcomes: readonly FileOutcome[]): WorkflowStep[] {
  const changed = outcomes.filter(({ state }) => state === "changed").length;
  return [{ id: "apply", label: "Apply", state: "done", note: count(changed, "file") }];
}
