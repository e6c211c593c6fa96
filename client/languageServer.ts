import { fork } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  type MessageTransports,
  State,
} from "vscode-languageclient/node";
import type { InitializationOptions } from "../server/protocol/requests.ts";

/** What the panel and the status bar show of the server. */
export interface ServerState {
  readonly state: "starting" | "ready" | "stopped";
  /** Why it stopped and what to do. */
  readonly message?: string;
}

/** More crashes than this within the window, and it stays down until somebody asks for it. */
const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 3 * 60_000;
const RESTART_DELAYS_MS = [0, 250, 1000, 2000, 4000];

/** Starts the server process and keeps it running. */
export class LanguageServer implements vscode.Disposable {
  readonly #script: string;
  readonly #options: () => InitializationOptions;
  readonly #output: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly #crashes: number[] = [];
  #client: LanguageClient | undefined;
  #state: ServerState = { state: "starting" };
  #disposed = false;

  readonly onDidChangeState = this.#changed.event;

  constructor(script: string, options: () => InitializationOptions, output: vscode.LogOutputChannel) {
    this.#script = script;
    this.#options = options;
    this.#output = output;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The running client. Throws when the server is not ready. */
  get client(): LanguageClient {
    if (this.#client === undefined || this.#state.state !== "ready") throw new Error("The server is not running.");
    return this.#client;
  }

  async start(): Promise<void> {
    this.#set({ state: "starting" });
    const client = new LanguageClient("rubberduck", "RubberDuck", () => this.#launch(), {
      initializationOptions: this.#options(),
      outputChannel: this.#output,
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*") },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    });
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && client === this.#client && !this.#disposed) this.#crashed();
    });
    try {
      await client.start();
      if (client === this.#client) this.#set({ state: "ready" });
    } catch (error) {
      this.#output.error(`The server could not be started: ${error}`);
      if (client === this.#client && this.#state.state === "starting") this.#crashed();
    }
  }

  /** Ends the running server, if any, and starts a new one. */
  async restart(): Promise<void> {
    this.#crashes.length = 0;
    await this.#stop();
    await this.start();
  }

  async stop(): Promise<void> {
    this.#disposed = true;
    await this.#stop();
  }

  dispose(): void {
    void this.stop();
    this.#changed.dispose();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.state === State.Running) await client.stop(2000).catch(() => {});
  }

  /**
   * Forked by us rather than by the client, and "detached" for it: the client would kill a server that is still finishing
   * an answer two seconds after the window closed.
   */
  async #launch(): Promise<MessageTransports> {
    const server = fork(this.#script, [], { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    server.stdout?.on("data", (data) => this.#output.info(String(data).trimEnd()));
    server.stderr?.on("data", (data) => this.#output.warn(String(data).trimEnd()));
    server.on("error", (error) => this.#output.error(`The server process failed: ${error.message}`));
    return { reader: new IPCMessageReader(server), writer: new IPCMessageWriter(server), detached: true };
  }

  #crashed(): void {
    const now = Date.now();
    this.#crashes.push(now);
    const recent = this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS).length;
    this.#client = undefined;
    if (recent >= MAX_CRASHES) {
      const message = `The server stopped ${recent} times within three minutes. Your conversations are kept. See the output channel for the cause, then restart it.`;
      this.#set({ state: "stopped", message });
      return;
    }
    this.#set({ state: "starting" });
    const delayMs = RESTART_DELAYS_MS[Math.min(recent - 1, RESTART_DELAYS_MS.length - 1)] ?? 0;
    setTimeout(() => {
      if (!this.#disposed && this.#client === undefined) void this.start();
    }, delayMs);
  }

  #set(state: ServerState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
