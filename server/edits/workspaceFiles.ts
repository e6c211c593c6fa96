import type { EditorFile, FileWrite } from "../protocol/editor.ts";

/** A file that was in the way, and why: a sentence that says what to do. */
export interface RefusedWrite {
  readonly path: string;
  readonly why: string;
}

/**
 * The files of the workspace as somebody sees them who works on them. Implementations: editorClient.ts (the editor, with what is
 * not saved yet, and undo) and diskFiles.ts (where there is no editor, or it is gone). Neither asks whether a path may be written:
 * writablePlaces.ts does.
 */
export interface WorkspaceFiles {
  /** Paths are absolute. */
  read(path: string, signal: AbortSignal): Promise<EditorFile>;
  /** All of the files, or none when any is refused; empty when all was written. `title` names the undo step. */
  write(title: string, files: readonly FileWrite[], signal: AbortSignal): Promise<readonly RefusedWrite[]>;
}
