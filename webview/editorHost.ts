import type { HostMessage, PanelAction, PanelMessage, PanelMethod } from "../server/protocol/panel.ts";
import type { Params, Result } from "../server/protocol/requests.ts";
import {
  CallFailed,
  type Host,
  type HostNews,
  type Saved,
  type SubscriptionListener,
  type SubscriptionStart,
} from "./host.ts";
import { readSaved } from "./savedState.ts";
import { SealedState } from "./sealedState.ts";
import { readTabState, writeTabState } from "./tabState.ts";

/** What VS Code puts into every webview. It may be taken once only. */
export interface WebviewApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: KeptState): void;
}

/** What lies open on the disk: no word of anybody's. Without a key the rest is not kept. */
interface KeptState {
  readonly sealed?: string;
  readonly conversationId?: string;
  readonly incognito?: boolean;
}

/** The panel's host inside VS Code: `postMessage` to the extension host. */
export class EditorHost implements Host {
  readonly saved: Saved;
  readonly client = "panel";
  readonly #api: WebviewApi;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #nextCall = 1;
  #subscription = 0;
  #subscriber: SubscriptionListener | undefined;
  #listener: ((news: HostNews) => void) | undefined;
  readonly #sealing: SealedState;
  /** To be sealed next; only the newest counts. */
  #unsaved: Saved | undefined;

  private constructor(api: WebviewApi, sealing: SealedState, saved: Saved) {
    this.#api = api;
    this.#sealing = sealing;
    this.saved = saved;
  }

  /** @param key of what was left with the host; 32 bytes in base64. */
  static async open(api: WebviewApi, key: string | undefined): Promise<EditorHost> {
    const sealing = await SealedState.open(key);
    const kept = readTabState() ?? api.getState();
    const sealed = typeof kept === "object" && kept !== null && "sealed" in kept ? kept.sealed : undefined;
    const opened = typeof sealed === "string" ? await sealing.unseal(sealed) : undefined;
    return new EditorHost(api, sealing, readSaved(opened ?? kept));
  }

  start(listener: (news: HostNews) => void): void {
    this.#listener = listener;
    window.addEventListener("message", (event: MessageEvent<HostMessage>) => this.#receive(event.data));
    this.#api.postMessage({ type: "ready" });
  }

  call<M extends PanelMethod>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>> {
    const id = this.#nextCall++;
    signal?.addEventListener("abort", () => this.#calls.has(id) && this.#api.postMessage({ type: "cancel", id }));
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(id, answer);
    this.#api.postMessage({ type: "call", id, method, params } as PanelMessage);
    return answer.promise as Promise<Result<M>>;
  }

  subscribe(from: SubscriptionStart, listener: SubscriptionListener): void {
    this.#subscriber = listener;
    this.#subscription += 1;
    this.#api.postMessage({ type: "subscribe", subscription: this.#subscription, ...from });
  }

  offers(): boolean {
    return true;
  }

  do(action: PanelAction): void {
    this.#api.postMessage({ type: "do", action });
  }

  save(saved: Saved): void {
    const isSealing = this.#unsaved !== undefined;
    this.#unsaved = saved;
    if (!isSealing) void this.#sealNewest();
  }

  async #sealNewest(): Promise<void> {
    for (let saved = this.#unsaved; saved !== undefined; ) {
      const sealed = await this.#sealing.seal(saved);
      const { conversationId, incognito } = saved;
      const kept = sealed === undefined ? { conversationId, incognito } : { sealed };
      this.#api.setState(kept);
      writeTabState(kept);
      if (this.#unsaved === saved) this.#unsaved = undefined;
      saved = this.#unsaved;
    }
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "result":
        this.#take(message.id)?.resolve(message.result);
        break;
      case "failure":
        this.#take(message.id)?.reject(new CallFailed(message.error));
        break;
      case "event":
        if (message.subscription === this.#subscription) this.#subscriber?.onEvent(message.event);
        break;
      case "subscriptionEnded":
        if (message.subscription === this.#subscription) this.#subscriber?.onEnded(message.error);
        break;
      case "state":
      case "command":
      case "listChanged":
      case "memoryChanged":
        this.#listener?.(message);
        break;
    }
  }

  #take(id: number): PromiseWithResolvers<unknown> | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }
}
