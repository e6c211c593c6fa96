import "vscode-jsonrpc/browser";
import { type Channel, Socket } from "phoenix";
import { ChannelWire, RPC } from "../server/protocol/channelWire.ts";
import type { PanelAction } from "../server/protocol/panel.ts";
import type { Saved } from "./host.ts";
import { PAGE_ACTIONS, type PageActions } from "./pageActions.ts";
import { RpcHost, reconnectAfterMs } from "./rpcHost.ts";
import { readSaved } from "./savedState.ts";
import { readTabState, writeTabState } from "./tabState.ts";

/** By then a server that was only started again is back. */
const LOST_AFTER_TRIES = 6;

export interface ChannelHostOptions {
  /** The path of the gateway's sockets, on the page's own address. */
  readonly path: string;
  /** Absent: the link that opened the page was used already, or is too old. */
  readonly token: string | undefined;
  readonly actions: PageActions;
  /** The server has another page than this one by now. */
  readonly onOtherVersion: (theirs: string) => void;
  /** The token is not good any more. */
  readonly onRefused: () => void;
}

/** The panel's host in a browser: JSON-RPC over a channel of the gateway, joined anew whenever the line is lost. */
export class ChannelHost extends RpcHost {
  readonly client = "browser";
  readonly saved: Saved = readSaved(readTabState());
  readonly #options: ChannelHostOptions;

  constructor(options: ChannelHostOptions) {
    super();
    this.#options = options;
  }

  offers(kind: PanelAction["kind"]): boolean {
    return PAGE_ACTIONS.has(kind);
  }

  do(action: PanelAction): void {
    void this.#options.actions.run(action, (method, params) => this.call(method, params));
  }

  save(saved: Saved): void {
    writeTabState(saved);
  }

  protected mayFetch(url: string): boolean {
    return this.#options.actions.mayFetch(url);
  }

  protected otherVersion(theirs: string): void {
    this.#options.onOtherVersion(theirs);
  }

  protected open(): void {
    const { path, token } = this.#options;
    if (token === undefined) {
      this.#refused();
      return;
    }
    let tries = 0;
    const socket = new Socket(path, { authToken: token, reconnectAfterMs, rejoinAfterMs: reconnectAfterMs });
    const channel = socket.channel("workspace", {});
    let wire: ChannelWire | undefined;
    const lose = () => {
      this.lost();
      wire?.close();
      wire = undefined;
    };
    channel.onMessage = (event: string | null, payload: unknown) => {
      if (event === RPC) wire?.receive(payload as Parameters<ChannelWire["receive"]>[0]);
      return payload;
    };
    socket.onClose(lose);
    socket.onError(() => {
      lose();
      if (++tries % LOST_AFTER_TRIES === 0) void this.#whyNot(() => socket.disconnect());
    });
    channel.onError(lose);
    channel
      .join()
      // Comes again with each rejoin.
      .receive("ok", ({ epoch }: { epoch?: unknown }) => {
        tries = 0;
        wire?.close();
        wire = new ChannelWire(async (message) => push(channel, message));
        const connection = wire.connection();
        connection.listen();
        void this.connected(connection, epoch);
      });
    socket.connect();
  }

  /** The line does not come about: either nobody is there, or they are there and let this page in no more. */
  async #whyNot(giveUp: () => void): Promise<void> {
    const asked = { headers: { authorization: `Bearer ${this.#options.token}` } };
    const isRefused = await fetch("/session", asked).then(
      ({ status }) => status === 401,
      () => false,
    );
    if (!isRefused || this.isConnected) return;
    giveUp();
    this.#options.onRefused();
    this.#refused();
  }

  #refused(): void {
    this.tell({ server: "stopped", serverMessage: NOT_ADMITTED });
  }
}

const NOT_ADMITTED =
  "Its link was used already, or its time is over. Run “RubberDuck: Open in Browser” in VS Code for another one.";

/** The other side confirms each push at once; nobody waits for that. */
function push(channel: Channel, message: object): void {
  channel.push(RPC, message, 1000);
}
