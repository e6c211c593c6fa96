import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { DuckError } from "../util/errors.ts";
import { type ChangingSources, offline } from "./changing.ts";
import type { Command } from "./command.ts";
import { reviewed } from "./reviewed.ts";
import { listed, type Surroundings } from "./surroundings.ts";

/** Writes new code or new files. Without a model: where the project has something like it. */
export function generateCommand(sources: ChangingSources, surroundings: Surroundings): Command {
  return {
    ...SLASH_COMMANDS.generate,
    async *run({ argument, turn, signal }) {
      if (argument === "") {
        throw new DuckError("invalidRequest", "Say what to write: /generate a parser for ISO dates in src/dates.ts");
      }
      if (sources.chat.modelFor(turn).name.kind === "offline") {
        const places = (await surroundings.alike(argument, signal)).map((link) => `- ${link}`);
        return yield* offline(
          listed("The nearest that your code has:", places, "I find nothing like it in your code."),
        );
      }
      const wanted = () => ({
        turn,
        question: `Write this, in new files or in those that it belongs to, in the way of the project's other code: ${argument}`,
        title: "Generate code",
        attachments: [],
        seen: new Map<string, string>(),
      });
      yield* reviewed({ turn, wanted }, sources, signal);
    },
  };
}
