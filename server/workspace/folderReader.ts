import { realpath } from "node:fs/promises";
import { DuckError } from "../util/errors.ts";
import { type FileReader, gone, naming } from "./fileReader.ts";
import { pathInside } from "./folders.ts";
import { FolderRules } from "./ignore.ts";
import { walk } from "./walk.ts";
import type { WorkspacePaths } from "./workspacePaths.ts";

export interface ReadFolder {
  /** Real. */
  readonly path: string;
  /** As the workspace shows it, with a slash at its end. */
  readonly label: string;
  /** The files in it that are not ignored, from the folder, breadth first. */
  readonly files: readonly string[];
  /** There are more than are listed. */
  readonly cut: boolean;
}

const MAX_FILES = 2000;

/** Lists folders that a person names, confined as the file reader is. */
export class FolderReader {
  readonly #files: FileReader;
  readonly #paths: WorkspacePaths;

  constructor(files: FileReader, paths: WorkspacePaths) {
    this.#files = files;
    this.#paths = paths;
  }

  /** Throws DuckError like the file reader. */
  async read(path: string): Promise<ReadFolder> {
    const label = this.#paths.label(path);
    const real = await this.#files.find(path, "folder").catch((error: unknown) => {
      throw error instanceof DuckError && error.code === "notFound"
        ? gone(`${label}/`, error)
        : naming(error, path, label);
    });
    const { root, inside } = await this.#place(real, label);
    const files: string[] = [];
    const below = inside === "" ? "" : `${inside}/`;
    for await (const { relative, skip } of walk(root, inside, new FolderRules(root))) {
      if (files.length === MAX_FILES) return { path: real, label: `${label}/`, files, cut: true };
      if (skip === undefined || skip === "binary") files.push(relative.slice(below.length));
    }
    return { path: real, label: `${label}/`, files, cut: false };
  }

  async #place(real: string, label: string): Promise<{ root: string; inside: string }> {
    for (const folder of this.#paths.folders) {
      const root = await realpath(folder.path).catch(() => folder.path);
      const inside = pathInside(root, real);
      if (inside !== undefined) return { root, inside };
    }
    throw new DuckError("notFound", `There is no folder ${label} in the open folder.`);
  }
}
