import type { CommandSuggestion } from "../server/protocol/commands.ts";
import { SLASH_COMMANDS, type SlashCommand } from "../server/protocol/slashCommands.ts";

/** The slash commands as they are typed. The server runs them, and knows best which are meant. Pure. */

const BUILT_IN: readonly SlashCommand[] = Object.values(SLASH_COMMANDS);
const SHOWN = 5;

/** Only the name is written so far. */
export function isCommandName(draft: string): boolean {
  return /^\s*\/[\w-]*$/.test(draft);
}

/** What stands in the box may be a command, or one with what stands behind it. */
export function isCommand(draft: string): boolean {
  return isCommandName(draft) || /^\s*\/[a-z][\w-]*[ \t][^\n]*$/i.test(draft);
}

/** What fits a half-typed name, before the server has said: names that start with it first, then those that hold its letters in order. */
export function offersAtOnce(draft: string, commands: readonly SlashCommand[] = BUILT_IN): CommandSuggestion[] {
  if (!isCommandName(draft)) return [];
  const typed = draft.trim().slice(1).toLowerCase();
  const prefix = commands.filter(({ name }) => name.startsWith(typed));
  const rest = commands.filter((command) => !prefix.includes(command));
  const isBegun = typed !== "";
  return [
    ...prefix.map((command) => offer(command, isBegun ? [[1, typed.length + 1]] : [], 1)),
    ...rest.flatMap((command) => {
      const letters = lettersInOrder(typed, command.name);
      return letters === undefined
        ? []
        : [
            offer(
              command,
              letters.map((at) => [at + 1, at + 2] as const),
              0.5,
            ),
          ];
    }),
  ].slice(0, SHOWN);
}

/** Of what was offered for an earlier draft, that which fits this one as well. */
export function stillFitting(draft: string, offered: readonly CommandSuggestion[]): CommandSuggestion[] {
  return offered.filter(({ text }) => text.startsWith(draft) && text.trim() !== draft.trim());
}

/** A label in pieces, marked or not. */
export function markedPieces({ label, marks }: CommandSuggestion): { text: string; isMarked: boolean }[] {
  const pieces: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push({ text: label.slice(at, start), isMarked: false }, { text: label.slice(start, end), isMarked: true });
    at = end;
  }
  return [...pieces, { text: label.slice(at), isMarked: false }].filter(({ text }) => text !== "");
}

/** Splits "/explain this" into "/explain" and " this"; a message that is no command has no first part. */
export function splitCommand(content: string): { command: string; rest: string } {
  const command = /^\/[\w-]+(?=\s|$)/.exec(content)?.[0] ?? "";
  return { command, rest: content.slice(command.length) };
}

function offer({ name, usage, summary }: SlashCommand, marks: CommandSuggestion["marks"], score: number) {
  const why = score < 1 ? { why: "close match" } : {};
  return { text: `/${name}${usage === undefined ? "" : " "}`, label: `/${name}`, marks, summary, score, ...why };
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
