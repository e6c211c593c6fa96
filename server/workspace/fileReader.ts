import { open, realpath, stat } from "node:fs/promises";
import type { Attachment, FileAttachment, SelectionAttachment, SymbolAttachment } from "../protocol/attachments.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { pathInside } from "./folders.ts";
import { isSecretFile } from "./secretFiles.ts";
import { findSymbol } from "./symbols.ts";
import { isOfVersionControl } from "./versionControl.ts";
import type { WorkspacePaths } from "./workspacePaths.ts";

export interface ReadFile {
  readonly path: string;
  readonly label: string;
  readonly text: string;
}

/** What is attached of a file. */
export type PlaceAttachment = FileAttachment | SelectionAttachment | SymbolAttachment;

/** Its text is there. */
export type LoadedAttachment = PlaceAttachment & { readonly text: string };

const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads files that a person names: only inside the workspace, by real path, never a secret one, and nothing that version
 * control keeps for itself.
 */
export class FileReader {
  readonly #paths: WorkspacePaths;

  constructor(paths: WorkspacePaths) {
    this.#paths = paths;
  }

  /** Throws DuckError "notFound" or "invalidRequest" with what to do. */
  async read(label: string): Promise<ReadFile> {
    const path = await this.find(label, "file");
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new DuckError(
        "invalidRequest",
        `${label} is larger than 1 MiB. Select the part you mean in the editor instead.`,
      );
    }
    return { path, label: this.#paths.label(path), text: await readText(path, label) };
  }

  /** The real path of a file or folder of the workspace. Throws like `read`. */
  async find(label: string, kind: "file" | "folder"): Promise<string> {
    for (const candidate of label.includes("\0") ? [] : this.#paths.candidates(label)) {
      const path = await realpath(candidate).catch(() => undefined);
      if (path === undefined || !(await isOfKind(path, kind))) continue;
      // Asked as a file in it would be: a folder of keys is secret by what lies in it.
      if ([candidate, path].some((name) => isSecretFile(kind === "folder" ? `${name}/-` : name))) throw secret(label);
      const relative = await this.#inside(path);
      if (relative === undefined) {
        throw new DuckError(
          "invalidRequest",
          `${label} lies outside the open folder, so I do not read it. Open its folder first.`,
        );
      }
      if (isOfVersionControl(relative)) throw versionControl(label);
      return path;
    }
    throw new DuckError(
      "notFound",
      `There is no ${kind} ${label} in the open folder. Write its path as the explorer shows it.`,
    );
  }

  /** With its text: that of a file is read when it did not come along. Throws like `read`. */
  async load(attachment: PlaceAttachment): Promise<LoadedAttachment> {
    const real = await realpath(attachment.path).catch(() => attachment.path);
    const label = this.#paths.label(attachment.path);
    if (isSecretFile(attachment.path) || isSecretFile(real)) throw secret(label);
    if (isOfVersionControl((await this.#inside(real)) ?? real.replaceAll("\\", "/"))) throw versionControl(label);
    const { text } = attachment;
    if (text !== undefined) return { ...attachment, text };
    const file = await this.#readPath(attachment.path);
    if (attachment.kind === "file") return { ...attachment, text: file.text };
    const lines = file.text.split(/\r\n|\r|\n/);
    if (attachment.kind === "selection") return { ...attachment, ...linesOf(lines, attachment) };
    const found = findSymbol(lines, attachment);
    if (found === undefined) throw new DuckError("notFound", `${attachment.name} is not in ${file.label} any more.`);
    return { ...attachment, ...linesOf(lines, found) };
  }

  async #readPath(path: string): Promise<ReadFile> {
    const label = this.#paths.label(path);
    try {
      return await this.read(path);
    } catch (error) {
      if (error instanceof DuckError && error.code === "notFound") throw gone(label, error);
      throw naming(error, path, label);
    }
  }

  /** A real path, seen from the folder that it lies in. */
  async #inside(real: string): Promise<string | undefined> {
    for (const folder of this.#paths.folders) {
      const root = await realpath(folder.path).catch(() => folder.path);
      const relative = pathInside(root, real);
      if (relative !== undefined) return relative;
    }
    return undefined;
  }
}

export function isPlace(attachment: Attachment): attachment is PlaceAttachment {
  return attachment.kind === "file" || attachment.kind === "selection" || attachment.kind === "symbol";
}

/** The error with a shorter name for the file: the one that the panel shows. */
export function naming(error: unknown, path: string, label: string): unknown {
  if (!(error instanceof DuckError)) return error;
  return new DuckError(error.code, error.message.replaceAll(path, label), { cause: error });
}

/** Something that a person named and that was there then. */
export function gone(label: string, cause: unknown): DuckError {
  return new DuckError("notFound", `${label} is not there any more.`, { cause });
}

async function isOfKind(path: string, kind: "file" | "folder"): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return (kind === "file" ? stats?.isFile() : stats?.isDirectory()) ?? false;
}

function linesOf(lines: readonly string[], { startLine, endLine }: { startLine: number; endLine: number }) {
  const last = Math.min(endLine, lines.length);
  if (startLine > last) throw new DuckError("notFound", `The file has only ${lines.length} lines by now.`);
  return { startLine, endLine: last, text: lines.slice(startLine - 1, last).join("\n") };
}

function secret(label: string): DuckError {
  return new DuckError("invalidRequest", `${label} looks like a file with secrets, so I do not read it.`);
}

function versionControl(label: string): DuckError {
  return new DuckError("invalidRequest", `${label} belongs to version control, so I do not read it.`);
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
