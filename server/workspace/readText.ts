import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";

export type SkipReason = "too large" | "binary" | "ignored as secret" | "minified" | "unreadable" | "index full";

/** A file as the index sees it. `mtimeMs` and `size` tell whether it is still what was read. */
export type ReadResult =
  | { readonly kind: "text"; readonly text: string; readonly mtimeMs: number; readonly size: number }
  | { readonly kind: "skipped"; readonly reason: SkipReason }
  /** Not there (any more), or not a regular file at its real path. */
  | { readonly kind: "gone" };

/** Code written by people stays far below; larger files are data or bundles. */
const MAX_FILE_BYTES = 1024 * 1024;
/** As git does (FIRST_FEW_BYTES in its xdiff-interface.c, rounded up). */
const BINARY_PROBE_BYTES = 8 * 1024;
/** Average length of a line above which a file was written by a tool. */
const MINIFIED_LINE_LENGTH = 500;

/**
 * Reads a text file. `path` must be real: a symlink anywhere in it counts as gone, so that nothing outside of the folder
 * is read through one. FIFOs, sockets and devices are never opened: opening one can block or have effects.
 */
export async function readText(path: string): Promise<ReadResult> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || (await realpath(path)) !== path) return { kind: "gone" };
    if (found.size > MAX_FILE_BYTES) return { kind: "skipped", reason: "too large" };
    const file = await open(path, OPEN_FLAGS);
    try {
      return await readOpened(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    return isGone(error) ? { kind: "gone" } : { kind: "skipped", reason: "unreadable" };
  }
}

/** Between lstat and open a file can become a symlink or a FIFO. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function readOpened(file: FileHandle): Promise<ReadResult> {
  const stats = await file.stat();
  if (!stats.isFile()) return { kind: "gone" };
  const bytes = await readUpTo(file, Math.min(stats.size, MAX_FILE_BYTES));
  const read = textOf(bytes);
  return read.kind === "text" ? { ...read, mtimeMs: stats.mtimeMs, size: stats.size } : read;
}

/** The text of a file's bytes, or why it is none that is worth indexing. */
export function textOf(
  bytes: Buffer,
): { readonly kind: "text"; readonly text: string } | { readonly kind: "skipped"; readonly reason: SkipReason } {
  if (bytes.length > MAX_FILE_BYTES) return { kind: "skipped", reason: "too large" };
  const text = decode(bytes);
  if (text === undefined) return { kind: "skipped", reason: "binary" };
  return isMinified(text) ? { kind: "skipped", reason: "minified" } : { kind: "text", text };
}

async function readUpTo(file: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** UTF-8, or UTF-16 with a byte order mark, or else Latin-1, in which every byte means something; undefined for binary. */
function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) return undefined;
  return new TextDecoder(isUtf8(bytes) ? "utf-8" : "windows-1252").decode(bytes);
}

function isMinified(text: string): boolean {
  if (text.length <= MINIFIED_LINE_LENGTH) return false;
  let lines = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return text.length / lines > MINIFIED_LINE_LENGTH;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && GONE.has(String(error.code));
}

/** ELOOP: what O_NOFOLLOW says to a symlink. */
const GONE = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
