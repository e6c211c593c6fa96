import type { CommandName } from "./slashCommands.ts";

/**
 * The editor's command that a code action runs, with one {@link CodeActionCall}. The editor registers it; the server names it when
 * the chosen action is resolved.
 */
export const RUN_CODE_ACTION = "rubberduck.runCodeAction";

/** Commands that are offered on code. */
export type CodeActionCommand = Extract<CommandName, "refactor" | "fix" | "explain" | "analyze" | "test" | "doc">;

/** What to run, and on which lines. */
export interface CodeActionCall {
  readonly command: CodeActionCommand;
  /** Absolute. */
  readonly path: string;
  /** Language id of VS Code. */
  readonly language: string;
  /** From 1, both inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** What the editor says is wrong there, in one line: "Cannot find name 'x'. (ts 2304)". */
  readonly problem?: string;
}
