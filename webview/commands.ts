import { SLASH_COMMANDS, type SlashCommand } from "../server/protocol/slashCommands.ts";

/** The slash commands as they are typed. The server runs them. */

export interface CommandMatch {
  readonly command: SlashCommand;
  /** Indexes of the letters of `name` that were typed. */
  readonly letters: readonly number[];
}

const { help, clear, explain, memory } = SLASH_COMMANDS;
const OFFERED: readonly SlashCommand[] = [help, clear, explain, memory];

/** What fits a half-typed command: names that start with it first, then names that hold its letters in order. */
export function matchCommands(draft: string, commands: readonly SlashCommand[] = OFFERED): CommandMatch[] {
  const typed = /^\/([\w-]*)$/.exec(draft)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  const prefix = commands.filter((command) => command.name.startsWith(typed));
  const rest = commands.filter((command) => !prefix.includes(command));
  return [
    ...prefix.map((command) => ({ command, letters: Array.from(typed, (_, index) => index) })),
    ...rest.flatMap((command) => {
      const letters = lettersInOrder(typed, command.name);
      return letters === undefined ? [] : [{ command, letters }];
    }),
  ];
}

/** Splits "/explain this" into "/explain" and " this"; a message that is no command has no first part. */
export function splitCommand(content: string): { command: string; rest: string } {
  const command = /^\/[\w-]+(?=\s|$)/.exec(content)?.[0] ?? "";
  return { command, rest: content.slice(command.length) };
}

function lettersInOrder(typed: string, name: string): number[] | undefined {
  const letters: number[] = [];
  for (const letter of typed) {
    const index = name.indexOf(letter, (letters.at(-1) ?? -1) + 1);
    if (index < 0) return undefined;
    letters.push(index);
  }
  return letters;
}
