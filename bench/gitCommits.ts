import { execFileSync, spawn } from "node:child_process";
import { readCommits } from "../server/workspace/folderHistory.ts";
import type { PastCommit } from "../server/workspace/search/history.ts";

/** A commit as a question: which files does its subject mean? */
export interface CommitQuery {
  readonly hash: string;
  readonly parent: string;
  readonly subject: string;
  /** Source files that it changed and that existed before: the answer. */
  readonly changed: readonly string[];
}

/** A file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Hash of its content. */
  readonly blob: string;
}

/** Reads a repository's objects; a checkout is not needed, and nothing is fetched. */
export class Repository {
  /** Another user's clone is read like one's own. */
  readonly #prefix: readonly string[];

  /** Throws when there is no repository. */
  constructor(path: string) {
    this.#prefix = ["-c", "safe.directory=*", "-C", path];
    this.#git("rev-parse", "--git-dir");
  }

  /**
   * The newest commits that changed one to three source files which existed before, newest first. Merges, reverts and
   * changes of the version are left out.
   */
  queries(most: number): CommitQuery[] {
    const format = "--format=%x01%H%x00%P%x00%s%x00";
    const log = this.#git(
      "log",
      "--no-merges",
      "--no-renames",
      "--raw",
      "--abbrev=40",
      "-z",
      `-n${most * 20 + 1000}`,
      format,
    );
    const queries = log
      .split("\x01")
      .slice(1)
      .flatMap((record) => toQuery(record.split("\0")) ?? []);
    return queries.slice(0, most);
  }

  /** Regular files of a commit's tree. */
  tree(commit: string): TreeFile[] {
    return this.#git("ls-tree", "-r", "-z", commit)
      .split("\0")
      .flatMap((line) => {
        const match = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/s.exec(line);
        return match === null ? [] : [{ blob: match[1] ?? "", path: match[2] ?? "" }];
      });
  }

  /** Commits before this one, newest first, with their subject and what they changed. */
  history(commit: string, most: number): PastCommit[] {
    const log = this.#git(
      "log",
      "--no-merges",
      "--no-renames",
      "--name-only",
      "-z",
      `-n${most}`,
      "--format=%x01%s%x00",
      commit,
    );
    return readCommits(log);
  }

  /** The contents of these blobs, in order; what the clone does not have, or is larger than `maxBytes`, is left out. */
  async *blobs(
    hashes: readonly string[],
    maxBytes: number,
  ): AsyncGenerator<{ readonly blob: string; readonly bytes: Buffer }> {
    const here = this.#blobsHere(maxBytes);
    const child = spawn("git", [...this.#prefix, "cat-file", "--batch", "--buffer"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...OFFLINE },
    });
    child.stdin.on("error", () => {});
    const asked = hashes.filter((hash) => here.has(hash));
    child.stdin.end(asked.map((hash) => `${hash}\n`).join(""));
    let rest = Buffer.alloc(0);
    let header: { blob: string; size: number } | undefined;
    for await (const piece of child.stdout) {
      rest = Buffer.concat([rest, piece]);
      for (;;) {
        if (header === undefined) {
          const end = rest.indexOf(10);
          if (end < 0) break;
          const [blob = "", type, size] = rest.subarray(0, end).toString("latin1").split(" ");
          rest = rest.subarray(end + 1);
          if (type === "blob") header = { blob, size: Number(size) };
        } else {
          if (rest.length < header.size + 1) break;
          yield { blob: header.blob, bytes: rest.subarray(0, header.size) };
          rest = rest.subarray(header.size + 1);
          header = undefined;
        }
      }
    }
  }

  /** A partial clone fetches what one asks it for, or git gives up; so it is asked only for what it has. */
  #blobsHere(maxBytes: number): Set<string> {
    const objects = this.#git("cat-file", "--batch-all-objects", "--batch-check", "--unordered", "--buffer");
    const here = new Set<string>();
    for (const line of objects.split("\n")) {
      const [hash = "", type, size] = line.split(" ");
      if (type === "blob" && Number(size) <= maxBytes) here.add(hash);
    }
    return here;
  }

  #git(...args: string[]): string {
    return execFileSync("git", [...this.#prefix, ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 30,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...OFFLINE },
    });
  }
}

/** Nothing is fetched: the first is known from git 2.44 on. */
const OFFLINE = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", GIT_TERMINAL_PROMPT: "0" };

/** Extensions of what people write programs in. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|pyi|pyx|go|rs|java|kts?|scala|groovy|rb|php|cs|fs|c|h|cc|cpp|cxx|hh|hpp|hxx|mm?|swift|dart|lua|pl|pm|r|jl|exs?|erl|hs|elm|clj[cs]?|sh|bash|sql|s?css|less|styl|html?|zig|nim|d|ml|mli)$/i;

export function isSource(path: string): boolean {
  return SOURCE.test(path) && !/(^|\/)(node_modules|vendor|third_party|dist)\//.test(path);
}

const NO_QUESTION =
  /^(?:merge\b|revert\b|(?:chore|build)?(?:\(?release\)?)?[:\s]*v?\d+\.\d+|(?:chore(?:\([^)]*\))?:\s*)?(?:release|publish|bump|version|prepare)\b)/i;

function toQuery([hash = "", parents = "", subject = "", ...raw]: readonly string[]): CommitQuery | undefined {
  const [parent, second] = parents.split(" ");
  if (!parent || second !== undefined || subject.trim() === "" || NO_QUESTION.test(subject.trim())) return undefined;
  const changed: string[] = [];
  for (const [i, path] of raw.entries()) {
    if (/^\n?:.* M$/s.test(raw[i - 1] ?? "") && isSource(path)) changed.push(path);
  }
  return changed.length >= 1 && changed.length <= 3 ? { hash, parent, subject, changed } : undefined;
}
