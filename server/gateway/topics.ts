import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Supervisor } from "../conversation/supervisor.ts";
import { PING } from "../store/privateSocket.ts";
import { DuckError } from "../util/errors.ts";
import { type Join, type Place, type Principal, Refused } from "./channel.ts";
import { conversationChannel } from "./conversationChannel.ts";
import { BUSY, OWNER_TOPIC } from "./ownerLink.ts";
import { rpcChannel } from "./rpcChannel.ts";
import type { SendLimit } from "./sendLimit.ts";

/** The topic of our own clients: what an editor may ask, they may. */
export const WORKSPACE_TOPIC = "workspace";
const CONVERSATION = /^conversation:([A-Za-z0-9_-]{1,64})$/;

export interface TopicsOptions {
  /** The conversations, while this process owns them. */
  readonly owned: () => Promise<Supervisor | undefined>;
  /** Serves a process that joins this one. */
  readonly serveOwner: (peer: MessageConnection, conversations: Supervisor) => void;
  /** Serves a client of ours. */
  readonly serveClient: (peer: MessageConnection, conversations: Supervisor, principal: Principal) => void;
  readonly sends: SendLimit;
  readonly newId: () => string;
}

/** Which topics there are, and who may join them. */
export function topics(options: TopicsOptions): (topic: string, principal: Principal) => Join | undefined {
  const { owned, serveOwner, serveClient, sends, newId } = options;
  const rpc = (serve: TopicsOptions["serveClient"]) =>
    rpcChannel(async (connection, { principal }) => {
      connection.onRequest(PING, () => ({}));
      const conversations = await ownedNow(owned);
      serve(connection, conversations, principal);
      return { epoch: conversations.epoch };
    });
  return (topic, principal) => {
    if (topic === OWNER_TOPIC) return principal.isPrivate ? rpc(serveOwner) : undefined;
    if (topic === WORKSPACE_TOPIC) return rpc(serveClient);
    const conversationId = CONVERSATION.exec(topic)?.[1];
    if (conversationId === undefined) return undefined;
    return async (place: Place, params) => {
      const conversations = await ownedNow(owned);
      return refusing(conversationChannel({ conversations, conversationId, sends, newId })(place, params));
    };
  };
}

async function ownedNow(owned: TopicsOptions["owned"]): Promise<Supervisor> {
  const supervisor = await owned();
  if (supervisor === undefined) throw new Refused(BUSY);
  return supervisor;
}

async function refusing<T>(joining: Promise<T>): Promise<T> {
  try {
    return await joining;
  } catch (error) {
    if (error instanceof DuckError) throw new Refused(error.code, { message: error.message });
    throw error;
  }
}
