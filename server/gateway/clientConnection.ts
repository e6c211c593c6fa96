import type { MessageConnection } from "vscode-jsonrpc/node";
import { PRIVATE_URL } from "./ownerLink.ts";
import { openRpc } from "./rpcConnection.ts";
import { WORKSPACE_TOPIC } from "./topics.ts";
import { NetTransport, socketTransport } from "./webSocket.ts";

/** Where a gateway is, and what opens it: the token beside its private socket, or an access token. */
export type GatewayAddress =
  | { readonly socket: string; readonly token: string }
  | { readonly url: string; readonly token: string };

/**
 * A client of ours to the process that owns the conversations: the requests of docs/protocol.md. It listens; it closes when the
 * connection is lost, and nothing is tried again. Throws JoinRefused, and an Error when nobody answers or the token is refused.
 */
export function connectToGateway(address: GatewayAddress): Promise<MessageConnection> {
  const topic = WORKSPACE_TOPIC;
  if ("socket" in address) {
    const transport = socketTransport(address.socket);
    return openRpc({ transport, url: PRIVATE_URL, credential: address.token, topic });
  }
  return openRpc({ transport: NetTransport, url: address.url, credential: address.token, topic });
}
