import { Superseded } from "../store/storeErrors.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { type Channel, ClientGone, type Join, type Joined, type Place, type Principal, Refused } from "./channel.ts";
import type { Limits } from "./limits.ts";
import { type Frame, MalformedFrame, type Serializer } from "./serializer.ts";
import { CLOSE, type WebSocket } from "./webSocket.ts";

export interface ClientSocketOptions {
  readonly socket: WebSocket;
  readonly serializer: Serializer;
  readonly principal: Principal;
  /** Who answers for a topic; undefined where nobody does. */
  readonly route: (topic: string) => Join | undefined;
  readonly limits: Pick<Limits, "topicsPerSocket" | "silentMs" | "stalledMs" | "sendQueueBytes">;
  readonly clock: Clock;
  readonly logger: Log;
}

/** A topic from its join on. */
interface Membership {
  readonly joinRef: string | null;
  readonly joined: Promise<Joined>;
  channel: Channel | undefined;
}

/** A client that sends what cannot be read is let go after this many. */
const MOST_MALFORMED = 10;

/** One WebSocket of a client, and the channels that it has joined over it: as Phoenix.Socket does. */
export class ClientSocket {
  readonly #options: ClientSocketOptions;
  readonly #channels = new Map<string, Membership>();
  #malformed = 0;
  #cancelSilence = () => {};
  /** While something waits to be read. */
  #cancelStall: (() => void) | undefined;

  constructor(options: ClientSocketOptions) {
    this.#options = options;
    const { socket } = options;
    socket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary));
    // The cause is in the close event that follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#leaveAll());
    this.#hear();
  }

  get principal(): Principal {
    return this.#options.principal;
  }

  get topics(): number {
    return this.#channels.size;
  }

  /** Sent and not read yet. */
  get queuedBytes(): number {
    return this.#options.socket.bufferedAmount;
  }

  /** Ends it; all channels are left. */
  close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  terminate(): void {
    this.#options.socket.terminate();
  }

  #hear(): void {
    this.#cancelSilence();
    const { clock, limits, socket } = this.#options;
    this.#cancelSilence = clock.after(limits.silentMs, () => socket.terminate());
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#hear();
    let frame: Frame;
    try {
      frame = this.#options.serializer.decode(data, isBinary);
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error;
      this.#refuseMalformed(error);
      return;
    }
    this.#dispatch(frame);
  }

  #refuseMalformed({ message, frame }: MalformedFrame): void {
    const at = frame ?? { joinRef: null, ref: null, topic: "phoenix" };
    this.#reply(at, "error", { reason: message });
    this.#malformed += 1;
    if (this.#malformed >= MOST_MALFORMED) this.close(CLOSE.policy, "too many malformed frames");
  }

  #dispatch(frame: Frame): void {
    const { topic, event } = frame;
    const member = this.#channels.get(topic);
    const isMember = member !== undefined && (frame.joinRef === null || frame.joinRef === member.joinRef);
    if (topic === "phoenix" && event === "heartbeat") this.#reply({ ...frame, joinRef: null }, "ok", {});
    else if (event === "phx_join") void this.#join(frame);
    else if (event === "phx_leave") this.#leave(frame, member);
    else if (isMember) void this.#pass(frame, member);
    else this.#reply({ ...frame, joinRef: null }, "error", { reason: "unmatched topic" });
  }

  async #join(frame: Frame): Promise<void> {
    const { topic } = frame;
    const before = this.#channels.get(topic);
    if (before !== undefined) this.#end(topic, before);
    const join = this.#options.route(topic);
    const refusal = this.#refusalOf(join);
    if (join === undefined || refusal !== undefined) {
      this.#reply({ ...frame, joinRef: join && frame.joinRef }, "error", { reason: refusal });
      return;
    }
    const joined = join(this.#place(topic, frame.joinRef), frame.payload ?? {});
    const member: Membership = { joinRef: frame.joinRef, joined, channel: undefined };
    this.#channels.set(topic, member);
    try {
      const { channel, response, start } = await joined;
      if (this.#channels.get(topic) !== member) {
        channel.leave();
        return;
      }
      member.channel = channel;
      this.#reply(frame, "ok", response);
      start?.();
    } catch (error) {
      if (this.#channels.get(topic) === member) this.#channels.delete(topic);
      this.#reply(frame, "error", this.#responseOf(error));
    }
  }

  #refusalOf(join: Join | undefined): string | undefined {
    if (join === undefined) return "unmatched topic";
    return this.#channels.size >= this.#options.limits.topicsPerSocket ? "too many topics" : undefined;
  }

  #leave(frame: Frame, member: Membership | undefined): void {
    this.#reply(frame, "ok", {});
    // A join that came after this one's stays.
    if (member !== undefined && frame.joinRef === member.joinRef) this.#end(frame.topic, member);
  }

  /** Pushes that overtake the answer to their join wait for it. */
  async #pass(frame: Frame, member: Membership): Promise<void> {
    try {
      const channel = member.channel ?? (await member.joined).channel;
      this.#reply(frame, "ok", await channel.receive(frame.event, frame.payload ?? {}));
    } catch (error) {
      if (error instanceof Refused) this.#reply(frame, "error", error.response);
      else this.#crash(frame.topic, member, error);
    }
  }

  #place(topic: string, joinRef: string | null): Place {
    const member = () => this.#channels.get(topic);
    const isMine = () => member()?.joinRef === joinRef;
    const send = async (frame: Frame, shared?: object) => {
      if (!isMine()) throw new ClientGone();
      await this.#send(frame, shared);
    };
    return {
      topic,
      principal: this.#options.principal,
      serializer: this.#options.serializer.name,
      push: (event, payload) => send({ joinRef, ref: null, topic, event, payload }),
      broadcast: (event, payload) => send({ joinRef: null, ref: null, topic, event, payload }, payload),
      close: () => {
        const mine = member();
        if (mine !== undefined && isMine()) this.#end(topic, mine);
      },
      tooSlow: () => this.#letGo(),
      crash: (error) => {
        const mine = member();
        if (mine !== undefined && isMine()) this.#crash(topic, mine, error);
      },
    };
  }

  /** The client is told that the channel is closed. */
  #end(topic: string, member: Membership): void {
    this.#channels.delete(topic);
    member.channel?.leave();
    const { joinRef } = member;
    void this.#send({ joinRef, ref: joinRef, topic, event: "phx_close", payload: {} }).catch(() => {});
  }

  #crash(topic: string, member: Membership, error: unknown): void {
    if (this.#channels.get(topic) !== member) return;
    // That another process has the conversations now is no failure: the client joins again, and finds it.
    if (!(error instanceof Superseded)) {
      this.#options.logger.error(`a channel of the gateway failed (${topic.split(":")[0]})`, error);
    }
    this.#channels.delete(topic);
    member.channel?.leave();
    const { joinRef } = member;
    void this.#send({ joinRef, ref: joinRef, topic, event: "phx_error", payload: {} }).catch(() => {});
  }

  /** All that was sent is on its way. */
  #flowed(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
  }

  /** It reads too slowly. It has its channels no more, and resumes over another connection. */
  #letGo(): void {
    this.close(CLOSE.tryLater, "too slow to read");
    this.#leaveAll();
  }

  #leaveAll(): void {
    this.#cancelSilence();
    this.#flowed();
    const members = [...this.#channels.values()];
    this.#channels.clear();
    for (const { channel } of members) channel?.leave();
  }

  #responseOf(error: unknown): object {
    if (error instanceof Refused) return error.response;
    this.#options.logger.error("a join of the gateway failed", error);
    return { reason: "internal" };
  }

  #reply(
    { joinRef, ref, topic }: { joinRef: string | null | undefined; ref: string | null; topic: string },
    status: "ok" | "error",
    response: object,
  ): void {
    const payload = { status, response };
    const frame = { joinRef: joinRef ?? null, ref, topic, event: "phx_reply", payload };
    void this.#send(frame).catch(() => {});
  }

  /** @param shared what is sent to many: encoded once. */
  #send(frame: Frame, shared?: object): Promise<void> {
    const { socket, serializer, limits, clock } = this.#options;
    if (socket.readyState !== socket.OPEN) return Promise.reject(new ClientGone());
    if (socket.bufferedAmount > limits.sendQueueBytes) {
      this.#letGo();
      return Promise.reject(new ClientGone());
    }
    const data = shared === undefined ? serializer.encode(frame) : encodedOnce(serializer, frame, shared);
    return new Promise((resolve, reject) => {
      socket.send(data, (error) => {
        if (socket.bufferedAmount === 0) this.#flowed();
        if (error) reject(new ClientGone());
        else resolve();
      });
      this.#cancelStall ??= clock.after(limits.stalledMs, () => this.#letGo());
    });
  }
}

/** What was broadcast, in each topic, by serializer. Events are objects that nobody changes. */
const encoded = new WeakMap<object, Map<string, string | Uint8Array>>();

function encodedOnce(serializer: Serializer, frame: Frame, shared: object): string | Uint8Array {
  const known = encoded.get(shared) ?? new Map<string, string | Uint8Array>();
  encoded.set(shared, known);
  const key = `${serializer.name} ${frame.topic} ${frame.event}`;
  const data = known.get(key) ?? serializer.encode(frame);
  known.set(key, data);
  return data;
}
