import { sourceLink } from "../util/markdown.ts";
import type { Task } from "../workflow/workflow.ts";
import { type ChangingSources, changingCommand } from "./changing.ts";
import type { Command } from "./command.ts";
import { unmentioned } from "./findings.ts";
import { keptOutput } from "./keptOutput.ts";
import { firstLineOf, listed, type Surroundings } from "./surroundings.ts";
import type { Target } from "./target.ts";

/** Writes tests of the target, where the project's others stand. Without a model: what no test names. */
export function testCommand(sources: ChangingSources, surroundings: Surroundings): Command {
  return changingCommand(
    {
      ...{ name: "test", verb: "Test" },
      question: ({ what }, outputs) => {
        const tests = outputs.get("analyse") ?? "[]";
        const known =
          tests === "[]" ? "Put them where the project's other tests stand." : `Its tests stand in ${tests}.`;
        return `Write tests of ${what}, in the way of the project's other tests: what it promises, its borders, its failures. Do not change what is tested. ${known}`;
      },
      analyse: (target) => lookingForTests(target, surroundings),
      without: async (target) => {
        const tests = await surroundings.tests(target);
        const missing = unmentioned(target.place.text, firstLineOf(target), await surroundings.textsOf(tests));
        const rows = missing.map(({ name, startLine }) => `- \`${name}\` at ${sourceLink(target.label, startLine)}`);
        const where =
          tests.length === 0 ? "I find no file that tests it, by its name." : `I looked in ${tests.join(", ")}.`;
        const none = `Every function of ${target.what} is named in a test. ${where}`;
        return listed(`No test names these. ${where}`, rows, none);
      },
    },
    sources,
  );
}

function lookingForTests(target: Target, surroundings: Surroundings): Task {
  return {
    ...{ id: "analyse", label: "Analyse" },
    async *run() {
      yield { type: "progress", message: `Looking for tests of ${target.label}` };
      const tests = await surroundings.tests(target);
      return {
        output: keptOutput(tests),
        note: tests.length === 0 ? "no tests yet" : `tests in ${tests.join(", ")}`,
      };
    },
  };
}
