import "vscode-jsonrpc/node";
import type { MessageConnection } from "vscode-jsonrpc";
import { connectToGateway } from "../../../server/gateway/clientConnection.ts";
import type { PanelAction } from "../../../server/protocol/panel.ts";
import type { Clock } from "../../../server/util/clock.ts";
import type { Saved } from "../../../webview/host.ts";
import { RpcHost, reconnectAfterMs } from "../../../webview/rpcHost.ts";
import type { Serving } from "../serveCommand.ts";

export interface TerminalHostOptions {
  /** The conversation to open, if any. */
  readonly conversationId: string | undefined;
  readonly clock: Clock;
  readonly connect?: (address: Serving) => Promise<MessageConnection>;
  /** Another build than this one has the conversations. */
  readonly onOtherVersion: (theirs: string) => void;
  /** Puts text on the clipboard of whoever sits at the terminal. */
  readonly copy: (text: string) => void;
}

/** The panel's host in a terminal: a client of the gateway at whatever socket the conversations are. */
export class TerminalHost extends RpcHost {
  readonly client = "terminal";
  readonly saved: Saved;
  readonly #options: TerminalHostOptions;
  #serving: Serving | undefined;
  #connection: MessageConnection | undefined;
  /** Of tries without a connection, since the last one. */
  #tries = 0;
  #isConnecting = false;
  #isClosed = false;

  constructor(options: TerminalHostOptions) {
    super();
    this.#options = options;
    const { conversationId } = options;
    this.saved = { draft: "", ...(conversationId !== undefined && { conversationId }) };
  }

  /** Where the conversations are from now on. */
  serve(serving: Serving): void {
    this.#serving = serving;
    this.#tries = 0;
    this.#connection?.dispose();
    this.open();
  }

  /** Nobody serves them any more. */
  stop(why: string): void {
    this.tell({ server: "stopped", serverMessage: why });
  }

  offers(kind: PanelAction["kind"]): boolean {
    return kind === "copy";
  }

  do(action: PanelAction): void {
    if (action.kind === "copy") this.#options.copy(action.text);
  }

  save(): void {}

  close(): void {
    this.#isClosed = true;
    this.#connection?.dispose();
  }

  protected otherVersion(theirs: string): void {
    this.#options.onOtherVersion(theirs);
  }

  /** Nothing on the web is read from here. */
  protected mayFetch(): boolean {
    return false;
  }

  protected open(): void {
    const serving = this.#serving;
    const isDone = this.#connection !== undefined || this.#isConnecting || this.#isClosed;
    if (serving === undefined || isDone) return;
    this.#isConnecting = true;
    const connect = this.#options.connect ?? connectToGateway;
    connect({ socket: serving.socket, token: serving.token }).then(
      (connection) => {
        this.#isConnecting = false;
        if (serving !== this.#serving || this.#isClosed) {
          connection.dispose();
          this.open();
        } else this.#opened(connection);
      },
      () => {
        this.#isConnecting = false;
        this.#openLater();
      },
    );
  }

  #opened(connection: MessageConnection): void {
    this.#connection = connection;
    this.#tries = 0;
    const gone = once(() => {
      this.#connection = undefined;
      this.lost();
      this.#openLater();
    });
    connection.onClose(gone);
    connection.onDispose(gone);
    void this.connected(connection);
  }

  #openLater(): void {
    if (!this.#isClosed) this.#options.clock.after(reconnectAfterMs(++this.#tries), () => this.open());
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
