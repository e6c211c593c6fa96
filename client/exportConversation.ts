import { posix } from "node:path";
import * as vscode from "vscode";
import type { ExportFormat } from "../server/protocol/requests.ts";
import { type Duck, toEventError } from "./duck.ts";

/** Asks for a format and a place, and writes the conversation there. */
export async function exportConversation(duck: Duck, conversationId: string): Promise<void> {
  try {
    const format = await askFormat();
    if (format === undefined) return;
    const { text, fileName } = await duck.request("rubberduck/conversation/export", { conversationId, format });
    const target = await askPlace(fileName, format);
    if (target === undefined) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void offerToOpen(target);
  } catch (error) {
    void vscode.window.showErrorMessage(wordsOf(error));
  }
}

async function askFormat(): Promise<ExportFormat | undefined> {
  const choices: (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
    { label: "Markdown", detail: vscode.l10n.t("What is in view, for people to read"), format: "markdown" },
    { label: "JSON", detail: vscode.l10n.t("All that happened, with every version and receipt"), format: "json" },
  ];
  const title = vscode.l10n.t("RubberDuck: export the conversation");
  return (await vscode.window.showQuickPick(choices, { title }))?.format;
}

function askPlace(fileName: string, format: ExportFormat): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export the conversation"),
    filters: format === "json" ? { JSON: ["json"] } : { Markdown: ["md"] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
  });
}

async function offerToOpen(target: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t("Open");
  const said = vscode.l10n.t("Exported to {0}.", posix.basename(target.path));
  if ((await vscode.window.showInformationMessage(said, open)) === open) await vscode.window.showTextDocument(target);
}

/** The server's own words, or why the file could not be written. */
function wordsOf(error: unknown): string {
  if (error instanceof vscode.FileSystemError) {
    return vscode.l10n.t("The conversation could not be exported: {0} Choose another place.", error.message);
  }
  return toEventError(error).message;
}
