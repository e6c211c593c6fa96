import * as library from "@vscode/tree-sitter-wasm";

export type { Language, Node as SyntaxNode, Parser, Tree, TreeCursor } from "@vscode/tree-sitter-wasm";

/** A CommonJS module, which Node wraps and the bundler does not. */
export const treeSitter = ("default" in library ? library.default : library) as typeof library;
