import * as vscode from "vscode";
import type { Attachment } from "../server/protocol/attachments.ts";
import type { CodeActionCall, CodeActionCommand } from "../server/protocol/codeActions.ts";
import type { Turn } from "../server/protocol/transcript.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";
import type { ChatView, SentMessage } from "./chatView.ts";
import { type Duck, toEventError } from "./duck.ts";
import type { Edits } from "./edits.ts";
import { innermostSymbol } from "./innermostSymbol.ts";
import type { Proposals } from "./proposals.ts";

export interface InPlaceOptions {
  readonly chatView: ChatView;
  readonly duck: Duck;
  readonly proposals: Proposals;
  readonly edits: Edits;
  readonly isReady: () => boolean;
}

type Lines = Omit<CodeActionCall, "command">;

/** Commands on code that begin in the editor: from the lightbulb, the menu, the box at the cursor. */
export class InPlace {
  readonly #options: InPlaceOptions;

  constructor(options: InPlaceOptions) {
    this.#options = options;
  }

  /** An action of the lightbulb. */
  async runAction(call: CodeActionCall): Promise<void> {
    const { command, problem } = call;
    const how = command === "refactor" ? await askHow(call) : problem;
    if (how === undefined && command === "refactor") return;
    await this.#run(command, how ?? "", call);
  }

  /** The same from the menu or the palette: on the selection, the function around the cursor, the file. */
  async runOn(command: CodeActionCommand): Promise<void> {
    const editor = editorForCode();
    if (editor === undefined) return;
    await this.runAction({ command, ...(await linesAt(editor)) });
  }

  /** Asks what is to become of the selection, or of what the cursor stands in; an empty place is written at. */
  async ask(): Promise<void> {
    const editor = editorForCode();
    if (editor === undefined) return;
    const isEmptyLine =
      editor.selection.isEmpty && editor.document.lineAt(editor.selection.active.line).isEmptyOrWhitespace;
    const lines = isEmptyLine ? cursorLine(editor) : await linesAt(editor);
    const said = await vscode.window.showInputBox({
      title: vscode.l10n.t("RubberDuck: {0}", labelOf(lines)),
      placeHolder: isEmptyLine
        ? vscode.l10n.t("What is to be written here, or a command: /generate, /test, …")
        : vscode.l10n.t("What is to change, or a command: /refactor, /fix, /doc, …"),
      ignoreFocusOut: true,
    });
    const text = said?.trim() ?? "";
    if (text === "") return;
    const message = text.startsWith("/") ? text : `${isEmptyLine ? "/generate" : "/refactor"} ${text}`;
    const isTalk = /^\/(explain|analyze|help|memory|model|clear|commit)\b/.test(message);
    await this.#send(message, lines, isTalk);
  }

  async #run(command: CodeActionCommand, how: string, lines: Lines): Promise<void> {
    await this.#send(`/${command} ${how}`.trim(), lines, command === "explain" || command === "analyze");
  }

  /** What is only said stands in the panel; what changes code is shown in the editor, and in the panel as well. */
  async #send(message: string, lines: Lines, inPanel: boolean): Promise<void> {
    const { chatView, isReady } = this.#options;
    if (!isReady()) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The server is starting. Try again in a moment."));
      return;
    }
    try {
      const sent = await chatView.send(message, attachmentsOf(message, lines), { preserveFocus: !inPanel });
      if (!inPanel) await this.#follow(sent, message, lines);
    } catch (error) {
      void vscode.window.showErrorMessage(toEventError(error).message);
    }
  }

  async #follow(sent: SentMessage, message: string, lines: Lines): Promise<void> {
    const { duck, proposals } = this.#options;
    const { conversationId, operationId } = sent;
    const turn = () => proposals.turnOf(conversationId, operationId);
    const title = `RubberDuck: ${message.split(/\s/, 1)[0]?.slice(1)} ${labelOf(lines)}`;
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      let isStopped = false;
      /** Once it is accepted: before that nobody knows its id, and without one another answer would be stopped. */
      const stopIfCancelled = () => {
        const turnId = turn()?.accepted.turnId;
        if (!token.isCancellationRequested || turnId === undefined || isStopped) return;
        isStopped = true;
        void duck.request("rubberduck/conversation/stop", { conversationId, turnId }).catch(() => {});
      };
      const watching = proposals.onDidChange(() => {
        progress.report({ message: stepOf(turn()) });
        stopIfCancelled();
      });
      token.onCancellationRequested(stopIfCancelled);
      try {
        await sent.ended;
      } finally {
        watching.dispose();
      }
    });
    const ended = turn();
    if (ended !== undefined) await this.#show(conversationId, ended, lines.path);
  }

  /** First what changes the file in which one asked. */
  async #show(conversationId: string, turn: Turn, path: string): Promise<void> {
    const { proposals, edits } = this.#options;
    const files = (turn.reviews ?? []).flatMap((review) => review.files.map((file) => ({ review, file })));
    const first = files.find(({ file }) => file.path === path) ?? files[0];
    const place = first && {
      conversationId,
      turnId: turn.accepted.turnId,
      proposalId: first.review.id,
      path: first.file.path,
    };
    const change = place && proposals.find(place);
    if (change !== undefined) return edits.showInPlace(change);
    if (turn.stopReason === "cancelled") return;
    const show = vscode.l10n.t("Show the answer");
    const said = turn.error?.message ?? vscode.l10n.t("RubberDuck proposes no change.");
    if ((await vscode.window.showInformationMessage(said, show)) === show) {
      await this.#options.chatView.show({ type: "command", name: "focusInput" });
    }
  }
}

function attachmentsOf(message: string, { path, language, startLine, endLine }: Lines): Attachment[] {
  if (message.startsWith("/analyze")) return [{ kind: "file", path, language, mentioned: true }];
  return [
    { kind: "selection", path, language, startLine, endLine, mentioned: true },
    { kind: "file", path, language },
  ];
}

/** Undefined when it was left; empty for whatever is best. */
async function askHow(call: CodeActionCall): Promise<string | undefined> {
  const how = await vscode.window.showInputBox({
    title: vscode.l10n.t("RubberDuck: refactor {0}", labelOf(call)),
    placeHolder: vscode.l10n.t("How? Leave it empty for what seems best."),
    ignoreFocusOut: true,
  });
  return how?.trim();
}

/** With a word to the user when there is nothing that may be looked at. */
function editorForCode(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  const uri = editor?.document.uri;
  const isOurs = uri?.scheme === "file" && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  if (isOurs && vscode.workspace.isTrusted && !isSecretFile(uri.fsPath)) return editor;
  void vscode.window.showInformationMessage(
    uri?.scheme === "untitled"
      ? vscode.l10n.t("Changes are made to files. Save this one in the open folder first.")
      : vscode.l10n.t("Open a file of a trusted folder first. Files that hold secrets are left alone."),
  );
  return undefined;
}

async function linesAt(editor: vscode.TextEditor): Promise<Lines> {
  const { document, selection } = editor;
  if (selection.isEmpty) {
    const around = await innermostSymbol(document.uri, selection.active);
    return linesOf(document, around ?? new vscode.Range(0, 0, document.lineCount - 1, 0));
  }
  const endsBeforeLine = selection.end.character === 0 && selection.end.line > selection.start.line;
  return linesOf(document, selection.with({ end: endsBeforeLine ? selection.end.translate(-1) : selection.end }));
}

function cursorLine({ document, selection }: vscode.TextEditor): Lines {
  return linesOf(document, new vscode.Range(selection.active, selection.active));
}

function linesOf({ uri, languageId }: vscode.TextDocument, { start, end }: vscode.Range): Lines {
  return { path: uri.fsPath, language: languageId, startLine: start.line + 1, endLine: end.line + 1 };
}

function labelOf({ path, startLine, endLine }: Lines): string {
  const name = vscode.workspace.asRelativePath(path);
  return startLine === endLine ? `${name}:${startLine}` : `${name}:${startLine}–${endLine}`;
}

function stepOf(turn: Turn | undefined): string {
  const step = turn?.workflow?.find(({ state }) => state === "running");
  return step === undefined ? (turn?.progress ?? "") : [step.label, step.note].filter(Boolean).join(": ");
}
