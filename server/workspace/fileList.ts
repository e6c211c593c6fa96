import { homedir } from "node:os";
import { join } from "node:path";
import { Mutex } from "../util/mutex.ts";
import { type FoundFile, findAll, findChanged } from "./findFiles.ts";
import { admitFolders, type IndexedFolder } from "./folders.ts";
import type { WorkspaceFolder } from "./workspacePaths.ts";

export interface ListedFile {
  /** Absolute, as the editor has it. */
  readonly path: string;
  /** As the workspace shows it. */
  readonly label: string;
}

export interface Listed {
  readonly files: readonly ListedFile[];
  /** Those that hold listed files, at any depth. */
  readonly folders: readonly ListedFile[];
}

export interface FileListOptions {
  readonly folders: readonly WorkspaceFolder[];
  readonly maxFiles?: number;
  /** The home directory, which is never listed. */
  readonly home?: string;
}

/** As many as the code index takes. */
const MAX_FILES = 50_000;
/** When more has changed, everything is listed anew. */
const MAX_CHANGES = 1000;

/**
 * The text files of the workspace that git does not ignore and that are not secret. Listed when first asked for, and
 * brought up to date when asked again: nothing happens meanwhile.
 */
export class FileList {
  readonly #options: FileListOptions;
  readonly #asking = new Mutex();
  readonly #changes = new Set<string>();
  /** By real path. */
  #files: Map<string, ListedFile> | undefined;
  #listed: Listed | undefined;
  #folders: readonly IndexedFolder[] = [];

  constructor(options: FileListOptions) {
    this.#options = options;
  }

  /** Files or folders were created, changed or deleted; absolute. */
  changed(paths: readonly string[]): void {
    if (this.#files === undefined) return;
    for (const path of paths) this.#changes.add(path);
    if (this.#changes.size > MAX_CHANGES) {
      this.#changes.clear();
      this.#files = undefined;
    }
  }

  /** The same object as long as nothing has changed. */
  list(): Promise<Listed> {
    return this.#asking.run(async () => {
      const files = this.#files === undefined ? await this.#list() : await this.#update(this.#files);
      this.#listed ??= { files: [...files.values()], folders: foldersOf(files.values()) };
      return this.#listed;
    });
  }

  async #list(): Promise<Map<string, ListedFile>> {
    const { folders, home = homedir(), maxFiles = MAX_FILES } = this.#options;
    const files = new Map<string, ListedFile>();
    this.#listed = undefined;
    this.#folders = (await admitFolders(folders, home)).folders;
    // Before the walk: what changes during it is looked at again.
    this.#files = files;
    try {
      for await (const file of findAll(this.#folders)) {
        if (file.skip === undefined && !files.has(file.path)) files.set(file.path, listed(file));
        if (files.size === maxFiles) break;
      }
    } catch (error) {
      this.#files = undefined;
      throw error;
    }
    return files;
  }

  async #update(files: Map<string, ListedFile>): Promise<Map<string, ListedFile>> {
    const changes = [...this.#changes];
    this.#changes.clear();
    if (changes.length === 0) return files;
    this.#listed = undefined;
    const { found, gone } = await findChanged(this.#folders, changes);
    const goneFolders = [...gone].map((path) => `${path}/`);
    for (const path of files.keys()) {
      if (gone.has(path) || goneFolders.some((folder) => path.startsWith(folder))) files.delete(path);
    }
    for (const file of found) if (file.skip === undefined) files.set(file.path, listed(file));
    return files;
  }
}

function listed({ folder, relative }: FoundFile): ListedFile {
  return { path: join(folder.path, relative), label: folder.prefix + relative };
}

function foldersOf(files: Iterable<ListedFile>): ListedFile[] {
  const folders = new Map<string, ListedFile>();
  for (const file of files) {
    let { path, label } = file;
    for (let slash = label.lastIndexOf("/"); slash > 0; slash = label.lastIndexOf("/")) {
      path = path.slice(0, path.length - (label.length - slash));
      label = label.slice(0, slash);
      if (folders.has(label)) break;
      folders.set(label, { path, label });
    }
  }
  return [...folders.values()];
}
