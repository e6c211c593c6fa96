import { basename, isAbsolute, join, relative, sep } from "node:path";

export interface WorkspaceFolder {
  readonly path: string;
  readonly name: string;
}

/** Turns absolute paths into what a person reads and writes, and back. */
export class WorkspacePaths {
  readonly folders: readonly WorkspaceFolder[];

  constructor(folders: readonly WorkspaceFolder[]) {
    this.folders = folders;
  }

  /** Relative to its folder, with forward slashes; prefixed by the folder's name when there are several. */
  label(path: string): string {
    for (const folder of this.folders) {
      const inside = relative(folder.path, path);
      if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) continue;
      const slashes = inside.split(sep).join("/");
      return this.folders.length > 1 ? `${folder.name}/${slashes}` : slashes;
    }
    return basename(path);
  }

  /** The absolute paths that a label may mean. */
  candidates(label: string): string[] {
    if (isAbsolute(label)) return [label];
    return this.folders.flatMap((folder) => {
      const direct = join(folder.path, label);
      const prefix = `${folder.name}/`;
      return label.startsWith(prefix) ? [join(folder.path, label.slice(prefix.length)), direct] : [direct];
    });
  }
}
