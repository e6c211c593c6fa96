import * as vscode from "vscode";

/**
 * Saves a document with exactly these bytes. What a person has set to happen on save (formatting, code actions, final newlines)
 * does not happen: what was accepted is what is written. An ordinary save of theirs does it later.
 */
export async function saveExactly(document: vscode.TextDocument, text: string): Promise<boolean> {
  const isShown = vscode.window.activeTextEditor?.document === document;
  if (isShown || changesOnSave(document)) await saveAsShown(document);
  else await document.save();
  if (document.isDirty) return false;
  const wanted = Buffer.from(text, "utf8");
  if (wanted.equals(await vscode.workspace.fs.readFile(document.uri))) return true;
  // Another extension had its say. The document follows the file.
  await vscode.workspace.fs.writeFile(document.uri, wanted);
  return true;
}

/** VS Code saves without them only what is shown. Who was in another editor finds themselves there again. */
async function saveAsShown(document: vscode.TextDocument): Promise<void> {
  const before = vscode.window.activeTextEditor;
  if (before?.document !== document) await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand("workbench.action.files.saveWithoutFormatting");
  if (before === undefined || before.document === document || before.document.isClosed) return;
  const { viewColumn, selection } = before;
  await vscode.window.showTextDocument(before.document, { selection, ...(viewColumn && { viewColumn }) });
}

function changesOnSave(document: vscode.TextDocument): boolean {
  const editor = vscode.workspace.getConfiguration("editor", document);
  const files = vscode.workspace.getConfiguration("files", document);
  const actions = editor.get<Record<string, unknown> | readonly string[]>("codeActionsOnSave") ?? {};
  return (
    editor.get("formatOnSave") === true ||
    Object.values(actions).some((when) => when !== false && when !== "never") ||
    ["insertFinalNewline", "trimTrailingWhitespace", "trimFinalNewlines"].some((name) => files.get(name) === true)
  );
}
