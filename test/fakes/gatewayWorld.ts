import { decode, encode } from "@msgpack/msgpack";
import { type Channel, Socket, type SocketConnectOption } from "phoenix";
import { WebSocket } from "ws";
import { admitPage, principalOf } from "../../server/gateway/access.ts";
import { AccessTokens } from "../../server/gateway/accessTokens.ts";
import type { Principal } from "../../server/gateway/channel.ts";
import { Gateway } from "../../server/gateway/gateway.ts";
import { limitedTopics } from "../../server/gateway/joinLimit.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/gateway/limits.ts";
import { answerMetrics } from "../../server/gateway/metricsPage.ts";
import { PageCodes } from "../../server/gateway/pageCodes.ts";
import { Pages } from "../../server/gateway/pages.ts";
import { SendLimit } from "../../server/gateway/sendLimit.ts";
import { topics } from "../../server/gateway/topics.ts";
import { joinedHandlers, register } from "../../server/handlers.ts";
import { silentLog } from "../../server/util/log.ts";
import { type Serializer, speaking } from "./phoenixSerializers.ts";
import { supervised } from "./supervised.ts";

export const GOOD_TOKEN = "a-good-token";

/** A gateway over a scripted model, on a port of this computer; clients are the official one, or speak frames by hand. */
export async function gatewayWorld(limits: Partial<Limits> = {}, serializer: Serializer = "JSON") {
  const world = supervised();
  let current = world.supervisor;
  let isOwner = true;
  let ids = 0;
  const failures: unknown[] = [];
  const logger = { ...silentLog, error: (_message: string, error?: unknown) => failures.push(error) };
  const tokens = new Map<string, Principal>([[GOOD_TOKEN, { id: "t1", name: "ana", isPrivate: false }]]);
  const sends = new SendLimit({ ...DEFAULT_LIMITS, ...limits }.messagesPerHour, world.clock);
  const access = new AccessTokens({
    file: async () => undefined,
    connected: (id) => gateway.connected(id),
    clock: world.clock,
    newId: () => `a-${++ids}`,
  });
  const codes = new PageCodes(world.clock);
  const isGood = async (token: string) => tokens.has(token) || (await access.verify(token)) !== undefined;
  const pages = new Pages({
    isGood,
    read: async (name) => Buffer.from(`the text of ${name}`),
    admit: admitPage(access, codes),
  });
  const metrics = {
    isGood,
    text: async () => "rubberduck_clients 1\n",
  };
  access.onRevoked((id) => gateway.expel(id));
  const all = { ...DEFAULT_LIMITS, ...limits };
  const create = () =>
    new Gateway({
      route: limitedTopics(
        topics({
          owned: async () => (isOwner ? current : undefined),
          serveOwner: () => {},
          serveClient: (peer, supervisor) => register(peer, joinedHandlers(supervisor), silentLog),
          sends,
          newId: () => `op-${++ids}`,
        }),
        all,
        world.clock,
      ),
      verify: async (token) => tokens.get(token) ?? (await principalOf(access, token, "owner")),
      answer: async (request, response) =>
        (await answerMetrics(request, response, metrics)) || pages.answer(request, response),
      userName: "owner",
      limits: all,
      clock: world.clock,
      logger,
    });
  let gateway = create();
  const port = await gateway.listen(0);
  const url = `ws://127.0.0.1:${port}/socket`;
  const clients: Socket[] = [];
  const raws: WebSocket[] = [];
  return {
    ...world,
    url,
    port,
    tokens,
    access,
    codes,
    failures,
    get gateway() {
      return gateway;
    },
    get supervisor() {
      return current;
    },
    setOwner: (value: boolean) => {
      isOwner = value;
    },
    /** The process ends, and another one goes on at the same port with the same log. */
    restart: async () => {
      const next = world.restart();
      await current.close();
      await gateway.close();
      current = next.supervisor;
      gateway = create();
      await gateway.listen(port);
      return next.runner;
    },
    /** The official client; it connects. */
    connect: (options: Partial<SocketConnectOption> = {}): Socket => {
      const socket = new Socket(url, {
        transport: WebSocket as never,
        authToken: GOOD_TOKEN,
        reconnectAfterMs: () => 10,
        rejoinAfterMs: () => 10,
        timeout: 2000,
        ...speaking(serializer),
        ...options,
      });
      clients.push(socket);
      socket.connect();
      return socket;
    },
    /** A connection that sends what it is told; opened, or refused with the status of the answer. */
    raw: async (options: RawOptions = {}): Promise<RawClient> => {
      const { vsn = "2.0.0", token = GOOD_TOKEN, path = "/socket/websocket", query = "", headers = {} } = options;
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?vsn=${vsn}${query}`, {
        headers: { ...(token !== "" && { authorization: `Bearer ${token}` }), ...headers },
      });
      raws.push(socket);
      return RawClient.open(socket);
    },
    close: async () => {
      for (const socket of clients) socket.disconnect();
      for (const socket of raws) socket.terminate();
      await gateway.close();
      await current.close();
    },
  };
}

export type GatewayWorld = Awaited<ReturnType<typeof gatewayWorld>>;

export interface RawOptions {
  readonly vsn?: string;
  readonly token?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RawFrame = readonly [string | null, string | null, string, string, Record<string, unknown>];

/** Frames by hand. */
export class RawClient {
  readonly frames: RawFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #wakes = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      this.frames.push((isBinary ? decode(data as Buffer) : JSON.parse(String(data))) as RawFrame);
      for (const wake of this.#wakes) wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  static open(socket: WebSocket): Promise<RawClient> {
    const client = new RawClient(socket);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(client));
      socket.once("unexpected-response", (_request, response) => {
        socket.terminate();
        reject(new Error(`status ${response.statusCode}`));
      });
      socket.on("error", reject);
    });
  }

  send(frame: readonly unknown[]): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  sendPacked(frame: readonly unknown[]): void {
    this.#socket.send(encode(frame));
  }

  get socket(): WebSocket {
    return this.#socket;
  }

  /** The first frame, past or to come, for which this holds. */
  async until(holds: (frame: RawFrame) => boolean): Promise<RawFrame> {
    for (;;) {
      const found = this.frames.find(holds);
      if (found !== undefined) return found;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never came; ${JSON.stringify(this.frames)}`)), 5000);
        const wake = () => {
          clearTimeout(timer);
          this.#wakes.delete(wake);
          resolve();
        };
        this.#wakes.add(wake);
      });
    }
  }

  reply(ref: string): Promise<RawFrame> {
    return this.until(([, replied, , event]) => event === "phx_reply" && replied === ref);
  }
}

/** How a join or a push of the official client ended. */
export function outcome(push: ReturnType<Channel["join"]>): Promise<{ status: string; response: unknown }> {
  return new Promise((resolve) => {
    for (const status of ["ok", "error", "timeout"] as const) {
      push.receive(status, (response: unknown) => resolve({ status, response }));
    }
  });
}
