import type { IndexedFolder } from "./folders.ts";
import { git } from "./git.ts";
import { CommitHistory, type Past, type PastCommit } from "./search/history.ts";
import type { Query } from "./search/query.ts";

/** Commits that are remembered of each folder. */
const MAX_COMMITS = 2000;
const MAX_BYTES = 8 * 1024 * 1024;

/** The git history of the indexed folders, as far as search uses it. A folder without one has none. */
export class FolderHistory {
  readonly #folders: readonly IndexedFolder[];
  #history = new CommitHistory([]);

  constructor(folders: readonly IndexedFolder[]) {
    this.#folders = folders;
  }

  /** Reads it, or what has come since. */
  async load(): Promise<void> {
    const commits = await Promise.all(this.#folders.map(commitsOf));
    this.#history = new CommitHistory(commits.flat());
  }

  of(query: Query): (label: string) => Past {
    return this.#history.of(query);
  }
}

/** By label, in how many of the last commits a file was changed. Empty without a repository. */
export async function commitCounts(folders: readonly IndexedFolder[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { paths } of (await Promise.all(folders.map(commitsOf))).flat()) {
    for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

async function commitsOf({ real, prefix }: IndexedFolder): Promise<PastCommit[]> {
  const args = ["log", "--no-merges", "--no-renames", "--relative", "--name-only", "-z", `-n${MAX_COMMITS}`];
  const log = await git(real, [...args, "--format=%x01%s%x00"], { maxBytes: MAX_BYTES }).catch(() => "");
  return readCommits(log).map(({ subject, paths }) => ({ subject, paths: paths.map((path) => prefix + path) }));
}

/** Reads `git log --name-only -z --format=%x01%s%x00`. */
export function readCommits(log: string): PastCommit[] {
  return log
    .split("\x01")
    .slice(1)
    .map((record) => {
      const [subject = "", ...paths] = record.split("\0");
      return { subject, paths: paths.map((path) => path.replace(/^\n/, "")).filter((path) => path !== "") };
    });
}
