import { readFile } from "node:fs/promises";
import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Supervisor } from "./conversation/supervisor.ts";
import { type AccessHandlers, accessHandlers, admitPage, principalOf } from "./gateway/access.ts";
import { type AccessFile, AccessTokens } from "./gateway/accessTokens.ts";
import type { Principal } from "./gateway/channel.ts";
import { Gateway } from "./gateway/gateway.ts";
import { limitedTopics } from "./gateway/joinLimit.ts";
import type { Limits } from "./gateway/limits.ts";
import { Listener } from "./gateway/listener.ts";
import { answerMetrics } from "./gateway/metricsPage.ts";
import { PageCodes } from "./gateway/pageCodes.ts";
import { Pages } from "./gateway/pages.ts";
import { SendLimit } from "./gateway/sendLimit.ts";
import { topics } from "./gateway/topics.ts";
import { clientHandlers, type HandledServices, type Handlers, joinedHandlers, notify, register } from "./handlers.ts";
import type { Snapshot } from "./protocol/introspection.ts";
import type { ModelConfiguration, ModelStatus } from "./protocol/requests.ts";
import type { Key } from "./store/crypto.ts";
import { lendRootKey } from "./store/rootKeyLoan.ts";
import type { Tally } from "./telemetry/tally.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";

export interface GatewayServicesOptions {
  /** The conversations of the store, while this process owns them. */
  readonly owned: () => Promise<Supervisor | undefined>;
  /** Absent where nothing is kept. */
  readonly rootKey: (() => Key) | undefined;
  /** What a process that has joined says of the model to use. */
  readonly configure: (configuration: ModelConfiguration) => ModelStatus;
  readonly handled: () => HandledServices;
  /** Who may come in at the port. Throws while the store is locked; undefined where nothing is kept. */
  readonly accessFile: () => Promise<AccessFile | undefined>;
  /** The folder with the files of the page. */
  readonly page: URL;
  /** How this process goes. */
  readonly snapshot: () => Promise<Snapshot>;
  readonly refusals: Tally;
  readonly limits: Limits;
  /** What processes of the same user are called. */
  readonly userName: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

/** Lets other processes into the conversations, once this one owns them. */
export function createGateway(options: GatewayServicesOptions): { gateway: Listener; access: AccessHandlers } {
  const { owned, rootKey, configure, handled, limits, userName, newId, clock, logger } = options;
  const tokens = new AccessTokens({
    file: options.accessFile,
    connected: (id) => gateway.connected(id),
    clock,
    newId,
  });
  const { refusals } = options;
  const codes = new PageCodes(clock);
  const tell = (peer: MessageConnection, supervisor: Supervisor) => {
    peer.onClose(supervisor.onDidChangeList(() => notify(peer, "rubberduck/conversation/listChanged", {})));
    peer.onClose(supervisor.onDidChangeMemory(() => notify(peer, "rubberduck/memory/changed", {})));
  };
  const serveOwner = (peer: MessageConnection, supervisor: Supervisor) => {
    if (rootKey !== undefined) lendRootKey(peer, rootKey);
    const handlers: Handlers = {
      ...joinedHandlers(supervisor),
      ...access,
      "rubberduck/server/info": async () => handled().info(),
      "rubberduck/server/introspect": async () => ({ processes: [await options.snapshot()] }),
      "rubberduck/owner/release": async () => {
        await supervisor.standStill();
        return {};
      },
      "rubberduck/model/configure": async (value) => configure(value),
      "rubberduck/gateway/listen": ({ port = 0 }) => listener.listen(port),
    };
    register(peer, handlers, logger);
    tell(peer, supervisor);
    peer.onClose(listener.onListening((listening) => notify(peer, "rubberduck/gateway/listening", listening)));
  };
  const sends = new SendLimit(limits.messagesPerHour, clock, refusals);
  const isGood = async (token: string) => listener.isGood(token) || (await tokens.verify(token)) !== undefined;
  const pages = new Pages({
    isGood,
    read: (name) => readFile(new URL(name, options.page)),
    admit: admitPage(tokens, codes),
  });
  const metrics = {
    isGood,
    text: async () => (await import("./telemetry/metrics.ts")).prometheusText(await options.snapshot()),
  };
  const serveClient = (peer: MessageConnection, supervisor: Supervisor, principal: Principal) => {
    const services = handled();
    const counted = sends.counting(supervisor, principal);
    const handlers = clientHandlers({ ...services, conversations: supervisor }, counted);
    register(peer, principal.isPrivate ? { ...handlers, ...access } : handlers, logger);
    peer.onClose(services.models.onDidChangeStatus((status) => notify(peer, "rubberduck/model/statusChanged", status)));
    peer.onClose(
      services.codeIndex.onDidChangeStatus((status) => notify(peer, "rubberduck/index/statusChanged", status)),
    );
    tell(peer, supervisor);
  };
  const gateway = new Gateway({
    route: limitedTopics(topics({ owned, serveOwner, serveClient, sends, newId }), limits, clock, refusals),
    verify: async (token): Promise<Principal | undefined> =>
      listener.isGood(token) ? { id: "owner", name: userName, isPrivate: false } : principalOf(tokens, token, userName),
    answer: async (request, response) =>
      (await answerMetrics(request, response, metrics)) || pages.answer(request, response),
    refusals,
    userName,
    limits,
    clock,
    logger,
  });
  tokens.onRevoked((id) => gateway.expel(id));
  const listener = new Listener({ gateway, access: tokens, clock, logger });
  const access = accessHandlers(tokens, codes, listener);
  return { gateway: listener, access };
}
