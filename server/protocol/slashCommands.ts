/** A command of the composer, which is sent like any message: "/explain src/main.ts". */
export interface SlashCommand {
  /** Without the slash; lower-case letters. */
  readonly name: string;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  /** How its argument is written, as in "[file]"; absent when it takes none. */
  readonly usage?: string;
  /** What its argument may name to work on; absent when it works on nothing of the code. */
  readonly targets?: readonly TargetKind[];
  /** Without these it can do nothing, or less: `without` of the command says what. */
  readonly needs?: readonly Need[];
  /** Where it comes from, when it is the user's own: the label of its file. */
  readonly from?: string;
}

/** selection: what is selected in the editor. file, folder, symbol: by name or with @. range: "src/a.ts:10-24". */
export type TargetKind = "selection" | "file" | "folder" | "symbol" | "range";

/** model: one that is no offline one. trust: a trusted folder. git: a repository. target: something to work on. */
export type Need = "model" | "trust" | "git" | "target";

const CODE = ["selection", "file", "symbol", "range"] as const;

/** Every built-in command by its name, in the order in which the composer offers them. */
export const SLASH_COMMANDS = {
  refactor: {
    name: "refactor",
    usage: "[target] [how]",
    summary: "Change code without changing what it does, with your review",
    targets: CODE,
    needs: ["trust", "model", "target"],
  },
  fix: {
    name: "fix",
    usage: "[target] [what]",
    summary: "Mend a problem or a bug, with your review",
    targets: CODE,
    needs: ["trust", "model", "target"],
  },
  explain: {
    name: "explain",
    usage: "[target]",
    summary: "Explain the selection, the open file or the file you name",
    targets: CODE,
    needs: ["trust", "target"],
  },
  analyze: {
    name: "analyze",
    usage: "[file or folder]",
    summary: "Size, complexity, duplicates, unused exports, hot files, gaps in the tests",
    targets: [...CODE, "folder"],
    needs: ["trust"],
  },
  test: {
    name: "test",
    usage: "[target]",
    summary: "Write tests, with your review",
    targets: CODE,
    needs: ["trust", "model", "target"],
  },
  doc: {
    name: "doc",
    usage: "[target]",
    summary: "Write documentation comments, with your review",
    targets: CODE,
    needs: ["trust", "model", "target"],
  },
  generate: {
    name: "generate",
    usage: "what",
    summary: "Write new code or new files, with your review",
    targets: [...CODE, "folder"],
    needs: ["trust", "model"],
  },
  complete: {
    name: "complete",
    usage: "[target]",
    summary: "Finish unfinished code, with your review",
    targets: CODE,
    needs: ["trust", "model", "target"],
  },
  commit: {
    name: "commit",
    usage: "[hint]",
    summary: "Write a commit message for the staged changes, else for all",
    needs: ["trust", "git"],
  },
  memory: {
    name: "memory",
    usage: "[search | remember | forget | …]",
    summary: "Show what I remember, and change it",
  },
  model: { name: "model", usage: "[name]", summary: "Choose which model answers in this conversation" },
  clear: { name: "clear", summary: "Start afresh: earlier messages leave the view and the context" },
  help: { name: "help", summary: "Show what I can do" },
} as const satisfies Readonly<Record<string, SlashCommand>>;

export type CommandName = keyof typeof SLASH_COMMANDS;
