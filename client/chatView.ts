import { createHash, randomBytes, randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../server/protocol/attachments.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { HostMessage, HostState, PanelMessage, PanelMethod } from "../server/protocol/panel.ts";
import { PANEL_METHODS } from "../server/protocol/panel.ts";
import type { Params, Result, TurnResult } from "../server/protocol/requests.ts";
import type { Duck } from "./duck.ts";
import { Refusal, toEventError } from "./duck.ts";
import type { Mentions } from "./mentions.ts";
import type { PanelActions } from "./panelActions.ts";

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly duck: Duck;
  readonly actions: PanelActions;
  /** What the panel shows besides the conversation. */
  readonly hostState: () => HostState;
  readonly mentions: Mentions;
  /** Seals what the panel leaves with VS Code, which writes it to disk as it is: 32 bytes in base64. */
  readonly stateKey: Promise<string | undefined>;
}

/** A message that the panel has sent for somebody else. */
export interface SentMessage {
  readonly conversationId: string;
  readonly operationId: string;
  /** Its answer has ended. */
  readonly ended: Promise<TurnResult>;
}

/** A panel that is opened takes a moment to listen. */
const SEND_WITHIN_MS = 20_000;

/** The panel's host: a page with a strict policy, and a relay that passes requests and events through unopened. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly viewId = "rubberduck.chat";

  readonly #options: ChatViewOptions;
  readonly #opened = new vscode.EventEmitter<void>();
  readonly #answered = new vscode.EventEmitter<void>();
  readonly #received = new vscode.EventEmitter<{ readonly conversationId: string; readonly event: ChatEvent }>();
  #view: vscode.WebviewView | undefined;
  #subscription: vscode.CancellationTokenSource | undefined;
  /** Searches under way, by the id of their call. */
  readonly #searches = new Map<number, vscode.CancellationTokenSource>();
  /** Messages that the panel was asked to send, by their operation ids. */
  readonly #asked = new Map<string, (sent: SentMessage) => void>();
  /** Sent once the page listens. */
  #waiting: HostMessage[] = [];
  #isReady = false;

  /** The page is there and listens. */
  readonly onDidOpen = this.#opened.event;
  /** A message was sent from here and answered. */
  readonly onDidAnswer = this.#answered.event;
  /** An event of the conversation that the panel follows. */
  readonly onDidReceive = this.#received.event;

  constructor(options: ChatViewOptions) {
    this.#options = options;
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.#view = view;
    this.#isReady = false;
    const root = vscode.Uri.joinPath(this.#options.extensionUri, "dist");
    view.webview.options = { enableScripts: true, localResourceRoots: [root] };
    view.webview.onDidReceiveMessage((message: PanelMessage) => void this.#receive(message));
    // A page that is hidden is unloaded; it says when it listens again.
    view.onDidChangeVisibility(() => {
      if (this.#view === view && !view.visible) this.#isReady = false;
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      this.#subscription?.cancel();
    });
    const stateKey = await this.#options.stateKey;
    if (this.#view === view) view.webview.html = page(view.webview, root, stateKey);
  }

  /** Brings the panel to the front, then tells it something. */
  async show(message: HostMessage): Promise<void> {
    this.#postWhenReady(message);
    await vscode.commands.executeCommand(`${ChatView.viewId}.focus`);
  }

  /** Sends a message from the panel, which knows in which conversation and how; what stands in its box stays. */
  async send(text: string, attachments: readonly Attachment[], { preserveFocus = false } = {}): Promise<SentMessage> {
    const operationId = randomUUID();
    const sent = Promise.withResolvers<SentMessage>();
    this.#asked.set(operationId, sent.resolve);
    const patience = setTimeout(() => sent.reject(new Refusal(NOT_SENT)), SEND_WITHIN_MS);
    try {
      this.#postWhenReady({ type: "command", name: "send", text, attachments, operationId });
      if (!preserveFocus) await vscode.commands.executeCommand(`${ChatView.viewId}.focus`);
      else if (!this.#view?.visible) {
        await vscode.commands.executeCommand(`${ChatView.viewId}.open`, { preserveFocus });
      }
      return await sent.promise;
    } finally {
      clearTimeout(patience);
      this.#asked.delete(operationId);
    }
  }

  postState(): void {
    this.#post({ type: "state", state: this.#options.hostState() });
  }

  post(message: HostMessage): void {
    this.#post(message);
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#opened.dispose();
    this.#answered.dispose();
    this.#received.dispose();
  }

  async #receive(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.postState();
        for (const waiting of this.#waiting.splice(0)) this.#post(waiting);
        this.#opened.fire();
        return;
      case "call":
        return this.#call(message);
      case "subscribe":
        return this.#subscribe(message);
      case "cancel":
        this.#searches.get(message.id)?.cancel();
        return;
      case "do":
        return this.#options.actions.run(message.action);
    }
  }

  async #call(message: Extract<PanelMessage, { type: "call" }>): Promise<void> {
    const { id, method } = message;
    try {
      if (!PANEL_METHODS.includes(method)) throw new Error(`The panel may not call ${method}.`);
      const result = await this.#request(message);
      this.#post({ type: "result", id, result });
    } catch (error) {
      this.#post({ type: "failure", id, error: toEventError(error) });
    }
  }

  /** Passed on as it is, but for what only the editor can add. */
  async #request(message: Extract<PanelMessage, { type: "call" }>): Promise<Result<PanelMethod>> {
    const { duck, mentions } = this.#options;
    switch (message.method) {
      case "rubberduck/conversation/send": {
        const attachments = await mentions.fill(message.params.attachments ?? []);
        const { conversationId, operationId } = message.params;
        const ended = duck.request(message.method, { ...message.params, attachments, client: "panel" });
        this.#asked.get(operationId)?.({ conversationId, operationId, ended });
        const result = await ended;
        if (result.stopReason === "complete") this.#answered.fire();
        return result;
      }
      case "rubberduck/conversation/search":
        return this.#search(message.id, message.params);
      case "rubberduck/model/list": // of the configured endpoint: a page is not to say who is asked
        return duck.request(message.method, {});
      case "rubberduck/context/preview": {
        const attachments = await mentions.estimate(message.params.attachments);
        return duck.request(message.method, { ...message.params, attachments });
      }
      case "rubberduck/mention/complete":
        return mentions.complete(message.params);
      case "rubberduck/mention/fetch":
        return mentions.fetch(message.params.url);
      default:
        return duck.request(message.method, message.params as never);
    }
  }

  async #search(
    id: number,
    params: Params<"rubberduck/conversation/search">,
  ): Promise<Result<"rubberduck/conversation/search">> {
    const source = new vscode.CancellationTokenSource();
    this.#searches.set(id, source);
    try {
      return await this.#options.duck.request("rubberduck/conversation/search", params, source.token);
    } finally {
      this.#searches.delete(id);
      source.dispose();
    }
  }

  async #subscribe(message: Extract<PanelMessage, { type: "subscribe" }>): Promise<void> {
    this.#subscription?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.#subscription = source;
    const { subscription, conversationId, lastSeq, offset } = message;
    const participant = { id: message.participant, client: "panel" } as const;
    try {
      const from = { conversationId, lastSeq, offset, snapshot: true, participant };
      await this.#options.duck.subscribe(from, source.token, (event) => {
        if (source !== this.#subscription) return;
        this.#post({ type: "event", subscription, event });
        this.#received.fire({ conversationId, event });
      });
      this.#post({ type: "subscriptionEnded", subscription });
    } catch (error) {
      if (!source.token.isCancellationRequested) {
        this.#post({ type: "subscriptionEnded", subscription, error: toEventError(error) });
      }
    } finally {
      source.dispose();
    }
  }

  #postWhenReady(message: HostMessage): void {
    if (this.#view !== undefined && this.#isReady) this.#post(message);
    else this.#waiting.push(message);
  }

  #post(message: HostMessage): void {
    void this.#view?.webview.postMessage(message);
  }
}

const NOT_SENT = "The panel did not open. Open it from the activity bar, then try again.";

/** Tells the folders of one window from those of another. */
function workspaceName(): string {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const uris = workspaceFile === undefined ? workspaceFolders.map(({ uri }) => uri) : [workspaceFile];
  return createHash("sha256").update(uris.join("\n")).digest("hex").slice(0, 24);
}

function page(webview: vscode.Webview, root: vscode.Uri, stateKey: string | undefined): string {
  const nonce = randomBytes(24).toString("base64url");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(root, "webview.js"));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(root, "webview.css"));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    "img-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>RubberDuck</title>
</head>
<body data-workspace="${workspaceName()}"${stateKey === undefined ? "" : ` data-state-key="${stateKey}"`}>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
