import { z } from "zod";
import type { EditorSymbol } from "../protocol/editor.ts";
import { DuckError } from "../util/errors.ts";
import type { Confinement, Place } from "../workspace/confinement.ts";
import { definitionsIn } from "../workspace/definitions.ts";
import { readText } from "../workspace/readText.ts";
import type { EditorKnowledge } from "./editorKnowledge.ts";
import { cappedLines, defineTool, pathInput, type Tool } from "./tool.ts";

export function symbolsTool(confinement: Confinement, editor: EditorKnowledge | undefined): Tool {
  return defineTool({
    name: "symbols",
    description:
      "Functions, classes, types and the like with their lines: with a path, those that a file defines; with a query, those of the whole workspace whose name matches.",
    input: z.object({
      path: pathInput.optional(),
      query: z.string().min(1).max(200).optional().describe("A name or a part of one."),
    }),
    label: ({ path, query }) => `Symbols of ${path ?? `“${query ?? ""}”`}`,
    run: async ({ path, query }, signal) => {
      const lines = await linesFor(confinement, editor, path, query, signal);
      if (lines.length === 0)
        return { text: "There are none, or no extension of the editor knows them.", summary: "none" };
      return {
        text: cappedLines(lines, "symbols"),
        summary: lines.length === 1 ? "1 symbol" : `${lines.length} symbols`,
      };
    },
  });
}

async function linesFor(
  confinement: Confinement,
  editor: EditorKnowledge | undefined,
  path: string | undefined,
  query: string | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  if (path !== undefined) {
    const place = await confinement.find(path);
    if (place.kind === "folder") throw new DuckError("invalidRequest", `${path} is a folder. Name a file.`);
    const known = (await editor?.symbols({ path: place.path }, signal)) ?? [];
    return known.length > 0 ? known.map(lineOf) : byForm(place);
  }
  if (query === undefined) throw new DuckError("invalidRequest", "Give a path or a query.");
  if (editor === undefined) throw new DuckError("notFound", "No editor is here to ask. Use search_code.");
  const symbols = await editor.symbols({ query }, signal);
  const files = await confinement.allowed(symbols.map((symbol) => symbol.path));
  return symbols.flatMap((symbol) => {
    const file = files.get(symbol.path);
    return file ? [`${file.label}:${lineOf(symbol)}`] : [];
  });
}

function lineOf({ startLine, endLine, kind, name, container }: EditorSymbol): string {
  return `${startLine}-${endLine} ${kind} ${name}${container ? ` in ${container}` : ""}`;
}

/** What looks like a definition, for a language that no extension of the editor knows. */
async function byForm({ real }: Place): Promise<string[]> {
  const read = await readText(real);
  if (read.kind !== "text") return [];
  return definitionsIn(read.text).map(({ kind, name, line }) => `${line} ${kind} ${name}`);
}
