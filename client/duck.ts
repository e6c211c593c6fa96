import type * as vscode from "vscode";
import { type CancellationToken, ProgressType, ResponseError } from "vscode-languageclient/node";
import { type EventError, GENERIC_FAILURE } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { Method, Notifications, Params, Result, SubscribeParams } from "../server/protocol/requests.ts";
import type { LanguageServer } from "./languageServer.ts";

/** The server, as the rest of the client calls it. */
export class Duck {
  readonly #server: LanguageServer;
  #nextToken = 1;

  constructor(server: LanguageServer) {
    this.#server = server;
  }

  request<M extends Method>(method: M, params: Params<M>, token?: CancellationToken): Promise<Result<M>> {
    const { client } = this.#server;
    return token ? client.sendRequest<Result<M>>(method, params, token) : client.sendRequest<Result<M>>(method, params);
  }

  /** Resolves when the subscription was cancelled or the conversation deleted. */
  async subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    token: CancellationToken,
    onEvent: (event: ChatEvent) => void,
  ): Promise<void> {
    const partialResultToken = `panel-${this.#nextToken++}`;
    const { client } = this.#server;
    const listening = client.onProgress(new ProgressType<ChatEvent>(), partialResultToken, onEvent);
    try {
      await client.sendRequest("rubberduck/conversation/subscribe", { ...params, partialResultToken }, token);
    } finally {
      listening.dispose();
    }
  }

  /** Listens on the running server; ask again when a new one is ready. */
  onNotification<N extends keyof Notifications>(
    name: N,
    listener: (params: Notifications[N]) => void,
  ): vscode.Disposable {
    return this.#server.client.onNotification(name, listener);
  }
}

/** What the panel shows of a failed request. */
export function toEventError(error: unknown): EventError {
  if (error instanceof ResponseError && typeof error.data?.code === "string") {
    return { code: error.data.code, message: error.message };
  }
  return { code: "internal", message: error instanceof ResponseError ? error.message : GENERIC_FAILURE };
}
