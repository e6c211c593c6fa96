import { lstat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { isIgnoredName } from "./ignoredNames.ts";
import { readText } from "./readText.ts";

/**
 * What git ignores in one folder: the .gitignore of this folder and of all above it up to the top of the repository, and
 * .git/info/exclude. Paths are absolute and real.
 */
export class IgnoreRules {
  /** Those that win first: the deepest. */
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** The rules in a workspace folder, which may lie deep inside a repository. */
  static async of(folder: string): Promise<IgnoreRules> {
    const top = (await repositoryOf(folder)) ?? folder;
    let rules = new IgnoreRules(await excludesOf(top));
    let path = top;
    for (const name of relative(top, folder).split(sep).filter(Boolean)) {
      rules = await rules.enter(path);
      path = join(path, name);
      // Who opens an ignored folder wants to see what is in it.
      if (rules.ignores(path, "folder")) rules = new IgnoreRules([]);
    }
    return rules.enter(folder);
  }

  /** The rules one folder deeper; call it for each folder on the way. */
  async enter(folder: string): Promise<IgnoreRules> {
    const level = await levelOf(folder, join(folder, ".gitignore"));
    return level ? new IgnoreRules([level, ...this.#levels]) : this;
  }

  /** Asked for a path whose parent folder is not ignored. */
  ignores(path: string, kind: "file" | "folder"): boolean {
    for (const { base, matcher } of this.#levels) {
      const name = relative(base, path).split(sep).join("/");
      const { ignored, unignored } = matcher.test(kind === "folder" ? `${name}/` : name);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** The rules of all folders of one workspace folder, each read once. Lives as long as a scan: the rules may change. */
export class FolderRules {
  readonly #folder: string;
  readonly #known = new Map<string, Promise<IgnoreRules | undefined>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The rules in a folder (relative, forward slashes, "" for the top); undefined if it or one above it is ignored. */
  at(relative: string): Promise<IgnoreRules | undefined> {
    let rules = this.#known.get(relative);
    if (!rules) {
      rules = relative === "" ? IgnoreRules.of(this.#folder) : this.#below(relative);
      this.#known.set(relative, rules);
    }
    return rules;
  }

  async #below(relative: string): Promise<IgnoreRules | undefined> {
    const above = await this.at(parentOf(relative));
    const path = join(this.#folder, relative);
    if (!above || isIgnoredName(basename(path)) || above.ignores(path, "folder")) return undefined;
    return above.enter(path);
  }
}

/** Of a relative path with forward slashes; "" for the top. */
export function parentOf(relative: string): string {
  return relative.slice(0, Math.max(0, relative.lastIndexOf("/")));
}

interface Level {
  readonly base: string;
  readonly matcher: Ignore;
}

async function repositoryOf(folder: string): Promise<string | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    if (await exists(join(path, ".git"))) return path;
    if (dirname(path) === path) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function excludesOf(top: string): Promise<Level[]> {
  const level = await levelOf(top, join(await gitFolderOf(top), "info", "exclude"));
  return level ? [level] : [];
}

/** In a worktree .git is a file that names a folder which names the common one (gitrepository-layout(5)). */
async function gitFolderOf(top: string): Promise<string> {
  const dotGit = join(top, ".git");
  const pointed = /^gitdir: (.+)/.exec(await textOf(dotGit))?.[1];
  if (pointed === undefined) return dotGit;
  const folder = resolve(top, pointed.trim());
  return resolve(folder, (await textOf(join(folder, "commondir"))).trim());
}

/** Unreadable rules are no rules; so does git. Nor does it follow a .gitignore that is a symlink. */
async function levelOf(base: string, path: string): Promise<Level | undefined> {
  const rules = await textOf(path);
  if (rules.trim() === "") return undefined;
  return { base, matcher: ignore({ ignorecase: process.platform !== "linux" }).add(rules) };
}

async function textOf(path: string): Promise<string> {
  const read = await readText(path);
  return read.kind === "text" ? read.text : "";
}

/** Whether a file, relative to the folder that the patterns are seen from, is one of those they name. */
export function matchesPatterns(patterns: readonly string[], relative: string): boolean {
  return ignore({ ignorecase: false })
    .add([...patterns])
    .ignores(relative);
}
