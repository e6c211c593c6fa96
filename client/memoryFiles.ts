import * as vscode from "vscode";
import { type Duck, toEventError } from "./duck.ts";

/** Asks for a place, and writes all memories there. Says that the file can be read by anybody. */
export async function exportMemory(duck: Duck): Promise<void> {
  await withWords(async () => {
    const { text, fileName } = await duck.request("rubberduck/memory/export", {});
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t("Export all memories, unencrypted"),
      filters: FILTERS,
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
    });
    if (target === undefined) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    const open = vscode.l10n.t("Open");
    const said = vscode.l10n.t("All memories were exported to {0}, unencrypted.", target.fsPath);
    if ((await vscode.window.showInformationMessage(said, open)) === open) await vscode.window.showTextDocument(target);
  });
}

/** Asks for a file that an export has written, and takes its memories in. */
export async function importMemory(duck: Duck): Promise<void> {
  await withWords(async () => {
    const [file] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t("Import memories"),
        openLabel: vscode.l10n.t("Import"),
        filters: FILTERS,
      })) ?? [];
    if (file === undefined) return;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const { added, known, refused } = await duck.request("rubberduck/memory/import", { text });
    const said = vscode.l10n.t("{0} memories were added; {1} were known already.", added, known);
    const [first] = refused;
    if (first === undefined) return void vscode.window.showInformationMessage(said);
    const why = vscode.l10n.t("{0} were refused, the first because: {1}", refused.length, first.why);
    void vscode.window.showWarningMessage(`${said} ${why}`);
  });
}

const FILTERS = { JSON: ["json"] };

/** The server's own words, or why the file could not be read or written. */
async function withWords(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const words = error instanceof vscode.FileSystemError ? error.message : toEventError(error).message;
    void vscode.window.showErrorMessage(words);
  }
}
