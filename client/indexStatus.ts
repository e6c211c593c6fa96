import * as vscode from "vscode";
import type { IndexStatus } from "../server/protocol/requests.ts";

/** What the duck has read of the code, among the editor's language status: how far it is, and a way to pause it. */
export class IndexStatusItem implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("rubberduck.index", { pattern: "**" });

  constructor() {
    this.#item.name = vscode.l10n.t("RubberDuck code index");
    this.#item.text = vscode.l10n.t("RubberDuck has not read the code yet");
  }

  show(status: IndexStatus): void {
    const { state, message } = status;
    this.#item.busy = state === "indexing";
    this.#item.text = textOf(status);
    this.#item.detail = [message, skippedOf(status)].filter(Boolean).join(" ");
    this.#item.severity =
      state === "failed" ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.#item.command = commandOf(state);
    void vscode.commands.executeCommand("setContext", "rubberduck.indexPaused", state === "paused");
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function textOf({ state, files, total }: IndexStatus): string {
  const read = files.toLocaleString();
  switch (state) {
    case "indexing":
      return total
        ? vscode.l10n.t("Reading code: {0} of {1} files", read, total.toLocaleString())
        : vscode.l10n.t("Reading code");
    case "paused":
      return vscode.l10n.t("Paused: {0} files are searched", read);
    case "ready":
      return vscode.l10n.t("{0} files are searched", read);
    case "off":
      return vscode.l10n.t("No code is searched");
    case "failed":
      return vscode.l10n.t("The code index stopped");
  }
}

function skippedOf({ skipped }: IndexStatus): string {
  const parts = Object.entries(skipped).map(([reason, count]) => `${count.toLocaleString()} ${reason}`);
  return parts.length === 0 ? "" : vscode.l10n.t("Not read: {0}.", parts.join(", "));
}

function commandOf(state: IndexStatus["state"]): vscode.Command | undefined {
  if (state === "indexing") return { command: "rubberduck.pauseIndex", title: vscode.l10n.t("Pause") };
  if (state === "paused") return { command: "rubberduck.resumeIndex", title: vscode.l10n.t("Resume") };
  return { command: "rubberduck.rebuildIndex", title: vscode.l10n.t("Read Again") };
}
