import * as vscode from "vscode";
import type { Edits, ShownHunk } from "./edits.ts";
import { argumentOf } from "./hunkLenses.ts";
import { PROPOSAL_SCHEME } from "./proposalDocuments.ts";
import type { Proposals } from "./proposals.ts";

/** Longer text does not stand beside a line any more: the hover and the diff show it. */
const MAX_BESIDE = 160;

/**
 * Hunks in the file itself: what would go is marked, what would come stands beside it as text that is not there. VS Code lets no
 * extension put lines between lines; the hover and the diff show them whole.
 */
export class HunkDecorations implements vscode.Disposable {
  readonly #edits: Edits;
  readonly #removed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("diffEditor.removedLineBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.modifiedForeground"),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #added = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.addedForeground"),
  });
  readonly #decidable = vscode.window.createTextEditorDecorationType({ isWholeLine: true });
  readonly #subscriptions: vscode.Disposable;

  constructor(edits: Edits, proposals: Proposals) {
    this.#edits = edits;
    this.#subscriptions = vscode.Disposable.from(
      this.#removed,
      this.#added,
      this.#decidable,
      proposals.onDidChange(() => this.#drawAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#drawAll()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#tell()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.#draw(editor);
        this.#tell();
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    this.#tell();
  }

  #draw(editor: vscode.TextEditor): void {
    if (editor.document.uri.scheme === PROPOSAL_SCHEME) {
      const shown = this.#edits.shownIn(editor.document);
      editor.setDecorations(
        this.#decidable,
        shown.map((hunk) => actionsOn(hunk, editor.document)),
      );
    }
    if (editor.document.uri.scheme !== "file") return;
    // The left side of a diff is the file, too, and says it already.
    const shown = isInDiff(editor) ? [] : this.#edits.shownIn(editor.document);
    editor.setDecorations(
      this.#removed,
      shown.flatMap((hunk) => removedIn(hunk)),
    );
    editor.setDecorations(
      this.#added,
      shown.flatMap((hunk) => addedIn(hunk, editor.document)),
    );
  }

  /** For the keys, which mean something only where a hunk is. */
  #tell(): void {
    const editor = vscode.window.activeTextEditor;
    const has = editor !== undefined && this.#edits.shownIn(editor.document).length > 0;
    void vscode.commands.executeCommand("setContext", "rubberduck.hasChanges", has);
  }
}

function isInDiff({ document, viewColumn }: vscode.TextEditor): boolean {
  if (viewColumn !== undefined) return false;
  return vscode.window.tabGroups.all.some(
    ({ activeTab }) =>
      activeTab?.input instanceof vscode.TabInputTextDiff &&
      activeTab.input.original.toString() === document.uri.toString(),
  );
}

function removedIn({ place }: ShownHunk): vscode.DecorationOptions[] {
  const lines = Array.from({ length: place.count }, (_, index) => index).filter((index) => !isKept(place, index));
  return lines.map((index) => {
    const line = place.line + index;
    return { range: new vscode.Range(line, 0, line, 0), hoverMessage: hover(place) };
  });
}

/** A line between two changes of one hunk, which stays as it is: where as many lines come as go, they stand side by side. */
function isKept({ removed, added }: ShownHunk["place"], index: number): boolean {
  return removed.length === added.length && removed[index] === added[index];
}

/** Each new line beside the one in whose place it comes; those that are more, behind the last. */
function addedIn({ place }: ShownHunk, document: vscode.TextDocument): vscode.DecorationOptions[] {
  const { added, count } = place;
  const anchor = count > 0 ? place.line : Math.max(0, place.line - 1);
  const beside = Math.max(1, count);
  const shown = Array.from({ length: Math.min(beside, added.length) }, (_, index) => index);
  return shown
    .filter((index) => !isKept(place, index))
    .map((index) => {
      const isLast = index === beside - 1;
      const text = isLast
        ? added
            .slice(index)
            .map((line) => line.trim())
            .join(" ⏎ ")
        : (added[index] ?? "").trim();
      const { end } = document.lineAt(Math.min(anchor + index, document.lineCount - 1)).range;
      return {
        range: new vscode.Range(end, end),
        hoverMessage: hover(place),
        renderOptions: {
          after: {
            contentText: `${count === 0 ? "+" : "→"} ${shortened(text)}`,
            margin: "0 0 0 2em",
            color: new vscode.ThemeColor("editor.foreground"),
            fontStyle: "italic",
            // Opaque: green on the red of the line would be brown.
            backgroundColor: new vscode.ThemeColor("editorWidget.background"),
            border: "1px solid",
            borderColor: new vscode.ThemeColor("editorGutter.addedBackground"),
          },
        },
      };
    });
}

/** In a preview, where VS Code shows lenses only to who has set so: the hover has the actions, and a word says what is decided. */
function actionsOn(hunk: ShownHunk, { lineCount }: vscode.TextDocument): vscode.DecorationOptions {
  const { line, count, decision } = hunk.place;
  const of = (title: string, name: string) => {
    const command = `rubberduck.change.${name}`;
    return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([argumentOf(hunk)]))})`;
  };
  const links =
    decision === "accepted"
      ? [of(vscode.l10n.t("Take back"), "reopen")]
      : [of(vscode.l10n.t("Accept"), "accept"), of(vscode.l10n.t("Reject"), "reject")];
  const hoverMessage = new vscode.MarkdownString(links.join(" | "));
  hoverMessage.isTrusted = {
    enabledCommands: ["accept", "reject", "reopen"].map((name) => `rubberduck.change.${name}`),
  };
  const first = Math.min(line, lineCount - 1);
  const last = Math.min(first + Math.max(0, count - 1), lineCount - 1);
  const contentText = vscode.l10n.t("accepted");
  const after = { contentText, margin: "0 0 0 2em", color: new vscode.ThemeColor("descriptionForeground") };
  return {
    range: new vscode.Range(first, 0, last, 0),
    hoverMessage,
    ...(decision === "accepted" && { renderOptions: { after } }),
  };
}

function hover({ removed, added }: ShownHunk["place"]): vscode.MarkdownString {
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return new vscode.MarkdownString().appendCodeblock(lines.join("\n"), "diff");
}

function shortened(text: string): string {
  return text.length <= MAX_BESIDE ? text : `${text.slice(0, MAX_BESIDE - 1)}…`;
}
