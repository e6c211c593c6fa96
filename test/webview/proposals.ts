import type { Hunk, Proposal, ProposedFile } from "../../server/protocol/edits.ts";
import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import type { FakeHost } from "./fakeHost.ts";

/** Proposals and steps as a refactoring makes them. */

export const STEPS: readonly WorkflowStep[] = [
  { id: "analyse", label: "Analyse", state: "done", durationMs: 1200 },
  { id: "propose", label: "Propose", state: "done", durationMs: 6800 },
  { id: "check", label: "Check", state: "done", note: "no new problems" },
  { id: "review", label: "Review", state: "running", note: "3 of 3 left" },
  { id: "apply", label: "Apply", state: "waiting" },
  { id: "verify", label: "Verify", state: "waiting", note: "npm test" },
];

const SEARCH = ["if (!finished) {", "  return text", "}"].join("\n");
const REPLACE = ["if (!finished) {", "  throw new DuckError(", '    "interrupted",', "    words)", "}"].join("\n");

export function hunk(id: string, startLine: number, fields: Partial<Hunk> = {}): Hunk {
  return { id, startLine, endLine: startLine + 2, search: SEARCH, replace: REPLACE, ...fields };
}

export function file(label: string, fields: Partial<ProposedFile> = {}): ProposedFile {
  const hunks = [hunk(`${label} 1`, 42), hunk(`${label} 2`, 71), hunk(`${label} 3`, 102)];
  return { path: `/w/${label}`, label, language: "typescript", change: "modify", hunks, ...fields };
}

export function proposal(...files: ProposedFile[]): Proposal {
  return { id: "p1", title: "Refactor resilience.ts", files };
}

/** A turn that is done and has proposed this. */
export async function propose(
  host: FakeHost,
  proposed: Proposal,
  steps: readonly WorkflowStep[] = STEPS,
): Promise<void> {
  await host.accept("c1", "t1", "/refactor so that a cut-off stream is kept and reported");
  await host.emit("c1", { type: "started", turnId: "t1", kind: "command", command: "refactor" });
  if (steps.length > 0) await host.emit("c1", { type: "workflow", turnId: "t1", steps });
  await host.emit("c1", { type: "proposed", turnId: "t1", proposal: proposed });
  await host.finish("c1", "t1");
}
