import type * as vscode from "vscode";
import { DUCK_ERROR, type DuckErrorCode, type EventError } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { Empty, Method, Notifications, Params, Result, SubscribeParams } from "../server/protocol/requests.ts";
import type { LanguageServer } from "./languageServer.ts";

/** The server, as the rest of the client calls it. */
export class Duck {
  readonly #server: LanguageServer;
  #nextToken = 1;

  constructor(server: LanguageServer) {
    this.#server = server;
  }

  async request<M extends Method>(method: M, params: Params<M>, token?: vscode.CancellationToken): Promise<Result<M>> {
    return this.#server.connection.request<Result<M>>(method, params, token);
  }

  /** Resolves when the subscription was cancelled or the conversation deleted. */
  async subscribe(
    params: Omit<SubscribeParams, "partialResultToken">,
    token: vscode.CancellationToken,
    onEvent: (event: ChatEvent) => void,
  ): Promise<void> {
    const partialResultToken = `panel-${this.#nextToken++}`;
    const { connection } = this.#server;
    const listening = connection.onProgress(partialResultToken, onEvent);
    try {
      await connection.request<Empty>("rubberduck/conversation/subscribe", { ...params, partialResultToken }, token);
    } finally {
      listening.dispose();
    }
  }

  /** Listens on the running server; ask again when a new one is ready. */
  onNotification<N extends keyof Notifications>(
    name: N,
    listener: (params: Notifications[N]) => void,
  ): vscode.Disposable {
    return this.#server.connection.onNotification(name, listener);
  }
}

/** What the editor itself refuses, with words for a person, as the server would. */
export class Refusal extends Error {
  readonly code = DUCK_ERROR;
  readonly data = { code: "invalidRequest" } as const;
}

/** What the panel shows of a failed request. */
export function toEventError(error: unknown): EventError {
  if (isResponseError(error)) return { code: error.data?.code ?? "internal", message: error.message };
  const message = "The server went away while it worked on this. It starts again by itself; what was accepted is kept.";
  return { code: "internal", message };
}

/** JSON-RPC's own code for a bug in the server; its message is the generic sentence. */
const INTERNAL_ERROR = -32603;

/** By form, not by class: the class stands in a bundle that is loaded late. Other codes are the connection's own. */
function isResponseError(error: unknown): error is Error & { readonly data?: { readonly code: DuckErrorCode } } {
  return error instanceof Error && "code" in error && (error.code === DUCK_ERROR || error.code === INTERNAL_ERROR);
}
