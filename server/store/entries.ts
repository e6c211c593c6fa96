import { type Entry, errnoOf, type FileSystem } from "./fileSystem.ts";

/** What stands in a folder; nothing where there is none, or where it was moved away meanwhile. */
export async function entriesIn(fs: FileSystem, folder: string): Promise<Entry[]> {
  return fs.list(folder).catch((error) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
}
