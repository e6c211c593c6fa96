import { lstat, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { defaultKeyFolder, defaultStorePath } from "../store/location.ts";
import { DuckError } from "../util/errors.ts";
import { admitFolders, type IndexedFolder, pathInside, realPathOf } from "../workspace/folders.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import { isOfVersionControl } from "../workspace/versionControl.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { guardOf } from "./guardedPaths.ts";

/** A file that may be written, be it there or not. */
export interface WritablePlace {
  /** As the editor has it, absolute. */
  readonly path: string;
  /** What a person calls it. */
  readonly label: string;
  /** Why it is approved by itself, as a sentence. */
  readonly guarded?: string;
}

/**
 * What may be written: files in the open folders, by the real path of what is there or of the deepest parent of what is not; never
 * what belongs to version control, a file with secrets, or a name that a file system takes for another one.
 */
export class WritablePlaces {
  readonly #paths: WorkspacePaths;
  readonly #home: string;
  readonly #own: readonly string[];
  #admitted: Promise<readonly IndexedFolder[]> | undefined;

  /** @param own folders of RubberDuck's own besides the usual ones, absolute: the store and its keys, wherever settings put them. */
  constructor(paths: WorkspacePaths, home = homedir(), own: readonly string[] = []) {
    this.#paths = paths;
    this.#home = home;
    const { platform, env } = process;
    this.#own = [defaultStorePath(platform, env), defaultKeyFolder(platform, env), ...own];
  }

  /**
   * @param label absolute, or relative to an open folder. Of several folders the first in which it is there counts, else the first.
   * Throws DuckError invalidRequest for what may not be written.
   */
  async find(label: string): Promise<WritablePlace> {
    refuseName(label);
    const places: { place: WritablePlace; isThere: boolean }[] = [];
    for (const candidate of this.#paths.candidates(label)) places.push(await this.#placeOf(label, candidate));
    const { place } = places.find(({ isThere }) => isThere) ?? places[0] ?? {};
    if (place === undefined) throw refusal(label, "no folder is open");
    return place;
  }

  async #placeOf(label: string, candidate: string): Promise<{ place: WritablePlace; isThere: boolean }> {
    const real = await realPathOf(candidate);
    if (await leadsNowhere(real)) throw refusal(label, "a link in it leads to what is not there");
    const folder = await this.#folderOf(real);
    if (folder === undefined) throw refusal(label, "it lies outside the open folder");
    const relative = pathInside(folder.real, real) ?? "";
    if (relative === "") throw refusal(label, "it is the open folder itself");
    const names = [candidate, label, real];
    if (names.some(isSecretFile)) throw refusal(label, "it looks like a file with secrets");
    if (isOfVersionControl(relative) || names.some((name) => isOfVersionControl(name.replaceAll("\\", "/")))) {
      throw refusal(label, "it belongs to version control");
    }
    if (await this.#isOwn(real)) throw refusal(label, "conversations or their keys are kept there");
    const kind = await kindOf(real);
    if (kind === "other") throw refusal(label, "it is no file");
    if (kind === undefined) await refuseTwin(label, real);
    const guarded = guardOf(relative) ?? (kind === "shared" ? SHARED : undefined);
    const place = { path: join(folder.path, relative), label: folder.prefix + relative, ...(guarded && { guarded }) };
    return { place, isThere: kind !== undefined };
  }

  async #folderOf(real: string): Promise<IndexedFolder | undefined> {
    this.#admitted ??= admitFolders(this.#paths.folders, this.#home).then(({ folders }) => folders);
    return (await this.#admitted).find((folder) => pathInside(folder.real, real) !== undefined);
  }

  /** Looked up each time: they may be made, moved or linked meanwhile. */
  async #isOwn(real: string): Promise<boolean> {
    const folders = await Promise.all(this.#own.map(realPathOf));
    return folders.some((folder) => pathInside(folder, real) !== undefined);
  }
}

/** Names that mean another file on some file system, or hide what they are: whatever this one makes of them. */
function refuseName(label: string): void {
  if (label.trim() === "") throw refusal("A file without a name", "there is none");
  if (/\p{Cc}/u.test(label)) throw refusal(JSON.stringify(label), "a control character stands in its name");
  if (/\p{Cf}/u.test(label)) throw refusal(JSON.stringify(label), "an invisible character stands in its name");
  const segments = label.split(/[\\/]+/);
  if (segments.some((segment) => /[. ]$/.test(segment) && !/^\.{1,2}$/.test(segment))) {
    throw refusal(label, "a name in it ends with a dot or a blank");
  }
  if (
    segments.slice(1).some((segment) => segment.includes(":")) ||
    (segments[0]?.includes(":") && !isAbsolute(label))
  ) {
    throw refusal(label, "a colon stands in its name");
  }
  if (sep !== "\\" && label.includes("\\")) throw refusal(label, "a backslash stands in its name");
  if (segments.some((segment) => DEVICE.test(segment))) throw refusal(label, "that is the name of a device");
  if (segments.some((segment) => SHORT_NAME.test(segment)))
    throw refusal(label, "that is the short name of another file");
}

/** Of Windows, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
/** "GIT~1" is .git on file systems that keep such names. */
const SHORT_NAME = /^[^~]{1,6}~\d+(?:\.[^.]{0,3})?$/;

/** A new name that differs from one that is there only in case or composition would overwrite that on some file systems. */
async function refuseTwin(label: string, real: string): Promise<void> {
  for (let path = real; ; path = dirname(path)) {
    const names = await readdir(dirname(path)).catch(() => undefined);
    const name = basename(path);
    const twin = names?.includes(name) ? undefined : names?.find((one) => folded(one) === folded(name));
    if (twin !== undefined) throw refusal(label, `there is ${twin}, which is the same name but for its letters`);
    if (names !== undefined) return;
  }
}

function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

const SHARED = "It has another name elsewhere, and what stands there changes with it.";

/** shared: a file with several names (hard links). */
async function kindOf(real: string): Promise<"file" | "shared" | "other" | undefined> {
  try {
    const found = await lstat(real);
    if (!found.isFile()) return "other";
    return found.nlink > 1 ? "shared" : "file";
  } catch {
    return undefined;
  }
}

/** A link to nothing has no real path of its own; whoever writes would make what it leads to. */
async function leadsNowhere(real: string): Promise<boolean> {
  for (let path = real; dirname(path) !== path; path = dirname(path)) {
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined) return found.isSymbolicLink();
  }
  return false;
}

function refusal(label: string, why: string): DuckError {
  return new DuckError("invalidRequest", `${label} is not written: ${why}.`);
}
