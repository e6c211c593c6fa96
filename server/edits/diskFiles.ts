import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { EditorFile, FileWrite } from "../protocol/editor.ts";
import { causeOf } from "../util/errors.ts";
import type { RefusedWrite, WorkspaceFiles } from "./workspaceFiles.ts";

/** The files as they stand on disk, for where there is no editor. */
export class DiskFiles implements WorkspaceFiles {
  async read(path: string): Promise<EditorFile> {
    try {
      const bytes = await readFile(path);
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch (error) {
      if (codeOf(error) === "ENOENT") return { text: null };
      if (error instanceof TypeError) return { text: null, refused: "It is no UTF-8 text." };
      return { text: null, refused: `It cannot be read: ${causeOf(error)}.` };
    }
  }

  /** What was written before one fails is put back. */
  async write(_title: string, files: readonly FileWrite[]): Promise<readonly RefusedWrite[]> {
    const refused = (await Promise.all(files.map((file) => this.#obstacleOf(file)))).flatMap((one) => one ?? []);
    if (refused.length > 0) return refused;
    const written: FileWrite[] = [];
    for (const file of files) {
      try {
        await put(file.path, file.after);
        written.push(file);
      } catch (error) {
        for (const { path, before } of written.toReversed()) await put(path, before);
        return [{ path: file.path, why: `It cannot be written: ${causeOf(error)}. Nothing was changed.` }];
      }
    }
    return [];
  }

  async #obstacleOf({ path, before }: FileWrite): Promise<RefusedWrite | undefined> {
    const { text, refused } = await this.read(path);
    if (refused !== undefined) return { path, why: refused };
    return text === before ? undefined : { path, why: "It was changed meanwhile. Look at the changes again." };
  }
}

/** Beside it first, so that a crash leaves the old file or the new one. */
async function put(path: string, text: string | null): Promise<void> {
  if (text === null) return rm(path);
  const mode = (await stat(path).catch(() => undefined))?.mode;
  await mkdir(dirname(path), { recursive: true });
  // What a symlink leads to is written, not the link.
  const real = await realpath(path).catch(() => path);
  const beside = `${real}.rubberduck-${process.pid}`;
  try {
    await writeFile(beside, text, { ...(mode !== undefined && { mode }), flag: "wx" });
    await rename(beside, real);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
