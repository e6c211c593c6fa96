import { z } from "zod";
import type { EditorDiagnostic } from "../protocol/editor.ts";
import type { Confinement } from "../workspace/confinement.ts";
import { pathInside } from "../workspace/folders.ts";
import type { EditorKnowledge } from "./editorKnowledge.ts";
import { cappedLines, defineTool, pathInput, type Tool } from "./tool.ts";

export function diagnosticsTool(confinement: Confinement, editor: EditorKnowledge): Tool {
  return defineTool({
    name: "diagnostics",
    description:
      "The problems that the editor shows: errors and warnings of compilers and linters, of one file or folder with a path, else of all.",
    input: z.object({ path: pathInput.optional() }),
    label: ({ path }) => `Problems of ${path ?? "the workspace"}`,
    run: async ({ path }, signal) => {
      const place = path === undefined ? undefined : await confinement.find(path);
      const found = await editor.diagnostics(place?.kind === "file" ? place.path : undefined, signal);
      const files = await confinement.allowed(found.map((diagnostic) => diagnostic.path));
      const lines = [...found].sort(byUrgency).flatMap((diagnostic) => {
        const file = files.get(diagnostic.path);
        const isThere = file && (place === undefined || pathInside(place.real, file.real) !== undefined);
        return isThere ? [`${file.label}:${diagnostic.line} ${wordsOf(diagnostic)}`] : [];
      });
      // Compilers and linters go on while the answer is made.
      const passing = true;
      if (lines.length === 0) return { text: "The editor shows no problems there.", summary: "no problems", passing };
      return {
        passing,
        text: cappedLines(lines, "problems"),
        summary: lines.length === 1 ? "1 problem" : `${lines.length} problems`,
      };
    },
  });
}

const URGENCY = { error: 0, warning: 1, information: 2, hint: 3 };

function byUrgency(a: EditorDiagnostic, b: EditorDiagnostic): number {
  return URGENCY[a.severity] - URGENCY[b.severity];
}

function wordsOf({ severity, message, source, code }: EditorDiagnostic): string {
  const origin = [source, code].filter(Boolean).join(" ");
  return `${severity}: ${message.replace(/\s+/g, " ")}${origin ? ` (${origin})` : ""}`;
}
