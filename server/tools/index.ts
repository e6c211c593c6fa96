import type { CodeSearch } from "../workspace/codeSearch.ts";
import { Confinement } from "../workspace/confinement.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { diagnosticsTool } from "./diagnostics.ts";
import type { EditorKnowledge } from "./editorKnowledge.ts";
import { gitBlameTool, gitDiffTool, gitLogTool } from "./history.ts";
import { listFolderTool } from "./listFolder.ts";
import { readFileTool } from "./readFile.ts";
import { searchCodeTool } from "./searchCode.ts";
import { symbolsTool } from "./symbols.ts";
import type { Tool } from "./tool.ts";

/** All that a model may do by itself, one table. Nothing in it writes. Without an editor nobody knows of problems. */
export function createTools(paths: WorkspacePaths, code: CodeSearch, editor: EditorKnowledge | undefined): Tool[] {
  const confinement = new Confinement(paths);
  return [
    searchCodeTool(code),
    readFileTool(confinement),
    listFolderTool(confinement),
    symbolsTool(confinement, editor),
    ...(editor === undefined ? [] : [diagnosticsTool(confinement, editor)]),
    gitLogTool(confinement),
    gitDiffTool(confinement),
    gitBlameTool(confinement),
  ];
}
