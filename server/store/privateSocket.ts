import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { z } from "zod";
import type { Clock } from "../util/clock.ts";
import type { Claim } from "./epochs.ts";
import { errnoOf } from "./fileSystem.ts";
import { clearPlace, makePlace, readToken } from "./runtimeFolder.ts";

export interface PrivateSocketOptions {
  /** Of sockets and tokens: see `runtimeFolder`. */
  readonly runtime: string;
  readonly clock: Clock;
}

/** Who is asked to let another process in. */
export interface Doorkeeper {
  /** Both have proved themselves; whoever asks is served from the answer on. False: not now, try again. */
  welcome(connection: MessageConnection): Promise<boolean>;
  /** Somebody's connection has ended, be it that of a process that was let in or not. */
  left(): void;
}

export interface PrivateSocket {
  readonly claim: Claim;
  /** Ends all connections, listens no more. */
  close(): Promise<void>;
}

export type Approach =
  | { readonly kind: "joined"; readonly connection: MessageConnection }
  /** Nobody listens there. */
  | { readonly kind: "gone" }
  /** No answer in time, or not that of the process that made the claim. */
  | { readonly kind: "silent" }
  /** It is there, and will not let anybody in now. */
  | { readonly kind: "busy" }
  /** It could not be found out (too many open files, for one). */
  | { readonly kind: "unknown" };

/** A ping without a pong within this time has failed. */
const ANSWER_WITHIN_MS = 2000;

const CHALLENGE = "rubberduck/owner/challenge";
const JOIN = "rubberduck/owner/join";
const PING = "rubberduck/owner/ping";

const challenge = z.object({ nonce: z.string().max(64) });
const challenged = z.object({ proof: z.string(), nonce: z.string().max(64) });
const joining = z.object({ proof: z.string() });
const joined = z.object({ welcome: z.boolean() });

/** Listens at a new place. Nobody gets in, and nothing is answered, before both have shown that they know the token. */
export async function listen({ runtime, clock }: PrivateSocketOptions, doorkeeper: Doorkeeper): Promise<PrivateSocket> {
  const { socketPath, token } = await makePlace(runtime);
  const nonce = randomBytes(16).toString("hex");
  const secret = { token, nonce };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      doorkeeper.left();
    });
    admit(socket, secret, clock, doorkeeper);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  server.on("error", () => {});
  server.unref();
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await clearPlace(runtime, socketPath);
  };
  return { claim: { socketPath, pid: process.pid, nonce }, close };
}

/** Asks whoever made this claim to be let in. */
export async function approach(claim: Claim, { runtime, clock }: PrivateSocketOptions): Promise<Approach> {
  const socket = await openSocket(claim.socketPath);
  if (!(socket instanceof Object)) return { kind: socket };
  const connection = overSocket(socket);
  try {
    const isIn = await within(clock, ANSWER_WITHIN_MS, handshake(connection, claim, runtime));
    if (isIn) return { kind: "joined", connection };
    connection.dispose();
    return { kind: "busy" };
  } catch {
    connection.dispose();
    return { kind: "silent" };
  }
}

/** Whether the owner answers, over a connection that it has accepted. */
export function ping(connection: MessageConnection, clock: Clock): Promise<boolean> {
  return ask(connection, clock, PING).then(
    () => true,
    () => false,
  );
}

/** Asks the owner for something that it has at hand. Throws when it does not answer in time. */
export function ask(connection: MessageConnection, clock: Clock, method: string): Promise<unknown> {
  return within(clock, ANSWER_WITHIN_MS, connection.sendRequest<unknown>(method, {}));
}

/** A connection that ends at once: whoever listens there, now or once it goes on, learns that somebody has `left`. */
export async function knock(socketPath: string): Promise<void> {
  const socket = await openSocket(socketPath);
  if (socket instanceof Object) socket.destroy();
}

interface Secret {
  readonly token: string;
  /** Of the claim: a proof is good for one start of one process. */
  readonly nonce: string;
}

function admit(socket: Socket, secret: Secret, clock: Clock, doorkeeper: Doorkeeper): void {
  const connection = overSocket(socket);
  const cancel = clock.after(ANSWER_WITHIN_MS, () => socket.destroy());
  socket.once("close", cancel);
  const own = randomBytes(16).toString("hex");
  connection.onRequest(CHALLENGE, (params: unknown) => {
    const { nonce } = challenge.parse(params);
    return { proof: prove(secret, `owner ${nonce}`), nonce: own };
  });
  connection.onRequest(JOIN, async (params: unknown) => {
    cancel();
    if (!isProof(joining.parse(params).proof, secret, `joiner ${own}`)) {
      socket.destroy();
      throw new Error("refused");
    }
    connection.onRequest(PING, () => ({}));
    return { welcome: await doorkeeper.welcome(connection) };
  });
}

/** False when the owner lets nobody in now. */
async function handshake(connection: MessageConnection, claim: Claim, runtime: string): Promise<boolean> {
  const token = await readToken(runtime, claim.socketPath);
  if (token === undefined) throw new Error("there is no token to prove anything with");
  const secret = { token, nonce: claim.nonce };
  const nonce = randomBytes(16).toString("hex");
  const answer = challenged.parse(await connection.sendRequest(CHALLENGE, { nonce }));
  if (!isProof(answer.proof, secret, `owner ${nonce}`)) throw new Error("whoever listens there is not the owner");
  const proof = prove(secret, `joiner ${answer.nonce}`);
  return joined.parse(await connection.sendRequest(JOIN, { proof })).welcome;
}

function prove({ token, nonce }: Secret, text: string): string {
  return createHmac("sha256", token).update(`${nonce} ${text}`).digest("hex");
}

function isProof(proof: string, secret: Secret, text: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(proof), digest(prove(secret, text)));
}

/** `end` of the connection, or the loss of either side, closes the socket. */
function overSocket(socket: Socket): MessageConnection {
  socket.on("error", () => socket.destroy());
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onError(() => socket.destroy());
  connection.onClose(() => socket.destroy());
  connection.onDispose(() => socket.destroy());
  connection.listen();
  return connection;
}

function openSocket(path: string): Promise<Socket | "gone" | "silent" | "unknown"> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => resolve(UNREACHABLE[errnoOf(error) ?? ""] ?? "unknown"));
  });
}

/** EAGAIN: more connections wait to be accepted than the system lets wait. */
const UNREACHABLE: Readonly<Record<string, "gone" | "silent">> = {
  ENOENT: "gone",
  ECONNREFUSED: "gone",
  EAGAIN: "silent",
};

async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> {
  let cancel = () => {};
  const timeout = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new Error("no answer in time")));
  });
  return Promise.race([promise, timeout]).finally(cancel);
}
