import { join } from "node:path";
import { entriesIn } from "./entries.ts";
import type { FileSystem } from "./fileSystem.ts";
import { type StoreReading, workspacesIn } from "./storeReading.ts";
import type { FormatVersion } from "./storeVersion.ts";

/** What can be told of a store without reading what is in it. Sizes in bytes. */
export interface StoreInfo {
  readonly path: string;
  readonly storeId: string;
  readonly formatVersion: FormatVersion;
  /** Why it cannot be read here and what helps; absent when it can. */
  readonly locked?: string;
  /** Kinds of secrets that open it: "os", "recovery", "file". */
  readonly slots: readonly string[];
  readonly bytes: number;
  readonly workspaces: readonly WorkspaceInfo[];
}

export interface WorkspaceInfo {
  /** Name of its folder. */
  readonly id: string;
  readonly conversations: number;
  /** Conversations that wait in the trash. */
  readonly deleted: number;
  readonly bytes: number;
}

export async function storeInfo(store: StoreReading): Promise<StoreInfo> {
  const { fs, path, storeId, formatVersion, locked, slots } = store;
  const workspaces: WorkspaceInfo[] = [];
  for (const id of await workspacesIn(store)) {
    const folder = join(path, id);
    const conversations = await countIn(fs, join(folder, "conversations"));
    const deleted = await countIn(fs, join(folder, "trash"));
    workspaces.push({ id, conversations, deleted, bytes: await bytesIn(fs, folder) });
  }
  const bytes = await bytesIn(fs, path);
  return { path, storeId, formatVersion, ...(locked !== undefined && { locked }), slots, bytes, workspaces };
}

async function countIn(fs: FileSystem, folder: string): Promise<number> {
  return (await entriesIn(fs, folder)).filter(({ kind }) => kind === "folder").length;
}

/** All files below a folder. */
export async function bytesIn(fs: FileSystem, folder: string): Promise<number> {
  let bytes = 0;
  for (const { name, kind } of await entriesIn(fs, folder)) {
    const path = join(folder, name);
    bytes += kind === "folder" ? await bytesIn(fs, path) : ((await fs.stat(path))?.size ?? 0);
  }
  return bytes;
}
