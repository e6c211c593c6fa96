import { stat } from "node:fs/promises";
import { basename } from "node:path/posix";
import { DuckError } from "../util/errors.ts";
import type { FileList } from "./fileList.ts";
import type { FileReader } from "./fileReader.ts";
import { symbolsIn } from "./symbols.ts";
import type { WorkspacePaths } from "./workspacePaths.ts";

/**
 * The code as memory asks for it, by the names that people use. What must not be read (a secret file, one outside the workspace)
 * cannot be told; nor can anything while a folder of the workspace is not there, as on a drive that is not connected.
 */
export class WorkspaceCode {
  readonly #files: FileReader;
  readonly #list: FileList;
  readonly #paths: WorkspacePaths;

  constructor(files: FileReader, list: FileList, paths: WorkspacePaths) {
    this.#files = files;
    this.#list = list;
    this.#paths = paths;
  }

  /** Undefined when there is no such file. */
  async read(path: string): Promise<string | undefined> {
    await Promise.all(this.#paths.folders.map((folder) => stat(folder.path)));
    return this.#files.read(path).then(
      ({ text }) => text,
      (error) => {
        if (error instanceof DuckError && error.code === "notFound") return undefined;
        throw error;
      },
    );
  }

  /** The text of a definition, at most its first 80 lines; a member is asked for by its own name or behind that of its class. */
  async symbolText(path: string, symbol: string): Promise<string | undefined> {
    const text = await this.read(path);
    const name = symbol.split(/[.#:]+/).at(-1);
    const found = text === undefined ? undefined : symbolsIn(text, 1).find((one) => one.name === name);
    return (
      found &&
      text
        ?.split("\n")
        .slice(found.startLine - 1, found.endLine)
        .join("\n")
    );
  }

  async named(name: string): Promise<readonly string[]> {
    const { files } = await this.#list.list();
    return files.map(({ label }) => label).filter((label) => basename(label) === name);
  }
}
