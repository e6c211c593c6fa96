import { randomBytes } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Clock } from "../util/clock.ts";
import type { Claim } from "./epochs.ts";
import { errnoOf } from "./fileSystem.ts";
import type { Secret } from "./ownerProof.ts";
import { clearPlace, makePlace, readToken } from "./runtimeFolder.ts";

export interface PrivateSocketOptions {
  /** Of sockets and tokens: see `runtimeFolder`. */
  readonly runtime: string;
  readonly clock: Clock;
  readonly wire: OwnerWire;
}

/** How one process speaks with another over a private socket. */
export interface OwnerWire {
  /**
   * Both prove that they know the secret, and whoever joins is let in; undefined: not now, try again. Throws when the other side is
   * not the owner, or is lost.
   */
  join(socket: Socket, secret: Secret): Promise<MessageConnection | undefined>;
}

/** Who is asked to let another process in. */
export interface Doorkeeper {
  /** Somebody has connected: nothing was read yet, and nobody has proved anything. */
  admit(socket: Socket, secret: Secret): void;
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

/** Asked over a connection that the owner has accepted, and answered at once. */
export const PING = "rubberduck/owner/ping";

/** Listens at a new place. Who gets in, the doorkeeper decides. */
export async function listen({ runtime }: PrivateSocketOptions, doorkeeper: Doorkeeper): Promise<PrivateSocket> {
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
    doorkeeper.admit(socket, secret);
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
export async function approach(claim: Claim, { runtime, clock, wire }: PrivateSocketOptions): Promise<Approach> {
  const socket = await openSocket(claim.socketPath);
  if (!(socket instanceof Object)) return { kind: socket };
  socket.on("error", () => socket.destroy());
  try {
    const token = await readToken(runtime, claim.socketPath);
    if (token === undefined) throw new Error("there is no token to prove anything with");
    const joining = wire.join(socket, { token, nonce: claim.nonce });
    const connection = await within(clock, ANSWER_WITHIN_MS, joining);
    if (connection !== undefined) return { kind: "joined", connection };
    socket.destroy();
    return { kind: "busy" };
  } catch {
    socket.destroy();
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
export async function ask(connection: MessageConnection, clock: Clock, method: string): Promise<unknown> {
  return within(clock, ANSWER_WITHIN_MS, connection.sendRequest<unknown>(method, {}));
}

/** A connection that ends at once: whoever listens there, now or once it goes on, learns that somebody has `left`. */
export async function knock(socketPath: string): Promise<void> {
  const socket = await openSocket(socketPath);
  if (socket instanceof Object) socket.destroy();
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
