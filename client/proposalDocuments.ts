import * as vscode from "vscode";
import { type Duck, toEventError } from "./duck.ts";
import type { ProposalPlace, Proposals } from "./proposals.ts";

/** Documents that show a file as it would be. They can be read only. */
export const PROPOSAL_SCHEME = "rubberduck-proposal";

/** Whoever types in the file sees what becomes of the proposal this much later. */
const SETTLE_MS = 300;

type Side = "before" | "after";

/** The file as it stands stands on the left as itself; this is the right, and the left where there is no file. */
export class ProposalDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #duck: Duck;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable;
  #settling: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(duck: Duck, proposals: Proposals) {
    this.#duck = duck;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this),
      proposals.onDidChange(() => this.#refresh()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.uri.scheme !== "file" || contentChanges.length === 0 || open().length === 0) return;
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => this.#refresh(document.uri.fsPath), SETTLE_MS);
      }),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const place = placeOf(uri);
    if (place === undefined) return "";
    const { side, ...params } = place;
    try {
      const { [side]: text } = await this.#duck.request("rubberduck/edit/preview", params);
      return text?.replace(/^\uFEFF/, "") ?? "";
    } catch (error) {
      return toEventError(error).message;
    }
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#subscriptions.dispose();
  }

  #refresh(path?: string): void {
    for (const { uri } of open()) if (path === undefined || placeOf(uri)?.path === path) this.#changed.fire(uri);
  }
}

export function proposalUri({ conversationId, turnId, proposalId, path }: ProposalPlace, side: Side): vscode.Uri {
  const query = JSON.stringify({ conversationId, turnId, proposalId, path, side });
  return vscode.Uri.file(path).with({ scheme: PROPOSAL_SCHEME, query });
}

/** What a document of ours shows. */
export function placeOf(uri: vscode.Uri): (ProposalPlace & { readonly side: Side }) | undefined {
  if (uri.scheme !== PROPOSAL_SCHEME) return undefined;
  try {
    const { conversationId, turnId, proposalId, path, side } = JSON.parse(uri.query) as Record<string, unknown>;
    const names = { conversationId, turnId, proposalId, path };
    if (!isStrings(names) || (side !== "before" && side !== "after")) return undefined;
    return { ...names, side };
  } catch {
    return undefined;
  }
}

function isStrings(names: Record<keyof ProposalPlace, unknown>): names is Record<keyof ProposalPlace, string> {
  return Object.values(names).every((name) => typeof name === "string");
}

function open(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === PROPOSAL_SCHEME);
}
