import { constants, type Dirent, lstatSync, type Stats } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Entry, errnoOf, type FileSystem, type OpenFile } from "./fileSystem.ts";

const FLAGS = { append: "a", create: "ax", read: "r" } as const;

export const nodeFileSystem: FileSystem = {
  readFile: (path) => readFile(path),
  open: async (path, mode) => new NodeFile(await open(path, FLAGS[mode], 0o600), path),
  list: async (folder) =>
    (await readdir(folder, { withFileTypes: true })).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  stat: async (path) => {
    const found = await lstat(path).catch((error) => {
      if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return undefined;
      throw error;
    });
    return found && { kind: kindOf(found), size: found.size };
  },
  exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  makeFolder,
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  remove: (path) => rm(path, { force: true }),
  removeFolder: (folder) => rm(folder, { recursive: true, force: true }),
  syncFolder,
};

class NodeFile implements OpenFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  /** Writes and syncs in one call (O_DSYNC); where there is none, both are asked for. */
  #durable: FileHandle | undefined;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  async write(bytes: Uint8Array, durable = false): Promise<void> {
    if (!durable) return writeAll(this.#handle, bytes);
    this.#durable ??= await openDurable(this.#path);
    await writeAll(this.#durable ?? this.#handle, bytes);
    if (this.#durable === undefined) await this.sync();
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const { bytesRead } = await this.#handle.read(into, filled, into.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#durable?.close();
    await this.#handle.close();
  }
}

/** A disk that fills up writes a part first; what it says of the rest is the cause. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written);
    if (bytesWritten === 0) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
    written += bytesWritten;
  }
}

/** Linux alone: elsewhere it does not reach through the disk's own cache as a sync does. */
async function openDurable(path: string): Promise<FileHandle | undefined> {
  if (process.platform !== "linux") return undefined;
  const { O_WRONLY, O_APPEND, O_DSYNC } = constants;
  return open(path, O_WRONLY | O_APPEND | O_DSYNC).catch(() => undefined);
}

/** One after another, each durable before the next: whatever was cut off, only the deepest one may not be. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === "ENOENT" && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      return makeFolder(folder);
    }
    const isThere = errnoOf(error) === "EEXIST" && (await stat(folder)).isDirectory();
    if (!isThere) throw error;
  }
  await syncFolder(dirname(folder));
}

/**
 * Windows cannot sync a folder; there the rename itself is journalled. Some file systems cannot either, and a folder that
 * nobody may read is not one of ours (so does PostgreSQL's fsync_fname_ext).
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r").catch(unless("EACCES"));
  try {
    await handle?.sync().catch(unless("EBADF", "EINVAL"));
  } finally {
    await handle?.close();
  }
}

function unless(...errnos: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!errnos.includes(errnoOf(error) ?? "")) throw error;
  };
}

function kindOf(entry: Dirent | Stats): Entry["kind"] {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}
