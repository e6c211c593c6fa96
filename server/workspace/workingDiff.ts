import { realpath } from "node:fs/promises";
import { DuckError } from "../util/errors.ts";
import { pathInside } from "./folders.ts";
import { git } from "./git.ts";
import { isSecretFile } from "./secretFiles.ts";
import type { WorkspaceFolder } from "./workspacePaths.ts";

export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  /** UTF-16 code units of the diff, about. */
  readonly characters: number;
}

/** An answer is read whole or not at all beyond this. */
const MAX_BYTES = 256 * 1024;

/** What has changed in the workspace's repositories since their last commit, but for secret files. */
export class WorkingDiff {
  readonly #folders: readonly WorkspaceFolder[];

  constructor(folders: readonly WorkspaceFolder[]) {
    this.#folders = folders;
  }

  /** "" when nothing has changed. Throws DuckError notFound where there is no repository. `staged`: of what the next commit takes. */
  async read(signal?: AbortSignal, which: "all" | "staged" = "all"): Promise<string> {
    const diffs = await this.#each((folder) => diffOf(folder, which, signal));
    return diffs.filter((diff) => diff.trim() !== "").join("\n");
  }

  /** Files that git is neither told of nor told to ignore, from the folder they lie in; secret ones are not named. */
  async untracked(signal?: AbortSignal): Promise<string[]> {
    const options = { maxBytes: MAX_BYTES, ...(signal && { signal }) };
    const names = await this.#each((folder) =>
      git(folder, ["ls-files", "--others", "--exclude-standard", "-z", "--", "."], options),
    );
    return names.flatMap((listed) => listed.split("\0")).filter((name) => name !== "" && !isSecretFile(name));
  }

  /** Undefined when nothing has changed, or there is no repository. */
  async summary(signal?: AbortSignal): Promise<DiffSummary | undefined> {
    const diff = await this.read(signal).catch((error: unknown) => {
      if (error instanceof DuckError) return "";
      throw error;
    });
    if (diff === "") return undefined;
    const lines = diff.split("\n");
    return {
      added: lines.filter((line) => line.startsWith("+") && !line.startsWith("+++ ")).length,
      removed: lines.filter((line) => line.startsWith("-") && !line.startsWith("--- ")).length,
      characters: diff.length,
    };
  }

  async #each(ask: (folder: string) => Promise<string>): Promise<string[]> {
    const found = await Promise.allSettled(this.#folders.map(({ path }) => rootOf(path)));
    const asked = await Promise.allSettled(outermost(valuesOf(found)).map(({ folder }) => ask(folder)));
    const answers = valuesOf(asked);
    if (answers.length > 0) return answers;
    const refused = [...asked, ...found].find((result) => result.status === "rejected");
    throw refused?.reason ?? new DuckError("notFound", "No folder is open, so there is nothing to compare.");
  }
}

interface Root {
  /** Real. */
  readonly folder: string;
  /** The repository that it lies in. */
  readonly top: string;
}

async function rootOf(path: string): Promise<Root> {
  const top = (await git(path, ["rev-parse", "--show-toplevel"])).trim();
  return { folder: await realpath(path), top };
}

function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

/** A folder that lies in another one of the same repository is compared with that. */
function outermost(roots: readonly Root[]): Root[] {
  const each = roots.filter(({ folder }, index) => roots.findIndex((other) => other.folder === folder) === index);
  return each.filter(({ folder, top }) => {
    const holds = (other: Root) =>
      other.folder !== folder && other.top === top && pathInside(other.folder, folder) !== undefined;
    return !each.some(holds);
  });
}

/** Of the folder alone, should it lie inside a larger repository. Before the first commit: what is staged. */
async function diffOf(folder: string, which: "all" | "staged", signal: AbortSignal | undefined): Promise<string> {
  const options = { maxBytes: MAX_BYTES, ...(signal && { signal }) };
  const hasCommit = await git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"], options).then(
    () => true,
    () => false,
  );
  const against = hasCommit && which === "all" ? ["HEAD"] : ["--cached"];
  const names = await git(
    folder,
    ["diff", ...against, "--no-renames", "--name-only", "--relative", "-z", "--", "."],
    options,
  );
  const secrets = names.split("\0").filter((name) => name !== "" && isSecretFile(name));
  const excluded = secrets.map((name) => `:(exclude,literal)${name}`);
  const diff = await git(
    folder,
    ["diff", ...against, "--no-renames", "--relative", "--no-color", "--", ".", ...excluded],
    options,
  );
  return secrets.length === 0 ? diff : `${diff}\n(not shown, as they look like secrets: ${secrets.join(", ")})\n`;
}
