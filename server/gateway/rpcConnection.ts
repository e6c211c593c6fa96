// Gives the connections of a channel what they need of Node.
import "vscode-jsonrpc/node";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { ChannelWire, RPC } from "../protocol/channelWire.ts";
import { type ChannelOptions, openChannel } from "./phoenixSocket.ts";

/**
 * A JSON-RPC connection over a channel: the requests of docs/protocol.md. It listens. It closes when the connection is lost, and
 * disposing it ends that. Throws JoinRefused, and when the connection cannot be made.
 */
export async function openRpc(options: Omit<ChannelOptions, "onMessage" | "onClose">): Promise<MessageConnection> {
  let push = (_message: object) => {};
  const wire = new ChannelWire(async (message) => push(message));
  const connection = wire.connection();
  const channel = await openChannel({
    ...options,
    onMessage: (event, payload) => {
      if (event === RPC) wire.receive(payload as Parameters<ChannelWire["receive"]>[0]);
    },
    onClose: () => wire.close(),
  });
  push = (message) => channel.push(RPC, message);
  connection.onDispose(() => channel.close());
  connection.onError(() => channel.close());
  connection.listen();
  return connection;
}
