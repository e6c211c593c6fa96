import { errnoOf, type FileSystem } from "./fileSystem.ts";

const MAX_TRIES = 5;

/**
 * Reads the files of a folder while its owner may move them to and fro: then they are read again. Undefined when the folder
 * itself is gone.
 */
export async function besideOwner<T>(fs: FileSystem, folder: string, read: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      if ((await fs.stat(folder)) === undefined) return undefined;
      if (tries === MAX_TRIES) throw error;
    }
  }
}
