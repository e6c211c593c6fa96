import { stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { MentionSuggestion } from "../protocol/mentions.ts";
import { languageOf } from "../util/languageOf.ts";
import type { Listed, ListedFile } from "../workspace/fileList.ts";
import { fuzzyMatch, fuzzyScore } from "../workspace/fuzzy.ts";

/** So many names are matched at once: a few milliseconds. */
const STEP = 1000;
const BYTES_PER_TOKEN = 3.5;

/** Files by what was typed of their name or path, best first, with about what they cost. */
export async function fileSuggestions(
  { files }: Listed,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<MentionSuggestion[]> {
  const best = await bestOf(files, query, limit, signal);
  return Promise.all(
    best.map(async ({ path, label }) => {
      const stats = await stat(path).catch(() => undefined);
      return {
        attachment: { kind: "file" as const, path, language: languageOf(path), mentioned: true },
        ...inTwo(label, query),
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
  return best.map(({ path, label }) => ({
    attachment: { kind: "folder", path },
    ...inTwo(label, query),
  }));
}

/** The files whose name fits best. */
export async function likelyFiles(
  { files }: Listed,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<ListedFile[]> {
  return bestOf(files, query, limit, signal);
}

async function bestOf(
  all: readonly ListedFile[],
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<ListedFile[]> {
  let best: Ranked[] = [];
  for (let start = 0; start < all.length; start += STEP) {
    signal.throwIfAborted();
    for (const one of all.slice(start, start + STEP)) {
      const score = fuzzyScore(query, one.label);
      const least = best.length < limit ? Number.NEGATIVE_INFINITY : (best.at(-1)?.score ?? 0);
      if (score === undefined || score < least) continue;
      best = [...best, { one, score }].sort(byScore).slice(0, limit);
    }
    await setImmediate();
  }
  return best.map(({ one }) => one);
}

interface Ranked {
  readonly one: ListedFile;
  readonly score: number;
}

function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || (a.one.label < b.one.label ? -1 : 1);
}

/** The name, and the folder that it is in; of the letters those that fall into the name. */
function inTwo(label: string, query: string): Pick<MentionSuggestion, "label" | "detail" | "letters"> {
  const letters = fuzzyMatch(query, label)?.letters ?? [];
  const nameAt = label.lastIndexOf("/") + 1;
  const inName = letters.filter((at) => at >= nameAt).map((at) => at - nameAt);
  const detail = label.slice(0, Math.max(0, nameAt - 1));
  return { label: label.slice(nameAt), ...(detail !== "" && { detail }), letters: inName };
}
