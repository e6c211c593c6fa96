import { type ChildProcess, fork } from "node:child_process";
import * as vscode from "vscode";
import type { InitializationOptions } from "../server/protocol/requests.ts";
import type { Connection } from "./languageClient.ts";
import { SERVER_ARGUMENTS, SERVER_ENVIRONMENT } from "./serverEnvironment.ts";

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
const STOP_WITHIN_MS = 2000;

/** Starts the server process and keeps it running. */
export class LanguageServer implements vscode.Disposable {
  readonly #script: string;
  readonly #options: () => Promise<InitializationOptions>;
  readonly #output: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly #crashes: number[] = [];
  #connection: Connection | undefined;
  #state: ServerState = { state: "starting" };
  #restarting: Promise<void> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly onDidChangeState = this.#changed.event;

  constructor(script: string, options: () => Promise<InitializationOptions>, output: vscode.LogOutputChannel) {
    this.#script = script;
    this.#options = options;
    this.#output = output;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** To the running server. Throws when it is not ready. */
  get connection(): Connection {
    if (this.#connection === undefined || this.#state.state !== "ready") throw new Error("The server is not running.");
    return this.#connection;
  }

  async start(): Promise<void> {
    this.#set({ state: "starting" });
    const [{ createConnection }, initializationOptions] = await Promise.all([
      import("./languageClient.ts"),
      this.#options(),
    ]);
    if (this.#disposed) return;
    const connection = createConnection({
      launch: () => this.#launch(),
      initializationOptions,
      output: this.#output,
      onStopped: () => this.#crashed(connection),
    });
    this.#connection = connection;
    try {
      await connection.start();
      if (connection === this.#connection) this.#set({ state: "ready" });
    } catch (error) {
      this.#output.error(`The server could not be started: ${error}`);
      this.#crashed(connection);
    }
  }

  /** Ends the running server, if any, and starts a new one. Asked for again meanwhile, it is the same restart. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async stop(): Promise<void> {
    this.#disposed = true;
    await this.#stop();
  }

  dispose(): void {
    void this.stop();
    this.#changed.dispose();
  }

  async #restart(): Promise<void> {
    this.#crashes.length = 0;
    // First, so that whoever loses a request by it knows that the server was not lost.
    this.#set({ state: "starting" });
    await this.#stop();
    await this.start();
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.stop(STOP_WITHIN_MS);
  }

  #launch(): ChildProcess {
    const server = fork(this.#script, [], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [...SERVER_ARGUMENTS],
      env: { ...process.env, ...SERVER_ENVIRONMENT },
    });
    server.on("error", (error) => this.#output.error(`The server process failed: ${error.message}`));
    return server;
  }

  #crashed(connection: Connection): void {
    if (connection !== this.#connection || this.#disposed) return;
    this.#connection = undefined;
    const now = performance.now();
    this.#crashes.push(now);
    const recent = this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS).length;
    if (recent >= MAX_CRASHES) {
      const message = `The server stopped ${recent} times within three minutes. Your conversations are kept. See the output channel for the cause, then restart it.`;
      this.#set({ state: "stopped", message });
      return;
    }
    this.#set({ state: "starting" });
    const delayMs = RESTART_DELAYS_MS[Math.min(recent - 1, RESTART_DELAYS_MS.length - 1)] ?? 0;
    this.#restartTimer = setTimeout(() => {
      if (!this.#disposed && this.#connection === undefined) void this.start();
    }, delayMs);
  }

  #set(state: ServerState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
