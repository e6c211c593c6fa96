import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Supervisor } from "./conversation/supervisor.ts";
import type { Principal } from "./gateway/channel.ts";
import { Gateway } from "./gateway/gateway.ts";
import type { Limits } from "./gateway/limits.ts";
import { Listener } from "./gateway/listener.ts";
import { SendLimit } from "./gateway/sendLimit.ts";
import { topics } from "./gateway/topics.ts";
import { clientHandlers, type HandledServices, type Handlers, joinedHandlers, notify, register } from "./handlers.ts";
import type { ModelConfiguration, ModelStatus } from "./protocol/requests.ts";
import type { Key } from "./store/crypto.ts";
import { lendRootKey } from "./store/rootKeyLoan.ts";
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
  readonly limits: Limits;
  /** What processes of the same user are called. */
  readonly userName: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

/** Lets other processes into the conversations, once this one owns them. */
export function createGateway(options: GatewayServicesOptions): Listener {
  const { owned, rootKey, configure, handled, limits, userName, newId, clock, logger } = options;
  const tell = (peer: MessageConnection, supervisor: Supervisor) => {
    peer.onClose(supervisor.onDidChangeList(() => notify(peer, "rubberduck/conversation/listChanged", {})));
    peer.onClose(supervisor.onDidChangeMemory(() => notify(peer, "rubberduck/memory/changed", {})));
  };
  const serveOwner = (peer: MessageConnection, supervisor: Supervisor) => {
    if (rootKey !== undefined) lendRootKey(peer, rootKey);
    const handlers: Handlers = {
      ...joinedHandlers(supervisor),
      "rubberduck/model/configure": async (value) => configure(value),
      "rubberduck/gateway/listen": ({ port = 0 }) => listener.listen(port),
    };
    register(peer, handlers, logger);
    tell(peer, supervisor);
    peer.onClose(listener.onListening((listening) => notify(peer, "rubberduck/gateway/listening", listening)));
  };
  const sends = new SendLimit(limits.messagesPerHour, clock);
  const serveClient = (peer: MessageConnection, supervisor: Supervisor, principal: Principal) => {
    const services = handled();
    const counted = sends.counting(supervisor, principal);
    register(peer, clientHandlers({ ...services, conversations: supervisor }, counted), logger);
    peer.onClose(services.models.onDidChangeStatus((status) => notify(peer, "rubberduck/model/statusChanged", status)));
    peer.onClose(
      services.codeIndex.onDidChangeStatus((status) => notify(peer, "rubberduck/index/statusChanged", status)),
    );
    tell(peer, supervisor);
  };
  const gateway = new Gateway({
    route: topics({ owned, serveOwner, serveClient, sends, newId }),
    verify: async (token) => (listener.isGood(token) ? { id: "owner", name: userName, isPrivate: false } : undefined),
    userName,
    limits,
    clock,
    logger,
  });
  const listener = new Listener(gateway, logger);
  return listener;
}
