import * as vscode from "vscode";
import type { HostState } from "../server/protocol/panel.ts";
import type { IndexStatus, InitializationOptions, ModelStatus } from "../server/protocol/requests.ts";
import { ChatView } from "./chatView.ts";
import { registerCommands } from "./commands.ts";
import { Completions } from "./completions.ts";
import { Duck, toEventError } from "./duck.ts";
import { EditorContext } from "./editorContext.ts";
import { EditorModels } from "./editorModels.ts";
import { serveEditorRequests } from "./editorRequests.ts";
import { Edits } from "./edits.ts";
import { exportConversation } from "./exportConversation.ts";
import { HunkDecorations } from "./hunkDecorations.ts";
import { HunkLenses } from "./hunkLenses.ts";
import { IndexStatusItem } from "./indexStatus.ts";
import { InPlace } from "./inPlace.ts";
import { Internals } from "./internals.ts";
import { LanguageServer } from "./languageServer.ts";
import { exportMemory, importMemory } from "./memoryFiles.ts";
import { Mentions } from "./mentions.ts";
import { ModelPicker } from "./modelPicker.ts";
import { PanelActions } from "./panelActions.ts";
import { ProposalDocuments } from "./proposalDocuments.ts";
import { Proposals } from "./proposals.ts";
import { Keys } from "./secrets.ts";
import { affectsModel, affectsStore, readSettings, writeEditorModel } from "./settings.ts";
import { StatusItem } from "./status.ts";
import { StoreCare } from "./storeCare.ts";
import { storedSecret } from "./storedSecret.ts";
import { StoreSecret } from "./storeSecret.ts";
import { StoreTasks } from "./storeTasks.ts";
import { TerminalHistory } from "./terminalHistory.ts";

let server: LanguageServer | undefined;

/** Composition root of the extension host. The server starts in the background: nothing waits for it. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const output = own(vscode.window.createOutputChannel("RubberDuck", { log: true }));
  const keys = new Keys(context.secrets);
  const script = vscode.Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath;
  const storeSecret = new StoreSecret(context.secrets, context.globalState);
  const initializationOptions = async (): Promise<InitializationOptions> => {
    const osSecret = await storeSecret.soon();
    const { storePath } = readSettings();
    return { storePath, trusted: vscode.workspace.isTrusted, client: "panel", osSecret };
  };
  const running = own(new LanguageServer(script, initializationOptions, output));
  server = running;
  const duck = new Duck(running);
  const editorContext = own(new EditorContext());
  const statusItem = own(new StatusItem());
  const indexItem = own(new IndexStatusItem());
  const completions = own(new Completions(duck));
  const editorModels = new EditorModels();
  /** Tells the server what VS Code lends. */
  const lend = async () => {
    if (running.state.state !== "ready") return [];
    const models = await editorModels.list();
    showModel(await duck.request("rubberduck/model/lend", { models }));
    return models;
  };
  const lendAnew = () => void lend().catch((error) => output.error(String(error)));
  const storeCare = own(
    new StoreCare({
      duck,
      memory: context.globalState,
      secret: storeSecret,
      restartServer: () => running.restart(),
      showOutput: () => output.show(),
    }),
  );
  const modelPicker = new ModelPicker(duck, keys, lend);

  let model: ModelStatus | undefined;
  let index: IndexStatus | undefined;
  /** The running server knows its model. Until then the panel waits, or what it sends would be answered offline. */
  let isConfigured = false;
  const hostState = (): HostState => ({
    server: running.state.state === "ready" && !isConfigured ? "starting" : running.state.state,
    serverMessage: running.state.message,
    trusted: vscode.workspace.isTrusted,
    hasFolder: (vscode.workspace.workspaceFolders?.length ?? 0) > 0,
    model,
    index,
    editor: editorContext.chip,
    store: storeCare.status,
  });
  const proposals = own(new Proposals());
  const edits = own(new Edits(duck, proposals));
  own(new ProposalDocuments(duck, proposals));
  own(new HunkLenses(edits, proposals));
  own(new HunkDecorations(edits, proposals));
  const actions = new PanelActions({
    editor: () => editorContext.editor,
    chooseModel: () => modelPicker.choose(),
    useEndpoint: (baseUrl, name) => modelPicker.useEndpoint(baseUrl, name),
    useEditorModel: (id) => writeEditorModel(id),
    setKey: () => modelPicker.setKey(),
    restartServer: () => running.restart(),
    showOutput: () => output.show(),
    exportConversation: (conversationId) => exportConversation(duck, conversationId),
    showDiff: (place) => edits.showDiff(place),
    storeCare,
    exportMemory: () => exportMemory(duck),
    importMemory: () => importMemory(duck),
  });
  const { extensionUri } = context;
  const terminals = own(new TerminalHistory());
  const mentions = new Mentions({ duck, editorContext, terminals });
  const stateKey = storedSecret(context.secrets, "rubberduck.panelState").then(({ secret }) => secret);
  const chatView = own(new ChatView({ extensionUri, duck, actions, hostState, mentions, stateKey }));

  own(chatView.onDidReceive(({ conversationId, event }) => proposals.take(conversationId, event)));
  const inPlace = new InPlace({ chatView, duck, proposals, edits, isReady: () => running.state.state === "ready" });

  const showModel = (status: ModelStatus) => {
    model = status;
    statusItem.showModel(status);
    void vscode.commands.executeCommand("setContext", "rubberduck.hasModel", status.model.kind !== "offline");
    chatView.postState();
  };
  const configureNow = async () => {
    if (running.state.state !== "ready" || !vscode.workspace.isTrusted) return;
    const { storePath: _, ...settings } = readSettings();
    const apiKey = await keys.get(settings.baseUrl);
    try {
      const configuration = { ...settings, apiKey };
      showModel(await duck.request("rubberduck/model/configure", configuration));
    } catch (error) {
      // The next server is configured when it is ready.
      if (running.state.state !== "ready") return;
      void vscode.window.showWarningMessage(toEventError(error).message);
      showModel(await duck.request("rubberduck/model/status", {}));
    }
  };
  /** One after another, each with the settings of its moment, so that the last one counts. */
  let configuring = Promise.resolve();
  const configure = () => {
    configuring = configuring.then(configureNow).catch((error) => output.error(String(error)));
    return configuring;
  };
  const connect = async () => {
    duck.onNotification("rubberduck/model/statusChanged", showModel);
    duck.onNotification("rubberduck/index/statusChanged", (status) => {
      index = status;
      indexItem.show(status);
      chatView.postState();
    });
    duck.onNotification("rubberduck/conversation/listChanged", () => chatView.post({ type: "listChanged" }));
    duck.onNotification("rubberduck/memory/changed", () => chatView.post({ type: "memoryChanged" }));
    serveEditorRequests(running.connection, editorModels);
    void completions.connected().catch((error) => output.error(String(error)));
    void storeCare.connected().catch((error) => output.error(String(error)));
    try {
      // Before the settings, so that a lent model that they name is known.
      if (readSettings().editorModel !== "") await lend();
      await configure();
    } finally {
      isConfigured = true;
      chatView.postState();
    }
    showModel(await duck.request("rubberduck/model/status", {}));
  };

  let connecting = Promise.resolve();
  own(
    running.onDidChangeState((state) => {
      isConfigured = false;
      storeCare.disconnected();
      statusItem.showServer(state);
      chatView.postState();
      if (state.state === "ready") connecting = connect().catch((error) => output.error(String(error)));
    }),
  );
  own(storeCare.onDidChange(() => chatView.postState()));
  own(chatView.onDidAnswer(() => void storeCare.offerRecoveryCode()));
  own(editorModels.onDidChange(lendAnew));
  own(chatView.onDidOpen(lendAnew));
  own(editorContext.onDidChange(() => chatView.postState()));
  own(keys.onDidChange(() => void configure()));
  own(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (affectsModel(change)) void configure();
      if (affectsStore(change)) void running.restart();
    }),
  );
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void running.restart()));
  own(vscode.workspace.onDidChangeWorkspaceFolders(() => void running.restart()));
  own(vscode.window.registerWebviewViewProvider(ChatView.viewId, chatView));
  own(
    registerCommands({
      chatView,
      modelPicker,
      server: running,
      output,
      duck,
      storeCare,
      internals: own(new Internals(duck)),
      storeTasks: own(new StoreTasks(duck, () => running.restart())),
      edits,
      proposals,
      inPlace,
      connected: () => connecting,
    }),
  );
  void running.start();
}

/** A reply in flight goes on in the server; it ends by itself when it is done. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
