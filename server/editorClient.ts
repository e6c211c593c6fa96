import { type CancellationToken, CancellationTokenSource, ProgressType } from "vscode-jsonrpc";
import type { RefusedWrite, WorkspaceFiles } from "./edits/workspaceFiles.ts";
import type { Lender } from "./llm/editorModel.ts";
import { ModelError } from "./llm/modelErrors.ts";
import type {
  EditorAskParams,
  EditorDiagnostic,
  EditorFile,
  EditorMethod,
  EditorModelPart,
  EditorRequests,
  EditorSymbol,
  FileWrite,
} from "./protocol/editor.ts";
import { editorModelPart, editorResults } from "./protocol/editorSchemas.ts";
import type { EditorKnowledge } from "./tools/editorKnowledge.ts";
import { AsyncQueue } from "./util/asyncQueue.ts";
import { DuckError } from "./util/errors.ts";

/** The part of the connection to the editor that asking it takes. */
export interface EditorPeer {
  sendRequest(method: string, params: unknown, token: CancellationToken): Promise<unknown>;
  onProgress(type: ProgressType<unknown>, token: string, listener: (value: unknown) => void): { dispose(): void };
}

const parts = new ProgressType<unknown>();

/** What the server asks of its editor. Once the editor is gone every request fails at once. */
export class EditorClient implements Lender, EditorKnowledge, WorkspaceFiles {
  readonly #peer: EditorPeer;
  readonly #gone = new AbortController();
  #nextToken = 1;

  constructor(peer: EditorPeer) {
    this.#peer = peer;
  }

  /** The editor is gone: ends what it was asked. */
  leave(): void {
    this.#gone.abort();
  }

  async *ask(
    params: Omit<EditorAskParams, "partialResultToken">,
    signal: AbortSignal,
  ): AsyncGenerator<EditorModelPart, void> {
    const partialResultToken = `ask-${this.#nextToken++}`;
    const queue = new AsyncQueue<EditorModelPart>();
    const listening = this.#peer.onProgress(parts, partialResultToken, (value) => {
      const part = editorModelPart.safeParse(value).data;
      if (part) queue.push(part);
    });
    const answer = this.#request("rubberduck/editor/ask", { ...params, partialResultToken }, signal);
    const end = () => queue.end();
    answer.then(end, end);
    try {
      yield* queue;
      const { error } = await answer;
      if (error) throw new ModelError(error.code, error.message);
    } finally {
      listening.dispose();
    }
  }

  async diagnostics(path: string | undefined, signal: AbortSignal): Promise<readonly EditorDiagnostic[]> {
    const params = path === undefined ? {} : { path };
    return (await this.#request("rubberduck/editor/diagnostics", params, signal)).diagnostics;
  }

  async symbols(
    of: { readonly path: string } | { readonly query: string },
    signal: AbortSignal,
  ): Promise<readonly EditorSymbol[]> {
    return (await this.#request("rubberduck/editor/symbols", of, signal)).symbols;
  }

  read(path: string, signal: AbortSignal): Promise<EditorFile> {
    return this.#request("rubberduck/editor/readFile", { path }, signal);
  }

  async write(title: string, files: readonly FileWrite[], signal: AbortSignal): Promise<readonly RefusedWrite[]> {
    return (await this.#request("rubberduck/editor/writeFiles", { title, files }, signal)).refused;
  }

  async #request<M extends EditorMethod>(
    method: M,
    params: EditorRequests[M]["params"],
    signal: AbortSignal,
  ): Promise<EditorRequests[M]["result"]> {
    const cancellation = new CancellationTokenSource();
    const ended = Promise.withResolvers<never>();
    const onAbort = () => {
      cancellation.cancel();
      ended.reject(signal.reason);
    };
    const onGone = () => ended.reject(gone());
    if (this.#gone.signal.aborted) throw gone();
    signal.throwIfAborted();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#gone.signal.addEventListener("abort", onGone, { once: true });
    try {
      const sent = this.#peer.sendRequest(method, params, cancellation.token);
      return editorResults[method].parse(await Promise.race([sent, ended.promise]));
    } catch (error) {
      // A connection that is closed rejects in words of its own.
      throw this.#gone.signal.aborted && !signal.aborted ? gone() : error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#gone.signal.removeEventListener("abort", onGone);
      cancellation.dispose();
    }
  }
}

function gone(): DuckError {
  return new DuckError(
    "modelUnavailable",
    "The editor window that was asked is closed. Open it again, then ask again.",
  );
}
