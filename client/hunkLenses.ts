import * as vscode from "vscode";
import type { Edits, ShownHunk } from "./edits.ts";
import { PROPOSAL_SCHEME } from "./proposalDocuments.ts";
import type { Proposals } from "./proposals.ts";

/** What a lens hands to its command. */
export interface HunkArgument {
  readonly conversationId: string;
  readonly turnId: string;
  readonly proposalId: string;
  readonly path: string;
  readonly hunkId: string;
}

/** Accept and reject above each hunk: in the file, and in a preview where VS Code shows lenses in diffs (`diffEditor.codeLens`). */
export class HunkLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #edits: Edits;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(edits: Edits, proposals: Proposals) {
    this.#edits = edits;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      proposals.onDidChange(() => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider([{ scheme: "file" }, { scheme: PROPOSAL_SCHEME }], this),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.#edits.shownIn(document);
    const isPreview = document.uri.scheme === PROPOSAL_SCHEME;
    return shown.flatMap((hunk) => {
      const ofOne = shown.filter(({ change }) => change === hunk.change);
      const isFirst = ofOne[0] === hunk;
      const line = Math.min(hunk.place.line, document.lineCount - 1);
      const range = new vscode.Range(line, 0, line, 0);
      return commandsOf(hunk, isFirst ? ofOne.length : 0, isPreview).map(
        (command) => new vscode.CodeLens(range, command),
      );
    });
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}

export function argumentOf({ change, place }: ShownHunk): HunkArgument {
  const { conversationId, turnId, proposalId, path } = change;
  return { conversationId, turnId, proposalId, path, hunkId: place.hunk.id };
}

/** @param all how many hunks "all" is; 0 where it is not offered. */
function commandsOf(hunk: ShownHunk, all: number, isPreview: boolean): vscode.Command[] {
  const argument = argumentOf(hunk);
  const of = (title: string, name: string): vscode.Command => ({
    title,
    command: `rubberduck.change.${name}`,
    arguments: [argument],
  });
  const decide =
    hunk.place.decision === "accepted"
      ? [of(vscode.l10n.t("$(check) Accepted: take back"), "reopen")]
      : [of(vscode.l10n.t("$(check) Accept"), "accept"), of(vscode.l10n.t("$(close) Reject"), "reject")];
  return [
    ...decide,
    ...(all > 1 ? [of(vscode.l10n.t("$(check-all) Accept all {0}", all), "acceptAll")] : []),
    ...(isPreview ? [] : [of(vscode.l10n.t("$(diff) Show diff"), "showDiff")]),
  ];
}
