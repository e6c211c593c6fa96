import { plainText, sourceLink } from "../util/markdown.ts";
import { type ChangingSources, changingCommand } from "./changing.ts";
import type { Command } from "./command.ts";
import { unfinished } from "./findings.ts";
import { firstLineOf, listed } from "./surroundings.ts";
import type { Target } from "./target.ts";

/** Finishes unfinished code. Without a model: the places that say of themselves that they are. */
export function completeCommand(sources: ChangingSources): Command {
  return changingCommand(
    {
      ...{ name: "complete", verb: "Complete" },
      question: (target) =>
        `Complete ${target.what}: write what is missing where it is unfinished, as its names, comments and callers ask for, and leave the rest as it is.${places(target)}`,
      without: async (target) => {
        const rows = found(target).map(({ line, text }) => `- ${sourceLink(target.label, line)}: ${plainText(text)}`);
        return listed(
          `Unfinished places in ${target.what}:`,
          rows,
          `Nothing in ${target.what} says that it is unfinished.`,
        );
      },
    },
    sources,
  );
}

function places(target: Target): string {
  const lines = found(target).map(({ line }) => line);
  return lines.length === 0
    ? ""
    : ` It says that it is unfinished at ${lines.map((line) => `line ${line}`).join(", ")}.`;
}

function found(target: Target) {
  return unfinished(target.place.text, firstLineOf(target));
}
