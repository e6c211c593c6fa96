import { setTimeout } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import * as vscode from "vscode";
import { MAX_ATTACHED_CHARACTERS } from "../server/protocol/attachments.ts";

/** The last commands are kept, each with the end of what it printed. */
const MAX_COMMANDS = 5;
const MAX_OUTPUT_CHARACTERS = 20_000;

/** What arrives a moment after a command has ended is still waited for. */
const PATIENCE_MS = 2000;

interface Ran {
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly output: Output;
}

/**
 * The last commands of the window's terminals, in memory alone, through shell integration. In restricted mode nothing is
 * listened to.
 */
export class TerminalHistory implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #outputs = new Map<vscode.TerminalShellExecution, Output>();
  readonly #ran: Ran[] = [];

  constructor() {
    this.#subscriptions = [
      vscode.window.onDidStartTerminalShellExecution(({ execution }) => {
        if (vscode.workspace.isTrusted) this.#outputs.set(execution, new Output(execution));
      }),
      vscode.window.onDidEndTerminalShellExecution(({ execution, exitCode }) => this.#ended(execution, exitCode)),
    ];
  }

  /** What would be attached, in a word; undefined when there is no terminal. */
  get description(): { detail: string; characters?: number } | undefined {
    const last = this.#ran.at(-1);
    if (last !== undefined) {
      const { command, exitCode } = last;
      const short = command.length > 40 ? `${command.slice(0, 39)}…` : command;
      return {
        detail: exitCode === undefined ? short : vscode.l10n.t("{0}, exit {1}", short, exitCode),
        characters: this.#ran.reduce((sum, { output, command: asked }) => sum + output.text.length + asked.length, 0),
      };
    }
    if (vscode.window.activeTerminal === undefined) return undefined;
    return { detail: vscode.l10n.t("what is selected in it") };
  }

  get hasCommands(): boolean {
    return this.#ran.length > 0;
  }

  /** The last commands with what they printed; without shell integration what is selected in the terminal. */
  async text(): Promise<string> {
    if (this.#ran.length === 0) return selectedText();
    await Promise.race([Promise.all(this.#ran.map(({ output }) => output.whole)), setTimeout(PATIENCE_MS)]);
    return this.#ran
      .map(({ command, exitCode, output }) => {
        const end = exitCode === undefined ? "" : `\n[exit ${exitCode}]`;
        return `$ ${command}\n${output.text.trimEnd()}${end}`;
      })
      .join("\n\n");
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #ended(execution: vscode.TerminalShellExecution, exitCode: number | undefined): void {
    const output = this.#outputs.get(execution);
    this.#outputs.delete(execution);
    const command = execution.commandLine.value.trim();
    if (output === undefined || command === "") return;
    this.#ran.push({ command, exitCode, output });
    if (this.#ran.length > MAX_COMMANDS) this.#ran.shift();
  }
}

/** The end of what a command prints, as far as it has arrived. */
class Output {
  #raw = "";
  /** Resolves when nothing more comes. */
  readonly whole: Promise<void>;

  constructor(execution: vscode.TerminalShellExecution) {
    this.whole = this.#read(execution);
  }

  /** As a person sees it. */
  get text(): string {
    return plain(this.#raw).slice(-MAX_OUTPUT_CHARACTERS);
  }

  async #read(execution: vscode.TerminalShellExecution): Promise<void> {
    try {
      for await (const data of execution.read()) {
        this.#raw += data;
        if (this.#raw.length > 4 * MAX_OUTPUT_CHARACTERS) this.#raw = this.#raw.slice(-2 * MAX_OUTPUT_CHARACTERS);
      }
    } catch {
      // The terminal is gone: what it had printed stands.
    }
  }
}

/** Without colours and cursor movements; of a line that was drawn again and again its last state. */
export function plain(raw: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told is made of them
  const withoutCommands = raw.replace(/\u001b[\]P^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, "");
  return stripVTControlCharacters(withoutCommands)
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .join("\n");
}

/** The editor gives a terminal's selection away only over the clipboard, which gets back what it held. */
async function selectedText(): Promise<string> {
  if (vscode.window.activeTerminal === undefined) return "";
  const before = await vscode.env.clipboard.readText();
  try {
    await vscode.env.clipboard.writeText("");
    await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
    return (await vscode.env.clipboard.readText()).slice(-MAX_ATTACHED_CHARACTERS);
  } finally {
    await vscode.env.clipboard.writeText(before);
  }
}
