import { z } from "zod";
import type { SearchHit } from "../protocol/requests.ts";
import { codeFence } from "../util/markdown.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import { defineTool, MAX_RESULT_CHARS, type Tool } from "./tool.ts";

export function searchCodeTool(code: CodeSearch): Tool {
  return defineTool({
    name: "search_code",
    description:
      "Searches the workspace's code by words: names, parts of names, words from comments or messages. Gives the best matching pieces with path and lines.",
    input: z.object({
      query: z.string().min(1).max(1000).describe("Words that stand in the code; several are better than one."),
      limit: z.int().min(1).max(20).optional().describe("How many pieces, 8 without it."),
    }),
    label: ({ query }) => `Search “${query}”`,
    run: async ({ query, limit = 8 }, signal) => {
      const hits = (await code.search(query, { limit, signal })).filter(({ path }) => !isSecretFile(path));
      if (hits.length === 0) return { text: nothing(code), summary: "nothing", ...passing(code) };
      return {
        text: fitting(hits),
        summary: hits.length === 1 ? "1 place" : `${hits.length} places`,
        ...passing(code),
      };
    },
  });
}

function passing({ status }: CodeSearch): { passing?: true } {
  return status.state === "ready" ? {} : { passing: true };
}

function nothing({ status }: CodeSearch): string {
  if (status.state === "ready") return "Nothing matches these words. Try a name that stands in the code.";
  return `The code cannot be searched: ${status.message ?? "it is still being read"}. List folders and read files instead.`;
}

/** As many pieces as a result takes, the best first. */
function fitting(hits: readonly SearchHit[]): string {
  const shown: string[] = [];
  let chars = 0;
  for (const { label, startLine, endLine, text } of hits) {
    const piece = `${label}:${startLine}-${endLine}\n${codeFence(text)}`;
    chars += piece.length + 2;
    if (chars > MAX_RESULT_CHARS && shown.length > 0) break;
    shown.push(piece);
  }
  const left = hits.slice(shown.length).map(({ label, startLine }) => `${label}:${startLine}`);
  return [...shown, ...(left.length > 0 ? [`Also: ${left.join(", ")}`] : [])].join("\n\n");
}
