import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Secret } from "../store/ownerProof.ts";
import type { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { Join, Principal } from "./channel.ts";
import { ClientSocket } from "./clientSocket.ts";
import { credentialOf } from "./credential.ts";
import type { Limits } from "./limits.ts";
import { send } from "./pages.ts";
import { answerTo, opensPrivately } from "./privateAccess.ts";
import { refusalOf } from "./requestGuards.ts";
import { serializerOf } from "./serializer.ts";
import { acceptor, CLOSE } from "./webSocket.ts";

export interface GatewayOptions {
  /** Who answers for a topic; undefined where nobody does. */
  readonly route: (topic: string, principal: Principal) => Join | undefined;
  /** Whose access token it is; undefined when it is nobody's, or is not good any more. */
  readonly verify: (token: string) => Promise<Principal | undefined>;
  /** Answers a plain request to the port that comes from this computer's own pages or programs; false: there is no such page. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** What processes of the same user are called. */
  readonly userName: string;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Counts what is refused. */
  readonly refusals?: Tally;
  readonly logger: Log;
}

const PATH = "/socket/websocket";
const VSN = "2.0.0";
const ASKS_WITHIN_MS = 1000;
/** What Node's timers can wait for: 24 days. Who stays connected for so long connects anew. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * Lets clients into the conversations over Phoenix Channels, vsn 2.0.0: on the private socket, whose connections it is handed,
 * and on a port of this computer when {@link listen} is called.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #http: Server;
  readonly #acceptor: ReturnType<typeof acceptor>;
  readonly #sockets = new Set<ClientSocket>();
  /** Of connections to the private socket. */
  readonly #secrets = new WeakMap<Duplex, Secret>();
  /** Connections that are no client yet, each with what ends the waiting for what it wants. */
  readonly #asking = new Map<Duplex, () => void>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#acceptor = acceptor(options.limits.frameBytes);
    this.#http = createServer();
    this.#http.on("connection", (socket: Socket) => this.#hurry(socket));
    this.#http.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response);
    });
    this.#http.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#http.on("clientError", (_error, socket) => socket.destroy());
  }

  /** How many clients are connected. */
  get sockets(): number {
    return this.#sockets.size;
  }

  /** Topics that clients have joined. */
  get topics(): number {
    return [...this.#sockets].reduce((sum, { topics }) => sum + topics, 0);
  }

  /** Sent and not read by clients yet. */
  get queuedBytes(): number {
    return [...this.#sockets].reduce((sum, { queuedBytes }) => sum + queuedBytes, 0);
  }

  /** How many clients of a token are connected. */
  connected(principalId: string): number {
    return [...this.#sockets].filter(({ principal }) => principal.id === principalId).length;
  }

  /** A token is not good any more: who came in with it is gone. */
  expel(principalId: string): void {
    for (const socket of this.#sockets) {
      if (socket.principal.id === principalId) socket.close(CLOSE.policy, "the token is not good any more");
    }
  }

  /** Serves a connection to the private socket. */
  admit(socket: Socket, secret: Secret): void {
    this.#secrets.set(socket, secret);
    this.#http.emit("connection", socket);
  }

  /** Listens on this computer's own address, at any free port with 0. Answers the port. Throws DuckError portTaken. */
  async listen(port: number): Promise<number> {
    const http = this.#http;
    await new Promise<void>((resolve, reject) => {
      const heard = () => {
        http.off("error", refuse);
        resolve();
      };
      const refuse = (error: Error) => {
        http.off("listening", heard);
        reject(taken(port, error));
      };
      http.once("listening", heard).once("error", refuse).listen(port, "127.0.0.1");
    });
    return (http.address() as AddressInfo).port;
  }

  /** On which it listens; undefined while it does not. */
  get port(): number | undefined {
    const address = this.#http.address();
    return address !== null && typeof address === "object" ? address.port : undefined;
  }

  /** Somebody else has the conversations now: everybody connects anew, and the port is theirs. */
  dismiss(): void {
    this.#http.close();
    this.#letNobodyIn();
    for (const socket of this.#sockets) socket.close(CLOSE.restart, "the conversations have another owner");
  }

  /** Ends all connections, listens no more. */
  async close(): Promise<void> {
    this.#http.close();
    this.#letNobodyIn();
    for (const socket of this.#sockets) socket.close(CLOSE.goingAway, "the server ends");
    this.#acceptor.close();
    this.#http.closeIdleConnections();
  }

  /** Whoever connects says soon what it wants. */
  #hurry(socket: Socket): void {
    const cancel = this.#options.clock.after(ASKS_WITHIN_MS, () => socket.destroy());
    this.#asking.set(socket, cancel);
    socket.once("close", () => {
      cancel();
      this.#asking.delete(socket);
    });
  }

  /** Whoever was let in now would stay with a process that has nothing for them, and find no other. */
  #letNobodyIn(): void {
    for (const socket of this.#asking.keys()) socket.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#asking.get(request.socket)?.();
    const { answer, logger } = this.#options;
    const { port } = this;
    try {
      const isPrivate = this.#secrets.has(request.socket);
      if (isPrivate || port === undefined) return send(response, 404, "text/plain", "Not found\n");
      if (refusalOf(request, port) !== undefined) {
        this.#options.refusals?.add("unauthorized");
        return send(response, 403, "text/plain", "Forbidden\n");
      }
      if (!(await answer?.(request, response))) send(response, 404, "text/plain", "Not found\n");
    } catch (error) {
      logger.error("a page could not be answered", error);
      if (response.headersSent) response.destroy();
      else send(response, 500, "text/plain", "Something went wrong.\n");
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#asking.get(socket)?.();
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "ws://localhost");
    const principal = await this.#principalOf(request).catch(() => undefined);
    const { limits, clock, logger, route } = this.#options;
    const isOurs = url.pathname === PATH && url.searchParams.get("vsn") === VSN;
    if (principal === undefined || !isOurs || this.#sockets.size >= limits.sockets) {
      const isFull = principal !== undefined && isOurs;
      this.#options.refusals?.add(isFull ? "full" : "unauthorized");
      refuse(socket, isFull ? 503 : 403);
      return;
    }
    const secret = this.#secrets.get(request.socket);
    const webSocket = await this.#acceptor.accept(
      request,
      socket,
      head,
      secret ? answerTo(request.headers, secret) : {},
    );
    const serializer = serializerOf(url.searchParams.get("serializer") ?? undefined);
    const client = new ClientSocket({
      socket: webSocket,
      serializer,
      principal,
      route: (topic) => route(topic, principal),
      limits,
      clock,
      logger,
    });
    this.#asking.delete(socket);
    this.#sockets.add(client);
    const { expiresAt } = principal;
    const leftMs = expiresAt && Math.min(MOST_TIMER_MS, expiresAt.getTime() - clock.now().getTime());
    const cancel = leftMs === undefined ? undefined : clock.after(leftMs, () => this.expel(principal.id));
    webSocket.once("close", () => {
      cancel?.();
      this.#sockets.delete(client);
    });
  }

  async #principalOf(request: IncomingMessage): Promise<Principal | undefined> {
    const credential = credentialOf(request.headers);
    const secret = this.#secrets.get(request.socket);
    if (secret !== undefined) {
      const name = this.#options.userName;
      return opensPrivately(credential, secret) ? { id: "owner", name, isPrivate: true } : undefined;
    }
    const { port } = this;
    if (credential === undefined || port === undefined || refusalOf(request, port) !== undefined) return undefined;
    return this.#options.verify(credential);
  }
}

function refuse(socket: Duplex, status: 403 | 503): void {
  const reason = status === 403 ? "Forbidden" : "Service Unavailable";
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function taken(port: number, cause: Error): Error {
  if (!("code" in cause) || cause.code !== "EADDRINUSE") return cause;
  return new DuckError(
    "portTaken",
    `Another program listens on port ${port}. End it, or choose another one with --port; 0 takes any that is free.`,
    { cause },
  );
}
