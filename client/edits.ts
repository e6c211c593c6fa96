import { basename } from "node:path";
import * as vscode from "vscode";
import type { HunkDecision } from "../server/protocol/edits.ts";
import { openHunks } from "../server/protocol/review.ts";
import { type Duck, toEventError } from "./duck.ts";
import { type HunkPlace, overlaps, placesIn } from "./hunkPlaces.ts";
import { placeOf, proposalUri } from "./proposalDocuments.ts";
import type { ProposalPlace, Proposals, ProposedChange } from "./proposals.ts";

/** A hunk in a document that shows it: the file itself, or its preview. */
export interface ShownHunk {
  readonly change: ProposedChange;
  readonly place: HunkPlace;
}

/** Looking at what is proposed, and deciding it. The server writes; here nothing does. */
export class Edits implements vscode.Disposable {
  readonly #duck: Duck;
  readonly #proposals: Proposals;
  readonly #watching: vscode.Disposable;
  /** Previews that wait for a decision, by their addresses. */
  readonly #undecided = new Set<string>();

  constructor(duck: Duck, proposals: Proposals) {
    this.#duck = duck;
    this.#proposals = proposals;
    this.#watching = proposals.onDidChange(() => void this.#closeDecided());
  }

  /**
   * In the order of the file; in a preview also those that are accepted already. Where several proposals change the same lines the
   * newest is shown, and what it covers again once that is decided.
   */
  shownIn(document: vscode.TextDocument): ShownHunk[] {
    const preview = placeOf(document.uri);
    const changes = preview
      ? [this.#proposals.find(preview)].filter((one) => one?.review.state === "open")
      : document.uri.scheme === "file"
        ? this.#proposals.openIn(document.uri.fsPath)
        : [];
    const shown: ShownHunk[] = [];
    for (const change of changes.toReversed()) {
      if (change === undefined) continue;
      const places = placesIn(document.getText(), change.file, change.review.decisions, preview?.side ?? "before");
      const free = places.filter((place) => !shown.some((other) => overlaps(place, other.place)));
      shown.push(...free.map((place) => ({ change, place })));
    }
    return shown.sort((a, b) => a.place.line - b.place.line);
  }

  /** In the editor's own diff: the file as it stands, and as it would be; of what was applied, as it was and as it became. */
  async showDiff(place: ProposalPlace, hunkId?: string): Promise<void> {
    const change = this.#proposals.find(place);
    const isOpen = change?.review.state === "open";
    const isThere = isOpen && change.file.change !== "create";
    const left = isThere ? vscode.Uri.file(place.path) : proposalUri(place, "before");
    const right = proposalUri(place, "after");
    const title = isOpen
      ? vscode.l10n.t("{0} (RubberDuck: proposed)", basename(place.path))
      : vscode.l10n.t("{0} (RubberDuck: changes)", basename(place.path));
    if (isOpen) this.#undecided.add(right.toString());
    await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === right.toString(),
    );
    const shown = editor && this.shownIn(editor.document).find(({ place: { hunk } }) => hunk.id === hunkId);
    if (editor !== undefined && shown !== undefined) reveal(editor, shown.place);
  }

  /** Shows a hunk in the file itself. A file that is not there yet, or has changed since, is shown as a diff. */
  async showInPlace(change: ProposedChange): Promise<void> {
    if (change.file.change === "modify") {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(change.path));
      const [first] = this.shownIn(document);
      if (first !== undefined) return reveal(await vscode.window.showTextDocument(document), first.place);
    }
    return this.showDiff(change);
  }

  /** All of this file that nobody has decided. */
  async decideFile(place: ProposalPlace, decision: HunkDecision): Promise<void> {
    const change = this.#proposals.find(place);
    if (change === undefined) return;
    const waiting = openHunks({ files: [change.file], decisions: change.review.decisions });
    await this.decide(
      change,
      waiting.map(({ id }) => id),
      decision,
    );
  }

  /** null opens it again. What runs by itself is accepted as a file, by somebody who has its diff before their eyes. */
  async decide(change: ProposedChange, hunkIds: readonly string[], decision: HunkDecision | null): Promise<void> {
    const { conversationId, turnId, proposalId, path, file } = change;
    if (hunkIds.length === 0) return;
    const isGuarded = file.guarded !== undefined && decision === "accepted";
    if (isGuarded && !(await this.#approve(change))) return;
    try {
      await this.#duck.request("rubberduck/edit/decide", {
        conversationId,
        turnId,
        proposalId,
        hunkIds,
        decision,
        ...(isGuarded && { approved: path }),
      });
    } catch (error) {
      void vscode.window.showErrorMessage(toEventError(error).message);
    }
  }

  dispose(): void {
    this.#watching.dispose();
  }

  async #approve(change: ProposedChange): Promise<boolean> {
    await this.showDiff(change);
    const accept = vscode.l10n.t("Accept");
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t("Change {0}?", change.file.label),
      { modal: true, detail: change.file.guarded ?? "" },
      accept,
    );
    return answer === accept;
  }

  /** A diff of what is decided shows nothing any more. Who looked at it sees the file instead, where it can be undone. */
  async #closeDecided(): Promise<void> {
    for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
      if (!(tab.input instanceof vscode.TabInputTextDiff)) continue;
      const { modified } = tab.input;
      const place = this.#undecided.has(modified.toString()) ? placeOf(modified) : undefined;
      const change = place && this.#proposals.find(place);
      if (place === undefined || change === undefined) continue;
      if (change.review.state === "open" || change.review.state === "applying") continue;
      this.#undecided.delete(modified.toString());
      const wasShown = tab.isActive && tab.group.isActive;
      const { viewColumn } = tab.group;
      if (!(await vscode.window.tabGroups.close(tab, true)) || !wasShown) continue;
      await showFile(place.path, viewColumn);
    }
  }
}

function reveal(editor: vscode.TextEditor, { line, count }: HunkPlace): void {
  const first = new vscode.Position(Math.min(line, editor.document.lineCount - 1), 0);
  editor.selection = new vscode.Selection(first, first);
  const range = new vscode.Range(first, first.translate(Math.max(0, count - 1)));
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** One that was deleted cannot be shown. */
async function showFile(path: string, viewColumn: vscode.ViewColumn): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document, { viewColumn, preview: false });
  } catch {
    // There is nothing to show.
  }
}
