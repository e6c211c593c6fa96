import { type Channel, Socket } from "phoenix";
import { CancellationTokenSource, type MessageConnection, ProgressType } from "vscode-jsonrpc/browser";
import { ChannelWire, RPC } from "../server/protocol/channelWire.ts";
import { DUCK_ERROR, type EventError } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { HostState, PanelAction, PanelMethod } from "../server/protocol/panel.ts";
import type { Params, Result } from "../server/protocol/requests.ts";
import {
  CallFailed,
  type Host,
  type HostNews,
  type Saved,
  type SubscriptionListener,
  type SubscriptionStart,
} from "./host.ts";
import { PAGE_ACTIONS, type PageActions } from "./pageActions.ts";
import { readSaved } from "./savedState.ts";
import { readTabState, writeTabState } from "./tabState.ts";

/** Phoenix's own steps, each a random part of it: whoever was cut off with others does not come back in one moment. */
const STEPS_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000] as const;
const LAST_STEP_MS = 5000;
/** By then a server that was only started again is back. */
const LOST_AFTER_TRIES = 6;

export interface ChannelHostOptions {
  /** The path of the gateway's sockets, on the page's own address. */
  readonly path: string;
  /** Absent: the link that opened the page was used already, or is too old. */
  readonly token: string | undefined;
  readonly actions: PageActions;
  /** The token is not good any more. */
  readonly onRefused: () => void;
}

/** The panel's host in a browser: JSON-RPC over a channel of the gateway, made anew whenever the line is lost. */
export class ChannelHost implements Host {
  readonly client = "browser";
  readonly saved: Saved = readSaved(readTabState());
  readonly #options: ChannelHostOptions;
  #connection: MessageConnection | undefined;
  #listener: ((news: HostNews) => void) | undefined;
  #state: HostState = { server: "starting", trusted: true, hasFolder: true };
  /** Of the owner of the conversations that was connected to last. */
  #epoch: unknown;
  #subscription: CancellationTokenSource | undefined;
  #subscriptions = 0;

  constructor(options: ChannelHostOptions) {
    this.#options = options;
  }

  start(listener: (news: HostNews) => void): void {
    this.#listener = listener;
    const { token } = this.#options;
    if (token === undefined) this.#refused();
    else this.#open(token);
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

  async call<M extends PanelMethod | "rubberduck/conversation/export">(
    method: M,
    params: Params<M>,
    signal?: AbortSignal,
  ): Promise<Result<M>> {
    const connection = this.#connection;
    if (connection === undefined) throw new CallFailed(NOT_CONNECTED);
    if ("url" in params && !this.#options.actions.mayFetch(params.url)) throw new CallFailed(REFUSED);
    const cancellation = new CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const asked = SAYS_CLIENT.has(method) ? { ...params, client: this.client } : params;
      return await connection.sendRequest<Result<M>>(method, asked, cancellation.token);
    } catch (error) {
      throw new CallFailed(toEventError(error));
    } finally {
      signal?.removeEventListener("abort", cancel);
      cancellation.dispose();
    }
  }

  subscribe({ participant, ...from }: SubscriptionStart, listener: SubscriptionListener): void {
    this.#subscription?.cancel();
    const connection = this.#connection;
    if (connection === undefined) {
      listener.onEnded(undefined);
      return;
    }
    const source = new CancellationTokenSource();
    this.#subscription = source;
    const partialResultToken = `s${++this.#subscriptions}`;
    const isShown = () => source === this.#subscription;
    const listening = connection.onProgress(EVENTS, partialResultToken, (event) => {
      if (isShown()) listener.onEvent(event);
    });
    const asked = {
      ...from,
      snapshot: true,
      participant: { id: participant, client: this.client },
      partialResultToken,
    };
    const ended = (error?: unknown) => {
      listening.dispose();
      if (isShown()) listener.onEnded(error === undefined ? undefined : toEventError(error));
    };
    connection.sendRequest("rubberduck/conversation/subscribe", asked, source.token).then(() => ended(), ended);
  }

  #open(token: string): void {
    this.#tell({});
    let tries = 0;
    const socket = new Socket(this.#options.path, {
      authToken: token,
      reconnectAfterMs: (step) => jittered(step),
      rejoinAfterMs: (step) => jittered(step),
    });
    const channel = socket.channel("workspace", {});
    let wire: ChannelWire | undefined;
    const lose = () => {
      this.#lose();
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
        void this.#connected(wire.connection(), epoch);
      });
    socket.connect();
  }

  /** The line does not come about: either nobody is there, or they are there and let this page in no more. */
  async #whyNot(giveUp: () => void): Promise<void> {
    const isThere = await fetch("/", { method: "HEAD" }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!isThere || this.#connection !== undefined) return;
    giveUp();
    this.#options.onRefused();
    this.#refused();
  }

  #refused(): void {
    this.#tell({ server: "stopped", serverMessage: NOT_ADMITTED });
  }

  async #connected(connection: MessageConnection, epoch: unknown): Promise<void> {
    connection.onNotification("rubberduck/model/statusChanged", (model) => this.#tell({ model }));
    connection.onNotification("rubberduck/index/statusChanged", (index) => this.#tell({ index }));
    connection.onNotification("rubberduck/conversation/listChanged", () => this.#listener?.({ type: "listChanged" }));
    connection.onNotification("rubberduck/memory/changed", () => this.#listener?.({ type: "memoryChanged" }));
    connection.listen();
    try {
      const model = await connection.sendRequest<HostState["model"]>("rubberduck/model/status", {});
      const index = await connection.sendRequest<HostState["index"]>("rubberduck/index/status", {});
      this.#connection = connection;
      if (this.#epoch !== undefined && epoch !== this.#epoch) this.#listener?.({ type: "otherOwner" });
      this.#epoch = epoch;
      this.#tell({ server: "ready", model, index });
    } catch {
      // Lost again: the next join asks anew.
    }
  }

  #lose(): void {
    this.#connection = undefined;
    if (this.#state.server === "ready") this.#tell({ server: "starting" });
  }

  #tell(changes: Partial<HostState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#listener?.({ type: "state", state: this.#state });
  }
}

const EVENTS = new ProgressType<ChatEvent>();

/** Requests that are logged with what kind of client made them. */
const SAYS_CLIENT = new Set<string>(["rubberduck/conversation/send", "rubberduck/conversation/retry"]);

const NOT_CONNECTED: EventError = {
  code: "internal",
  message: "The server cannot be reached. It is tried again by itself; what was accepted is kept.",
};
const REFUSED: EventError = { code: "invalidRequest", message: "The page was not fetched." };
const NOT_ADMITTED =
  "Its link was used already, or its time is over. Run “RubberDuck: Open in Browser” in VS Code for another one.";

function jittered(step: number): number {
  return Math.ceil(Math.random() * (STEPS_MS[step - 1] ?? LAST_STEP_MS));
}

/** The other side confirms each push at once; nobody waits for that. */
function push(channel: Channel, message: object): void {
  channel.push(RPC, message, 1000);
}

function toEventError(error: unknown): EventError {
  if (!(error instanceof Error) || !("code" in error) || error.code !== DUCK_ERROR) return NOT_CONNECTED;
  const { data } = error as { data?: { readonly code: EventError["code"] } };
  return { code: data?.code ?? "internal", message: error.message };
}
