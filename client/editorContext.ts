import * as vscode from "vscode";
import type { SelectionAttachment } from "../server/protocol/attachments.ts";
import type { EditorChip } from "../server/protocol/panel.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";

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
    const { uri, languageId } = editor.document;
    const about = { path: uri.fsPath, language: languageId, label: vscode.workspace.asRelativePath(uri) };
    return editor.selection.isEmpty ? about : { ...about, ...linesOf(editor.selection) };
  }

  /** The exact text of these lines, if they are what is selected. */
  selectedText({ path, startLine, endLine }: SelectionAttachment): string | undefined {
    const editor = this.#attachable();
    if (editor === undefined || editor.selection.isEmpty || editor.document.uri.fsPath !== path) return undefined;
    const selected = linesOf(editor.selection);
    if (selected.startLine !== startLine || selected.endLine !== endLine) return undefined;
    return editor.document.getText(editor.selection);
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
