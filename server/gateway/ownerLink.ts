import type { OwnerWire } from "../store/privateSocket.ts";
import { JoinRefused } from "./phoenixSocket.ts";
import { approachWith } from "./privateAccess.ts";
import { openRpc } from "./rpcConnection.ts";
import { transportOver } from "./webSocket.ts";

/** The topic for processes that share a workspace's conversations; on the private socket alone. */
export const OWNER_TOPIC = "owner";
/** What a join of the owner is refused with while it lets nobody in. */
export const BUSY = "busy";

/** How a process joins the owner: as a client of its gateway, over the private socket. */
export const ownerLink: OwnerWire = {
  async join(socket, secret) {
    const { credential, headers, isProven } = approachWith(secret);
    const transport = transportOver(socket, headers, (answer) => isProven(answer.headers));
    try {
      return await openRpc({ transport, url: PRIVATE_URL, credential, topic: OWNER_TOPIC });
    } catch (error) {
      if (error instanceof JoinRefused && error.reason === BUSY) return undefined;
      throw error;
    }
  },
};

/** Only its path counts: the connection goes over a socket of the file system. */
export const PRIVATE_URL = "ws://rubberduck/socket";
