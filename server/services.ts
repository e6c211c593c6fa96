import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { createAnswers } from "./answerServices.ts";
import { createCode } from "./codeServices.ts";
import { createSuggester } from "./commandServices.ts";
import type { OpenTexts } from "./completion/place.ts";
import { createCompleter } from "./completionServices.ts";
import { loadTokenizer } from "./context/tokenizer.ts";
import { TurnMeter } from "./context/turnMeter.ts";
import type { JoinedConversations } from "./conversation/joined.ts";
import type { StoredConversations } from "./conversation/stored.ts";
import { Supervisor } from "./conversation/supervisor.ts";
import { transcriptOf } from "./conversation/transcriptOf.ts";
import { runDoctor } from "./doctor/doctor.ts";
import type { EditorClient } from "./editorClient.ts";
import { DiskFiles } from "./edits/diskFiles.ts";
import type { WorkspaceFiles } from "./edits/workspaceFiles.ts";
import { DEFAULT_LIMITS, type Limits } from "./gateway/limits.ts";
import { createGateway } from "./gatewayServices.ts";
import type { AskAccess, HandledServices } from "./handlers.ts";
import type { EmbedderConfiguration } from "./llm/embedder.ts";
import { embedderOf } from "./llm/embedderOf.ts";
import { Models } from "./llm/models.ts";
import { OfflineModel } from "./llm/offline.ts";
import { RestrictedModel } from "./llm/restricted.ts";
import { ShortTermTally } from "./memory/shortTerm.ts";
import { createMemory, learningModel, type MemoryPlace } from "./memoryServices.ts";
import { Mentions } from "./mentions/mentions.ts";
import type { Receipt } from "./protocol/events.ts";
import type { Snapshot } from "./protocol/introspection.ts";
import type { Listening } from "./protocol/listening.ts";
import type { ModelConfiguration, ModelStatus, PreviewParams, ServerInfo } from "./protocol/requests.ts";
import { emptyTranscript, visibleTurns } from "./protocol/transcript.ts";
import { VERSION } from "./protocol/version.ts";
import { accessFile } from "./store/accessFile.ts";
import { MemoryLogs } from "./store/memoryLogs.ts";
import { Settings } from "./store/settings.ts";
import { workspaceSettings } from "./store/workspaceSettings.ts";
import {
  createStore,
  createStoredConversations,
  createStoreTasks,
  type Kept,
  type StoreSettings,
} from "./storeServices.ts";
import { Introspection } from "./telemetry/introspection.ts";
import { RecallMeter } from "./telemetry/recallMeter.ts";
import { Samples } from "./telemetry/samples.ts";
import { Tally } from "./telemetry/tally.ts";
import { systemClock } from "./util/clock.ts";
import { DisposableStore } from "./util/disposable.ts";
import type { Log } from "./util/log.ts";
import { once } from "./util/once.ts";
import { Setting } from "./util/setting.ts";
import { gitIdentity } from "./workspace/gitIdentity.ts";
import { WorkspaceCode } from "./workspace/workspaceCode.ts";
import type { WorkspaceFolder } from "./workspace/workspacePaths.ts";

export interface ServicesOptions {
  readonly folders: readonly WorkspaceFolder[];
  /** Absent: nothing is kept. */
  readonly store?: StoreSettings;
  /** False: no file of the workspace is read and no model is asked. */
  readonly trusted: boolean;
  readonly indexWorker: URL;
  /** Folder of tree-sitter's .wasm files. */
  readonly grammars: string;
  readonly htmlWorker: URL;
  readonly analysisWorker: URL;
  readonly memoryWorker: URL;
  /** Folder of the panel's page. */
  readonly page: URL;
  /** Folder of the embedder that is built in. */
  readonly embedder: string;
  /** Absent where there is none: in the terminal. */
  readonly editor?: EditorClient;
  /** What the editor has open; absent where there is none. */
  readonly documents?: OpenTexts;
  readonly limits?: Limits;
  readonly logger: Log;
}

export type Services = ReturnType<typeof createServices>;

/** Every `new`, in dependency order. Starts nothing. */
export function createServices(options: ServicesOptions) {
  const { folders, trusted, logger, editor, limits = DEFAULT_LIMITS } = options;
  const owned = new DisposableStore();
  const clock = systemClock;
  const userName = userInfo().username;
  const newId = randomUUID;
  const blocked = trusted ? undefined : RESTRICTED;

  const open = { paths: folders.map(({ path }) => path), trusted, gitIdentity };
  const kept = options.store && { settings: options.store, open, clock, logger };
  const { store, workspace } = kept ? createStore(kept) : {};
  const settings = new Settings(workspace && (async () => workspaceSettings(await workspace.place())), logger);
  const code = createCode({ ...options, blocked, settings, store, workspace, clock });
  const { paths, files, fileList, diff } = code;
  const codeIndex = owned.add(code.index);
  const offline = (reason?: string) =>
    blocked === undefined ? new OfflineModel(() => codeIndex.status, reason) : new RestrictedModel(blocked);
  const models = owned.add(new Models({ offline, clock, blocked, lender: editor }));
  let isAbandoned = false;
  const disk = new DiskFiles();
  const filesNow = (): WorkspaceFiles => (editor === undefined || isAbandoned ? disk : editor);
  const workspaceFiles: WorkspaceFiles = {
    read: (...asked) => filesNow().read(...asked),
    write: (...asked) => filesNow().write(...asked),
  };
  const { chat, commands, use, answering } = createAnswers({
    ...{ code, models, settings, trusted, editor, workspaceFiles, newId, clock, logger },
    ownFolders: options.store && [options.store.path, options.store.keyFolder],
    analysisWorker: options.analysisWorker,
    grammars: options.grammars,
    conversations: () => conversations,
  });
  const turnMeter = new TurnMeter(answering.hybrid, clock);
  const shortTerm = new ShortTermTally();
  const recallMeter = new RecallMeter();
  const durableMs = new Samples();
  const supervise = (kept: Kept) =>
    new Supervisor({ ...kept, ...answering, hybrid: turnMeter, ...limits, userName, shortTerm, clock, newId, logger });
  const refusals = new Tally();
  const { gateway, access: ownAccess } = createGateway({
    owned: async () => stored?.ownedSoon(),
    rootKey: store && (() => store.rootKey()),
    configure: (configuration) => (isAbandoned ? models.configure(configuration) : models.status),
    handled: () => handled,
    accessFile: async () => workspace && accessFile(await workspace.place()),
    page: options.page,
    snapshot: () => introspection.snapshot(),
    refusals,
    ...{ limits, userName, newId, clock, logger },
  });
  const onJoined = (owner: JoinedConversations) => {
    owner.onListening((listening) => gateway.standBy(listening));
    void owner.configure(models.configuration).catch(() => {});
  };
  const embedder = new Setting<EmbedderConfiguration>({ kind: "embedded" });
  const remember = (where: MemoryPlace) =>
    createMemory(
      {
        workerUrl: options.memoryWorker,
        modelFolder: options.embedder,
        embedder,
        branch: code.branch,
        code: new WorkspaceCode(files, fileList, paths),
        label: (path) => paths.label(path),
        onDidChangeFiles: code.onDidChange,
        modelFor: learningModel(models),
        mayAsk: () => models.backgroundCalls.take(),
        shortTerm: () => shortTerm.stats,
        recalls: recallMeter,
        newId,
        clock,
        logger,
      },
      where,
    );
  const stored =
    kept && store && workspace
      ? createStoredConversations({ ...kept, store, workspace, supervise, remember, durableMs, gateway, onJoined })
      : undefined;
  const conversations: StoredConversations | Supervisor = stored ?? supervise({ logs: new MemoryLogs() });
  const storeTasks = kept && store && createStoreTasks(kept, store, conversations);
  const mentions = new Mentions({
    blocked,
    files,
    fileList,
    code: codeIndex,
    diff,
    clock,
    htmlWorker: options.htmlWorker,
    conversations: () => conversations.list(),
  });
  const suggester = createSuggester({
    ...{ commands, use, paths, diff, models, trusted, clock },
    patterns: async () => (await conversations.memory("rubberduck/memory/patterns", {}, NEVER)).patterns,
    targets: mentions,
  });
  const preview = async ({ conversationId, ...message }: PreviewParams, signal: AbortSignal): Promise<Receipt> => {
    const known = conversationId === undefined ? emptyTranscript : await transcriptOf(conversations, conversationId);
    const history = visibleTurns(known).filter(({ state }) => state === "done");
    const { summaries, modelChoice: choice } = known;
    return chat.preview({ conversationId, ...message }, { history, summaries, choice }, signal);
  };
  const completion =
    options.documents &&
    createCompleter({
      ...{ documents: options.documents, models, code: codeIndex, memory: conversations, paths, editor, blocked },
      ...{ clock, newId },
    });
  if (completion) owned.add(completion.completer);
  /** Files or folders were created, changed or deleted; absolute. */
  const filesChanged = (changed: readonly string[]) => {
    completion?.filesChanged(changed);
    code.changed(changed);
  };

  /** Also tells the owner of the conversations, who heeds it when its own editor is gone. */
  const configure = (configuration: ModelConfiguration): ModelStatus => {
    embedder.set(embedderOf(configuration));
    const status = models.configure(configuration);
    void stored?.joined?.configure(configuration).catch(() => {});
    return status;
  };
  /** The editor is gone: from now on whoever joins says which model to use. */
  const abandon = () => {
    isAbandoned = true;
    editor?.leave();
    models.lend([]);
  };

  let isPanelOpen = false;
  const preload = () => {
    if (!isPanelOpen || models.status.model.kind === "offline") return;
    void Promise.all([loadTokenizer(), models.preload()]).catch(() => {});
  };
  // A model is often configured only after the panel was opened.
  models.onDidChangeStatus(preload);
  /** What takes a moment to load and is not needed to be ready: called once somebody has the panel open. */
  const warmUp = () => {
    isPanelOpen = true;
    void codeIndex.start();
    void conversations.memory("rubberduck/memory/overview", {}, NEVER).catch(() => {});
    preload();
  };
  /** Lets clients in at a port, too: this process does, or the one that owns the conversations. */
  const listen = async (port: number): Promise<Listening> => {
    const role = await stored?.role();
    return role === "joined" && stored?.joined ? stored.joined.listen(port) : gateway.listen(port);
  };
  /** Of the owner of the conversations, be it this process or another. */
  const access: AskAccess = async (method, params) => {
    const role = await stored?.role();
    if (role === "joined" && stored?.joined) return stored.joined.access(method, params);
    return ownAccess[method](params);
  };
  const info = (): ServerInfo => {
    const { user, system } = process.cpuUsage();
    return {
      pid: process.pid,
      version: VERSION,
      residentBytes: process.memoryUsage.rss(),
      conversationsLive: conversations.live,
      cpuMs: Math.round((user + system) / 1000),
    };
  };
  const introspection = owned.add(
    new Introspection({
      role: () => (stored?.joined === undefined ? "own" : "joined"),
      conversations: () => conversations.load(),
      turns: () => turnMeter.turns,
      gateway: () => ({ ...gateway.load, refusals: refusals.counts }),
      model: () => ({ kind: models.status.model.kind, breaker: models.status.breaker.state }),
      index: () => ({ state: codeIndex.status.state, files: codeIndex.status.files }),
      completions: () => completion?.completer.statistics,
      recalls: () => recallMeter.recalls,
      store: () => ({ state: store?.status.state ?? "none", durableMs: durableMs.percentiles }),
      // Of the owner: who has joined would only ask it.
      memory: async () =>
        stored?.joined === undefined ? conversations.memory("rubberduck/memory/overview", {}, NEVER) : undefined,
      clock,
    }),
  );
  const introspect = async (): Promise<Snapshot[]> => {
    await stored?.role();
    const owner = await stored?.joined?.introspect().catch(() => []);
    return [await introspection.snapshot(), ...(owner ?? [])];
  };
  const doctor = (signal: AbortSignal) =>
    runDoctor(
      {
        folders: folders.map(({ path }) => path),
        blocked,
        model: () => models.status,
        listModels: (stop) => models.listModels({}, stop),
        index: () => codeIndex.status,
        store: store && once(() => store.lookAgain()),
        memory: (stop) => conversations.memory("rubberduck/memory/overview", {}, stop),
      },
      { clock, signal },
    );
  const close = async () => {
    await conversations.close();
    await gateway.close();
    owned.dispose();
  };
  const handled: HandledServices = {
    ...{ conversations, store, storeTasks, settings, models, configure, codeIndex, mentions, commands, suggester },
    ...{ preview, newId, info, doctor, warmUp, access, introspect },
    completer: completion?.completer,
  };
  return {
    ...handled,
    ...{ conversations, stored, store, storeTasks, completer: completion?.completer, gateway, listen },
    ...{ filesChanged, abandon, close },
  };
}

const NEVER = new AbortController().signal;

const RESTRICTED =
  "This folder is not trusted, so I read none of its files and ask no model. Trust it to change that: run 'Workspaces: Manage Workspace Trust'.";
