import { z } from "zod";
import { count } from "../util/count.ts";
import { sourceLink } from "../util/markdown.ts";
import type { Outputs, Task } from "../workflow/workflow.ts";
import { symbolsIn } from "../workspace/symbols.ts";
import { type ChangingSources, changingCommand } from "./changing.ts";
import type { Command } from "./command.ts";
import { keptOutput } from "./keptOutput.ts";
import { firstLineOf, listed, type Surroundings } from "./surroundings.ts";
import type { Target } from "./target.ts";

/** Changes code without changing what it does: who uses it and what tests it is looked up first. */
export function refactorCommand(sources: ChangingSources, surroundings: Surroundings): Command {
  return changingCommand(
    {
      ...{ name: "refactor", verb: "Refactor" },
      question: ({ what }, outputs) =>
        `Refactor ${what}: make it clearer, without changing what it does.${knownOf(outputs)}`,
      analyse: (target) => analysing(target, surroundings),
      without: async (target, signal) => {
        const found = await surroundingsOf(target, surroundings, signal);
        return `${longest(target)}\n\n${inWords(found)}`;
      },
    },
    sources,
  );
}

const surrounding = z.object({ uses: z.array(z.string()), tests: z.array(z.string()), problems: z.array(z.string()) });
type Found = z.infer<typeof surrounding>;

function analysing(target: Target, surroundings: Surroundings): Task {
  return {
    ...{ id: "analyse", label: "Analyse" },
    async *run(_outputs, signal) {
      yield { type: "progress", message: `Looking who uses ${target.what}` };
      const found = await surroundingsOf(target, surroundings, signal);
      return { output: keptOutput(found), note: noteOn(found) };
    },
  };
}

async function surroundingsOf(target: Target, surroundings: Surroundings, signal: AbortSignal): Promise<Found> {
  const [uses, tests, problems = []] = await Promise.all([
    surroundings.uses(target, signal),
    surroundings.tests(target),
    surroundings.problems(target, signal),
  ]);
  return { uses, tests, problems: problems.map(({ line, message }) => `line ${line}: ${message}`) };
}

function knownOf(outputs: Outputs): string {
  const found = surrounding.parse(JSON.parse(outputs.get("analyse") ?? "null"));
  const told = [
    ...(found.uses.length > 0 ? [`It is named in ${found.uses.join(", ")}: these must go on working.`] : []),
    ...(found.tests.length > 0 ? [`It is tested by ${found.tests.join(", ")}.`] : []),
    ...(found.problems.length > 0 ? [`The editor reports: ${found.problems.join("; ")}.`] : []),
  ];
  return told.length === 0 ? "" : ` ${told.join(" ")}`;
}

function noteOn({ uses, tests }: Found): string {
  const used = uses.length === 0 ? "no other file names it" : `named in ${count(uses.length, "other file")}`;
  return tests.length === 0 ? `${used}, no tests` : `${used}, ${count(tests.length, "test file")}`;
}

function inWords({ uses, tests, problems }: Found): string {
  return [
    uses.length === 0 ? "No other file names it." : `It is named in ${uses.join(", ")}.`,
    tests.length === 0 ? "I find no file that tests it." : `It is tested by ${tests.join(", ")}.`,
    ...(problems.length > 0 ? [`The editor reports ${problems.join("; ")}.`] : []),
  ].join(" ");
}

function longest(target: Target): string {
  const sized = symbolsIn(target.place.text, firstLineOf(target))
    .map((one) => ({ ...one, lines: one.endLine - one.startLine + 1 }))
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 5);
  const rows = sized.map(({ name, startLine, lines }) => {
    return `- \`${name}\` at ${sourceLink(target.label, startLine)}: ${count(lines, "line")}`;
  });
  return listed(`The longest definitions in ${target.what}:`, rows, `I see no definitions in ${target.what}.`);
}
