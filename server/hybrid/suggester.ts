import type { CommandSuggestions, SuggestParams } from "../protocol/commands.ts";
import type { SlashCommand } from "../protocol/slashCommands.ts";
import { type ArgumentWord, type Completing, suggestTargets, suggestWords } from "./argumentSuggestions.ts";
import { type Situation, suggestCommands } from "./commandSuggestions.ts";
import type { CommandUse } from "./commandUse.ts";
import type { Offered } from "./matching.ts";

/** What of the project bears on what is offered. */
export type Surroundings = Pick<Situation, "branch" | "hasChanges" | "habits" | "lacks">;

export interface SuggesterOptions {
  /** Built-in ones and the user's own. */
  readonly commands: () => Promise<readonly SlashCommand[]>;
  readonly use: Pick<CommandUse, "read">;
  readonly surroundings: () => Promise<Surroundings>;
  /** Words that stand behind a command, by its name. */
  readonly words: Readonly<Record<string, () => readonly ArgumentWord[]>>;
  readonly targets: Completing;
  readonly now: () => Date;
}

/** What is offered while somebody types a slash. */
export class Suggester {
  readonly #options: SuggesterOptions;

  constructor(options: SuggesterOptions) {
    this.#options = options;
  }

  async suggest({ input, context = {} }: SuggestParams, signal: AbortSignal): Promise<CommandSuggestions> {
    const typed = readInput(input);
    if (typed === undefined) return NOTHING;
    const commands = await this.#options.commands();
    if (typed.kind === "name") {
      const [used, surroundings] = await Promise.all([this.#options.use.read(), this.#options.surroundings()]);
      const situation = { ...surroundings, now: this.#options.now(), used, editor: context };
      return answered(typed.name, suggestCommands(typed.name, commands, situation));
    }
    const command = commands.find(({ name }) => name === typed.name);
    return command === undefined ? NOTHING : this.#arguments(command, typed, context, signal);
  }

  async #arguments(
    command: SlashCommand,
    { before, argument }: TypedArgument,
    context: NonNullable<SuggestParams["context"]>,
    signal: AbortSignal,
  ): Promise<CommandSuggestions> {
    const words = this.#options.words[command.name]?.();
    if (words !== undefined) return answered(argument, suggestWords(before, argument, words));
    // Only the first word names something; what follows says how.
    const target = { before, typed: argument, targets: command.targets ?? [], editor: context };
    const offered = /\s/.test(argument) ? [] : await suggestTargets(target, this.#options.targets, signal);
    return answered(argument, offered);
  }
}

const NOTHING: CommandSuggestions = { suggestions: [], partialInput: "", contextRelevant: false };

interface TypedArgument {
  readonly kind: "argument";
  readonly name: string;
  /** The command and the blanks behind it. */
  readonly before: string;
  readonly argument: string;
}

/** What stands in the box: a name that is being written, or one and what stands behind it. */
function readInput(input: string): TypedArgument | { readonly kind: "name"; readonly name: string } | undefined {
  const name = /^\s*\/([\w-]{0,40})$/.exec(input)?.[1];
  if (name !== undefined) return { kind: "name", name };
  const [, before, command, argument] = /^(\s*\/([\w-]{1,40})\s+)([^\n]{0,500})$/.exec(input) ?? [];
  if (before === undefined || command === undefined || argument === undefined) return undefined;
  return { kind: "argument", name: command.toLowerCase(), before, argument };
}

function answered(partialInput: string, offered: readonly Offered[]): CommandSuggestions {
  const suggestions = offered.map(({ suggestion }) => suggestion);
  // Whoever has written a word to its end needs nobody to complete it.
  const isWritten = suggestions.length === 1 && suggestions[0]?.label === partialInput;
  return {
    suggestions: isWritten ? [] : suggestions,
    partialInput,
    contextRelevant: offered.some(({ fits }) => fits),
  };
}
