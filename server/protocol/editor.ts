/**
 * What the server asks of the editor: models that it lends, what its language extensions know, and to write files. Paths are absolute;
 * lines count from 1. An editor that goes away answers none of it, and the server goes on without.
 */
export interface EditorRequests {
  /**
   * Asks a lent model. Its answer comes as {@link EditorModelPart}s over `$/progress` under `partialResultToken`; the
   * result says how it ended. Cancelling the request stops the model. VS Code asks the user for leave the first time.
   */
  "rubberduck/editor/ask": { params: EditorAskParams; result: EditorAskResult };
  /** The problems that the editor shows, at most {@link MAX_EDITOR_ITEMS}. */
  "rubberduck/editor/diagnostics": { params: { path?: string }; result: { diagnostics: readonly EditorDiagnostic[] } };
  /** Definitions in a file, or in the workspace by name, at most {@link MAX_EDITOR_ITEMS}. */
  "rubberduck/editor/symbols": {
    params: { path: string } | { query: string };
    result: { symbols: readonly EditorSymbol[] };
  };
  /** A file as the editor has it, saved or not. */
  "rubberduck/editor/readFile": { params: { path: string }; result: EditorFile };
  /**
   * Writes files as one undo step: all of them, or none when one is not as `before` says any more, or cannot be written. Files
   * that had no unsaved changes are saved.
   */
  "rubberduck/editor/writeFiles": {
    params: { title: string; files: readonly FileWrite[] };
    /** Which files were in the way, and why, in a sentence that says what to do; empty when all was written. */
    result: { refused: readonly { readonly path: string; readonly why: string }[] };
  };
}

/** `text` as it stands there, with its own line ends and byte order mark; null where there is no file. */
export interface EditorFile {
  readonly text: string | null;
  /** Why it cannot be changed, as a sentence: read-only, a notebook, no text, too large. */
  readonly refused?: string;
}

/** null: there is no file (yet, any more). */
export interface FileWrite {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export type EditorMethod = keyof EditorRequests;

export const MAX_EDITOR_ITEMS = 500;

export interface EditorAskParams {
  /** A {@link LentModel}'s. */
  readonly id: string;
  readonly messages: readonly EditorMessage[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: object }[];
  readonly partialResultToken: string;
}

export type EditorMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
    }
  | { readonly role: "tool"; readonly content: string; readonly toolCallId: string };

/** Without an error the model finished. */
export interface EditorAskResult {
  readonly error?: { readonly code: EditorAskError; readonly message: string };
}

/**
 * keyRefused: the user, or their organisation, does not let RubberDuck use it. rateLimited: it is blocked for now.
 * modelNotConfigured: there is no such model (any more). modelUnavailable: it failed.
 */
export type EditorAskError = (typeof ASK_ERRORS)[number];

export const ASK_ERRORS = ["keyRefused", "rateLimited", "modelNotConfigured", "modelUnavailable"] as const;

/** What a model says or calls; `arguments` is JSON text. */
export type EditorModelPart =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "toolCall";
      readonly call: { readonly id: string; readonly name: string; readonly arguments: string };
    };

export interface EditorDiagnostic {
  readonly path: string;
  readonly line: number;
  readonly severity: "error" | "warning" | "information" | "hint";
  readonly message: string;
  /** Who found it: "ts", "eslint". */
  readonly source?: string;
  readonly code?: string;
}

export interface EditorSymbol {
  readonly path: string;
  readonly name: string;
  /** "function", "class", … */
  readonly kind: string;
  /** What it stands in. */
  readonly container?: string;
  readonly startLine: number;
  readonly endLine: number;
}
