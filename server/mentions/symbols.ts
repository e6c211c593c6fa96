import { readFile, stat } from "node:fs/promises";
import type { MentionSuggestion } from "../protocol/mentions.ts";
import { languageOf } from "../util/languageOf.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { ListedFile } from "../workspace/fileList.ts";
import { type FuzzyMatch, fuzzyMatch } from "../workspace/fuzzy.ts";
import { type FoundSymbol, symbolsIn } from "../workspace/symbols.ts";

/** Pieces of code that are looked through for definitions. */
const HITS = 30;
/** A larger file is read by the index alone. */
const MAX_FILE_BYTES = 200_000;
const CHARACTERS_PER_LINE = 40;
const CHARACTERS_PER_TOKEN = 3.5;

interface Piece {
  readonly path: string;
  readonly label: string;
  readonly startLine: number;
  readonly text: string;
}

interface Found {
  readonly piece: Piece;
  readonly symbol: FoundSymbol;
  readonly match: FuzzyMatch;
}

/**
 * Definitions in the code that matches, and in files whose name does: what there is where no language of the editor knows
 * symbols.
 */
export async function symbolSuggestions(
  code: CodeSearch,
  likelyFiles: readonly ListedFile[],
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<MentionSuggestion[]> {
  if (query.length < 2) return [];
  const [hits, files] = await Promise.all([
    code.status.state === "ready" ? code.search(query, { limit: HITS, signal }) : [],
    Promise.all(likelyFiles.map(read)),
  ]);
  const found = [...hits, ...files.flatMap((file) => file ?? [])].flatMap((piece) => symbolsOf(piece, query));
  const unique = new Map(found.map((one) => [`${one.symbol.startLine} ${one.symbol.name} ${one.piece.path}`, one]));
  return [...unique.values()]
    .sort((a, b) => b.match.score - a.match.score)
    .slice(0, limit)
    .map(suggestionOf);
}

function symbolsOf(piece: Piece, query: string): Found[] {
  return symbolsIn(piece.text, piece.startLine).flatMap((symbol) => {
    const match = fuzzyMatch(query, symbol.name);
    return match === undefined ? [] : [{ piece, symbol, match }];
  });
}

async function read({ path, label }: ListedFile): Promise<Piece | undefined> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) return undefined;
    return { path, label, startLine: 1, text: await readFile(path, "utf8") };
  } catch {
    return undefined;
  }
}

function suggestionOf({ piece, symbol: { name, startLine, endLine }, match }: Found): MentionSuggestion {
  const { path, label } = piece;
  return {
    attachment: { kind: "symbol", name, path, language: languageOf(path), startLine, endLine },
    label: name,
    detail: `${label.slice(label.lastIndexOf("/") + 1)}:${startLine}`,
    tokens: Math.ceil(((endLine - startLine + 1) * CHARACTERS_PER_LINE) / CHARACTERS_PER_TOKEN),
    letters: match.letters,
  };
}
