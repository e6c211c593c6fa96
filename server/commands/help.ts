import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import type { Command } from "./command.ts";

/** Lists the commands it is given, and itself. */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    ...SLASH_COMMANDS.help,
    async *run() {
      const rows = [...others, help].map(
        ({ name, usage, summary }) => `- \`/${name}${usage ? ` ${usage}` : ""}\` ${summary}.`,
      );
      const text = [
        "Ask about your code in your own words, or use a command:",
        "",
        ...rows,
        "",
        "Tell me what to keep in mind: “Remember that we deploy on Tuesdays.” And what not: “Forget what I said about the staging cluster.”",
        "",
        "I send along the file that is open and what you have selected, and I search your code for what belongs to the question. The line under each answer shows what was used.",
        "",
        "Run **RubberDuck: Choose Model** from the command palette to connect a model; without one I answer from your files.",
      ].join("\n");
      yield { type: "text", text };
      yield { type: "end", stopReason: "complete" };
    },
  };
  return help;
}
