/** What a line may be for the format in which models give edits (blocks.ts). */

export type LineKind =
  | { readonly kind: "open"; readonly marks: number }
  | { readonly kind: "delete" }
  | { readonly kind: "fence"; readonly fence: string; readonly isBare: boolean }
  | { readonly kind: "blank" }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "prose" };

/**
 * Whether a line is talk, whatever comes behind its beginning: what is said of a beginning holds for every line that begins so. Hence
 * talk can be shown at once, while a line that may yet be a path or a marker waits for its end.
 */
export function isTalk(beginning: string): boolean {
  const { length } = beginning.replace(/\r?\n?$/, "");
  return length > MAX_HELD || /\S(?:[ \t]+\S+){5}/.test(beginning) || /[,;!?]["')*_`]*[ \t]/.test(beginning);
}

/** @param line without its end. */
export function kindOf(line: string): LineKind {
  if (line.trim() === "") return { kind: "blank" };
  if (isTalk(line)) return { kind: "prose" };
  const marks = /^(<{7,}) SEARCH[ \t]*$/.exec(line)?.[1]?.length;
  if (marks !== undefined) return { kind: "open", marks };
  if (/^<{7,} DELETE(?: >{7,})?[ \t]*$/.test(line)) return { kind: "delete" };
  const [, fence, info] = /^ {0,3}(`{3,}|~{3,})([^`]*)$/.exec(line) ?? [];
  if (fence !== undefined) return { kind: "fence", fence, isBare: info?.trim() === "" };
  const path = pathIn(line);
  return path === undefined ? { kind: "prose" } : { kind: "path", path };
}

/** A header line is shorter: a path may have 4,096 bytes, none that people use has a tenth of that. */
const MAX_HELD = 300;

/** "src/a.ts", "### src/a.ts:", "1. **`src/a.ts`**", "File: src/a.ts", "In `src/a.ts`:". */
function pathIn(line: string): string | undefined {
  const [, quoted] = /`([^`]+)`/.exec(line) ?? [];
  const bare = (quoted ?? line)
    .replace(/^\s*(?:#{1,6}|[-*+]|\d+\.)[ \t]+/, "")
    .replace(/^(?:file|path)(?:name)?:[ \t]*/i, "")
    .replace(/^[*_]+|[*:]+[ \t]*$/g, "")
    .trim();
  const words = bare.split(/[ \t]+/);
  const isOne = quoted !== undefined || words.length === 1 || /[/\\]/.test(words[0] ?? "");
  const named = isOne ? [bare] : words.filter(isPathLike);
  const [path = ""] = named;
  return named.length === 1 && path !== "" && !/[<>"|\0]|^[=-]+$/.test(path) ? path : undefined;
}

function isPathLike(word: string): boolean {
  return /[/\\]|\.\w+$/.test(word);
}
