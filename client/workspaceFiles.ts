import { access, constants, stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { EditorFile, FileWrite } from "../server/protocol/editor.ts";
import { changedPart, hasMixedLineEnds, inEditor } from "./changedPart.ts";
import { saveExactly } from "./exactSave.ts";

interface Refused {
  readonly path: string;
  readonly why: string;
}

/** Larger files are data. An editor opens them without the help of its extensions, or not at all. */
const MAX_BYTES = 5 * 1024 * 1024;
const CHANGED = "It was changed meanwhile. Look at the changes again.";

/** A file as the editor has it: with what is not saved yet. */
export async function readFile(path: string): Promise<EditorFile> {
  const uri = vscode.Uri.file(path);
  if (isNotebook(uri)) return { text: null, refused: "It is a notebook. Change its cells there." };
  const document = openDocument(uri);
  const refused = await obstacleOnDisk(path);
  if (document?.isDirty) return { text: document.getText(), ...(refused !== undefined && { refused }) };
  if (isUnsavedNewFile(path)) {
    return { text: null, refused: "A new file of this name is open and not saved. Save it, or close it." };
  }
  const file = await readDisk(uri);
  return refused === undefined || file.refused !== undefined ? file : { ...file, refused };
}

/** Writes all files as one undo step, or none. Files that had no unsaved changes are saved, byte for byte. */
export async function writeFiles(title: string, files: readonly FileWrite[]): Promise<readonly Refused[]> {
  const changed = files.filter(({ before, after }) => before !== after);
  const refused = await obstaclesOf(changed);
  if (refused.length > 0) return refused;
  const [onDisk, inEditor] = partition(changed, staysOnDisk);
  const edit = new vscode.WorkspaceEdit();
  const toSave: FileWrite[] = [];
  for (const file of inEditor) {
    if (file.before !== null && file.after !== null && !openDocument(vscode.Uri.file(file.path))?.isDirty) {
      toSave.push(file);
    }
    const why = await add(edit, file, { label: title, needsConfirmation: false });
    if (why !== undefined) return [{ path: file.path, why }];
  }
  // Between the first look and now languages were asked and documents opened.
  const late = await obstaclesOf(changed);
  if (late.length > 0) return late;
  for (const file of onDisk) await writeDisk(file.path, file.after ?? "");
  if (inEditor.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
    for (const file of onDisk) await writeDisk(file.path, file.before ?? "");
    return inEditor.map(({ path }) => ({ path, why: "The editor did not take the change. Try again." }));
  }
  for (const { path, after } of toSave) {
    const document = openDocument(vscode.Uri.file(path));
    if (document !== undefined) await saveExactly(document, after ?? "");
  }
  return [];
}

/** Files whose line ends the editor would change, and which nobody is working on. */
function staysOnDisk({ path, before, after }: FileWrite): boolean {
  if (before === null || after === null || openDocument(vscode.Uri.file(path))?.isDirty) return false;
  return hasMixedLineEnds(before) || hasMixedLineEnds(after);
}

async function add(
  edit: vscode.WorkspaceEdit,
  { path, before, after }: FileWrite,
  metadata: vscode.WorkspaceEditEntryMetadata,
): Promise<string | undefined> {
  const uri = vscode.Uri.file(path);
  if (after === null) edit.deleteFile(uri, {}, metadata);
  else if (before === null) edit.createFile(uri, { contents: new TextEncoder().encode(after) }, metadata);
  else return addChange(edit, await vscode.workspace.openTextDocument(uri), { before, after }, metadata);
  return undefined;
}

/** Only what differs, so that marks, folds and cursors elsewhere in the file stay. */
function addChange(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  { before, after }: { before: string; after: string },
  metadata: vscode.WorkspaceEditEntryMetadata,
): string | undefined {
  const old = document.getText();
  if (inEditor(old) !== inEditor(before)) return "The editor shows an older text of it. Try again in a moment.";
  if (!document.encoding.startsWith("utf8") && !isAscii(before + after)) {
    return `It is open as ${document.encoding}. Reopen it with the encoding UTF-8, then try again.`;
  }
  const next = document.eol === vscode.EndOfLine.CRLF ? inEditor(after).replaceAll("\n", "\r\n") : inEditor(after);
  const { start, oldEnd, newEnd } = changedPart(old, next);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(oldEnd));
  edit.replace(document.uri, range, next.slice(start, newEnd), metadata);
  return undefined;
}

async function obstaclesOf(files: readonly FileWrite[]): Promise<Refused[]> {
  const found = await Promise.all(files.map(async (file) => ({ path: file.path, why: await obstacleOf(file) })));
  return found.flatMap(({ path, why }) => (why === undefined ? [] : [{ path, why }]));
}

async function obstacleOf({ path, before, after }: FileWrite): Promise<string | undefined> {
  const { text, refused } = await readFile(path);
  if (refused !== undefined) return refused;
  if (after === null && openDocument(vscode.Uri.file(path))?.isDirty) {
    return "It has changes that are not saved. Save them or take them back before it is deleted.";
  }
  if (text === before) return undefined;
  if (text === null) return "It is not there any more.";
  return before === null ? "There is such a file already." : CHANGED;
}

/** What the editor learns too late: only when it saves. */
async function obstacleOnDisk(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return "It is a folder.";
  if (found.size > MAX_BYTES) return "It is larger than 5 MB. Change it by hand.";
  const isWritable = await access(path, constants.W_OK).then(
    () => (found.mode & 0o222) !== 0,
    () => false,
  );
  return isWritable ? undefined : "It is read-only. Make it writable, then try again.";
}

async function readDisk(uri: vscode.Uri): Promise<EditorFile> {
  try {
    const { permissions, size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) return { text: null };
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.includes(0)) return { text: null, refused: "It is no text." };
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const isReadOnly = permissions === vscode.FilePermission.Readonly;
    return { text, ...(isReadOnly && { refused: "It is read-only. Make it writable, then try again." }) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return { text: null };
    if (error instanceof vscode.FileSystemError) return { text: null, refused: `It cannot be read: ${error.message}` };
    if (error instanceof TypeError) return { text: null, refused: "It is no UTF-8 text." };
    throw error;
  }
}

async function writeDisk(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(vscode.Uri.file(path), new TextEncoder().encode(text));
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** Also one that is closed: it would be written as the JSON that it is kept as. */
function isNotebook(uri: vscode.Uri): boolean {
  const isOpen = vscode.workspace.notebookDocuments.some((notebook) => notebook.uri.toString() === uri.toString());
  return isOpen || uri.path.toLowerCase().endsWith(".ipynb");
}

function isUnsavedNewFile(path: string): boolean {
  return vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === "untitled" && uri.fsPath === path);
}

function isAscii(text: string): boolean {
  return !/[^\n\r\t -~]/.test(text.replace(/^\uFEFF/, ""));
}

function partition<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}
