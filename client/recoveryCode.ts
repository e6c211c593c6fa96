import * as vscode from "vscode";
import { type Duck, toEventError } from "./duck.ts";

/** The code that opens the store when its key is lost: shown, and asked for. */
export class RecoveryCode {
  readonly #duck: Duck;

  constructor(duck: Duck) {
    this.#duck = duck;
  }

  /** In a dialog, so that it stands in no document and no log. */
  async show(): Promise<void> {
    try {
      const { code } = await this.#duck.request("rubberduck/store/recoveryCode", {});
      const copy = vscode.l10n.t("Copy");
      const detail = vscode.l10n.t(
        "{0}\n\nIt opens your conversations when this editor has lost their key: in a new profile, on another computer, after a reinstallation. Keep it somewhere else, such as in a password manager. Whoever has it and the store can read them.",
        code,
      );
      const title = vscode.l10n.t("Recovery code");
      const answer = await vscode.window.showInformationMessage(title, { modal: true, detail }, copy);
      if (answer === copy) await vscode.env.clipboard.writeText(code);
    } catch (error) {
      void vscode.window.showErrorMessage(toEventError(error).message);
    }
  }

  /** Asks until it fits or the user gives up. What is wrong with it stands below the field. */
  enter(): Promise<void> {
    const input = vscode.window.createInputBox();
    input.title = vscode.l10n.t("RubberDuck: Enter Recovery Code");
    input.prompt = vscode.l10n.t(
      "Nine groups of four letters and digits. Upper or lower case, with or without dashes.",
    );
    input.placeholder = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX";
    input.ignoreFocusOut = true;
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    });
    input.onDidAccept(() => void this.#try(input));
    input.show();
    return new Promise((resolve) => {
      input.onDidHide(() => {
        input.dispose();
        resolve();
      });
    });
  }

  async #try(input: vscode.InputBox): Promise<void> {
    if (input.busy || input.value.trim() === "") return;
    input.busy = true;
    try {
      const code = input.value.trim();
      const { state } = await this.#duck.request("rubberduck/store/unlock", { kind: "recoveryCode", code });
      if (state === "open")
        void vscode.window.showInformationMessage(vscode.l10n.t("Your conversations are unlocked."));
      input.hide();
    } catch (error) {
      input.validationMessage = toEventError(error).message;
    } finally {
      input.busy = false;
    }
  }
}
