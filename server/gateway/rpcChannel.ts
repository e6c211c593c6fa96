// Gives the connections of a channel what they need of Node.
import "vscode-jsonrpc/node";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { z } from "zod";
import { ChannelWire, RPC } from "../protocol/channelWire.ts";
import { type Channel, type Join, type Place, Refused } from "./channel.ts";

const message = z.looseObject({ jsonrpc: z.literal("2.0") });

/**
 * A channel that carries the same requests, notifications and progress as an editor's connection: docs/protocol.md.
 * `serve` registers them before anything is read, and answers what goes
 * with the answer to the join; it throws {@link Refused}.
 */
export function rpcChannel(serve: (connection: MessageConnection, place: Place) => Promise<object>): Join {
  return async (place) => {
    const wire = new ChannelWire((value) => place.push(RPC, value));
    const connection = wire.connection();
    const response = await serve(connection, place);
    connection.onError(() => place.close());
    const channel: Channel = {
      receive: async (event, payload) => {
        if (event !== RPC) throw new Refused("unmatched event");
        const parsed = message.safeParse(payload);
        if (!parsed.success) throw new Refused("not a JSON-RPC message");
        wire.receive(parsed.data);
        return {};
      },
      leave: () => wire.close(),
    };
    return { channel, response, start: () => connection.listen() };
  };
}
