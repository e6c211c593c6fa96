import { join } from "node:path";
import { entriesIn } from "./entries.ts";
import type { Entry, FileSystem } from "./fileSystem.ts";

/** Where a workspace's sealed files stand. */
const SEALED_FOLDERS = new Set(["conversations", "trash", "memory", "derived", "quarantine"]);
/** Segments; everything else that is sealed. Plain files of before the store was sealed have other names. */
const SEALED = /\.(log|bin)(\.[0-9a-f]+)?$/;

/** Whether anything stands in the store for which its key would be needed. */
export async function holdsData(fs: FileSystem, path: string): Promise<boolean> {
  const entries = await entriesIn(fs, path);
  if (entries.some(isSealed)) return true;
  for (const workspace of folders(entries)) {
    const inside = join(path, workspace.name);
    if (workspace.name === "quarantine" && (await holdsSealed(fs, inside))) return true;
    for (const folder of folders(await entriesIn(fs, inside))) {
      if (SEALED_FOLDERS.has(folder.name) && (await holdsSealed(fs, join(inside, folder.name)))) return true;
    }
  }
  return false;
}

/** Whether some workspace of the store has a conversation of this name, be it in the trash. */
export async function holdsConversation(fs: FileSystem, path: string, conversationId: string): Promise<boolean> {
  for (const workspace of folders(await entriesIn(fs, path))) {
    for (const where of ["conversations", "trash"]) {
      if ((await fs.stat(join(path, workspace.name, where, conversationId))) !== undefined) return true;
    }
  }
  return false;
}

async function holdsSealed(fs: FileSystem, folder: string): Promise<boolean> {
  const entries = await entriesIn(fs, folder);
  if (entries.some(isSealed)) return true;
  for (const { name } of folders(entries)) if (await holdsSealed(fs, join(folder, name))) return true;
  return false;
}

function isSealed({ name, kind }: Entry): boolean {
  return kind === "file" && SEALED.test(name);
}

function folders(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ kind }) => kind === "folder");
}
