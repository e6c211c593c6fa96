import { type Channel, Socket } from "phoenix";

/** Makes the connection: a class as the browser's WebSocket is one. */
export type Transport = new (url: string, protocols?: string[]) => object;

export interface ChannelOptions {
  readonly transport: Transport;
  /** Without the path of the transport: "ws://127.0.0.1:4000/socket". */
  readonly url: string;
  readonly credential: string;
  readonly topic: string;
  readonly params?: object;
  readonly onMessage: (event: string, payload: unknown) => void;
  /** The connection is lost, or the other side has closed the channel. Nothing is tried again. */
  readonly onClose: () => void;
}

export interface OpenChannel {
  push(event: string, payload: object): void;
  close(): void;
}

/** A join that was answered with status "error". */
export class JoinRefused extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`the join was refused: ${reason}`);
    this.name = "JoinRefused";
    this.reason = reason;
  }
}

/** One channel over a connection of its own, until that is lost: whoever uses it decides where to connect next. */
export function openChannel(options: ChannelOptions): Promise<OpenChannel> {
  const socket = new Socket(options.url, {
    transport: options.transport,
    authToken: options.credential,
    params: { client: "rubberduck" },
    // Phoenix connects again by itself; this one is thrown away instead.
    reconnectAfterMs: () => NEVER_MS,
  });
  const channel = socket.channel(options.topic, options.params ?? {});
  return new Promise((resolve, reject) => {
    const end = once(() => {
      // Takes its timers along.
      channel.leave(1);
      socket.disconnect();
      reject(new Error("the connection was lost"));
      options.onClose();
    });
    socket.onClose(() => end());
    socket.onError(() => end());
    channel.onClose(() => end());
    channel.onError(() => end());
    channel.onMessage = (event: string | null, payload: unknown) => {
      if (event !== null && !event.startsWith("phx_") && !event.startsWith("chan_reply_"))
        options.onMessage(event, payload);
      return payload;
    };
    channel
      .join()
      .receive("ok", () => resolve({ push: (event, payload) => push(channel, event, payload), close: end }))
      .receive("error", ({ reason }: { reason?: unknown } = {}) => {
        reject(new JoinRefused(String(reason)));
        end();
      })
      .receive("timeout", end);
    socket.connect();
  });
}

const NEVER_MS = 2 ** 31 - 1;
/** The other side confirms each push at once; nobody waits for that, and its timer is soon gone. */
const CONFIRMED_WITHIN_MS = 1000;

function push(channel: Channel, event: string, payload: object): void {
  channel.push(event, payload, CONFIRMED_WITHIN_MS);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
