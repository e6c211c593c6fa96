export { Language, Parser, type Tree, type TreeCursor } from "@vscode/tree-sitter-wasm";
