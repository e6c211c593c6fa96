import type { FileSystem } from "./fileSystem.ts";

/** A file that was not there; its content is durable once this resolves, its name is not. Throws EEXIST. */
export async function writeNewFile(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.open(path, "create");
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
