import { z } from "zod";
import type { TurnParts, TurnRequest } from "../context/turn.ts";
import type { Proposal } from "../protocol/edits.ts";
import type { ModelName, Usage } from "../protocol/events.ts";
import { hunksOf } from "../protocol/review.ts";
import type { WorkflowStep } from "../protocol/workflow.ts";
import type { Clock } from "../util/clock.ts";
import { count } from "../util/count.ts";
import { countRedactions } from "../util/redaction.ts";
import { type Outputs, type Task, work } from "../workflow/workflow.ts";
import type { Checker } from "./checker.ts";
import { keptOutput } from "./keptOutput.ts";
import type { Proposed, Proposer, Wanted } from "./proposer.ts";

export interface ReviewedSources {
  readonly proposer: Proposer;
  readonly checker: Checker;
  readonly clock: Clock;
}

export interface ReviewedWork {
  readonly turn: TurnRequest;
  /** Goes before the proposal. */
  readonly analyse?: Task;
  readonly wanted: (outputs: Outputs) => Wanted;
}

/**
 * The work of every command that changes code: propose, check; then the answer ends, and review, apply and verify go on with what the user
 * decides (the engine's part).
 */
export async function* reviewed(
  { turn, analyse, wanted }: ReviewedWork,
  { proposer, checker, clock }: ReviewedSources,
  signal: AbortSignal,
): TurnParts {
  const made: Made = {};
  const tasks: Task[] = [
    ...(analyse ? [analyse] : []),
    proposing(proposer, wanted, made, turn.message.continues ?? "", analyse && [analyse.id]),
    checking(checker, made),
    ...LATER,
  ];
  const outputs = yield* work(tasks, { clock, signal, finished: usable(turn.workflow) });
  const { proposal, model, usage } = proposedIn(outputs, made);
  if (proposal !== undefined) {
    yield { type: "proposed", proposal };
    yield { type: "workflow", steps: [{ id: "review", label: "Review", state: "running", note: leftIn(proposal) }] };
  }
  yield { type: "end", stopReason: "complete", ...(model && { model }), ...(usage && { usage }) };
}

/** @param said before the answer broke off: what is said now is a paragraph of its own. */
function proposing(
  proposer: Proposer,
  wanted: ReviewedWork["wanted"],
  made: Made,
  said: string,
  needs: readonly string[] = [],
): Task {
  return {
    ...{ id: "propose", label: "Propose", needs },
    async *run(outputs, signal) {
      if (said !== "") yield { type: "text", text: "\n\n" };
      const proposed = yield* proposer.propose(wanted(outputs), signal);
      const { proposal } = proposed;
      made.proposed = proposed;
      const output = keptOutput(proposed);
      if (proposal === undefined) return { output, note: "nothing to change", isLast: true };
      return { output, note: sizeOf(proposal) };
    },
  };
}

function checking(checker: Checker, made: Made): Task {
  return {
    ...{ id: "check", label: "Check", needs: ["propose"] },
    async *run(outputs, signal) {
      const { proposal } = proposedIn(outputs, made);
      if (proposal === undefined) return { output: "{}" };
      yield { type: "progress", message: "Checking the changes" };
      const checked = await checker.check(proposal, signal);
      if (checked.isWorse) yield { type: "text", text: `\n\n**Look closely:** ${checked.note}.\n` };
      return { output: keptOutput(checked), note: checked.note };
    },
  };
}

/** What was proposed by this process, with the secrets that the log does not keep. */
interface Made {
  proposed?: Proposed;
}

const LATER: readonly Task[] = [
  { id: "review", label: "Review", needs: ["check"] },
  { id: "apply", label: "Apply", needs: ["review"] },
  { id: "verify", label: "Verify", needs: ["apply"] },
];

/** A secret is not kept: changes around one cannot be applied from the log. */
function usable(finished: readonly WorkflowStep[] = []): readonly WorkflowStep[] {
  return finished.filter(
    ({ id, output = "" }) => id !== "propose" || (countRedactions(output) === 0 && isProposed(output)),
  );
}

function isProposed(output: string): boolean {
  return proposedOutput.safeParse(output).success;
}

function proposedIn(outputs: Outputs, { proposed }: Made): Proposed {
  return proposed ?? proposedOutput.parse(outputs.get("propose"));
}

const hunk = z.object({
  ...{ id: z.string(), startLine: z.number(), endLine: z.number(), search: z.string(), replace: z.string() },
  covered: z.literal(true).optional(),
});
const file = z.object({
  ...{ path: z.string(), label: z.string(), language: z.string(), guarded: z.string().optional() },
  change: z.enum(["modify", "create", "delete"]),
  hunks: z.array(hunk),
});
const proposedShape = z.object({
  proposal: z.object({ id: z.string(), title: z.string(), files: z.array(file) }).optional(),
  model: z.custom<ModelName>((value) => value !== null && typeof value === "object").optional(),
  usage: z.custom<Usage>((value) => value !== null && typeof value === "object").optional(),
});
/** As it was kept in the log. */
const proposedOutput = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "no JSON" });
      return z.NEVER;
    }
  })
  .pipe(proposedShape) as z.ZodType<Proposed, string>;

function leftIn(proposal: Proposal): string {
  const hunks = hunksOf(proposal).length;
  return `${hunks} of ${hunks} left`;
}

function sizeOf(proposal: Proposal): string {
  const places = count(hunksOf(proposal).length, "change");
  return proposal.files.length === 1 ? places : `${places} in ${proposal.files.length} files`;
}
