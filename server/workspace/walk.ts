import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { type FolderRules, type IgnoreRules, parentOf } from "./ignore.ts";
import { isBinaryName, isIgnoredName } from "./ignoredNames.ts";
import type { SkipReason } from "./readText.ts";
import { isSecretFile } from "./secretFiles.ts";

/** A file that is not ignored: to be read, or skipped for a reason worth counting. */
export interface MetFile {
  /** From the workspace folder, with forward slashes. */
  readonly relative: string;
  readonly skip?: SkipReason;
}

/**
 * All files below `from` that are not ignored, breadth first and by name, so that the order is always the same and a cap
 * cuts off the deepest. Symlinks are not followed: what they name inside of the folder is met by itself, and the rest is
 * none of ours. Hence no loops, and each real path once. A folder that cannot be read is met as if it were a file.
 */
export async function* walk(folder: string, from: string, folderRules: FolderRules): AsyncGenerator<MetFile> {
  const waiting = [from];
  for (const here of waiting) {
    const rules = await folderRules.at(here);
    if (!rules) continue;
    const entries = await entriesOf(join(folder, here));
    if (!entries) yield { relative: here, skip: "unreadable" };
    for (const entry of entries ?? []) {
      const relative = here === "" ? entry.name : `${here}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(relative);
      const met = entry.isFile() ? judged(folder, relative, rules) : undefined;
      if (met) yield met;
    }
  }
}

/** What a walk would say to one file; undefined if it is ignored. */
export async function meet(folder: string, relative: string, folderRules: FolderRules): Promise<MetFile | undefined> {
  const rules = await folderRules.at(parentOf(relative));
  return rules && judged(folder, relative, rules);
}

function judged(folder: string, relative: string, rules: IgnoreRules): MetFile | undefined {
  const path = join(folder, relative);
  // In a worktree .git is a file.
  if (isIgnoredName(basename(path)) || rules.ignores(path, "file")) return undefined;
  if (isSecretFile(relative)) return { relative, skip: "ignored as secret" };
  if (isBinaryName(relative)) return { relative, skip: "binary" };
  return { relative };
}

async function entriesOf(path: string): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}
