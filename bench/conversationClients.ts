import { decode, encode } from "@msgpack/msgpack";
import { type Channel, Socket } from "phoenix";
import { WebSocket } from "ws";
import type { ChatEvent } from "../server/protocol/events.ts";
import { nowMs } from "./clock.ts";
import { TurnClock, type TurnTimes } from "./timedReply.ts";

/** What one turn took, as its sender and another reader saw it. */
export interface ReadTurn extends TurnTimes {
  /** The endpoint writes a token -> it is at the other reader; for each. */
  readonly otherMs: readonly number[];
}

interface RunningTurn {
  readonly clock: TurnClock;
  readonly other: TurnClock;
  readonly settle: (error?: Error) => void;
  done: number;
}

/** Many conversations, each read by two official clients: one over JSON, which sends, and one over MessagePack. */
export class ConversationClients {
  readonly #senders: Channel[] = [];
  readonly #running = new Map<number, RunningTurn>();
  readonly #sockets: Socket[] = [];
  readonly #tokens: number;
  /** Bytes of the frames that arrived. */
  readonly bytes = { json: 0, msgpack: 0 };

  /** @param tokens of an answer; one that has others is an error. */
  constructor(tokens: number) {
    this.#tokens = tokens;
  }

  async open(url: string, token: string, conversations: number, sockets: number): Promise<void> {
    const json = Array.from({ length: sockets / 2 }, () => this.#socket(url, token, "json"));
    const packed = Array.from({ length: sockets / 2 }, () => this.#socket(url, token, "msgpack"));
    for (let index = 0; index < conversations; index++) {
      const topic = `conversation:load-${index}`;
      const sender = json[index % json.length]?.channel(topic, {});
      const reader = packed[index % packed.length]?.channel(topic, {});
      if (sender === undefined || reader === undefined) throw new Error("There is no socket.");
      sender.on("event", (event: ChatEvent) => this.#read(index, event, "clock"));
      reader.on("event", (event: ChatEvent) => this.#read(index, event, "other"));
      await Promise.all([joined(sender), joined(reader)]);
      this.#senders.push(sender);
    }
  }

  /** Sends a message in a conversation in which none is under way, and reads the whole answer. */
  async turn(index: number, content: string): Promise<ReadTurn> {
    const channel = this.#senders[index];
    if (channel === undefined || this.#running.has(index)) throw new Error("That conversation is not free.");
    const ended = Promise.withResolvers<void>();
    const settle = (error?: Error) => (error ? ended.reject(error) : ended.resolve());
    const running = { clock: new TurnClock(), other: new TurnClock(), settle, done: 0 };
    this.#running.set(index, running);
    channel
      .push("message", { content, operation_id: crypto.randomUUID() }, 60_000)
      .receive("ok", () => running.clock.accepted())
      .receive("error", (response: unknown) => settle(new Error(`refused: ${JSON.stringify(response)}`)))
      .receive("timeout", () => settle(new Error("not accepted within a minute")));
    try {
      await ended.promise;
    } finally {
      this.#running.delete(index);
    }
    const { firstTokenMs, tokenMs } = running.other.times;
    return { ...running.clock.times, otherMs: [firstTokenMs, ...tokenMs] };
  }

  isFree(index: number): boolean {
    return !this.#running.has(index);
  }

  close(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }

  #read(index: number, event: ChatEvent, who: "clock" | "other"): void {
    const running = this.#running.get(index);
    if (running === undefined) return;
    if (event.type === "progress" && event.message.startsWith("Summarising")) running.clock.summarising();
    if (event.type === "text") running[who].text(event.text);
    if (event.type !== "done") return;
    running.done += 1;
    if (event.stopReason !== "complete") running.settle(new Error(`ended with ${event.stopReason}`));
    else if (running.done === 2) {
      const count = running.clock.times.tokenMs.length + 1;
      running.settle(count === this.#tokens ? undefined : new Error(`${count} of ${this.#tokens} tokens arrived`));
    }
  }

  #socket(url: string, authToken: string, serializer: "json" | "msgpack"): Socket {
    const count = (size: number) => {
      this.bytes[serializer] += size;
    };
    const socket = new Socket(url, {
      transport: WebSocket as never,
      authToken,
      params: { serializer },
      timeout: 60_000,
      ...(serializer === "msgpack" ? packed(count) : counted(count)),
    });
    this.#sockets.push(socket);
    socket.connect();
    return socket;
  }
}

function joined(channel: Channel): Promise<void> {
  return new Promise((resolve, reject) => {
    channel
      .join()
      .receive("ok", () => resolve())
      .receive("error", (response: unknown) => reject(new Error(`join refused: ${JSON.stringify(response)}`)))
      .receive("timeout", () => reject(new Error("join timed out")));
  });
}

type Encoded = (encoded: unknown) => void;

function counted(count: (size: number) => void) {
  return {
    decode: (raw: unknown, callback: Encoded) => {
      count((raw as string).length);
      callback(named(JSON.parse(raw as string)));
    },
  };
}

function packed(count: (size: number) => void) {
  return {
    encode: (message: unknown, callback: Encoded) => {
      const { join_ref, ref, topic, event, payload } = message as Record<string, unknown>;
      callback(encode([join_ref ?? null, ref ?? null, topic, event, payload]));
    },
    decode: (raw: unknown, callback: Encoded) => {
      const bytes = new Uint8Array(raw as ArrayBuffer);
      count(bytes.length);
      callback(named(decode(bytes) as unknown[]));
    },
  };
}

function named([join_ref, ref, topic, event, payload]: unknown[]) {
  return { join_ref, ref, topic, event, payload };
}

/** Connections that do nothing but be there: each joins one conversation. */
export async function openSockets(url: string, authToken: string, count: number) {
  const sockets: Socket[] = [];
  const startedMs = nowMs();
  for (let index = 0; index < count; index++) {
    const socket = new Socket(url, { transport: WebSocket as never, authToken, timeout: 60_000 });
    sockets.push(socket);
    socket.connect();
    await joined(socket.channel(`conversation:socket-${index}`, {}));
  }
  const tookMs = nowMs() - startedMs;
  return { tookMs, close: () => sockets.map((socket) => socket.disconnect()) };
}
