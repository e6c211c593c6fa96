import { type CancellationToken, ResponseError } from "vscode-jsonrpc";
import type { EditorPeer } from "../../server/editorClient.ts";
import type { EditorAskParams } from "../../server/protocol/editor.ts";

/** One request as the editor sees it. */
export interface Asked {
  readonly method: string;
  readonly params: unknown;
  readonly token: CancellationToken;
  /** Reports a value under the request's progress token. */
  tell(value: unknown): void;
  answer(result: unknown): void;
  fail(error: Error): void;
}

/** The editor's end of the connection: a test answers what the server asks. */
export class FakeEditor implements EditorPeer {
  readonly asked: Asked[] = [];
  readonly #listeners = new Map<string, (value: unknown) => void>();
  readonly #waiting: ((asked: Asked) => void)[] = [];

  /** Progress tokens that somebody listens to. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** The next request, as soon as it is made. */
  next(): Promise<Asked> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  sendRequest(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const progress = (params as Partial<EditorAskParams>).partialResultToken ?? "";
    const tell = (value: unknown) => this.#listeners.get(progress)?.(value);
    const asked = { method, params, token, tell, answer: resolve, fail: reject };
    this.asked.push(asked);
    this.#waiting.shift()?.(asked);
    return promise;
  }

  onProgress(_type: unknown, token: string, listener: (value: unknown) => void) {
    this.#listeners.set(token, listener);
    return { dispose: () => void this.#listeners.delete(token) };
  }
}

export const noSuchMethod = () => new ResponseError(-32601, "Unhandled method");
