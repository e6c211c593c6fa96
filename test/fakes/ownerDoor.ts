import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Principal } from "../../server/gateway/channel.ts";
import { Refused } from "../../server/gateway/channel.ts";
import { Gateway } from "../../server/gateway/gateway.ts";
import { DEFAULT_LIMITS } from "../../server/gateway/limits.ts";
import { BUSY, OWNER_TOPIC } from "../../server/gateway/ownerLink.ts";
import { rpcChannel } from "../../server/gateway/rpcChannel.ts";
import { type Doorkeeper, PING } from "../../server/store/privateSocket.ts";
import { systemClock } from "../../server/util/clock.ts";
import { silentLog } from "../../server/util/log.ts";

/** Lets processes in over a real gateway. `welcome` serves them; false: not now. */
export function doorOf(welcome: (peer: MessageConnection) => Promise<boolean>, left = () => {}): Doorkeeper {
  const join = rpcChannel(async (peer) => {
    peer.onRequest(PING, () => ({}));
    if (!(await welcome(peer))) throw new Refused(BUSY);
    return {};
  });
  const route = (topic: string, { isPrivate }: Principal) => (topic === OWNER_TOPIC && isPrivate ? join : undefined);
  const gateway = new Gateway({
    route,
    verify: async () => undefined,
    userName: "ana",
    limits: DEFAULT_LIMITS,
    clock: systemClock,
    logger: silentLog,
  });
  return { admit: (socket, secret) => gateway.admit(socket, secret), left };
}

export const openDoor = doorOf(async () => true);
