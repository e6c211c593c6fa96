import { z } from "zod";
import { sourceLink } from "../util/markdown.ts";
import type { Task } from "../workflow/workflow.ts";
import { type ChangingSources, changingCommand } from "./changing.ts";
import type { SyntaxChecker } from "./checker.ts";
import type { Command } from "./command.ts";
import { keptOutput } from "./keptOutput.ts";
import { listed, problemLine, type Surroundings } from "./surroundings.ts";
import type { Target } from "./target.ts";

/** Mends what the editor reports of the target, or what the user says is wrong with it. */
export function fixCommand(
  sources: ChangingSources,
  surroundings: Surroundings,
  syntax: SyntaxChecker | undefined,
): Command {
  return changingCommand(
    {
      ...{ name: "fix", verb: "Fix" },
      question: ({ what, wish }, outputs) => {
        const problems = known.parse(JSON.parse(outputs.get("analyse") ?? "[]"));
        const told = problems.length > 0 ? ` These are known:\n${problems.join("\n")}` : "";
        const asked = wish === "" && told === "" ? "Find what is wrong with it, if anything." : "";
        return `Fix ${what}: mend its problems with as small a change as possible. ${asked}${told}`.trim();
      },
      analyse: (target) => lookingFor(target, surroundings, syntax),
      without: async (target, signal) => {
        const rows = await problemsOf(target, surroundings, syntax, signal);
        return listed(`Known problems of ${target.what}:`, rows, `I know of no problem in ${target.what}.`);
      },
    },
    sources,
  );
}

const known = z.array(z.string());

function lookingFor(target: Target, surroundings: Surroundings, syntax: SyntaxChecker | undefined): Task {
  return {
    ...{ id: "analyse", label: "Analyse" },
    async *run(_outputs, signal) {
      yield { type: "progress", message: `Looking for problems in ${target.what}` };
      const problems = await problemsOf(target, surroundings, syntax, signal);
      const note = problems.length === 1 ? "1 problem" : `${problems.length || "no"} problems`;
      return { output: keptOutput(problems), note: `${note} known` };
    },
  };
}

async function problemsOf(
  target: Target,
  surroundings: Surroundings,
  syntax: SyntaxChecker | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const { place, label } = target;
  const reported = await surroundings.problems(target, signal);
  if (reported !== undefined && reported.length > 0) return reported.map((one) => problemLine(label, one));
  const lines = place.kind === "file" ? await syntax?.syntaxErrors(label, place.text, signal) : [];
  return (lines ?? []).map((line) => `- ${sourceLink(label, line)}: error: it does not parse`);
}
