import * as vscode from "vscode";
import type { StoreStatus } from "../server/protocol/store.ts";
import { type Duck, toEventError } from "./duck.ts";
import { RecoveryCode } from "./recoveryCode.ts";
import type { StoreSecret } from "./storeSecret.ts";

export interface StoreCareOptions {
  readonly duck: Duck;
  /** Survives the window: what was said once is not said again. */
  readonly memory: vscode.Memento;
  readonly secret: StoreSecret;
  readonly restartServer: () => Promise<void>;
  readonly showOutput: () => void;
}

/** A store that was just made, by its folder, until its recovery code was offered. */
const NEW_STORE = "rubberduck.newStore";
const WARNED = "rubberduck.storeWarnings";

/** Whether conversations can be kept, and what a person can do when not. */
export class StoreCare implements vscode.Disposable {
  readonly #options: StoreCareOptions;
  readonly #recoveryCode: RecoveryCode;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #focus: vscode.Disposable;
  #status: StoreStatus | undefined;
  #isConnected = false;

  readonly onDidChange = this.#changed.event;

  constructor(options: StoreCareOptions) {
    this.#options = options;
    this.#recoveryCode = new RecoveryCode(options.duck);
    // Another window may have unlocked it meanwhile.
    this.#focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && this.#isConnected && this.#status?.state !== "open") void this.#ask().catch(() => {});
    });
  }

  get status(): StoreStatus | undefined {
    return this.#status;
  }

  /** A server is ready, and listens. */
  async connected(): Promise<void> {
    this.#isConnected = true;
    this.#options.duck.onNotification("rubberduck/store/statusChanged", (status) => this.#show(status));
    await this.#ask();
    if (this.#options.secret.isLate) await this.#deliver();
  }

  /** The server is gone; what it said of the store is shown until the next one says something else. */
  disconnected(): void {
    this.#isConnected = false;
  }

  enterRecoveryCode(): Promise<void> {
    if (this.#status?.state === "open") {
      void vscode.window.showInformationMessage(vscode.l10n.t("The store is open: no code is needed."));
      return Promise.resolve();
    }
    return this.#recoveryCode.enter();
  }

  showRecoveryCode(): Promise<void> {
    return this.#recoveryCode.show();
  }

  /** Asks first: it is the one thing that takes conversations out of sight. */
  async startAnew(): Promise<void> {
    const start = vscode.l10n.t("Start a New Store");
    const detail = vscode.l10n.t(
      "The locked store is moved to a folder beside it, with all it holds. Nothing is deleted: moved back, it can still be unlocked with its recovery code.",
    );
    const question = vscode.l10n.t("Start a new, empty store?");
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, start)) !== start) return;
    try {
      const { movedTo } = await this.#options.duck.request("rubberduck/store/startAnew", {});
      void vscode.window.showInformationMessage(vscode.l10n.t("The locked store is kept in {0}.", movedTo));
    } catch (error) {
      void vscode.window.showErrorMessage(toEventError(error).message);
    }
  }

  /** The whole of what the server says, with the path. */
  async showDetails(): Promise<void> {
    const settings = vscode.l10n.t("Change Folder");
    const output = vscode.l10n.t("Show Output");
    const detail = this.#status?.message ?? vscode.l10n.t("The store is open.");
    const title = vscode.l10n.t("RubberDuck's store");
    const answer = await vscode.window.showInformationMessage(title, { modal: true, detail }, settings, output);
    if (answer === output) this.#options.showOutput();
    if (answer === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "rubberduck.store");
  }

  /** Once for each store that was made here, when there is something in it to lose. */
  async offerRecoveryCode(): Promise<void> {
    const { memory } = this.#options;
    const path = this.#status?.path;
    if (this.#status?.state !== "open" || path === undefined || memory.get(NEW_STORE) !== path) return;
    await memory.update(NEW_STORE, undefined);
    const show = vscode.l10n.t("Show Recovery Code");
    const said = vscode.l10n.t(
      "Your conversations are encrypted, and the key is with this editor. Keep the recovery code elsewhere: it opens them should that key get lost.",
    );
    if ((await vscode.window.showInformationMessage(said, show)) === show) await this.showRecoveryCode();
  }

  dispose(): void {
    this.#focus.dispose();
    this.#changed.dispose();
  }

  /** The secret came after the server had started. Without any, a server that knows so makes a key file. */
  async #deliver(): Promise<void> {
    const { secret: storeSecret, duck, restartServer } = this.#options;
    const secret = await storeSecret.known();
    if (secret === undefined) await restartServer();
    else if (this.#isConnected)
      this.#show(await duck.request("rubberduck/store/unlock", { kind: "osSecret", ...secret }));
  }

  async #ask(): Promise<void> {
    this.#show(await this.#options.duck.request("rubberduck/store/status", {}));
  }

  #show(status: StoreStatus): void {
    this.#status = status;
    this.#changed.fire();
    if (status.isNew) void this.#options.memory.update(NEW_STORE, status.path);
    void this.#warn(status.warnings);
  }

  async #warn(warnings: readonly string[]): Promise<void> {
    const { memory } = this.#options;
    const known = memory.get<readonly string[]>(WARNED, []);
    const fresh = warnings.filter((warning) => !known.includes(warning));
    if (fresh.length === 0) return;
    await memory.update(WARNED, [...known, ...fresh].slice(-20));
    for (const warning of fresh) void vscode.window.showWarningMessage(warning);
  }
}
