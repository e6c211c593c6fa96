import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";

/**
 * Where the process that owns a workspace's conversations can be reached by others of the same user. Unix socket paths end
 * at 107 bytes, so it stands in a short folder of its own (0700) beside a token (0600) that a caller must name first.
 */
export interface SocketAddress {
  readonly folder: string;
  readonly socketPath: string;
  readonly tokenPath: string;
}

const JOIN = "rubberduck/owner/join";
const JOIN_WITHIN_MS = 2000;

export function socketAddress(storeKey: string, env: NodeJS.ProcessEnv = process.env): SocketAddress {
  const name = createHash("sha256").update(storeKey).digest("hex").slice(0, 24);
  const runtime = env.XDG_RUNTIME_DIR;
  const folder = runtime ? join(runtime, "rubberduck") : join(tmpdir(), `rubberduck-${userInfo().uid}`);
  const socketPath = process.platform === "win32" ? `\\\\.\\pipe\\rubberduck-${name}` : join(folder, `${name}.sock`);
  return { folder, socketPath, tokenPath: join(folder, `${name}.token`) };
}

/** A connection to the owner, or undefined when nobody owns the conversations. */
export async function joinOwner(address: SocketAddress): Promise<MessageConnection | undefined> {
  const socket = await openSocket(address.socketPath);
  if (socket === undefined) return undefined;
  const connection = overSocket(socket);
  try {
    const token = await readFile(address.tokenPath, "utf8");
    await within(connection.sendRequest(JOIN, { token }), JOIN_WITHIN_MS);
    return connection;
  } catch {
    connection.dispose();
    socket.destroy();
    return undefined;
  }
}

/** Listens as the owner; undefined when somebody else was quicker. */
export async function listenAsOwner(
  address: SocketAddress,
  onConnection: (connection: MessageConnection) => void,
): Promise<Server | undefined> {
  await mkdir(address.folder, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString("hex");
  const server = createServer((socket) => admit(socket, token, onConnection));
  const own = process.platform === "win32" ? address.socketPath : `${address.socketPath}.${process.pid}`;
  try {
    await rm(own, { force: true });
    await listen(server, own);
    if (own !== address.socketPath) await claim(own, address.socketPath);
    await replaceFile(address.tokenPath, token);
    server.unref();
    return server;
  } catch {
    server.close();
    return undefined;
  }
}

/** Linking creates the name only if it is free; a dead owner's socket is put aside first. */
async function claim(own: string, path: string): Promise<void> {
  const dead = `${path}.${process.pid}.dead`;
  if ((await openSocket(path).then((socket) => socket?.destroy())) === undefined) {
    await rename(path, dead).catch(() => {});
    await rm(dead, { force: true });
  }
  await link(own, path);
  await rm(own, { force: true });
}

function admit(socket: Socket, token: string, onConnection: (connection: MessageConnection) => void): void {
  const connection = overSocket(socket);
  const timer = setTimeout(() => socket.destroy(), JOIN_WITHIN_MS);
  const joining = connection.onRequest(JOIN, (params: { token?: unknown }) => {
    clearTimeout(timer);
    if (typeof params.token !== "string" || !sameToken(params.token, token)) {
      socket.destroy();
      throw new Error("refused");
    }
    joining.dispose();
    onConnection(connection);
    return {};
  });
}

function overSocket(socket: Socket): MessageConnection {
  socket.on("error", () => socket.destroy());
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onClose(() => socket.destroy());
  connection.listen();
  return connection;
}

function sameToken(given: string, token: string): boolean {
  const a = createHash("sha256").update(given).digest();
  const b = createHash("sha256").update(token).digest();
  return timingSafeEqual(a, b);
}

function openSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
