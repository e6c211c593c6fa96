import type { SlashCommand } from "./slashCommands.ts";

/** Commands as they are offered while somebody writes. */
export interface CommandRequests {
  /**
   * What may be meant by what stands in the box, which begins with a slash: names of commands, and behind a name its arguments. At
   * most 5, best first.
   */
  "rubberduck/command/suggest": { params: SuggestParams; result: CommandSuggestions };
  /** Every command there is now, the user's own among them, in the order in which they are listed. */
  "rubberduck/command/list": { params: Record<string, never>; result: { commands: readonly SlashCommand[] } };
}

export interface SuggestParams {
  /** What stands in the box before the cursor: "/re", "/explain src/". */
  readonly input: string;
  readonly context?: EditorSituation;
}

/** What the editor shows while somebody writes. */
export interface EditorSituation {
  /** Absolute path of the open file. */
  readonly file?: string;
  /** Language id of VS Code. */
  readonly language?: string;
  readonly hasSelection?: boolean;
}

export interface CommandSuggestions {
  readonly suggestions: readonly CommandSuggestion[];
  /** What was to be completed: the name without its slash, or the last word of the argument. */
  readonly partialInput: string;
  /** Some suggestion fits the project or the open file, and says so. */
  readonly contextRelevant: boolean;
}

export interface CommandSuggestion {
  /** What the box holds when it is taken: "/refactor ", "/explain src/a.ts". */
  readonly text: string;
  /** What is shown: "/refactor", "src/a.ts". */
  readonly label: string;
  /** UTF-16 code units of `label` that match, as [start, end). */
  readonly marks: readonly (readonly [start: number, end: number])[];
  readonly summary?: string;
  /** Why it is offered, in a few words: "recent, fits TypeScript", "close match". */
  readonly why?: string;
  /** 1 for a match, + 0.5 when used recently, + 0.3 when it fits the project; less than 1 for a fuzzy match. */
  readonly score: number;
  /** Why it can do nothing now, or less, as a sentence: "Needs a model. Without one it lists what there is." */
  readonly limited?: string;
}

/** What a message may have meant. Choosing one sends the message again in its place, with `as` among its options. */
export interface IntentChoice {
  /** On the chip: "Refactor the selection", "Just talk". */
  readonly label: string;
  readonly as: Meant;
}

/** chat: nothing in the message is a command. command: this one, whatever the message says. */
export type Meant = { readonly kind: "chat" } | { readonly kind: "command"; readonly command: string };
