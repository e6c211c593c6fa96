import { open, realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import type { Attachment } from "../protocol/events.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { isSecretFile } from "./secretFiles.ts";
import type { WorkspacePaths } from "./workspacePaths.ts";

export interface ReadFile {
  readonly path: string;
  readonly label: string;
  readonly text: string;
}

/** An attachment whose text is there. */
export type LoadedAttachment = Attachment & { readonly text: string };

const MAX_FILE_BYTES = 1024 * 1024;

/** Reads files that a person names: only inside the workspace, by real path, and never a secret one. */
export class FileReader {
  readonly #paths: WorkspacePaths;

  constructor(paths: WorkspacePaths) {
    this.#paths = paths;
  }

  /** Throws DuckError "notFound" or "invalidRequest" with what to do. */
  async read(label: string): Promise<ReadFile> {
    const path = await this.#find(label);
    if (isSecretFile(path)) throw secret(label);
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new DuckError(
        "invalidRequest",
        `${label} is larger than 1 MiB. Select the part you mean in the editor instead.`,
      );
    }
    return { path, label: this.#paths.label(path), text: await readText(path, label) };
  }

  /** An attachment with its text: that of a file is read when it did not come along. Undefined when it cannot be. */
  async load(attachment: Attachment): Promise<LoadedAttachment | undefined> {
    const real = await realpath(attachment.path).catch(() => attachment.path);
    if (isSecretFile(attachment.path) || isSecretFile(real)) return undefined;
    if (attachment.kind === "selection") return attachment;
    if (attachment.text !== undefined) return { ...attachment, text: attachment.text };
    const file = await this.read(attachment.path).catch(() => undefined);
    return file && { ...attachment, text: file.text };
  }

  async #find(label: string): Promise<string> {
    for (const candidate of this.#paths.candidates(label)) {
      const path = await realpath(candidate).catch(() => undefined);
      if (path === undefined || !(await stat(path)).isFile()) continue;
      if (isSecretFile(candidate)) throw secret(label);
      if (await this.#isInside(path)) return path;
      throw new DuckError(
        "invalidRequest",
        `${label} lies outside the open folder, so I do not read it. Open its folder first.`,
      );
    }
    throw new DuckError(
      "notFound",
      `There is no file ${label} in the open folder. Write its path as the explorer shows it.`,
    );
  }

  async #isInside(path: string): Promise<boolean> {
    for (const folder of this.#paths.folders) {
      const root = await realpath(folder.path).catch(() => folder.path);
      if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return true;
    }
    return false;
  }
}

function secret(label: string): DuckError {
  return new DuckError("invalidRequest", `${label} looks like a file with secrets, so I do not read it.`);
}

async function readText(path: string, label: string): Promise<string> {
  try {
    await using handle = await open(path, "r");
    const bytes = await handle.readFile();
    if (bytes.subarray(0, 8192).includes(0)) throw new DuckError("invalidRequest", `${label} is not a text file.`);
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof DuckError) throw error;
    throw new DuckError("notFound", `${label} could not be read: ${causeOf(error)}`, { cause: error });
  }
}
