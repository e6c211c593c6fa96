import { Confinement } from "../workspace/confinement.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { readFileTool } from "./readFile.ts";
import type { Tool } from "./tool.ts";

/** All that a model may do by itself, one table. Nothing in it writes. */
export function createTools(paths: WorkspacePaths): Tool[] {
  const confinement = new Confinement(paths);
  return [readFileTool(confinement)];
}
