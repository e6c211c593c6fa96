import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { FileSystem } from "./fileSystem.ts";
import type { DerivedPlace } from "./keptList.ts";
import type { Store } from "./store.ts";
import { type OpenFolders, Workspaces } from "./workspaces.ts";

export interface StoredWorkspaceOptions {
  readonly store: Store;
  readonly fs: FileSystem;
  readonly open: OpenFolders;
  readonly logger: Log;
}

/** Where the open workspace stands in the store, which only an open store can tell. */
export class StoredWorkspace {
  readonly #options: StoredWorkspaceOptions;
  #place: Promise<DerivedPlace> | undefined;

  constructor(options: StoredWorkspaceOptions) {
    this.#options = options;
  }

  /** To read and write. Throws DuckError storeLocked, storeReadOnly, storeFailed; asked again, it looks again. */
  place(): Promise<DerivedPlace> {
    this.#place ??= this.#find();
    this.#place.catch(() => {
      this.#place = undefined;
    });
    return this.#place;
  }

  /** For a store that may not be written: undefined when it does not know the workspace. Throws DuckError storeLocked. */
  async placeToRead(): Promise<DerivedPlace | undefined> {
    const { store, fs, open, logger } = this.#options;
    const keys = store.keys();
    const folder = await new Workspaces({ fs, keys, path: store.path, logger }).knownFolderOf(open);
    return folder === undefined ? undefined : { fs, keys, folder, logger };
  }

  async #find(): Promise<DerivedPlace> {
    const { store, fs, open, logger } = this.#options;
    const { state, message } = await store.opened().then(() => store.status);
    if (state === "readOnly") throw new DuckError("storeReadOnly", message ?? `${store.path} can only be read.`);
    const keys = store.keys();
    const folder = await new Workspaces({ fs, keys, path: store.path, logger }).folderOf(open);
    return { fs, keys, folder, logger };
  }
}
