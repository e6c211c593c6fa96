import * as vscode from "vscode";
import { labelOf } from "../server/protocol/modelLabel.ts";
import type { ModelStatus } from "../server/protocol/requests.ts";
import type { ServerState } from "./languageServer.ts";

/** The status bar item: which model answers, and why. */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("rubberduck.model", vscode.StatusBarAlignment.Right, 90);

  constructor() {
    this.#item.name = vscode.l10n.t("RubberDuck model");
    this.#item.command = "rubberduck.chooseModel";
    this.showServer({ state: "starting" });
    this.#item.show();
  }

  showModel({ model, reason, breaker }: ModelStatus): void {
    const label = model.kind === "offline" ? vscode.l10n.t("Offline") : labelOf(model);
    const icon = breaker.state === "open" ? "$(debug-disconnect)" : "$(comment-discussion)";
    this.#set(`${icon} ${label}`, reason, breaker.state === "open");
  }

  showServer({ state, message }: ServerState): void {
    if (state === "starting") this.#set("$(loading~spin) RubberDuck", vscode.l10n.t("RubberDuck is starting."), false);
    if (state === "stopped") this.#set("$(error) RubberDuck", message ?? "", true);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #set(text: string, reason: string, isWarning: boolean): void {
    this.#item.text = text;
    this.#item.tooltip = `RubberDuck: ${reason}`;
    this.#item.accessibilityInformation = { label: `RubberDuck: ${text.replace(/\$\([^)]*\)\s*/, "")}. ${reason}` };
    this.#item.backgroundColor = isWarning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}
