import { dirname, join, relative, sep } from "node:path";
import type { StoreProgress } from "../protocol/store.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { errnoOf, type FileSystem, type OpenFile } from "./fileSystem.ts";

export interface CopyOptions {
  readonly fs: FileSystem;
  /** Folder of the store; absolute, as `to` is. */
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StoreProgress) => void;
}

const PIECE_BYTES = 1024 * 1024;
/** A store that still changes after so many passes is being written all the time. */
const MAX_PASSES = 20;
/** Claims tell where the owner of this folder listens, who is not that of the copy; a temporary file was never finished. */
const LEFT_OUT = /^[0-9a-f]{32}\/epochs\/|\.tmp$/;

/**
 * Copies a store to an empty folder, durably, and reads every file back. What is written meanwhile is copied as well, until
 * nothing is. The store itself is only read. Throws DuckError invalidRequest for a folder that will not do, storeFailed for
 * what the disk says; what had been copied is taken away then.
 */
export async function copyStore(options: CopyOptions): Promise<{ readonly files: number; readonly bytes: number }> {
  const { fs, from, to } = options;
  if (isWithin(to, from) || isWithin(from, to)) {
    throw new DuckError(
      "invalidRequest",
      `${to} and the store in ${from} lie within each other. Choose another folder.`,
    );
  }
  if ((await fs.stat(to)) !== undefined && (await fs.list(to)).length > 0) {
    throw new DuckError("invalidRequest", `${to} is not empty. Choose an empty folder, or a new one.`);
  }
  try {
    return await copy(options);
  } catch (error) {
    await fs.removeFolder(to).catch(() => {});
    if (options.signal.aborted || error instanceof DuckError) throw error;
    throw new DuckError(
      "storeFailed",
      `The store could not be copied to ${to}: ${causeOf(error)}. Choose another folder.`,
      {
        cause: error,
      },
    );
  }
}

async function copy(options: CopyOptions): Promise<{ files: number; bytes: number }> {
  const { fs, from, to, signal, onProgress } = options;
  const copied = new Map<string, number>();
  for (let pass = 1; ; pass++) {
    const sizes = await filesBelow(fs, from, "");
    const changed = [...sizes].filter(([path, size]) => copied.get(path) !== size);
    const gone = [...copied.keys()].filter((path) => !sizes.has(path));
    if (changed.length + gone.length === 0) break;
    if (pass > MAX_PASSES) {
      throw new DuckError(
        "storeFailed",
        `The store in ${from} is being written all the time. Wait for answers, then try again.`,
      );
    }
    for (const path of gone) {
      await fs.remove(join(to, path));
      copied.delete(path);
    }
    for (const [done, [path]] of changed.entries()) {
      signal.throwIfAborted();
      onProgress({ done, total: changed.length });
      const size = await copyFile(fs, join(from, path), join(to, path));
      if (size !== undefined) copied.set(path, size);
    }
  }
  return { files: copied.size, bytes: [...copied.values()].reduce((sum, size) => sum + size, 0) };
}

/** Bytes copied; undefined when it was moved away meanwhile. */
async function copyFile(fs: FileSystem, from: string, to: string): Promise<number | undefined> {
  const source = await fs.open(from, "read").catch((error) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (source === undefined) return undefined;
  try {
    await fs.makeFolder(dirname(to));
    await fs.remove(to);
    const size = await copyBytes(fs, source, to);
    if (!(await isSame(fs, source, to, size))) throw new Error(`${to} does not read back`);
    await fs.syncFolder(dirname(to));
    return size;
  } finally {
    await source.close();
  }
}

async function copyBytes(fs: FileSystem, source: OpenFile, to: string): Promise<number> {
  const target = await fs.open(to, "create");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    let size = 0;
    for (let read = await source.read(piece, 0); read > 0; read = await source.read(piece, size)) {
      await target.write(piece.subarray(0, read));
      size += read;
    }
    await target.sync();
    return size;
  } finally {
    await target.close();
  }
}

async function isSame(fs: FileSystem, source: OpenFile, to: string, size: number): Promise<boolean> {
  const written = await fs.open(to, "read");
  try {
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, size - at));
      const back = Buffer.alloc(piece.length);
      await source.read(piece, at);
      await written.read(back, at);
      if (!piece.equals(back)) return false;
    }
    return true;
  } finally {
    await written.close();
  }
}

/** Their sizes, by their paths below the store, with forward slashes. */
async function filesBelow(fs: FileSystem, store: string, folder: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const entries = await fs.list(join(store, folder)).catch((error) => {
    if (errnoOf(error) === "ENOENT" && folder !== "") return [];
    throw error;
  });
  for (const { name, kind } of entries) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (kind === "folder") for (const [below, size] of await filesBelow(fs, store, path)) found.set(below, size);
    const stat = kind === "file" && !LEFT_OUT.test(path) ? await fs.stat(join(store, path)) : undefined;
    if (stat !== undefined) found.set(path, stat.size);
  }
  return found;
}

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below === "" || (below !== ".." && !below.startsWith(`..${sep}`));
}
