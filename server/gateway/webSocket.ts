import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";

export type { WebSocket } from "ws";

/** Close codes of RFC 6455 and its registry. */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  tryLater: 1013,
} as const;

/** Answers upgrades of an HTTP server: frames of `maxPayload` bytes at most, no compression, subprotocol "phoenix". */
export function acceptor(maxPayload: number) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has("phoenix") ? "phoenix" : false),
  });
  server.on("headers", (headers, request) => {
    const extra = addedHeaders.get(request);
    for (const [name, value] of Object.entries(extra ?? {})) headers.push(`${name}: ${value}`);
  });
  return {
    /** `headers` go with the answer. */
    accept: (request: IncomingMessage, socket: Duplex, head: Buffer, headers: Readonly<Record<string, string>>) => {
      addedHeaders.set(request, headers);
      return new Promise<WebSocket>((resolve) => server.handleUpgrade(request, socket, head, resolve));
    },
    close: () => server.close(),
  };
}

const addedHeaders = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>();

/**
 * A transport for the official Phoenix client that goes over a private socket which is connected already. `proof` is asked
 * whether the answer to the upgrade is the owner's.
 */
export function transportOver(
  socket: Socket,
  headers: Readonly<Record<string, string>>,
  isProven: (answer: IncomingMessage) => boolean,
): new (
  url: string,
  protocols?: string[],
) => WebSocket {
  return class extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers, perMessageDeflate: false, createConnection: () => socket });
      this.once("upgrade", (answer) => {
        if (!isProven(answer)) this.terminate();
      });
    }
  };
}

/** A transport for the official Phoenix client to an address of the network. */
export const NetTransport = class extends WebSocket {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols, { perMessageDeflate: false });
  }
};

/** A transport for the official Phoenix client to a private socket. */
export function socketTransport(path: string, headers: Readonly<Record<string, string>> = {}) {
  return class extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers, perMessageDeflate: false, createConnection: () => connect(path) });
    }
  };
}
