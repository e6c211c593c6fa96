import { lstat, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { DuckError } from "../util/errors.ts";
import { admitFolders, type IndexedFolder, pathInside, realPathOf } from "./folders.ts";
import { FolderRules } from "./ignore.ts";
import { isSecretFile } from "./secretFiles.ts";
import { isOfVersionControl } from "./versionControl.ts";
import { meet } from "./walk.ts";
import type { WorkspacePaths } from "./workspacePaths.ts";

/** A file or folder that may be looked at. */
export interface Place extends Location {
  readonly kind: "file" | "folder";
}

/** Where something stands, or stood, that may be looked at. */
export interface Location {
  /** As the editor has it. */
  readonly path: string;
  readonly real: string;
  /** Seen from its folder, with forward slashes; "" for the folder itself. */
  readonly relative: string;
  readonly folder: IndexedFolder;
  /** What a person calls it. */
  readonly label: string;
}

/**
 * What a model may look at: files and folders in the open folders, by the real path of what is there, or of the deepest
 * parent of what is not; never a secret file, nothing that git ignores, and nothing of a version control system's own.
 */
export class Confinement {
  readonly #paths: WorkspacePaths;
  readonly #home: string;
  #admitted: Promise<readonly IndexedFolder[]> | undefined;

  constructor(paths: WorkspacePaths, home = homedir()) {
    this.#paths = paths;
    this.#home = home;
  }

  /** The open folders, but for those that are no project: the home directory, the root of the file system. */
  folders(): Promise<readonly IndexedFolder[]> {
    this.#admitted ??= admitFolders(this.#paths.folders, this.#home).then(({ folders }) => folders);
    return this.#admitted;
  }

  /** Throws DuckError "invalidRequest" for what may not be looked at, "notFound" for what is not there. */
  async find(label: string, rules = new Rules()): Promise<Place> {
    for (const location of await this.#locations(label)) {
      const kind = await kindOf(location.real);
      if (kind === undefined) continue;
      if (kind === "other") throw new DuckError("invalidRequest", `${label} is neither a file nor a folder.`);
      if (!(await rules.ignores(location, kind))) return { ...location, kind };
      throw new DuckError(
        "invalidRequest",
        `${label} is ignored by git, so it is not read. The user can send it with @.`,
      );
    }
    throw new DuckError("notFound", `There is no ${label} in the open folder.`);
  }

  /** The same, also for what was there once. */
  async findPast(label: string): Promise<Location> {
    const locations = await this.#locations(label);
    for (const location of locations) if ((await kindOf(location.real)) !== undefined) return location;
    const [first] = locations;
    if (first === undefined) throw new DuckError("notFound", "No folder is open.");
    return first;
  }

  /** Those of the files, named absolute by somebody else, that may be shown. */
  async allowed(paths: Iterable<string>): Promise<Map<string, Place>> {
    const rules = new Rules();
    const found = new Map<string, Place>();
    for (const path of new Set(paths)) {
      const place = await this.find(path, rules).catch(() => undefined);
      if (place?.kind === "file") found.set(path, place);
    }
    return found;
  }

  /** All that the label may mean. */
  async #locations(label: string): Promise<Location[]> {
    if (label.includes("\0")) throw new DuckError("invalidRequest", "A path holds no NUL character.");
    const found: Location[] = [];
    for (const candidate of this.#paths.candidates(label)) {
      const location = await this.#locationOf(await realPathOf(candidate));
      if (location === undefined) {
        throw new DuckError("invalidRequest", `${label} lies outside the open folder, so it is not read.`);
      }
      refuseHidden(label, location.relative, [candidate, label, location.real]);
      found.push(location);
    }
    return found;
  }

  async #locationOf(real: string): Promise<Location | undefined> {
    for (const folder of await this.folders()) {
      const relative = pathInside(folder.real, real);
      if (relative === undefined) continue;
      const path = relative === "" ? folder.path : join(folder.path, relative);
      return { path, real, relative, folder, label: folder.prefix + relative || "." };
    }
    return undefined;
  }
}

/** What git ignores, or is nobody's own code; each .gitignore is read once. */
class Rules {
  readonly #folders = new Map<string, FolderRules>();

  async ignores({ folder, relative }: Location, kind: "file" | "folder"): Promise<boolean> {
    if (relative === "") return false;
    const rules = this.#folders.get(folder.real) ?? new FolderRules(folder.real);
    this.#folders.set(folder.real, rules);
    if (kind === "folder") return (await rules.at(relative)) === undefined;
    return (await meet(folder.real, relative, rules)) === undefined;
  }
}

function refuseHidden(label: string, relative: string, names: readonly string[]): void {
  if (names.some(isSecretFile)) {
    throw new DuckError("invalidRequest", `${label} looks like a file with secrets, so it is not read.`);
  }
  if (isOfVersionControl(relative)) {
    throw new DuckError("invalidRequest", `${label} belongs to version control. Ask git for the history instead.`);
  }
}

async function kindOf(real: string): Promise<"file" | "folder" | "other" | undefined> {
  try {
    const stats = await lstat(real);
    // It was real a moment ago: a symlink now was put there since.
    if ((await realpath(real)) !== real) return "other";
    return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
  } catch {
    return undefined;
  }
}
