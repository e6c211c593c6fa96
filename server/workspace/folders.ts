import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from "node:path";
import { causeOf } from "../util/errors.ts";
import type { WorkspaceFolder } from "./workspacePaths.ts";

/** A workspace folder that may be indexed. */
export interface IndexedFolder {
  /** As the editor has it; what hits are given as. */
  readonly path: string;
  readonly real: string;
  /** What labels begin with: empty, or the folder's name and a slash. */
  readonly prefix: string;
}

export interface Admission {
  readonly folders: readonly IndexedFolder[];
  /** Why folders are missing, and what to do. */
  readonly message?: string;
}

/** Which folders may be indexed. Refuses what is no project: the file system's root, and the home directory or what it lies in. */
export async function admitFolders(folders: readonly WorkspaceFolder[], home: string): Promise<Admission> {
  if (folders.length === 0)
    return { folders: [], message: "No folder is open. Open a project folder to search its code." };
  const realHome = await realpath(home).catch(() => resolve(home));
  const admitted: IndexedFolder[] = [];
  const refusals: string[] = [];
  for (const { path, name } of folders) {
    try {
      const real = await realpath(path);
      const refusal = refusalOf(real, realHome);
      if (refusal) refusals.push(`${path} ${refusal}, so its files are not read. Open a project folder instead.`);
      else if (!admitted.some((other) => other.real === real))
        admitted.push({ path, real, prefix: folders.length > 1 ? `${name}/` : "" });
    } catch (error) {
      refusals.push(`${path} cannot be read (${causeOf(error)}). Open another folder, or make it readable and reload.`);
    }
  }
  return { folders: admitted, message: refusals.length > 0 ? refusals.join(" ") : undefined };
}

/** `path` seen from `folder` with forward slashes; undefined if it does not lie in it. */
export function pathInside(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return inside.split(sep).join("/");
}

/** The real path of what may be gone: of the deepest folder that is there, and the rest as it is. */
export async function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), path.slice(parent.length).replace(/^[\\/]+/, ""));
  });
}

function refusalOf(real: string, realHome: string): string | undefined {
  if (parse(real).root === real) return "is the root of the file system";
  if (real === realHome) return "is your home directory";
  if (pathInside(real, realHome) !== undefined) return "contains your home directory";
  return undefined;
}
