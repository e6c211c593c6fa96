import * as vscode from "vscode";
import type { EditorFile, FileWrite } from "../server/protocol/editor.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** A file as the editor has it: with what is not saved yet. */
export async function readFile(path: string): Promise<EditorFile> {
  const uri = vscode.Uri.file(path);
  const unsaved = openDocument(uri);
  if (unsaved?.isDirty) return { text: unsaved.getText() };
  if (isOpenAsNotebook(uri)) return { text: null, refused: "It is open as a notebook. Its cells are changed there." };
  try {
    const { permissions } = await vscode.workspace.fs.stat(uri);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      await vscode.workspace.fs.readFile(uri),
    );
    if (permissions === vscode.FilePermission.Readonly) {
      return { text, refused: "It is read-only. Make it writable, then try again." };
    }
    return { text };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return { text: null };
    if (error instanceof TypeError) return { text: null, refused: "It is no UTF-8 text." };
    throw error;
  }
}

/** Writes all files as one undo step, or none. */
export async function writeFiles(
  title: string,
  files: readonly FileWrite[],
): Promise<readonly { readonly path: string; readonly why: string }[]> {
  const refused = (await Promise.all(files.map(obstacleOf))).flatMap((obstacle) => obstacle ?? []);
  if (refused.length > 0) return refused;
  const edit = new vscode.WorkspaceEdit();
  const toSave: vscode.Uri[] = [];
  for (const file of files) {
    const uri = vscode.Uri.file(file.path);
    if (!openDocument(uri)?.isDirty) toSave.push(uri);
    await add(edit, uri, file, { label: title, needsConfirmation: false });
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    return files.map(({ path }) => ({ path, why: "The editor did not take the change. Try again." }));
  }
  for (const uri of toSave) await openDocument(uri)?.save();
  return [];
}

async function obstacleOf({ path, before }: FileWrite): Promise<{ path: string; why: string } | undefined> {
  const { text, refused } = await readFile(path);
  if (refused !== undefined) return { path, why: refused };
  if (text === before) return undefined;
  if (text === null) return { path, why: "It is not there any more." };
  return {
    path,
    why: before === null ? "There is such a file already." : "It was changed meanwhile. Look at the changes again.",
  };
}

async function add(
  edit: vscode.WorkspaceEdit,
  uri: vscode.Uri,
  { before, after }: FileWrite,
  metadata: vscode.WorkspaceEditEntryMetadata,
): Promise<void> {
  if (after === null) return edit.deleteFile(uri, {}, metadata);
  if (before === null) return edit.createFile(uri, { contents: new TextEncoder().encode(after) }, metadata);
  const document = await vscode.workspace.openTextDocument(uri);
  // The editor keeps the mark itself.
  const [old, next] = [before, after].map((text) => text.replace(BYTE_ORDER_MARK, "")) as [string, string];
  const { start, oldEnd, newEnd } = changedPart(old, next);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(oldEnd));
  edit.replace(uri, range, next.slice(start, newEnd), metadata);
}

/** What lies between the longest common beginning and the longest common end, as offsets. */
function changedPart(old: string, next: string): { start: number; oldEnd: number; newEnd: number } {
  const most = Math.min(old.length, next.length);
  let start = 0;
  while (start < most && old[start] === next[start]) start++;
  if (old[start - 1] === "\r") start--;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  if (old[old.length - end] === "\n") end--;
  return { start, oldEnd: old.length - end, newEnd: next.length - end };
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

function isOpenAsNotebook(uri: vscode.Uri): boolean {
  return vscode.workspace.notebookDocuments.some((notebook) => notebook.uri.toString() === uri.toString());
}
