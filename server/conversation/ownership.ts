import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { link, lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
 * Who owns the conversations of a workspace. Claims stand beside the data, numbered, in `owners/` (0600): where the owner
 * listens, and a token, new at each start, with which both sides prove to each other that they may read the store. The
 * highest claim counts. A claim is made by linking a finished file to the next number, which only one process can do, and
 * only after its socket listens, so there are never two owners. The socket itself stands in a short folder of the user's
 * own (0700), because unix socket paths end at 107 bytes.
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
const CHALLENGE = "rubberduck/owner/challenge";
const JOIN = "rubberduck/owner/join";

/** Joins the owner, or becomes it. `onJoined` gets each process that joins later. Throws DuckError storeFailed. */
export async function ownOrJoin(folder: string, onJoined: (connection: MessageConnection) => void): Promise<Role> {
  const owners = join(folder, "owners");
  await mkdir(owners, { recursive: true, mode: 0o700 }).catch((error) => refuse(owners, error));
  const last = await lastClaim(owners);
  if (last.claim !== undefined) {
    const connection = await joinOwner(last.claim);
    if (connection !== undefined) return { kind: "joined", connection };
    if (await isListening(last.claim.socketPath)) return { kind: "undecided" };
  }
  const server = await claim(owners, last.number + 1, onJoined);
  if (server === undefined) return { kind: "undecided" };
  await removeOlder(owners, last.number, last.claim);
  return { kind: "owner", server };
}

/** Asked of an owner, by a process that it has let in, for the store's root key in base64. */
export const ROOT_KEY = "rubberduck/owner/rootKey";

/** The root key of a store, from any process that has it open for one of its workspaces. Undefined when there is none. */
export async function borrowedKey(storePath: string): Promise<Buffer | undefined> {
  for (const name of await readdir(storePath).catch(() => [])) {
    const { claim } = await lastClaim(join(storePath, name, "owners")).catch(() => ({ claim: undefined }));
    const connection = claim && (await joinOwner(claim));
    const key = await connection?.sendRequest<unknown>(ROOT_KEY, {}).catch(() => undefined);
    connection?.dispose();
    if (typeof key === "string") return Buffer.from(key, "base64");
  }
  return undefined;
}

/** Undefined when another process was quicker. */
async function claim(
  owners: string,
  number: number,
  onJoined: (connection: MessageConnection) => void,
): Promise<Server | undefined> {
  const token = randomBytes(32).toString("hex");
  const socketPath = await freshSocketPath();
  const server = createServer((socket) => admit(socket, token, onJoined));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  }).catch((error) => refuse(socketPath, error));
  server.on("error", () => {});
  server.unref();
  const temporary = join(owners, `claim-${randomBytes(8).toString("hex")}`);
  const path = join(owners, String(number));
  try {
    await writeFile(temporary, JSON.stringify({ socketPath, token } satisfies Claim), { mode: 0o600 });
    await link(temporary, path);
    // Older claims are removed, so a process that looked long ago may have taken a number again.
    if ((await lastClaim(owners)).number === number) return server;
    await rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") refuse(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
  server.close();
  return undefined;
}

async function lastClaim(owners: string): Promise<{ number: number; claim: Claim | undefined }> {
  const names = await readdir(owners).catch((error) => refuse(owners, error));
  const number = Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
  return { number, claim: number === 0 ? undefined : await readClaim(join(owners, String(number))) };
}

async function removeOlder(owners: string, number: number, dead: Claim | undefined): Promise<void> {
  await rm(join(owners, String(number)), { force: true });
  if (dead !== undefined && process.platform !== "win32") await rm(dead.socketPath, { force: true });
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

async function joinOwner(found: Claim): Promise<MessageConnection | undefined> {
  const socket = await openSocket(found.socketPath);
  if (!(socket instanceof Object)) return undefined;
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
