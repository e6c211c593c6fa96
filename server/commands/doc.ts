import { sourceLink } from "../util/markdown.ts";
import { type ChangingSources, changingCommand } from "./changing.ts";
import type { Command } from "./command.ts";
import { undocumented } from "./findings.ts";
import { firstLineOf, listed } from "./surroundings.ts";

/** Writes documentation comments. Without a model: what has none. */
export function docCommand(sources: ChangingSources): Command {
  return changingCommand(
    {
      ...{ name: "doc", verb: "Document" },
      question: ({ what }) =>
        `Write documentation comments for ${what}, in the way of its language and this project: what is promised, units, errors; nothing that the code says itself. Change no code.`,
      without: async (target) => {
        const missing = undocumented(target.place.text, firstLineOf(target));
        const rows = missing.map(({ name, startLine }) => `- \`${name}\` at ${sourceLink(target.label, startLine)}`);
        return listed("No comment stands before these:", rows, `Every definition in ${target.what} has a comment.`);
      },
    },
    sources,
  );
}
