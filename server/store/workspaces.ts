import { randomBytes } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "./fileSystem.ts";
import type { JsonFile } from "./jsonFile.ts";
import {
  type KnownWorkspace,
  type StorePlace,
  WORKSPACE_ID,
  workspaceFile,
  workspacesFile,
} from "./knownWorkspaces.ts";

export interface OpenFolders {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly trusted: boolean;
  /** Which repository a folder is, wherever it lies; undefined for none. Only ever asked in a trusted window. */
  readonly gitIdentity: (folder: string) => Promise<string | undefined>;
}

/** What was found out about the open folders. */
interface Place {
  readonly folders: readonly string[];
  readonly restricted: boolean;
}

/**
 * Which workspace of the store the open folders are. Known folders are found by their paths. Unknown ones are the workspace of
 * the same repositories if that is nowhere any more (it was moved, or cloned again); else a new one: two clones that are both
 * there are two workspaces.
 */
export class Workspaces {
  readonly #place: StorePlace;
  readonly #file: JsonFile<readonly KnownWorkspace[]>;

  constructor(place: StorePlace) {
    this.#place = place;
    this.#file = workspacesFile(place);
  }

  /** The workspace's folder in the store, if the paths are known; nothing is written. Throws DuckError storeFailed. */
  async knownFolderOf(open: OpenFolders): Promise<string | undefined> {
    const known = at(await this.#file.read(), await placeOf(open));
    return known && join(this.#place.path, known.id);
  }

  /** The workspace's folder in the store. Throws DuckError storeFailed. */
  async folderOf(open: OpenFolders): Promise<string> {
    const { trusted, gitIdentity } = open;
    const place = await placeOf(open);
    const { folders } = place;
    const askGit = async () => (trusted ? identitiesOf(folders, gitIdentity) : undefined);
    const workspace = at(await this.#file.read(), place) ?? (await this.#settle(place, askGit));
    if (trusted && workspace.git === undefined) void this.#learn(workspace.id, askGit);
    return join(this.#place.path, workspace.id);
  }

  async #settle(place: Place, askGit: () => Promise<readonly string[] | undefined>): Promise<KnownWorkspace> {
    const lost = await this.#lost();
    const gone = await goneFrom([...(await this.#file.read()), ...lost], place);
    const git = gone.length > 0 ? await askGit() : undefined;
    const moved = git?.length ? gone.findLast((workspace) => isSame(workspace.git ?? [], git)) : undefined;
    const id = moved?.id ?? randomBytes(16).toString("hex");
    const known = await this.#file.update((list) => withPlace(withLost(list, lost), { ...place, id, git }));
    const settled = at(known, place) ?? { ...place, id };
    await this.#keepBeside(settled);
    return settled;
  }

  /** So that the workspace is found again when it is moved. Nothing waits for it, and its failure is no loss. */
  async #learn(id: string, askGit: () => Promise<readonly string[] | undefined>): Promise<void> {
    try {
      const git = await askGit();
      const list = await this.#file.update((known) =>
        known.map((one) => (one.id === id && git ? { ...one, git } : one)),
      );
      const learned = list.find((one) => one.id === id);
      if (learned !== undefined) await this.#keepBeside(learned);
    } catch (error) {
      this.#place.logger.warn(`which repository this is could not be kept: ${error}`);
    }
  }

  async #keepBeside(workspace: KnownWorkspace): Promise<void> {
    await workspaceFile(this.#place, workspace.id).update(() => workspace);
  }

  /** Workspaces that have a folder but do not stand in the file, because it was damaged. */
  async #lost(): Promise<KnownWorkspace[]> {
    const { fs, path, logger } = this.#place;
    const known = new Set((await this.#file.read()).map(({ id }) => id));
    const names = (await fs.list(path)).flatMap(({ name, kind }) => (kind === "folder" ? name : []));
    const unknown = names.filter((name) => WORKSPACE_ID.test(name) && !known.has(name));
    const read = async (id: string) => {
      const workspace = await workspaceFile(this.#place, id).read();
      return workspace?.id === id ? workspace : undefined;
    };
    const found = await Promise.all(
      unknown.map((id) => read(id).catch((error) => void logger.warn(`the workspace ${id} cannot be told: ${error}`))),
    );
    return found.flatMap((workspace) => workspace ?? []);
  }
}

async function placeOf({ paths, trusted }: OpenFolders): Promise<Place> {
  return { folders: [...new Set(await Promise.all(paths.map(realPathOf)))].sort(), restricted: !trusted };
}

function at(known: readonly KnownWorkspace[], { folders, restricted }: Place): KnownWorkspace | undefined {
  return known.find((workspace) => workspace.restricted === restricted && isSame(workspace.folders, folders));
}

function withLost(known: readonly KnownWorkspace[], lost: readonly KnownWorkspace[]): readonly KnownWorkspace[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...lost.filter(({ id }) => !ids.has(id))];
}

/** Unless another process has found a workspace for this place meanwhile: the same place is never in two. */
function withPlace(
  known: readonly KnownWorkspace[],
  { id, folders, restricted, git }: Place & { readonly id: string; readonly git: readonly string[] | undefined },
): readonly KnownWorkspace[] {
  if (at(known, { folders, restricted }) !== undefined) return known;
  return [...known.filter((one) => one.id !== id), { id, folders, restricted, ...(git && { git }) }];
}

/** Those that may have come here: as many folders, in repositories, and none of them is there any more. */
async function goneFrom(known: readonly KnownWorkspace[], { folders, restricted }: Place): Promise<KnownWorkspace[]> {
  const candidates = known.filter(
    (one) => !one.restricted && !restricted && one.folders.length === folders.length && one.git?.length,
  );
  const isGone = await Promise.all(
    candidates.map(async (one) => (await Promise.all(one.folders.map(isThere))).every((there) => !there)),
  );
  return candidates.filter((_, index) => isGone[index]);
}

/** Empty when one of them is in no repository. */
async function identitiesOf(
  folders: readonly string[],
  gitIdentity: OpenFolders["gitIdentity"],
): Promise<readonly string[]> {
  const identities = await Promise.all(folders.map(gitIdentity));
  return identities.some((identity) => identity === undefined) ? [] : identities.flatMap((one) => one ?? []).sort();
}

async function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** What cannot be seen may be there. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => !["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? ""),
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
