import type { SyntaxTrees } from "../syntaxTrees.ts";
import { Duplicates } from "./duplicates.ts";
import { Exports } from "./exports.ts";
import type { FileFindings, Findings } from "./findings.ts";
import { functionsIn } from "./functions.ts";
import { tokensOf } from "./tokens.ts";

const TODO = /(?:\/\/|#|\/\*|\*|--|;|<!--|%)[^\n]*?\b(TODO|FIXME|XXX|HACK)\b:?\s*([^\n]*)/;
const MAX_TEXT = 120;

/** Files, one after another, and what can be said of all of them together. */
export class Analysis {
  readonly #trees: SyntaxTrees | undefined;
  readonly #files: FileFindings[] = [];
  readonly #duplicates = new Duplicates();
  readonly #exports = new Exports();

  /** @param trees absent: no functions are found. */
  constructor(trees: SyntaxTrees | undefined) {
    this.#trees = trees;
  }

  async add(label: string, text: string): Promise<void> {
    const functions = await this.#trees
      ?.read(label, text, ({ rootNode }) => functionsIn(rootNode))
      .catch(() => undefined);
    this.#files.push({ label, lines: linesIn(text), todos: todosIn(text), ...(functions && { functions }) });
    // Of what has no grammar nobody knows what its tokens are.
    if (functions === undefined) return;
    const tokens = tokensOf(text);
    this.#duplicates.add(label, tokens);
    this.#exports.add(label, text, tokens);
  }

  findings(): Findings {
    return { files: this.#files, duplicates: this.#duplicates.find(), unused: this.#exports.unused() };
  }
}

function todosIn(text: string): FileFindings["todos"] {
  return text.split("\n").flatMap((line, index) => {
    const [, mark, rest = ""] = TODO.exec(line) ?? [];
    return mark === undefined ? [] : [{ line: index + 1, text: `${mark} ${rest}`.trim().slice(0, MAX_TEXT) }];
  });
}

function linesIn(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
