/** A command of the composer, which is sent like any message: "/explain src/main.ts". */
export interface SlashCommand {
  /** Without the slash; lower-case letters. */
  readonly name: string;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  /** How its argument is written, as in "[file]"; absent when it takes none. */
  readonly usage?: string;
}

/** Every command by its name, in the order in which the composer offers them. */
export const SLASH_COMMANDS = {
  help: { name: "help", summary: "Show what I can do" },
  clear: { name: "clear", summary: "Start afresh: earlier messages leave the view and the context" },
  explain: { name: "explain", usage: "[file]", summary: "Explain the selection, the open file or the file you name" },
  memory: {
    name: "memory",
    usage: "[search | remember | forget | …]",
    summary: "Show what I remember, and change it",
  },
} as const satisfies Readonly<Record<string, SlashCommand>>;
