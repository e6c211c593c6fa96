import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { MentionSuggestion } from "../protocol/mentions.ts";
import type { Listed, ListedFile } from "../workspace/fileList.ts";
import { type FuzzyMatch, fuzzyMatch } from "../workspace/fuzzy.ts";

/** So many names are matched at once: a few milliseconds. */
const STEP = 4000;
const BYTES_PER_TOKEN = 3.5;

interface Ranked<T> {
  readonly one: T;
  readonly match: FuzzyMatch;
}

/** Files by what was typed of their name or path, best first, with about what they cost. */
export async function fileSuggestions(
  { files }: Listed,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<MentionSuggestion[]> {
  const best = await bestOf(files, query, limit, signal);
  return Promise.all(
    best.map(async ({ one: { path, label }, match }) => {
      const stats = await stat(path).catch(() => undefined);
      return {
        attachment: { kind: "file" as const, path, language: extname(path).slice(1), mentioned: true },
        ...inTwo(label, match),
        ...(stats && { tokens: Math.ceil(stats.size / BYTES_PER_TOKEN) }),
      };
    }),
  );
}

/** Folders that hold listed files, by what was typed of their name or path. */
export async function folderSuggestions(
  { folders }: Listed,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<MentionSuggestion[]> {
  const best = await bestOf(folders, query, limit, signal);
  return best.map(({ one: { path, label }, match }) => ({
    attachment: { kind: "folder", path },
    ...inTwo(label, match),
  }));
}

/** The files whose name fits best. */
export async function likelyFiles(
  { files }: Listed,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<ListedFile[]> {
  return (await bestOf(files, query, limit, signal)).map(({ one }) => one);
}

async function bestOf<T extends ListedFile>(
  all: readonly T[],
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<Ranked<T>[]> {
  let best: Ranked<T>[] = [];
  for (let start = 0; start < all.length; start += STEP) {
    signal.throwIfAborted();
    const step = all.slice(start, start + STEP).flatMap((one) => {
      const match = fuzzyMatch(query, one.label);
      return match === undefined ? [] : [{ one, match }];
    });
    best = [...best, ...step].sort(byScore).slice(0, limit);
    await setImmediate();
  }
  return best;
}

function byScore<T extends ListedFile>(a: Ranked<T>, b: Ranked<T>): number {
  return b.match.score - a.match.score || (a.one.label < b.one.label ? -1 : 1);
}

/** The name, and the folder that it is in; of the letters those that fall into the name. */
function inTwo(label: string, { letters }: FuzzyMatch): Pick<MentionSuggestion, "label" | "detail" | "letters"> {
  const nameAt = label.lastIndexOf("/") + 1;
  const inName = letters.filter((at) => at >= nameAt).map((at) => at - nameAt);
  const detail = label.slice(0, Math.max(0, nameAt - 1));
  return { label: label.slice(nameAt), ...(detail !== "" && { detail }), letters: inName };
}
