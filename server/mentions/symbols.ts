import { extname } from "node:path";
import type { MentionSuggestion } from "../protocol/mentions.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import { fuzzyMatch } from "../workspace/fuzzy.ts";
import { symbolsIn } from "../workspace/symbols.ts";

/** Pieces of code that are looked through for definitions. */
const HITS = 30;
const CHARACTERS_PER_LINE = 40;
const CHARACTERS_PER_TOKEN = 3.5;

/** Definitions in the code that matches: what there is where no language of the editor knows symbols. */
export async function symbolSuggestions(
  code: CodeSearch,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<MentionSuggestion[]> {
  if (query.length < 2 || code.status.state !== "ready") return [];
  const hits = await code.search(query, { limit: HITS, signal });
  const found = hits.flatMap((hit) =>
    symbolsIn(hit.text, hit.startLine).flatMap((symbol) => {
      const match = fuzzyMatch(query, symbol.name);
      return match === undefined ? [] : [{ hit, symbol, match }];
    }),
  );
  const unique = new Map(found.map((one) => [`${one.hit.path} ${one.symbol.name}`, one]));
  return [...unique.values()]
    .sort((a, b) => b.match.score - a.match.score)
    .slice(0, limit)
    .map(({ hit, symbol, match }) => ({
      attachment: {
        kind: "symbol",
        name: symbol.name,
        path: hit.path,
        language: extname(hit.path).slice(1),
        startLine: symbol.startLine,
        endLine: symbol.endLine,
      },
      label: symbol.name,
      detail: `${hit.label.slice(hit.label.lastIndexOf("/") + 1)}:${symbol.startLine}`,
      tokens: Math.ceil(((symbol.endLine - symbol.startLine + 1) * CHARACTERS_PER_LINE) / CHARACTERS_PER_TOKEN),
      letters: match.letters,
    }));
}
