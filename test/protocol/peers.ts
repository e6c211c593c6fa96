import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { joinedHandlers, register } from "../../server/handlers.ts";
import { silentLog } from "../../server/util/log.ts";
import { supervised } from "../fakes/supervised.ts";

/** A client and the server's handlers, each at one end of a JSON-RPC connection in memory. */
export function connectedPeers() {
  const world = supervised();
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createMessageConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  const client: MessageConnection = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const errors: string[] = [];
  register(server, joinedHandlers(world.supervisor), { ...silentLog, error: (message) => errors.push(message) });
  server.listen();
  client.listen();
  const dispose = () => {
    client.dispose();
    server.dispose();
  };
  return { ...world, client, errors, dispose };
}
