import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Language, Parser, Tree, TreeCursor } from "./treeSitterLibrary.ts";

/** First and last line (from 1) of each definition in a file, in the order in which they begin. */
export type DefinitionLines = Uint32Array;

/** The grammars that we ship, and the endings of their files. */
const GRAMMARS: Readonly<Record<string, string>> = {
  typescript: ".ts .mts .cts",
  tsx: ".tsx",
  javascript: ".js .mjs .cjs .jsx",
  python: ".py .pyi",
  go: ".go",
  rust: ".rs",
  java: ".java",
  cpp: ".cc .cpp .cxx .hh .hpp .hxx .c .h",
  "c-sharp": ".cs",
  ruby: ".rb",
  php: ".php",
};

const GRAMMAR_OF = new Map(
  Object.entries(GRAMMARS).flatMap(([grammar, endings]) => endings.split(" ").map((ending) => [ending, grammar])),
);

/** Nodes that are chunks of their own: what defines something, in the words of the grammars. */
const DEFINITION =
  /^(?:function|generator_function|class|abstract_class|interface|enum|type_alias|module|internal_module|method|struct|impl|trait|mod|const|static|macro|constructor|record|namespace|property|field|singleton_method|type|decorated|struct_specifier|class_specifier|enum_specifier|template)?_?(?:declaration|definition|item|specifier|signature)$|^(?:class|module|method|singleton_method|lexical_declaration|export_statement|decorated_definition|public_field_definition)$/;
/** A definition in a definition in a definition is still a chunk; what is deeper belongs to it. */
const MAX_DEPTH = 5;
/** Shorter ones go with what surrounds them. */
const MIN_LINES = 3;
/** A parser has no use for more, and needs 300 ms for a megabyte. */
const MAX_LENGTH = 400_000;

/** Parses files with tree-sitter. The library and its grammars are loaded when needed, and let go with the object. */
export class SyntaxTrees {
  readonly #folder: string;
  readonly #languages = new Map<string, Promise<Language | undefined>>();
  #parser: Promise<Parser> | undefined;

  /** @param folder where the .wasm files are. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined for a language without a grammar, and for a file that is too long. */
  definitions(label: string, text: string): Promise<DefinitionLines | undefined> {
    return this.read(label, text, (tree) => {
      const lines: number[] = [];
      collect(tree.walk(), 0, lines);
      return Uint32Array.from(lines);
    });
  }

  /** The lines, from 1, on which something stands that the language does not know, or is missing. Undefined as above. */
  errors(label: string, text: string): Promise<readonly number[] | undefined> {
    return this.read(label, text, ({ rootNode }) => {
      const lines = new Set<number>();
      if (rootNode.hasError) collectErrors(rootNode.walk(), lines);
      return [...lines].sort((a, b) => a - b);
    });
  }

  /** What `read` makes of a file's tree, which is gone afterwards. Undefined as above. */
  async read<T>(label: string, text: string, read: (tree: Tree) => T): Promise<T | undefined> {
    const grammar = GRAMMAR_OF.get(extname(label).toLowerCase());
    if (grammar === undefined || text.length > MAX_LENGTH) return undefined;
    this.#parser ??= this.#load();
    const parser = await this.#parser;
    const language = await this.#language(grammar);
    if (language === undefined) return undefined;
    parser.setLanguage(language);
    const tree = parser.parse(text);
    if (tree === null) return undefined;
    try {
      return read(tree);
    } finally {
      tree.delete();
    }
  }

  async #load(): Promise<Parser> {
    const { treeSitter } = await import("./treeSitterLibrary.ts");
    await treeSitter.Parser.init({ locateFile: () => join(this.#folder, "tree-sitter.wasm") });
    return new treeSitter.Parser();
  }

  /** A grammar that cannot be loaded is as good as none: chunks are then made of lines. */
  #language(grammar: string): Promise<Language | undefined> {
    let language = this.#languages.get(grammar);
    if (language === undefined) {
      language = this.#loadLanguage(grammar).catch(() => undefined);
      this.#languages.set(grammar, language);
    }
    return language;
  }

  async #loadLanguage(grammar: string): Promise<Language> {
    const { treeSitter } = await import("./treeSitterLibrary.ts");
    return treeSitter.Language.load(await readFile(join(this.#folder, `tree-sitter-${grammar}.wasm`)));
  }
}

/** Grammars that are packaged, as file names. */
export const GRAMMAR_FILES = ["tree-sitter.wasm", ...Object.keys(GRAMMARS).map((name) => `tree-sitter-${name}.wasm`)];

function collect(cursor: TreeCursor, depth: number, lines: number[]): void {
  if (depth > MAX_DEPTH || !cursor.gotoFirstChild()) return;
  do {
    const start = cursor.startPosition.row;
    const end = cursor.endPosition.row;
    if (!cursor.nodeIsNamed || end - start + 1 < MIN_LINES) continue;
    if (DEFINITION.test(cursor.nodeType)) lines.push(start + 1, end + 1);
    collect(cursor, depth + 1, lines);
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
}

/** A node that holds an error somewhere is gone into; one that is none, or is missing, is where it stands. */
function collectErrors(cursor: TreeCursor, lines: Set<number>): void {
  const { currentNode: node } = cursor;
  if (node.isError || node.isMissing) {
    lines.add(node.startPosition.row + 1);
    return;
  }
  if (!node.hasError || !cursor.gotoFirstChild()) return;
  do collectErrors(cursor, lines);
  while (cursor.gotoNextSibling());
  cursor.gotoParent();
}
