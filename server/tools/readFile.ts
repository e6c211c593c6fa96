import { z } from "zod";
import { DuckError } from "../util/errors.ts";
import { redact } from "../util/redaction.ts";
import type { Confinement } from "../workspace/confinement.ts";
import { readLines } from "../workspace/lineReader.ts";
import { defineTool, lineInput, MAX_RESULT_CHARS, pathInput, type Tool } from "./tool.ts";

/** Room for the note at the end. */
const NOTE_CHARS = 200;

export function readFileTool(confinement: Confinement): Tool {
  return defineTool({
    name: "read_file",
    description:
      "Reads lines of a text file of the workspace. Each line comes with its number. Ask for the lines you need; without them, as many as fit are read from the start.",
    input: z.object({
      path: pathInput,
      startLine: lineInput.optional().describe("First line, from 1."),
      endLine: lineInput.optional().describe("Last line, inclusive."),
    }),
    label: ({ path, startLine, endLine }) => `Read ${path}${rangeOf(startLine, endLine)}`,
    run: async ({ path, startLine = 1, endLine = Number.MAX_SAFE_INTEGER }, signal) => {
      const place = await confinement.find(path);
      if (place.kind === "folder") {
        throw new DuckError("invalidRequest", `${path} is a folder. Use list_folder to see what is in it.`);
      }
      if (endLine < startLine) throw new DuckError("invalidRequest", "endLine must not be less than startLine.");
      const read = await readLines(place.real, { startLine, endLine }, MAX_RESULT_CHARS, signal);
      if (read.kind === "binary") throw new DuckError("invalidRequest", `${path} is not a text file.`);
      const { total } = read;
      const text = redact(read.lines.join("\n")).text.split("\n").slice(0, read.lines.length);
      const lines = numbered(text, startLine);
      const last = startLine + lines.length - 1;
      if (lines.length === 0 && total !== 0) {
        throw new DuckError("invalidRequest", `${path} has no line ${startLine}${total ? `; it has ${total}` : ""}.`);
      }
      const cut = read.cut || lines.length < text.length;
      return {
        label: lines.length === 0 ? `Read ${place.label}` : `Read ${place.label}${rangeOf(startLine, last)}`,
        text: [...lines, note(last, cut, total)].join("\n"),
        summary: lines.length === 0 ? "empty" : lines.length === 1 ? "1 line" : `${lines.length} lines`,
        ...(lines.length > 0 && { location: { path: place.path, startLine, endLine: last } }),
      };
    },
  });
}

/** As many as a result takes. */
function numbered(lines: readonly string[], startLine: number): string[] {
  const result: string[] = [];
  let chars = 0;
  for (const [index, line] of lines.entries()) {
    const shown = `${startLine + index}\t${line}`;
    chars += shown.length + 1;
    if (chars > MAX_RESULT_CHARS - NOTE_CHARS) break;
    result.push(shown);
  }
  return result;
}

function note(last: number, cut: boolean, total: number | undefined): string {
  if (total === 0) return "(The file is empty.)";
  if (total !== undefined && last >= total) return "(End of the file.)";
  const more = cut ? `Cut off here; go on with startLine ${last + 1}.` : "There is more below.";
  return total === undefined ? `(${more})` : `(${more} The file has ${total} lines.)`;
}

function rangeOf(startLine: number | undefined, endLine: number | undefined): string {
  if (startLine === undefined && endLine === undefined) return "";
  if (endLine === undefined) return `:${startLine}-`;
  return endLine === (startLine ?? 1) ? `:${endLine}` : `:${startLine ?? 1}-${endLine}`;
}
