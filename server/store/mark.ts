import { hash } from "node:crypto";
import { join } from "node:path";
import type { FileSystem } from "./fileSystem.ts";

/**
 * Names and sizes of a folder's files, in short: of files that are only ever appended to, the mark is the same only while
 * nothing was. "" when there is none.
 */
export async function markOf(fs: FileSystem, folder: string): Promise<string> {
  if ((await fs.stat(folder)) === undefined) return "";
  const files = (await fs.list(folder)).filter(({ kind }) => kind === "file");
  const sizes = await Promise.all(
    files.map(async ({ name }) => `${name}:${(await fs.stat(join(folder, name)))?.size ?? 0}`),
  );
  return sizes.length === 0 ? "" : hash("sha256", sizes.sort().join("\n"), "base64url");
}
