import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { StoreExportFormat, StoreVerdict } from "../server/protocol/store.ts";
import { type Duck, toEventError } from "./duck.ts";
import { writeStorePath } from "./settings.ts";

const REPORT_SCHEME = "rubberduck-report";

/** Commands that take the whole store. All of them only read it; each can be cancelled. */
export class StoreTasks implements vscode.Disposable {
  readonly #duck: Duck;
  readonly #restartServer: () => Promise<void>;
  readonly #reports = new Map<string, string>();
  readonly #provider: vscode.Disposable;

  /** @param restartServer resolves once the new server runs, on the store that the setting names. */
  constructor(duck: Duck, restartServer: () => Promise<void>) {
    this.#duck = duck;
    this.#restartServer = restartServer;
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, {
      provideTextDocumentContent: ({ path }) => this.#reports.get(path),
    });
  }

  dispose(): void {
    this.#provider.dispose();
  }

  /** The report opens beside what is said in short. */
  verify(): Promise<void> {
    return this.#withProgress(vscode.l10n.t("Verifying the store"), async (token) => {
      const verdict = await this.#duck.request("rubberduck/store/verify", {}, token);
      return async () => {
        const show = vscode.l10n.t("Show Report");
        const say = verdict.isWhole ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
        if ((await say(sentenceOf(verdict), show)) === show) await this.#showReport(verdict);
      };
    });
  }

  /** Says plainly that what is written can be read by anybody, before it asks for a place. */
  async exportEverything(): Promise<void> {
    const choose = vscode.l10n.t("Choose a File");
    const detail = vscode.l10n.t(
      "The file holds every conversation as plain text. It is not encrypted: whoever can read it can read them all. Keep it in a safe place, and delete it when it is no longer needed.",
    );
    const question = vscode.l10n.t("Export every conversation, unencrypted?");
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, choose)) !== choose) return;
    const path = await askFile();
    if (path === undefined) return;
    const format: StoreExportFormat = path.endsWith(".md") ? "markdown" : "jsonLines";
    await this.#withProgress(vscode.l10n.t("Exporting every conversation"), async (token) => {
      const { conversations, unreadable } = await this.#duck.request(
        "rubberduck/store/export",
        { path, format },
        token,
      );
      return async () => {
        const said = vscode.l10n.t("{0} conversations were exported to {1}, unencrypted.", conversations, path);
        if (unreadable === 0) return void vscode.window.showInformationMessage(said);
        const missing = vscode.l10n.t("{0} records could not be read and are missing.", unreadable);
        void vscode.window.showWarningMessage(`${said} ${missing}`);
      };
    });
  }

  /** Copies, verifies, and only then changes the setting; the old store stays where it is. */
  async moveToNewStore(): Promise<void> {
    const [folder] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t("An empty folder for the store"),
        openLabel: vscode.l10n.t("Move the Store Here"),
        canSelectFiles: false,
        canSelectFolders: true,
        defaultUri: vscode.Uri.file(homedir()),
      })) ?? [];
    if (folder === undefined) return;
    const { path: from } = await this.#duck.request("rubberduck/store/status", {});
    await this.#withProgress(vscode.l10n.t("Moving the store"), async (token) => {
      const { path, verdict } = await this.#duck.request("rubberduck/store/copy", { to: folder.fsPath }, token);
      await writeStorePath(path);
      // The change of the setting does it, too: it is one restart. Before it is done nothing that is said goes to the new store.
      await this.#restartServer();
      return async () => {
        const said = vscode.l10n.t(
          "The store is {0} now. The old one is still in {1}; nothing in it was changed.",
          path,
          from,
        );
        if (verdict.isWhole) return void vscode.window.showInformationMessage(said);
        const show = vscode.l10n.t("Show Report");
        const answer = await vscode.window.showWarningMessage(`${said} ${sentenceOf(verdict)}`, show);
        if (answer === show) await this.#showReport(verdict);
      };
    });
  }

  /** In a document that can be read and saved elsewhere, but not changed. */
  async #showReport({ report }: StoreVerdict): Promise<void> {
    const path = `/${vscode.l10n.t("Store report {0}", this.#reports.size + 1)}.txt`;
    this.#reports.set(path, report);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: REPORT_SCHEME, path }));
    await vscode.window.showTextDocument(document);
  }

  /** @param task answers what to say once the progress is gone. */
  async #withProgress(title: string, task: (token: vscode.CancellationToken) => Promise<() => Promise<void>>) {
    const location = vscode.ProgressLocation.Notification;
    try {
      const say = await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
        const listening = this.#duck.onNotification("rubberduck/store/progress", ({ done, total }) =>
          progress.report({ message: vscode.l10n.t("{0} of {1}", done, total) }),
        );
        try {
          return await task(token);
        } catch (error) {
          if (token.isCancellationRequested) return async () => {};
          throw error;
        } finally {
          listening.dispose();
        }
      });
      await say();
    } catch (error) {
      void vscode.window.showErrorMessage(toEventError(error).message);
    }
  }
}

function sentenceOf({ isWhole, unreadable, damagedFiles }: StoreVerdict): string {
  if (isWhole) return vscode.l10n.t("The store is whole.");
  if (unreadable > 0) return vscode.l10n.t("{0} records of the store cannot be read any more.", unreadable);
  return vscode.l10n.t("{0} files of the store are damaged, but no record is lost.", damagedFiles);
}

async function askFile(): Promise<string | undefined> {
  const name = `rubberduck-${new Date().toISOString().slice(0, 10)}.jsonl`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export everything, unencrypted"),
    defaultUri: vscode.Uri.file(join(homedir(), name)),
    filters: { [vscode.l10n.t("JSON, a line for each conversation")]: ["jsonl"], Markdown: ["md"] },
  });
  return target?.fsPath;
}
