import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * The branch that is checked out in a folder, "feature/x"; undefined in no repository, and where no branch is. Two small files
 * are read and no program is run. Only for a folder of a trusted workspace.
 */
export async function currentBranch(folder: string): Promise<string | undefined> {
  const repository = await repositoryOf(folder);
  const head = repository && (await readFile(join(repository, "HEAD"), "utf8").catch(() => undefined));
  return head?.match(/^ref: refs\/heads\/(\S+)\s*$/)?.[1];
}

/** Whether a folder lies in a repository. No program is run. */
export async function isInRepository(folder: string): Promise<boolean> {
  return (await repositoryOf(folder)) !== undefined;
}

/** Where git keeps what it knows of the folder's working tree: `.git` beside it or above, or where that file points to. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  const path = join(folder, ".git");
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  if (found?.isFile()) {
    const [, place] = (await readFile(path, "utf8").catch(() => "")).match(/^gitdir: (.+?)\s*$/) ?? [];
    return place === undefined ? undefined : resolve(folder, place);
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryOf(parent);
}
