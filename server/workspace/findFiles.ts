import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type IndexedFolder, pathInside, realPathOf } from "./folders.ts";
import { FolderRules } from "./ignore.ts";
import { type MetFile, meet, walk } from "./walk.ts";

export interface FoundFile extends MetFile {
  /** Real. */
  readonly path: string;
  readonly folder: IndexedFolder;
  /** Somebody says that it changed, whatever its time and size say. */
  readonly reported?: boolean;
}

/** All files of the folders. A file that lies in two of them comes twice. */
export async function* findAll(folders: readonly IndexedFolder[]): AsyncGenerator<FoundFile> {
  for (const folder of folders) yield* findBelow(folder, "", new FolderRules(folder.real));
}

export interface Changed {
  readonly found: FoundFile[];
  /** Real paths of files and folders that are gone, or no longer to be read. */
  readonly gone: Set<string>;
}

/** What has become of paths that were reported as changed: files, or folders with all that is in them. */
export async function findChanged(folders: readonly IndexedFolder[], paths: readonly string[]): Promise<Changed> {
  const rules = new Map(folders.map((folder) => [folder, new FolderRules(folder.real)]));
  const found = new Map<string, FoundFile>();
  const gone = new Set<string>();
  for (const reported of paths) {
    const path = await realPathOf(reported);
    const stats = await lstat(path).catch(() => undefined);
    if (!stats?.isDirectory()) gone.add(path);
    for (const folder of folders) {
      // Where it was known if it has become a symlink since.
      const known = pathInside(folder.path, reported);
      if (known && join(folder.real, known) !== path) gone.add(join(folder.real, known));
      for await (const file of findAt(folder, path, stats, rules.get(folder) ?? new FolderRules(folder.real)))
        if (!found.has(file.path)) found.set(file.path, file);
    }
  }
  for (const path of found.keys()) gone.delete(path);
  return { found: [...found.values()], gone };
}

async function* findAt(
  folder: IndexedFolder,
  path: string,
  stats: Stats | undefined,
  rules: FolderRules,
): AsyncGenerator<FoundFile> {
  const relative = pathInside(folder.real, path);
  if (relative === undefined) return;
  if (stats?.isDirectory()) yield* findBelow(folder, relative, rules);
  const met = stats?.isFile() ? await meet(folder.real, relative, rules) : undefined;
  if (met) yield { ...met, path, folder, reported: true };
}

async function* findBelow(folder: IndexedFolder, from: string, rules: FolderRules): AsyncGenerator<FoundFile> {
  for await (const met of walk(folder.real, from, rules))
    yield { ...met, path: join(folder.real, met.relative), folder };
}
