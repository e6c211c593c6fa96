import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DuckError } from "../util/errors.ts";
import type { Confinement, Place } from "../workspace/confinement.ts";
import { FolderRules } from "../workspace/ignore.ts";
import { isIgnoredName } from "../workspace/ignoredNames.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import { cappedLines, defineTool, pathInput, type Tool } from "./tool.ts";

export function listFolderTool(confinement: Confinement): Tool {
  return defineTool({
    name: "list_folder",
    description:
      "Lists the files and folders directly in a folder of the workspace; folders end with a slash. Files with secrets and what git ignores are not listed, only counted.",
    input: z.object({ path: pathInput.default(".").describe("Folder; the workspace itself without it.") }),
    label: ({ path }) => `List ${path}`,
    run: async ({ path }) => {
      const folders = await confinement.folders();
      if (isTop(path) && folders.length > 1) {
        return { text: folders.map(({ prefix }) => prefix).join("\n"), summary: `${folders.length} folders` };
      }
      const place = await confinement.find(isTop(path) ? "." : path);
      if (place.kind === "file") throw new DuckError("invalidRequest", `${path} is a file. Use read_file.`);
      const { names, hidden } = await entriesOf(place);
      const note = hidden > 0 ? [`(${hidden} more: ignored, or files with secrets.)`] : [];
      return {
        label: `List ${place.label}`,
        text: names.length + hidden === 0 ? "(The folder is empty.)" : cappedLines([...names, ...note], "entries"),
        summary: names.length === 1 ? "1 entry" : `${names.length} entries`,
      };
    },
  });
}

function isTop(path: string): boolean {
  return path === "." || path === "./" || path === "/";
}

/** Folders first, each kind by name. */
async function entriesOf({ real, relative, folder }: Place): Promise<{ names: string[]; hidden: number }> {
  const entries = await readdir(real, { withFileTypes: true });
  const rules = await new FolderRules(folder.real).at(relative);
  const isHidden = (entry: Dirent) => {
    const path = join(real, entry.name);
    if (isIgnoredName(entry.name) || isSecretFile(path)) return true;
    return rules?.ignores(path, entry.isDirectory() ? "folder" : "file") ?? false;
  };
  const shown = entries.filter((entry) => !isHidden(entry));
  const kinds = await Promise.all(shown.map((entry) => isFolder(real, entry)));
  const names = (folders: boolean) =>
    shown
      .filter((_, index) => kinds[index] === folders)
      .map(({ name }) => (folders ? `${name}/` : name))
      .sort();
  return { names: [...names(true), ...names(false)], hidden: entries.length - shown.length };
}

/** Or a link to one. A link to nothing is listed as a file, which is what git keeps of it. */
async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(join(parent, entry.name)).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
