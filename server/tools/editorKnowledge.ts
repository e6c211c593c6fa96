import type { EditorDiagnostic, EditorSymbol } from "../protocol/editor.ts";

/** The port to what only the editor knows: its language extensions' findings. Throws DuckError where there is no editor. */
export interface EditorKnowledge {
  /** Of one file, absolute, or of all that the editor has looked at. */
  diagnostics(path: string | undefined, signal: AbortSignal): Promise<readonly EditorDiagnostic[]>;
  /** The definitions in one file, or those of the workspace whose name matches. */
  symbols(
    of: { readonly path: string } | { readonly query: string },
    signal: AbortSignal,
  ): Promise<readonly EditorSymbol[]>;
}
