import * as vscode from "vscode";
import type { HunkDecision } from "../server/protocol/edits.ts";
import type { Edits, ShownHunk } from "./edits.ts";
import type { HunkArgument } from "./hunkLenses.ts";
import { placeOf } from "./proposalDocuments.ts";
import type { ProposalPlace, Proposals } from "./proposals.ts";

type Table = Record<string, (argument?: unknown) => unknown>;

/** The commands about proposed changes, for the table of all commands: from a lens, the diff's title, a key. */
export function changeCommands(edits: Edits, proposals: Proposals): Table {
  const onHunk = (decision: HunkDecision | null) => async (argument: unknown) => {
    const { change, hunkId } = fromLens(proposals, argument) ?? atCursor(edits) ?? {};
    if (change !== undefined && hunkId !== undefined) await edits.decide(change, [hunkId], decision);
  };
  const onFile = (decision: HunkDecision) => async (argument: unknown) => {
    for (const place of placesOf(edits, argument)) await edits.decideFile(place, decision);
  };
  return {
    "rubberduck.change.accept": onHunk("accepted"),
    "rubberduck.change.reject": onHunk("rejected"),
    "rubberduck.change.reopen": onHunk(null),
    "rubberduck.change.acceptAll": onFile("accepted"),
    "rubberduck.change.rejectAll": onFile("rejected"),
    "rubberduck.change.showDiff": async (argument) => {
      const { change, hunkId } = fromLens(proposals, argument) ?? atCursor(edits) ?? {};
      if (change !== undefined) await edits.showDiff(change, hunkId);
    },
    "rubberduck.change.next": () => go(edits, 1),
    "rubberduck.change.previous": () => go(edits, -1),
  };
}

function fromLens(proposals: Proposals, argument: unknown) {
  if (!isHunk(argument)) return undefined;
  const change = proposals.find(argument);
  return change && { change, hunkId: argument.hunkId };
}

/** The hunk that the cursor stands in, else the nearest. */
function atCursor(edits: Edits) {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line } = editor.selection.active;
  const [nearest] = edits.shownIn(editor.document).sort((a, b) => distance(a, line) - distance(b, line));
  return nearest && { change: nearest.change, hunkId: nearest.place.hunk.id };
}

function distance({ place }: ShownHunk, line: number): number {
  if (line < place.line) return place.line - line;
  return Math.max(0, line - (place.line + Math.max(1, place.count) - 1));
}

/** From a lens one file, from a diff's title its file, else whatever is proposed in the active editor's. */
function placesOf(edits: Edits, argument: unknown): ProposalPlace[] {
  if (isHunk(argument)) return [argument];
  const editor = vscode.window.activeTextEditor;
  const uri = argument instanceof vscode.Uri ? argument : editor?.document.uri;
  const preview = uri && placeOf(uri);
  if (preview !== undefined) return [preview];
  const all = editor === undefined ? [] : edits.shownIn(editor.document).map(({ change }) => change);
  return [...new Map(all.map((change) => [`${change.turnId} ${change.proposalId}`, change])).values()];
}

function go(edits: Edits, step: 1 | -1): void {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const lines = edits.shownIn(editor.document).map(({ place }) => place.line);
  const { line } = editor.selection.active;
  const next = step === 1 ? lines.find((one) => one > line) : lines.findLast((one) => one < line);
  const target = next ?? (step === 1 ? lines[0] : lines.at(-1));
  if (target === undefined) return;
  const at = new vscode.Position(Math.min(target, editor.document.lineCount - 1), 0);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function isHunk(argument: unknown): argument is HunkArgument {
  return typeof argument === "object" && argument !== null && "hunkId" in argument && "proposalId" in argument;
}
