import { type Need, SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import type { Command } from "./command.ts";
import { asCode, plain } from "./memory/inWords.ts";
import type { FoundCommands } from "./userCommands.ts";

/** Lists the commands it is given, itself, and the user's own with what is wrong with their files. */
export function helpCommand(others: readonly Command[], own: () => Promise<FoundCommands>): Command {
  const help: Command = {
    ...SLASH_COMMANDS.help,
    async *run() {
      const text = [
        "Ask about your code in your own words, or use a command:",
        "",
        ...[...others, help].map(row),
        "",
        "A target is a file (`src/a.ts`), some of its lines (`src/a.ts:10-24`) or a definition (`@parse`); without one it is what you have selected, else the open file. What needs a model says without one what can be seen without.",
        "",
        ...ownRows(await own()),
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

function row({ name, usage, summary, needs = [] }: Command): string {
  return `- \`/${name}${usage ? ` ${usage}` : ""}\` ${summary}.${needed(needs)}`;
}

function ownRows({ commands, mistakes }: FoundCommands): string[] {
  const wrong = mistakes.map(({ label, why }) => `- ${asCode(label)} is no command. ${plain(why)}`);
  return [
    ...(commands.length > 0 ? ["Yours, from `.rubberduck/commands`:", "", ...commands.map(ownRow), ""] : []),
    ...(wrong.length > 0 ? ["Files there that need a correction:", "", ...wrong, ""] : []),
  ];
}

/** Somebody's words: nothing in them is Markdown. */
function ownRow({ name, usage, summary }: Command): string {
  return `- ${asCode(`/${name}${usage ? ` ${usage}` : ""}`)} ${plain(summary)}.`;
}

/** In which state of things a command works. That there is something to work on is said of its target. */
function needed(needs: readonly Need[]): string {
  const words = needs.flatMap((need) => NEEDS[need] ?? []);
  return words.length === 0 ? "" : ` Needs ${words.join(" and ")}.`;
}

const NEEDS: Readonly<Partial<Record<Need, string>>> = {
  trust: "a trusted folder",
  model: "a model",
  git: "a git repository",
};
