import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  type MessageTransports,
  ProgressType,
  State,
} from "vscode-languageclient/node";
import type { InitializationOptions } from "../server/protocol/requests.ts";
import { logOutput } from "./serverOutput.ts";

/** The only importer of vscode-languageclient, in a bundle of its own: loading it takes longer than all else at start. */

export interface ConnectOptions {
  /** Starts the server process. */
  readonly launch: () => ChildProcess;
  readonly initializationOptions: InitializationOptions;
  readonly output: vscode.LogOutputChannel;
  readonly onStopped: () => void;
}

export type RequestHandler<P, R extends object> = (params: P, token: vscode.CancellationToken) => Promise<R>;

export interface Connection {
  /** Resolves when the server has answered "initialize". */
  start(): Promise<void>;
  request<R>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<R>;
  /** Answers a request of the server. */
  onRequest<P, R extends object>(method: string, handler: RequestHandler<P, R>): vscode.Disposable;
  sendProgress(token: string, value: unknown): Promise<void>;
  onNotification<P>(method: string, listener: (params: P) => void): vscode.Disposable;
  onProgress<P>(token: string, listener: (value: P) => void): vscode.Disposable;
  stop(timeoutMs: number): Promise<void>;
}

export function createConnection({ launch, initializationOptions, output, onStopped }: ConnectOptions): Connection {
  /** "detached": else the client would kill a server that is finishing an answer two seconds after the window closed. */
  let server: ChildProcess | undefined;
  const transports = async (): Promise<MessageTransports> => {
    server = launch();
    logOutput(server.stdout, (text) => output.info(text));
    logOutput(server.stderr, (text) => output.warn(text));
    return { reader: new IPCMessageReader(server), writer: new IPCMessageWriter(server), detached: true };
  };
  const files = vscode.workspace.createFileSystemWatcher("**/*");
  const client = new LanguageClient("rubberduck", "RubberDuck", transports, {
    initializationOptions,
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
    outputChannel: output,
    synchronize: { fileEvents: files },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
  });
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Stopped) return;
    files.dispose();
    onStopped();
  });
  let starting: Promise<void> | undefined;
  return {
    start: () => {
      starting = client.start();
      return starting;
    },
    request: (method, params, token) =>
      token ? client.sendRequest(method, params, token) : client.sendRequest(method, params),
    onRequest: <P, R extends object>(method: string, handler: RequestHandler<P, R>) =>
      client.onRequest(method, (params: P, token: vscode.CancellationToken): Promise<object> => handler(params, token)),
    sendProgress: (token, value) => client.sendProgress(new ProgressType<unknown>(), token, value),
    onNotification: (method, listener) => client.onNotification(method, listener),
    onProgress: <P>(token: string, listener: (value: P) => void) =>
      client.onProgress(new ProgressType<P>(), token, listener),
    stop: async (timeoutMs) => {
      try {
        if (client.state === State.Starting) await starting;
        if (client.state === State.Running) await client.stop(timeoutMs);
      } catch {
        // It does not answer any more, so it is not finishing an answer either.
        server?.kill("SIGKILL");
      }
      files.dispose();
    },
  };
}
