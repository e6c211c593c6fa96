import * as vscode from "vscode";
import { introspectionText } from "../server/protocol/introspectionText.ts";
import { type Duck, toEventError } from "./duck.ts";

const SCHEME = "rubberduck-internals";
const PLACE = vscode.Uri.parse(`${SCHEME}:/RubberDuck%20Internals`);
const EVERY_MS = 2000;

/** How RubberDuck's processes go, as a document that is read only and follows while it is in view. */
export class Internals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #duck: Duck;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered: vscode.Disposable;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(duck: Duck) {
    this.#duck = duck;
    this.#registered = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#follow()),
    );
  }

  async show(): Promise<void> {
    const document = await vscode.workspace.openTextDocument(PLACE);
    await vscode.window.showTextDocument(document, { preview: false });
    this.#changed.fire(PLACE);
  }

  async provideTextDocumentContent(): Promise<string> {
    try {
      const { processes } = await this.#duck.request("rubberduck/server/introspect", {});
      return processes.map(introspectionText).join("\n");
    } catch (error) {
      return `${toEventError(error).message}\n`;
    }
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#registered.dispose();
  }

  #follow(): void {
    const isShown = vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === SCHEME);
    if (isShown === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = isShown ? setInterval(() => this.#changed.fire(PLACE), EVERY_MS) : undefined;
  }
}
