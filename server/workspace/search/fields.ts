import { syntaxOf } from "./syntax.ts";

/** What a word counts for by where it stands: docs/search.md, in halves so that they are whole numbers. */
export const WEIGHT = { definition: 6, comment: 2, string: 1, body: 2, import: 1 } as const;

/** Lines that are counted together. Four such blocks make a chunk of 60 lines, and the next chunk begins a block later. */
export const BLOCK_LINES = 15;

/** Receives what stands in a file, from top to bottom. */
export interface FieldReader {
  /** A word with what it counts for, in halves. Blocks count from 0. */
  word(word: string, weight: number, block: number): void;
  /** A name that is defined here. It comes as a word as well. */
  definition(name: string, block: number): void;
  /** What an import names: "./a", "os.path", "fmt". */
  imports(specifier: string): void;
}

/** Reads a file by form alone: words of code, comments and strings, definitions and imports of any common language. */
export function readFields(label: string, text: string, to: FieldReader): { readonly lines: number } {
  const { token, inner, definition, imports } = syntaxOf(label, ASCII.test(text));
  let line = 0;
  let block = 0;

  /** Tells what the line that begins here defines or imports. Answers whether it imports. */
  const begin = (at: number): boolean => {
    const imported = matchAt(imports, text, at);
    if (imported !== undefined) {
      to.imports(imported);
      return true;
    }
    const defined = matchAt(definition, text, at);
    if (defined !== undefined && !NOT_NAMES.has(defined)) {
      to.definition(defined, block);
      to.word(defined, WEIGHT.definition, block);
    }
    return false;
  };
  const nextLine = () => {
    block = Math.floor(++line / BLOCK_LINES);
  };

  let isImport = begin(0);
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [whole, word, comment] = match;
    if (word !== undefined) {
      to.word(word, isImport ? WEIGHT.import : WEIGHT.body, block);
    } else if (whole === "\n") {
      nextLine();
      isImport = begin(token.lastIndex);
    } else {
      const weight = comment !== undefined ? WEIGHT.comment : isImport ? WEIGHT.import : WEIGHT.string;
      for (const [part] of whole.matchAll(inner)) {
        if (part === "\n") nextLine();
        else to.word(part, weight, block);
      }
    }
  }
  return { lines: line + 1 };
}

/** Most files are ASCII, for which there are quicker expressions. */
const ASCII = /^[\0-\x7f]*$/;

const NOT_NAMES = new Set(
  "if for while switch catch return function with do else match super await new typeof of the in is and".split(" "),
);

function matchAt(rule: RegExp | undefined, text: string, at: number): string | undefined {
  if (rule === undefined) return undefined;
  rule.lastIndex = at;
  return rule.exec(text)?.find((group, index) => index > 0 && group !== undefined);
}
