import { type CancellationToken, ErrorCodes, ProgressType, ResponseError } from "vscode-jsonrpc";
import type { Completer } from "./completion/completer.ts";
import type { Conversations, TurnStream } from "./conversation/conversations.ts";
import type { StoreTasks } from "./conversation/storeTasks.ts";
import type { Suggester } from "./hybrid/suggester.ts";
import type { Models } from "./llm/models.ts";
import type { Mentions } from "./mentions/mentions.ts";
import { ACCESS_METHODS, type AccessMethod, type AccessRequests } from "./protocol/access.ts";
import type { DoctorCheck } from "./protocol/doctor.ts";
import { EDIT_METHODS, type EditMethod, type EditParams } from "./protocol/edits.ts";
import { DUCK_ERROR, type ErrorData, GENERIC_FAILURE } from "./protocol/errors.ts";
import type { ChatEvent, Receipt } from "./protocol/events.ts";
import type { Snapshot } from "./protocol/introspection.ts";
import type { MemoryMethod, MemoryParams } from "./protocol/memory.ts";
import { memorySchemas } from "./protocol/memorySchemas.ts";
import type {
  Method,
  ModelConfiguration,
  ModelStatus,
  Notifications,
  Params,
  PreviewParams,
  Result,
  ServerInfo,
} from "./protocol/requests.ts";
import { paramSchemas } from "./protocol/schemas.ts";
import type { SlashCommand } from "./protocol/slashCommands.ts";
import type { Settings } from "./store/settings.ts";
import type { Store } from "./store/store.ts";
import { Superseded } from "./store/storeErrors.ts";
import { causeOf, DuckError } from "./util/errors.ts";
import { describeIssues } from "./util/issues.ts";
import type { Log } from "./util/log.ts";
import type { CodeIndex } from "./workspace/codeIndex.ts";

/** The part of a JSON-RPC connection that both an editor and a joining process have. */
export interface Peer {
  onRequest(method: string, handler: (params: unknown, token: CancellationToken) => Promise<unknown>): unknown;
  sendNotification(method: string, params: unknown): Promise<void>;
  sendProgress(type: ProgressType<ChatEvent>, token: string | number, value: ChatEvent): Promise<void>;
  /** The other side is gone. An editor's connection has none: its server ends then. */
  onClose?(listener: () => void): unknown;
}

export type Handlers = {
  readonly [M in Method]?: (params: Params<M>, call: Call) => Promise<Result<M>>;
};

export interface Call {
  /** The client cancelled the request. */
  readonly cancelled: AbortSignal;
  /** The client itself is gone. */
  readonly gone: AbortSignal;
  /** Reports an event under the request's token, if it has one. */
  readonly emit: (event: ChatEvent) => Promise<void>;
}

export interface HandledServices {
  readonly conversations: Conversations;
  readonly models: Models;
  readonly configure: (configuration: ModelConfiguration) => ModelStatus;
  readonly codeIndex: CodeIndex;
  readonly settings: Settings;
  readonly mentions: Mentions;
  /** Built-in ones and the user's own. */
  readonly commands: () => Promise<readonly SlashCommand[]>;
  readonly suggester: Suggester;
  readonly preview: (message: PreviewParams, signal: AbortSignal) => Promise<Receipt>;
  readonly newId: () => string;
  readonly doctor: (signal: AbortSignal) => Promise<DoctorCheck[]>;
  readonly info: () => ServerInfo;
  readonly access: AskAccess;
  /** How this process goes, then the owner of the conversations, where that is another. */
  readonly introspect: () => Promise<Snapshot[]>;
  /** Absent where there is no editor. */
  readonly completer?: Completer | undefined;
  /** Absent where nothing is kept. */
  readonly store?: Store | undefined;
  readonly storeTasks?: StoreTasks | undefined;
  /** Starts to load what the first message needs. */
  readonly warmUp: () => void;
}

/** What an editor may ask. */
export function editorHandlers(services: HandledServices): Handlers {
  const { conversations, models, configure, codeIndex, settings, mentions, preview, newId, info, doctor, warmUp } =
    services;
  const { store, storeTasks, commands, suggester } = services;
  return {
    ...conversationHandlers(conversations),
    ...(services.completer && completionHandlers(services.completer)),
    ...(store && storeHandlers(store)),
    ...(storeTasks && storeTaskHandlers(storeTasks)),
    "rubberduck/conversation/subscribe": (params, call) => {
      warmUp();
      return subscribe(conversations, params, call);
    },
    "rubberduck/conversation/create": async () => ({ conversationId: newId() }),
    "rubberduck/model/configure": async (configuration) => configure(configuration),
    "rubberduck/model/status": async () => models.status,
    "rubberduck/model/list": async (endpoint, { cancelled }) => ({
      models: await models.listModels(endpoint, cancelled),
    }),
    "rubberduck/model/discover": async () => ({ endpoints: await models.discover() }),
    "rubberduck/model/lend": async ({ models: lent }) => models.lend(lent),
    "rubberduck/model/retryNow": async () => models.retryNow(),
    "rubberduck/index/status": async () => codeIndex.status,
    "rubberduck/index/search": async ({ query, limit = 20, paths }, { cancelled }) => ({
      hits: await codeIndex.search(query, { limit, signal: cancelled, ...(paths && { paths }) }),
    }),
    "rubberduck/index/pause": async ({ paused }) => {
      codeIndex.pause(paused);
      await settings.change((known) => ({ ...known, indexPaused: paused }));
      return {};
    },
    "rubberduck/index/rebuild": async () => {
      await codeIndex.rebuild();
      return {};
    },
    "rubberduck/mention/complete": async (params, { cancelled }) => ({
      suggestions: await mentions.complete(params, cancelled),
    }),
    "rubberduck/mention/resolve": async ({ uris }) => mentions.resolve(uris),
    "rubberduck/mention/fetch": async ({ url }, { cancelled }) => ({
      attachment: await mentions.fetch(url, cancelled),
    }),
    "rubberduck/command/suggest": (params, { cancelled }) => suggester.suggest(params, cancelled),
    "rubberduck/command/list": async () => ({ commands: (await commands()).map(asListed) }),
    "rubberduck/context/preview": async (params, { cancelled }) => ({ receipt: await preview(params, cancelled) }),
    "rubberduck/doctor/run": async (_, { cancelled }) => ({ checks: await doctor(cancelled) }),
    "rubberduck/server/info": async () => info(),
    "rubberduck/server/introspect": async () => ({ processes: await services.introspect() }),
    ...accessHandlers(services.access),
  };
}

/** Asks the owner of the conversations who may come in. */
export type AskAccess = <M extends AccessMethod>(
  method: M,
  params: AccessRequests[M]["params"],
) => Promise<AccessRequests[M]["result"]>;

function accessHandlers(ask: AskAccess): Handlers {
  const handler = (method: AccessMethod): Handlers => ({
    [method]: (params: Params<typeof method>) => ask(method, params),
  });
  return Object.assign({}, ...ACCESS_METHODS.map(handler));
}

/**
 * What a client of the gateway may ask: all that an editor may but what belongs to the editor's own machine and settings: the store's
 * keys and files, which model is used, suggestions at its cursor, and who else may come in.
 */
export function clientHandlers(services: HandledServices, counted: Pick<Conversations, "send" | "retry">): Handlers {
  const all = editorHandlers(services);
  const refused = [
    ...EDITOR_ONLY,
    ...ACCESS_METHODS,
    ...(Object.keys(all) as Method[]).filter((name) => /\/(store|completion)\//.test(name)),
  ];
  const allowed: Handlers = Object.fromEntries(
    Object.entries(all).filter(([name]) => !refused.includes(name as Method)),
  );
  return {
    ...allowed,
    ...turnHandlers(services.conversations, counted),
    // Of the configured endpoint: a client is not to say who is asked.
    "rubberduck/model/list": async (_, { cancelled }) => ({ models: await services.models.listModels({}, cancelled) }),
  };
}

const EDITOR_ONLY: readonly Method[] = [
  "rubberduck/model/configure",
  "rubberduck/model/lend",
  "rubberduck/index/pause",
  "rubberduck/index/rebuild",
  "rubberduck/mention/resolve",
];

/** Without what runs it. */
function asListed({ name, summary, usage, targets, needs, from }: SlashCommand): SlashCommand {
  return {
    ...{ name, summary },
    ...(usage !== undefined && { usage }),
    ...(targets !== undefined && { targets }),
    ...(needs !== undefined && { needs }),
    ...(from !== undefined && { from }),
  };
}

function completionHandlers(completer: Completer): Handlers {
  return {
    "rubberduck/completion/configure": async (configuration) => completer.configure(configuration),
    "rubberduck/completion/status": async () => completer.status,
    "rubberduck/completion/statistics": async () => completer.statistics,
    "rubberduck/completion/accepted": async ({ id }) => {
      completer.accepted(id);
      return {};
    },
  };
}

function storeHandlers(store: Store): Handlers {
  return {
    "rubberduck/store/status": () => store.lookAgain(),
    "rubberduck/store/unlock": (by) => store.unlock(by),
    "rubberduck/store/recoveryCode": async () => ({ code: store.recoveryCode() }),
    "rubberduck/store/startAnew": async () => ({ movedTo: await store.startAnew() }),
  };
}

function storeTaskHandlers(tasks: StoreTasks): Handlers {
  return {
    "rubberduck/store/verify": (_, { cancelled }) => tasks.verify(cancelled),
    "rubberduck/store/export": (params, { cancelled }) => tasks.export(params, cancelled),
    "rubberduck/store/copy": ({ to }, { cancelled }) => tasks.copy(to, cancelled),
  };
}

/** What a process that joins may ask, besides what every client may. */
export function joinedHandlers(conversations: Conversations): Handlers {
  return {
    ...conversationHandlers(conversations),
    "rubberduck/conversation/adopt": async ({ conversationId, events }) => {
      await conversations.adopt(conversationId, events);
      return {};
    },
  };
}

function memoryHandlers(conversations: Conversations): Handlers {
  const handler = (method: MemoryMethod): Handlers => ({
    [method]: (params: MemoryParams<typeof method>, { cancelled, gone }: Call) =>
      conversations.memory(method, params, AbortSignal.any([cancelled, gone])),
  });
  return Object.assign({}, ...(Object.keys(memorySchemas) as MemoryMethod[]).map(handler));
}

function editHandlers(conversations: Conversations): Handlers {
  const handler = (method: EditMethod): Handlers => ({
    [method]: (params: EditParams<typeof method>, { cancelled, gone }: Call) =>
      conversations.edit(method, params, AbortSignal.any([cancelled, gone])),
  });
  return Object.assign({}, ...EDIT_METHODS.map(handler));
}

function conversationHandlers(conversations: Conversations): Handlers {
  return {
    ...memoryHandlers(conversations),
    ...editHandlers(conversations),
    "rubberduck/conversation/list": async () => ({ conversations: await conversations.list() }),
    "rubberduck/conversation/search": (params, { cancelled, gone }) =>
      conversations.search(params, AbortSignal.any([cancelled, gone])),
    "rubberduck/conversation/export": ({ conversationId, format }) => conversations.export(conversationId, format),
    ...turnHandlers(conversations, conversations),
    "rubberduck/conversation/subscribe": (params, call) => subscribe(conversations, params, call),
    "rubberduck/conversation/participants": async ({ conversationId }) => ({
      participants: await conversations.participants(conversationId),
    }),
    "rubberduck/conversation/present": async (update) => {
      await conversations.present(update);
      return {};
    },
    "rubberduck/conversation/stop": async ({ conversationId, turnId }) => ({
      stopped: await conversations.stop(conversationId, turnId),
    }),
    "rubberduck/conversation/withdraw": async ({ conversationId, turnId }) => {
      await conversations.withdraw(conversationId, turnId);
      return {};
    },
    "rubberduck/conversation/revise": async ({ conversationId, turnId, content }) => {
      await conversations.revise(conversationId, turnId, content);
      return {};
    },
    "rubberduck/conversation/promote": async ({ conversationId, turnId }) => {
      await conversations.promote(conversationId, turnId);
      return {};
    },
    "rubberduck/conversation/rename": async ({ conversationId, title }) => {
      await conversations.rename(conversationId, title);
      return {};
    },
    "rubberduck/conversation/pin": async ({ conversationId, pinned }) => {
      await conversations.pin(conversationId, pinned);
      return {};
    },
    "rubberduck/conversation/chooseModel": async ({ conversationId, choice }) => {
      await conversations.chooseModel(conversationId, choice);
      return {};
    },
    "rubberduck/conversation/showBranch": async ({ conversationId, turnId }) => {
      await conversations.showBranch(conversationId, turnId);
      return {};
    },
    "rubberduck/conversation/forget": async ({ conversationId, turnId, when }) => {
      await conversations.forget(conversationId, turnId, when);
      return {};
    },
    "rubberduck/conversation/unforget": async ({ conversationId, turnId }) => {
      await conversations.unforget(conversationId, turnId);
      return {};
    },
    "rubberduck/conversation/delete": async ({ conversationId }) => {
      await conversations.delete(conversationId);
      return {};
    },
    "rubberduck/conversation/restore": async ({ conversationId }) => {
      await conversations.restore(conversationId);
      return {};
    },
  };
}

function turnHandlers(conversations: Conversations, asked: Pick<Conversations, "send" | "retry">): Handlers {
  return {
    "rubberduck/conversation/send": (params, call) =>
      runTurn(conversations, params.conversationId, (watching) => asked.send(params, watching), call),
    "rubberduck/conversation/retry": (params, call) =>
      runTurn(conversations, params.conversationId, (watching) => asked.retry(params, watching), call),
  };
}

/** Registers the handlers: parameters are checked, cancellation becomes a signal, errors become JSON-RPC errors. */
export function register(peer: Peer, handlers: Handlers, logger: Log): void {
  const gone = new AbortController();
  peer.onClose?.(() => gone.abort());
  for (const method of Object.keys(handlers) as Method[]) registerOne(peer, method, handlers, gone.signal, logger);
}

/** Sends a notification of the protocol. A peer that is gone does not mind. */
export function notify<N extends keyof Notifications>(peer: Peer, name: N, params: Notifications[N]): void {
  void ignoringLoss(() => peer.sendNotification(name, params));
}

const events = new ProgressType<ChatEvent>();

function registerOne<M extends Method>(
  peer: Peer,
  method: M,
  handlers: Handlers,
  gone: AbortSignal,
  logger: Log,
): void {
  const handler = handlers[method];
  if (handler === undefined) return;
  peer.onRequest(method, async (raw, token) => {
    try {
      const params = parse(method, raw);
      const emit = async (event: ChatEvent) => {
        const progressToken = progressTokenOf(params);
        if (progressToken !== undefined) await ignoringLoss(() => peer.sendProgress(events, progressToken, event));
      };
      return await handler(params, { cancelled: signalOf(token), gone, emit });
    } catch (error) {
      throw toResponseError(method, error, logger);
    }
  });
}

/** Waits until each event is on its way: between two pieces of a long conversation others have their turn. */
async function subscribe(
  conversations: Conversations,
  params: Params<"rubberduck/conversation/subscribe">,
  { cancelled, gone, emit }: Call,
): Promise<Record<string, never>> {
  for await (const event of conversations.subscribe(params, AbortSignal.any([cancelled, gone]))) await emit(event);
  return {};
}

/** A connection that is closed throws at once or rejects; nobody is left to tell. */
async function ignoringLoss(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch {
    // The other side is gone.
  }
}

/** Watches a turn to its end. Cancelling the request stops the reply; losing the connection only ends the watching. */
async function runTurn(
  conversations: Conversations,
  conversationId: string,
  start: (watching: AbortSignal) => TurnStream,
  { cancelled, gone, emit }: Call,
): Promise<Result<"rubberduck/conversation/send">> {
  const stream = start(gone);
  for (;;) {
    const next = await stream.next();
    if (next.done) return next.value;
    const event = next.value;
    void emit(event);
    if (event.type !== "accepted") continue;
    const stop = () => void conversations.stop(conversationId, event.turnId).catch(() => {});
    if (cancelled.aborted) stop();
    else cancelled.addEventListener("abort", stop, { once: true });
  }
}

function parse<M extends Method>(method: M, raw: unknown): Params<M> {
  const result = paramSchemas[method].safeParse(raw ?? {});
  if (result.success) return result.data;
  throw new DuckError(
    "invalidRequest",
    `${method} was called with parameters it does not take: ${describeIssues(result.error)}`,
  );
}

function progressTokenOf(params: object): string | number | undefined {
  const token = "partialResultToken" in params ? params.partialResultToken : undefined;
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function toResponseError(method: string, error: unknown, logger: Log): ResponseError<ErrorData | undefined> {
  if (error instanceof ResponseError) return error;
  if (error instanceof DuckError) return new ResponseError(DUCK_ERROR, error.message, { code: error.code });
  // Whoever asked has lost the connection, and asks the new owner.
  if (error instanceof Superseded) return new ResponseError(ErrorCodes.InternalError, error.message);
  logger.error(`${method} failed: ${causeOf(error)}`, error);
  return new ResponseError(ErrorCodes.InternalError, GENERIC_FAILURE, undefined);
}
