import { isAbsolute } from "node:path";
import * as vscode from "vscode";
import type { PanelAction } from "../server/protocol/panel.ts";
import type { ProposalPlace } from "./proposals.ts";
import type { StoreCare } from "./storeCare.ts";

export interface PanelActionsOptions {
  /** Where code is inserted: the editor that was active last. */
  readonly editor: () => vscode.TextEditor | undefined;
  readonly chooseModel: () => Promise<void>;
  readonly useEndpoint: (baseUrl: string | undefined, name: string | undefined) => Promise<void>;
  readonly useEditorModel: (id: string) => Promise<void>;
  readonly setKey: () => Promise<void>;
  readonly restartServer: () => Promise<void>;
  readonly showOutput: () => void;
  readonly exportConversation: (conversationId: string) => Promise<void>;
  readonly showDiff: (place: ProposalPlace) => Promise<void>;
  readonly storeCare: StoreCare;
  readonly exportMemory: () => Promise<void>;
  readonly importMemory: () => Promise<void>;
}

/** What the panel asks of the editor around it. */
export class PanelActions {
  readonly #options: PanelActionsOptions;

  constructor(options: PanelActionsOptions) {
    this.#options = options;
  }

  async run(action: PanelAction): Promise<void> {
    switch (action.kind) {
      case "openFile":
        return openFile(action.path, action.line);
      case "openLink":
        return openLink(action.url);
      case "copy":
        return vscode.env.clipboard.writeText(action.text);
      case "showDiff":
        return this.#options.showDiff(action);
      case "insertAtCursor":
        return insertAtCursor(this.#options.editor(), action.text);
      case "newFile":
        return newFile(action.text, action.language);
      case "exportConversation":
        return this.#options.exportConversation(action.conversationId);
      case "chooseModel":
        return this.#options.chooseModel();
      case "useEndpoint":
        return this.#options.useEndpoint(action.baseUrl, action.name);
      case "useEditorModel":
        return this.#options.useEditorModel(action.id);
      case "setKey":
        return this.#options.setKey();
      case "showOutput":
        return this.#options.showOutput();
      case "restartServer":
        return this.#options.restartServer();
      case "enterRecoveryCode":
        return this.#options.storeCare.enterRecoveryCode();
      case "startNewStore":
        return this.#options.storeCare.startAnew();
      case "showStoreDetails":
        return this.#options.storeCare.showDetails();
      case "exportMemory":
        return this.#options.exportMemory();
      case "importMemory":
        return this.#options.importMemory();
      case "showing":
        await vscode.commands.executeCommand("setContext", "rubberduck.page", action.page);
        return;
      case "manageTrust":
        await vscode.commands.executeCommand("workbench.trust.manage");
        return;
    }
  }
}

async function openFile(path: string, line: number | undefined): Promise<void> {
  for (const uri of candidates(path)) {
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const position = new vscode.Position(Math.min(Math.max(0, (line ?? 1) - 1), document.lineCount - 1), 0);
      const selection = line === undefined ? undefined : new vscode.Range(position, position);
      await vscode.window.showTextDocument(document, { selection, preview: true });
      return;
    } catch {
      // The next folder may have it.
    }
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      "{0} is not in the open folder. It may have been moved or deleted since the answer was written.",
      path,
    ),
  );
}

/** A link may name a file of any open folder, with or without the folder's name in front; nothing outside of them. */
function candidates(path: string): vscode.Uri[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const uris = isAbsolute(path)
    ? [vscode.Uri.file(path)]
    : folders.flatMap(({ uri, name }) => {
        const prefix = `${name}/`;
        const inside = vscode.Uri.joinPath(uri, path);
        return path.startsWith(prefix) ? [vscode.Uri.joinPath(uri, path.slice(prefix.length)), inside] : [inside];
      });
  return uris.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) !== undefined);
}

const OPENABLE = new Set(["http:", "https:", "mailto:"]);

/** The whole address is shown first: a link's text may say something else. */
async function openLink(url: string): Promise<void> {
  if (!URL.canParse(url) || !OPENABLE.has(new URL(url).protocol)) return;
  const open = vscode.l10n.t("Open");
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t("Open this link in the browser?"),
    { modal: true, detail: new URL(url).href },
    open,
  );
  if (answer === open) await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

async function insertAtCursor(editor: vscode.TextEditor | undefined, text: string): Promise<void> {
  if (editor === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Open the file into which the code should go, then try again."),
    );
    return;
  }
  const shown = await vscode.window.showTextDocument(editor.document, {
    viewColumn: editor.viewColumn,
    preview: false,
  });
  await shown.edit((edit) => edit.replace(shown.selection, text));
}

async function newFile(content: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({
    content,
    ...(known.includes(language) && { language }),
  });
  await vscode.window.showTextDocument(document, { preview: false });
}
