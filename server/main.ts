import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type Connection, createConnection, type InitializeParams, type InitializeResult } from "vscode-languageserver";
import { createProtocolConnection, IPCMessageReader, IPCMessageWriter } from "vscode-languageserver/node";
import { EditorClient } from "./editorClient.ts";
import { editorHandlers, notify, register } from "./handlers.ts";
import { serveCodeActions } from "./language/codeActionRequests.ts";
import { type ActionSituation, CODE_ACTION_KINDS } from "./language/codeActions.ts";
import { OpenDocuments, pathOf } from "./language/documents.ts";
import { openTexts, serveInlineCompletion } from "./language/inlineCompletion.ts";
import { initializationOptions } from "./protocol/schemas.ts";
import { createServices, type Services } from "./services.ts";
import { defaultKeyFolder, defaultStorePath } from "./store/location.ts";
import { systemClock } from "./util/clock.ts";
import { formatEntry, type Log } from "./util/log.ts";
import type { WorkspaceFolder } from "./workspace/workspacePaths.ts";

/** A reply in flight when the editor goes is finished, if it takes no longer than this. */
const LINGER_MS = 10 * 60_000;

/** The language server as an editor starts it, over node ipc. It outlives its editor until the reply in flight is done. */
function main(): void {
  let services: Services | undefined;
  let situation: (() => ActionSituation) | undefined;
  let isLeaving = false;
  const lingering = new AbortController();
  const leave = () => {
    if (isLeaving) return;
    isLeaving = true;
    void finish(services, lingering.signal).finally(() => process.exit(0));
  };
  const leaveNow = () => {
    lingering.abort();
    leave();
  };
  const watchDog = { shutdownReceived: false, initialize: () => {}, exit: leave };
  const connection: Connection = createConnection(
    (logger) => createProtocolConnection(new IPCMessageReader(process), new IPCMessageWriter(process), logger),
    watchDog,
  );
  process.on("disconnect", leave);
  process.on("SIGTERM", leaveNow);
  process.on("SIGINT", leaveNow);

  const logger = connectionLog(connection);
  const documents = new OpenDocuments();
  documents.listen(connection);
  connection.onInitialize((params): InitializeResult => {
    services = start(connection, params, documents, logger);
    situation = actionSituation(params, services);
    return {
      capabilities: {
        textDocumentSync: OpenDocuments.syncKind,
        codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS, resolveProvider: true },
        inlineCompletionProvider: true,
      },
      serverInfo: { name: "RubberDuck" },
    };
  });
  serveCodeActions(connection, documents, () => situation?.());
  serveInlineCompletion(connection, documents, () => services?.completer);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    services?.filesChanged(changes.flatMap(({ uri }) => pathOf(uri) ?? []));
  });
  connection.listen();
}

function start(connection: Connection, params: InitializeParams, documents: OpenDocuments, logger: Log): Services {
  const options = initializationOptions.parse(params.initializationOptions);
  const services = createServices({
    folders: foldersOf(params),
    store: {
      path: options.storePath ?? defaultStorePath(process.platform, process.env),
      keyFolder: defaultKeyFolder(process.platform, process.env),
      osSecret: options.osSecret,
      keepsKey: true,
    },
    trusted: options.trusted,
    editor: new EditorClient(connection),
    documents: openTexts(documents),
    indexWorker: new URL("indexWorker.js", pathToFileURL(`${__dirname}/`)),
    grammars: join(__dirname, "grammars"),
    htmlWorker: new URL("htmlWorker.js", pathToFileURL(`${__dirname}/`)),
    analysisWorker: new URL("analysisWorker.js", pathToFileURL(`${__dirname}/`)),
    memoryWorker: new URL("memoryWorker.js", pathToFileURL(`${__dirname}/`)),
    page: pathToFileURL(`${__dirname}/`),
    embedder: join(__dirname, "embedder"),
    logger,
  });
  register(connection, editorHandlers(services), logger);
  services.models.onDidChangeStatus((status) => notify(connection, "rubberduck/model/statusChanged", status));
  services.completer?.onDidChangeStatus((status) => notify(connection, "rubberduck/completion/statusChanged", status));
  services.store?.onDidChangeStatus((status) => notify(connection, "rubberduck/store/statusChanged", status));
  services.storeTasks?.onDidProgress((progress) => notify(connection, "rubberduck/store/progress", progress));
  services.codeIndex.onDidChangeStatus((status) => notify(connection, "rubberduck/index/statusChanged", status));
  services.conversations.onDidChangeList(() => notify(connection, "rubberduck/conversation/listChanged", {}));
  services.conversations.onDidChangeMemory(() => notify(connection, "rubberduck/memory/changed", {}));
  return services;
}

function actionSituation(params: InitializeParams, { models }: Services): () => ActionSituation {
  const { trusted } = initializationOptions.parse(params.initializationOptions);
  const folders = foldersOf(params);
  const isInside = (path: string) => folders.some((folder) => path.startsWith(join(folder.path, sep)));
  return () => ({ trusted, hasModel: models.status.model.kind !== "offline", isInside });
}

async function finish(services: Services | undefined, lingering: AbortSignal): Promise<void> {
  if (services === undefined) return;
  services.abandon();
  const longEnough = systemClock.sleep(LINGER_MS, lingering).catch(() => {});
  await Promise.race([services.conversations.whenIdle(), longEnough]);
  await services.close();
}

function foldersOf({ workspaceFolders }: InitializeParams): WorkspaceFolder[] {
  return (workspaceFolders ?? []).flatMap(({ uri, name }) => {
    const path = pathOf(uri);
    return path === undefined ? [] : [{ path, name }];
  });
}

function connectionLog({ console }: Connection): Log {
  return {
    error: (message, error) => console.error(formatEntry(message, error)),
    warn: (message) => console.warn(formatEntry(message)),
    info: (message) => console.info(formatEntry(message)),
    debug: (message) => console.debug(formatEntry(message)),
  };
}

main();
