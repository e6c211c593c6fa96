import { randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { DuckError } from "../util/errors.ts";

/** A socket of this process, and the token beside it that only this user's processes can read. */
export interface Place {
  readonly socketPath: string;
  readonly token: string;
}

/**
 * Where sockets and their tokens stand: short, because unix socket paths end at 107 bytes, and the user's own (0700). Not
 * in the store, which may be copied or shared.
 */
export function runtimeFolder(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === "win32") return join(tmpdir(), "rubberduck");
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "rubberduck") : join(tmpdir(), `rubberduck-${userInfo().uid}`);
}

/** A new one, with its token (0600) already written; nobody listens there yet. Throws DuckError storeFailed. */
export async function makePlace(folder: string): Promise<Place> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkPrivate(folder);
  const name = randomBytes(8).toString("hex");
  const token = randomBytes(32).toString("hex");
  await writeFile(join(folder, `${name}.token`), token, { mode: 0o600, flag: "wx" });
  return { socketPath: process.platform === "win32" ? `${PIPES}${name}` : join(folder, `${name}.sock`), token };
}

/** The token of whoever listens there; undefined when there is none (any more). */
export async function readToken(folder: string, socketPath: string): Promise<string | undefined> {
  const path = tokenPath(folder, socketPath);
  return path === undefined ? undefined : readFile(path, "utf8").catch(() => undefined);
}

/** Socket and token of a process that is gone. Touches nothing that is not one of this folder's. */
export async function clearPlace(folder: string, socketPath: string): Promise<void> {
  const path = tokenPath(folder, socketPath);
  if (path === undefined) return;
  await rm(path, { force: true });
  if (!socketPath.startsWith(PIPES)) await rm(socketPath, { force: true });
}

const PIPES = "\\\\.\\pipe\\rubberduck-";

/** The path of a socket is read from a file: it is only believed where it has the form that this file gives it. */
function tokenPath(folder: string, socketPath: string): string | undefined {
  const isPipe = socketPath.startsWith(PIPES);
  const name = /([0-9a-f]{16})(\.sock)?$/.exec(socketPath)?.[1];
  if (name === undefined || (!isPipe && dirname(socketPath) !== folder)) return undefined;
  return join(folder, `${name}.token`);
}

/** On Windows the folder for temporary files is the user's own. */
async function checkPrivate(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0) return;
  throw new DuckError(
    "storeFailed",
    `The folder ${folder} belongs to somebody else or is open to others, so it cannot hold a private socket. Remove it, or set XDG_RUNTIME_DIR to a folder of your own.`,
  );
}
