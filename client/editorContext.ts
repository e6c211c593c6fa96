import * as vscode from "vscode";
import type { Attachment } from "../server/protocol/events.ts";
import type { EditorChip } from "../server/protocol/panel.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";

/** What is sent of one file at most, in characters; the server cuts to the model's room. */
const MAX_ATTACHED_CHARACTERS = 200_000;

/** The editor that was active last: a click into the panel must not take it away. */
export class EditorContext implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<void>();
  #editor = vscode.window.activeTextEditor;

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      this.#changed,
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined || vscode.window.visibleTextEditors.length === 0) this.#use(editor);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (this.#editor !== undefined && !editors.includes(this.#editor)) this.#use(vscode.window.activeTextEditor);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.#editor) this.#changed.fire();
      }),
    ];
  }

  get editor(): vscode.TextEditor | undefined {
    return this.#editor;
  }

  /** What would be sent along, in a word. */
  get chip(): EditorChip | undefined {
    const editor = this.#attachable();
    if (editor === undefined) return undefined;
    const label = vscode.workspace.asRelativePath(editor.document.uri);
    return editor.selection.isEmpty ? { label } : { label, ...linesOf(editor.selection) };
  }

  /** The selection if there is one, and the file around it. */
  attachments(): Attachment[] {
    const editor = this.#attachable();
    if (editor === undefined) return [];
    const { document, selection } = editor;
    const about = { path: document.uri.fsPath, language: document.languageId };
    const file: Attachment = { kind: "file", ...about, text: document.getText().slice(0, MAX_ATTACHED_CHARACTERS) };
    if (selection.isEmpty) return [file];
    const text = document.getText(selection).slice(0, MAX_ATTACHED_CHARACTERS);
    return [{ kind: "selection", ...about, ...linesOf(selection), text }, file];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #use(editor: vscode.TextEditor | undefined): void {
    this.#editor = editor;
    this.#changed.fire();
  }

  #attachable(): vscode.TextEditor | undefined {
    const editor = this.#editor;
    if (editor === undefined || !vscode.workspace.isTrusted) return undefined;
    const { scheme, fsPath } = editor.document.uri;
    return scheme === "file" && !isSecretFile(fsPath) ? editor : undefined;
  }
}

function linesOf({ start, end }: vscode.Selection): { startLine: number; endLine: number } {
  const endsBeforeLine = end.character === 0 && end.line > start.line;
  return { startLine: start.line + 1, endLine: endsBeforeLine ? end.line : end.line + 1 };
}
