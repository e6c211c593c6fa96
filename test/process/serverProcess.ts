import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
} from "vscode-jsonrpc/node";
import { SERVER_ARGUMENTS, SERVER_ENVIRONMENT } from "../../client/serverEnvironment.ts";
import { DiskFiles } from "../../server/edits/diskFiles.ts";
import type { WorkspaceFiles } from "../../server/edits/workspaceFiles.ts";
import type { EditorRequests } from "../../server/protocol/editor.ts";
import type { ChatEvent } from "../../server/protocol/events.ts";
import type { Method, ModelConfiguration, Params, Result, SendParams } from "../../server/protocol/requests.ts";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";

export type TemporaryWorkspace = Awaited<ReturnType<typeof temporaryWorkspace>>;

/** A workspace with a store of its own; both are gone after the test. */
export async function temporaryWorkspace(files: Record<string, string> = { "src/greet.ts": GREET }) {
  const root = await mkdtemp(join(tmpdir(), "duck-"));
  const folder = join(root, "workspace");
  for (const [name, text] of Object.entries(files)) await writeText(join(folder, name), text);
  return {
    folder,
    storePath: join(root, "store"),
    dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const GREET = `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return \`Good day, \${name}\`;
}
`;

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
}

export interface StartOptions {
  /** Default true. */
  readonly trusted?: boolean;
  /** False: no folder is open, so there is no code to read. */
  readonly hasFolder?: boolean;
  /** A script that the process loads first. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the editor's secret storage holds; default: always the same. null: it cannot keep anything. */
  readonly osSecret?: string | null;
  /** Another build than dist/server.js. */
  readonly script?: URL;
}

/** Where key files go instead of the user's own configuration. */
export function configBeside(storePath: string): string {
  return join(dirname(storePath), "config");
}

/** The workspaces' folders in a store. */
export async function workspacesIn(storePath: string): Promise<string[]> {
  const entries = await readdir(storePath, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== "quarantine").map(({ name }) => name);
}

/** Of the profile that tests use unless they say otherwise. */
export const PROFILE = Buffer.alloc(32, "profile").toString("base64");

const SERVER = new URL("../../dist/server.js", import.meta.url);

/** The built server as an editor runs it. */
export class ServerProcess {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown>;
  /** What it wrote to the output channel, a line each. */
  readonly logged: string[] = [];
  readonly #connection: MessageConnection;
  readonly #looking = new Set<(message: string) => void>();
  #nextToken = 1;

  private constructor(process: ChildProcess) {
    this.process = process;
    this.exited = once(process, "exit");
    this.#connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
    this.#connection.onError(() => {});
    this.#connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.logged.push(message);
      for (const look of this.#looking) look(message);
    });
    this.#serveFiles(new DiskFiles());
    this.#connection.listen();
  }

  static async start(
    workspace: { folder: string; storePath: string },
    model?: ModelConfiguration,
    { trusted = true, hasFolder = true, preload, env, osSecret = PROFILE, script = SERVER }: StartOptions = {},
  ): Promise<ServerProcess> {
    const server = new ServerProcess(
      fork(script, [], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        execArgv: [...SERVER_ARGUMENTS, ...(preload === undefined ? [] : ["--require", preload])],
        env: { ...process.env, XDG_CONFIG_HOME: configBeside(workspace.storePath), ...SERVER_ENVIRONMENT, ...env },
      }),
    );
    await server.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: hasFolder
        ? [{ uri: pathToFileURL(workspace.folder).href, name: basename(workspace.folder) }]
        : [],
      initializationOptions: {
        storePath: workspace.storePath,
        trusted,
        client: "panel",
        ...(osSecret !== null && { osSecret: { secret: osSecret, lasts: true } }),
      },
    });
    await server.#connection.sendNotification("initialized", {});
    if (model) await server.request("rubberduck/model/configure", model);
    return server;
  }

  /** As an editor in which nothing is open. */
  #serveFiles(files: WorkspaceFiles): void {
    const { signal } = new AbortController();
    this.#connection.onRequest(
      "rubberduck/editor/readFile",
      ({ path }: EditorRequests["rubberduck/editor/readFile"]["params"]) => files.read(path, signal),
    );
    this.#connection.onRequest(
      "rubberduck/editor/writeFiles",
      async ({ title, files: all }: EditorRequests["rubberduck/editor/writeFiles"]["params"]) => ({
        refused: await files.write(title, all, signal),
      }),
    );
  }

  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.#connection.sendRequest<Result<M>>(method, params);
  }

  /** Opens a document, as an editor does. */
  open(path: string, languageId: string, text: string): Promise<void> {
    const textDocument = { uri: pathToFileURL(path).href, languageId, version: 1, text };
    return this.#connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** What is suggested there, asked for by key. */
  suggestions(path: string, position: { line: number; character: number }): Promise<readonly { insertText: string }[]> {
    const textDocument = { uri: pathToFileURL(path).href };
    const params = { textDocument, position, context: { triggerKind: 1 } };
    return this.#connection.sendRequest("textDocument/inlineCompletion", params);
  }

  /** Tells it, as an editor does, that these files were created, changed or deleted. */
  changed(paths: readonly string[]): void {
    const changes = paths.map((path) => ({ uri: pathToFileURL(path).href, type: 2 }));
    void this.#connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  /** Sends and follows one message; `onEvent` is called the moment an event arrives. */
  send(content: string, fields: Partial<SendParams> = {}, onEvent: (event: ChatEvent) => void = () => {}) {
    const events: ChatEvent[] = [];
    const cancellation = new CancellationTokenSource();
    const partialResultToken = `test-${this.#nextToken++}`;
    const params = {
      conversationId: "c",
      operationId: `op-${partialResultToken}`,
      content,
      ...fields,
      partialResultToken,
    };
    this.#connection.onProgress(new ProgressType<ChatEvent>(), partialResultToken, (event) => {
      events.push(event);
      onEvent(event);
    });
    const result = this.#connection.sendRequest<Result<"rubberduck/conversation/send">>(
      "rubberduck/conversation/send",
      params,
      cancellation.token,
    );
    result.catch(() => {});
    return { events, result, cancel: () => cancellation.cancel() };
  }

  /** Follows a conversation; `until` resolves with the first transcript that meets the condition. */
  follow(conversationId = "c") {
    let transcript: Transcript = emptyTranscript;
    const waiting = new Set<() => void>();
    const partialResultToken = `test-${this.#nextToken++}`;
    this.#connection.onProgress(new ProgressType<ChatEvent>(), partialResultToken, (event) => {
      transcript = update(transcript, event);
      for (const check of waiting) check();
    });
    const params = { conversationId, lastSeq: 0, partialResultToken };
    this.#connection.sendRequest("rubberduck/conversation/subscribe", params).catch(() => {});
    return {
      get transcript() {
        return transcript;
      },
      until: (condition: (transcript: Transcript) => boolean, what: string, timeoutMs = 10_000) =>
        new Promise<Transcript>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`never: ${what}; ${JSON.stringify(transcript)}`)), timeoutMs);
          const check = () => {
            if (!condition(transcript)) return;
            clearTimeout(timer);
            waiting.delete(check);
            resolve(transcript);
          };
          waiting.add(check);
          check();
        }),
    };
  }

  /** Resolves with the next line of the output channel that matches. */
  nextLogged(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve) => {
      const look = (message: string) => {
        const match = message.match(pattern);
        if (match === null) return;
        this.#looking.delete(look);
        resolve(match);
      };
      this.#looking.add(look);
    });
  }

  /** As when the window is closed or reloaded: the editor's end of the connection goes. */
  leave(): void {
    this.#connection.dispose();
    this.process.disconnect();
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): Promise<unknown> {
    this.process.kill(signal);
    return this.exited;
  }
}
