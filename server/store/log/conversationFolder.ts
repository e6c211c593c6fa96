import { join } from "node:path";
import type { FileSystem } from "../fileSystem.ts";

/** A file of a conversation's log, by its name. */
export interface LogFile {
  readonly kind: "log" | "snapshot";
  readonly path: string;
  readonly epoch: number;
  /** Of the segment; a snapshot's is that of the first segment behind it. */
  readonly number: number;
}

export interface LogFiles {
  /** Oldest first. */
  readonly segments: readonly LogFile[];
  /** Segments that a snapshot took the place of; oldest first. */
  readonly retired: readonly LogFile[];
  /** Newest first. */
  readonly snapshots: readonly LogFile[];
}

/** Where segments wait that a snapshot took the place of. */
export const RETIRED = "retired";

/** The files of one conversation. None when there is no such folder. */
export async function logFiles(fs: FileSystem, folder: string): Promise<LogFiles> {
  const found = await filesIn(fs, folder);
  const retired = await filesIn(fs, join(folder, RETIRED));
  return {
    segments: found.filter(({ kind }) => kind === "log").sort(byPlace),
    retired: retired.filter(({ kind }) => kind === "log").sort(byPlace),
    snapshots: found.filter(({ kind }) => kind === "snapshot").sort((a, b) => byPlace(b, a)),
  };
}

export function segmentPath(folder: string, epoch: number, number: number): string {
  return join(folder, `${placeName(epoch, number)}.log`);
}

export function snapshotPath(folder: string, epoch: number, number: number): string {
  return join(folder, `snapshot-${placeName(epoch, number)}.bin`);
}

export interface Place {
  readonly epoch: number;
  readonly number: number;
}

export function byPlace(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.number - b.number;
}

async function filesIn(fs: FileSystem, folder: string): Promise<LogFile[]> {
  if ((await fs.stat(folder)) === undefined) return [];
  const entries = await fs.list(folder);
  return entries.flatMap(({ name, kind }) => (kind === "file" ? (logFileOf(folder, name) ?? []) : []));
}

function logFileOf(folder: string, name: string): LogFile | undefined {
  const [, snapshot, epoch, number, extension] = /^(snapshot-)?(\d{8})-(\d{6})\.(log|bin)$/.exec(name) ?? [];
  if (epoch === undefined || (snapshot === undefined) !== (extension === "log")) return undefined;
  const kind = snapshot === undefined ? "log" : "snapshot";
  return { kind, path: join(folder, name), epoch: Number(epoch), number: Number(number) };
}

function placeName(epoch: number, number: number): string {
  return `${String(epoch).padStart(8, "0")}-${String(number).padStart(6, "0")}`;
}
