import { applyBlocks } from "../edits/applyBlocks.ts";
import type { WorkspaceFiles } from "../edits/workspaceFiles.ts";
import type { Proposal, ProposedFile } from "../protocol/edits.ts";

/** The port to who parses code: the code index. */
export interface SyntaxChecker {
  /** The lines that do not parse, from 1; undefined when nobody knows the language. */
  syntaxErrors(label: string, text: string, signal?: AbortSignal): Promise<readonly number[] | undefined>;
}

export interface Checked {
  readonly isWorse: boolean;
  /** In a few words. */
  readonly note: string;
}

/** Whether the files still parse with all of a proposal applied, if they did before. */
export class Checker {
  readonly #syntax: SyntaxChecker | undefined;
  readonly #files: WorkspaceFiles;

  constructor(syntax: SyntaxChecker | undefined, files: WorkspaceFiles) {
    this.#syntax = syntax;
    this.#files = files;
  }

  async check({ files }: Proposal, signal: AbortSignal): Promise<Checked> {
    const changed = files.filter(({ change }) => change !== "delete");
    const found = await Promise.all(changed.map((file) => this.#checkFile(file, signal)));
    const problems = found.filter((one) => typeof one === "string");
    if (problems.length > 0) return { isWorse: true, note: problems.join("; ") };
    const isChecked = found.includes(true) || changed.length === 0;
    return { isWorse: false, note: isChecked ? "no new problems" : "nothing to check it with" };
  }

  /** What is worse in words; else whether it could be checked. */
  async #checkFile(file: ProposedFile, signal: AbortSignal): Promise<string | boolean> {
    const { label } = file;
    const { text } = await this.#files.read(file.path, signal);
    const before = text ?? "";
    const applied = applyBlocks({ original: before, current: before, blocks: file.hunks });
    if (applied.kind === "refused") return `${label} was changed meanwhile`;
    const errors = await this.#syntax?.syntaxErrors(label, applied.text, signal);
    if (errors === undefined) return false;
    const known = text === null ? [] : await this.#syntax?.syntaxErrors(label, before, signal);
    const [line] = errors.filter((one) => !known?.includes(one));
    if (errors.length <= (known?.length ?? 0) || line === undefined) return true;
    return `${label} would not parse at line ${line}`;
  }
}
