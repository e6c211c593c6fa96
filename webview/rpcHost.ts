import { CancellationTokenSource, ErrorCodes, type MessageConnection, ProgressType } from "vscode-jsonrpc";
import { DUCK_ERROR, type EventError } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { HostState, PanelAction, PanelMethod } from "../server/protocol/panel.ts";
import type { Method, Params, Result } from "../server/protocol/requests.ts";
import { VERSION } from "../server/protocol/version.ts";
import {
  CallFailed,
  type Host,
  type HostNews,
  type Saved,
  type SubscriptionListener,
  type SubscriptionStart,
} from "./host.ts";

/**
 * A host that speaks with the server itself, over a connection that comes and goes: the page of a gateway, and the terminal. Whoever
 * extends it makes the connection, and says when it is there and when it is lost.
 */
export abstract class RpcHost implements Host {
  abstract readonly client: Host["client"];
  abstract readonly saved: Saved;
  #connection: MessageConnection | undefined;
  #listener: ((news: HostNews) => void) | undefined;
  #state: HostState = { server: "starting", trusted: true, hasFolder: true };
  /** Of the owner of the conversations that was connected to last. */
  #owner: unknown;
  #subscription: CancellationTokenSource | undefined;
  #subscriptions = 0;

  abstract offers(kind: PanelAction["kind"]): boolean;
  abstract do(action: PanelAction): void;
  abstract save(saved: Saved): void;
  /** Makes the connection, again and again. */
  protected abstract open(): void;
  /** Another build than this one has the conversations now. */
  protected abstract otherVersion(theirs: string): void;
  /** Whether the user lets a page of the web be read. */
  protected abstract mayFetch(url: string): boolean;

  start(listener: (news: HostNews) => void): void {
    this.#listener = listener;
    this.tell({});
    this.open();
  }

  async call<M extends PanelMethod | "rubberduck/conversation/export">(
    method: M,
    params: Params<M>,
    signal?: AbortSignal,
  ): Promise<Result<M>> {
    const connection = this.#connection;
    if (connection === undefined) throw new CallFailed(NOT_CONNECTED);
    if (method === "rubberduck/mention/fetch" && "url" in params && !this.mayFetch(params.url))
      throw new CallFailed(REFUSED);
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

  /**
   * A connection is there, and listens.
   * @param owner tells the process that has the conversations from another one, which may not know what the first told last
   */
  protected async connected(connection: MessageConnection, owner?: unknown): Promise<void> {
    // Closed, it would leave waiting who still waits for an answer.
    connection.onClose(() => connection.dispose());
    connection.onNotification("rubberduck/model/statusChanged", (model: HostState["model"]) => this.tell({ model }));
    connection.onNotification("rubberduck/index/statusChanged", (index: HostState["index"]) => this.tell({ index }));
    connection.onNotification("rubberduck/conversation/listChanged", () => this.#listener?.({ type: "listChanged" }));
    connection.onNotification("rubberduck/memory/changed", () => this.#listener?.({ type: "memoryChanged" }));
    const ask = <M extends Method>(method: M) => connection.sendRequest<Result<M>>(method, {});
    try {
      const [model, index, { pid, version }] = await Promise.all([
        ask("rubberduck/model/status"),
        ask("rubberduck/index/status"),
        ask("rubberduck/server/info"),
      ]);
      const ownerNow = owner ?? pid;
      this.#connection = connection;
      if (this.#owner !== undefined && ownerNow !== this.#owner) this.#listener?.({ type: "otherOwner" });
      this.#owner = ownerNow;
      this.tell({ server: "ready", model, index });
      if (version !== VERSION) this.otherVersion(version);
    } catch {
      // Lost again: the next connection asks anew.
    }
  }

  protected get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  protected lost(): void {
    this.#connection = undefined;
    if (this.#state.server === "ready") this.tell({ server: "starting" });
  }

  protected tell(changes: Partial<HostState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#listener?.({ type: "state", state: this.#state });
  }
}

/** Phoenix's own steps in ms, each a random part of it: whoever was cut off with others does not come back in one moment. */
export function reconnectAfterMs(step: number): number {
  return Math.ceil(Math.random() * (STEPS_MS[step - 1] ?? LAST_STEP_MS));
}

const STEPS_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000] as const;
const LAST_STEP_MS = 5000;

const EVENTS = new ProgressType<ChatEvent>();

/** Requests that are logged with what kind of client made them. */
const SAYS_CLIENT = new Set<string>(["rubberduck/conversation/send", "rubberduck/conversation/retry"]);

const NOT_CONNECTED: EventError = {
  code: "internal",
  message: "The server cannot be reached. It is tried again by itself; what was accepted is kept.",
};
const UNKNOWN_THERE: EventError = {
  code: "otherVersion",
  message:
    "The server is of another version of RubberDuck and does not know that. Close what still runs the older version, then try again.",
};
const REFUSED: EventError = { code: "invalidRequest", message: "The page was not fetched." };

function toEventError(error: unknown): EventError {
  if (!(error instanceof Error) || !("code" in error)) return NOT_CONNECTED;
  if (error.code === ErrorCodes.MethodNotFound) return UNKNOWN_THERE;
  if (error.code !== DUCK_ERROR) return NOT_CONNECTED;
  const { data } = error as { data?: { readonly code: EventError["code"] } };
  return { code: data?.code ?? "internal", message: error.message };
}
