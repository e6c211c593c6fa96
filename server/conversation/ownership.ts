import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { causeOf, DuckError } from "../util/errors.ts";

/**
 * Who owns the conversations of a workspace. The claim stands beside the data, in `owner.json` (0600): where the owner
 * listens, and a token, new at each start, with which both sides prove to each other that they may read the store. Only
 * the holder of `owner.lock` looks and claims, so there are never two owners. The socket itself stands in a short folder of
 * the user's own (0700), because unix socket paths end at 107 bytes.
 */
export type Role =
  | { readonly kind: "owner"; readonly server: Server }
  | { readonly kind: "joined"; readonly connection: MessageConnection }
  /** Somebody else is at it, or the owner does not answer: try again. */
  | { readonly kind: "undecided" };

interface Claim {
  readonly socketPath: string;
  readonly token: string;
}

const HANDSHAKE_MS = 2000;
/** Looking and claiming takes a few milliseconds: a lock this old was left behind, even if its pid is in use again. */
const STALE_LOCK_MS = 10_000;
const CHALLENGE = "rubberduck/owner/challenge";
const JOIN = "rubberduck/owner/join";

/** Joins the owner, or becomes it. `onJoined` gets each process that joins later. Throws DuckError storeFailed. */
export async function ownOrJoin(folder: string, onJoined: (connection: MessageConnection) => void): Promise<Role> {
  const claimPath = join(folder, "owner.json");
  const connection = await joinOwner(await readClaim(claimPath));
  if (connection !== undefined) return { kind: "joined", connection };
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error) => refuse(folder, error));
  const unlock = await lock(join(folder, "owner.lock"));
  if (unlock === undefined) return { kind: "undecided" };
  try {
    const found = await readClaim(claimPath);
    if (found !== undefined && (await isListening(found.socketPath))) return { kind: "undecided" };
    if (found !== undefined && process.platform !== "win32") await rm(found.socketPath, { force: true });
    return { kind: "owner", server: await claim(claimPath, onJoined) };
  } finally {
    await unlock();
  }
}

async function claim(claimPath: string, onJoined: (connection: MessageConnection) => void): Promise<Server> {
  const token = randomBytes(32).toString("hex");
  const socketPath = await freshSocketPath();
  const server = createServer((socket) => admit(socket, token, onJoined));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  }).catch((error) => refuse(socketPath, error));
  server.on("error", () => {});
  server.unref();
  const temporary = `${claimPath}.${process.pid}`;
  await writeFile(temporary, JSON.stringify({ socketPath, token } satisfies Claim), { mode: 0o600 });
  await rename(temporary, claimPath);
  return server;
}

async function freshSocketPath(): Promise<string> {
  const name = `rubberduck-${randomBytes(8).toString("hex")}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  const folder = runtime ? join(runtime, "rubberduck") : join(tmpdir(), `rubberduck-${userInfo().uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error) => refuse(folder, error));
  const { uid, mode } = await lstat(folder);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) {
    throw new DuckError(
      "storeFailed",
      `The folder ${folder} belongs to somebody else or is open to others, so it cannot hold a private socket. Remove it, or set XDG_RUNTIME_DIR to a folder of your own.`,
    );
  }
  return join(folder, `${name}.sock`);
}

async function joinOwner(found: Claim | undefined): Promise<MessageConnection | undefined> {
  const socket = found && (await openSocket(found.socketPath));
  if (found === undefined || !(socket instanceof Object)) return undefined;
  const connection = overSocket(socket);
  try {
    const nonce = randomBytes(16).toString("hex");
    const answer = await within(connection.sendRequest<{ proof: string; nonce: string }>(CHALLENGE, { nonce }));
    if (!isProof(answer.proof, found.token, `owner ${nonce}`))
      throw new Error("whoever listens there does not know the token");
    await within(connection.sendRequest(JOIN, { proof: prove(found.token, `joiner ${answer.nonce}`) }));
    return connection;
  } catch {
    socket.destroy();
    return undefined;
  }
}

/** Nobody gets in, and nothing is answered, before both have shown that they know the token. */
function admit(socket: Socket, token: string, onJoined: (connection: MessageConnection) => void): void {
  const connection = overSocket(socket);
  const timer = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  socket.once("close", () => clearTimeout(timer));
  const own = randomBytes(16).toString("hex");
  connection.onRequest(CHALLENGE, ({ nonce }: { nonce?: unknown }) => {
    return { proof: prove(token, `owner ${String(nonce).slice(0, 64)}`), nonce: own };
  });
  connection.onRequest(JOIN, ({ proof }: { proof?: unknown }) => {
    clearTimeout(timer);
    if (!isProof(proof, token, `joiner ${own}`)) {
      socket.destroy();
      throw new Error("refused");
    }
    onJoined(connection);
    return {};
  });
}

function prove(token: string, text: string): string {
  return createHmac("sha256", token).update(text).digest("hex");
}

function isProof(proof: unknown, token: string, text: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return typeof proof === "string" && timingSafeEqual(digest(proof), digest(prove(token, text)));
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

async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const isClaim = typeof value === "object" && value !== null && "socketPath" in value && "token" in value;
    return isClaim ? (value as Claim) : undefined;
  } catch {
    return undefined;
  }
}

async function lock(path: string): Promise<(() => Promise<void>) | undefined> {
  if (await isStale(path)) await rm(path, { force: true });
  try {
    await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
    return () => rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    return refuse(path, error);
  }
}

/** Its holder has died, or is another process by now. */
async function isStale(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > STALE_LOCK_MS) return true;
    const pid = Number(await readFile(path, "utf8"));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

async function isListening(socketPath: string): Promise<boolean> {
  const socket = await openSocket(socketPath);
  if (socket instanceof Object) socket.destroy();
  return socket !== "dead";
}

/** "dead": nobody listens there. "unknown": it could not be found out (too many open files, for one). */
function openSocket(path: string): Promise<Socket | "dead" | "unknown"> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => resolve(/ENOENT|ECONNREFUSED/.test(codeOf(error) ?? "") ? "dead" : "unknown"));
  });
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), HANDSHAKE_MS);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

function refuse(path: string, error: unknown): never {
  throw new DuckError(
    "storeFailed",
    `RubberDuck cannot use ${path}: ${causeOf(error)}. Check the rights of that folder and the space on its disk, or set rubberduck.store.path.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
