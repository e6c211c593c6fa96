import { join } from "node:path";
import type { SearchHit } from "../protocol/requests.ts";
import { redact } from "../util/redaction.ts";
import { cutChunk, wholeDefinitions } from "./chunks.ts";
import type { FolderHistory } from "./folderHistory.ts";
import type { IndexState } from "./indexState.ts";
import { type ReadResult, readText } from "./readText.ts";
import { type Candidate, candidatesOf } from "./search/hits.ts";
import { parseQuery } from "./search/query.ts";
import { rank } from "./search/rank.ts";

export interface IndexQuery {
  readonly query: string;
  readonly limit: number;
  /** Only files in these folders, or these files; absolute. */
  readonly paths?: readonly string[] | undefined;
  /** Files the user is at; absolute. */
  readonly near?: readonly string[] | undefined;
}

/** A search starts over when a hit turns out to have changed, but not for ever in a folder that is being written. */
const MAX_ATTEMPTS = 3;

/** The best hits, each with the text that the file has now. `onStale` is told of each file that is not what the index has of it. */
export async function searchIndex(
  state: IndexState,
  history: FolderHistory,
  query: IndexQuery,
  onStale: (path: string, read: ReadResult) => void,
): Promise<SearchHit[]> {
  for (let attempt = 1; ; attempt++) {
    const candidates = find(state, history, query);
    const reads = await readEach(candidates.flatMap(({ label }) => state.files.pathOf(label) ?? []));
    const stale = [...reads].filter(([path, read]) => !state.isCurrent(path, read));
    if (stale.length === 0 || attempt === MAX_ATTEMPTS) return hitsOf(state, candidates, reads);
    for (const [path, read] of stale) onStale(path, read);
    state.flush();
  }
}

function find(state: IndexState, history: FolderHistory, { query, limit, paths, near = [] }: IndexQuery): Candidate[] {
  const parsed = parseQuery(query);
  if (parsed.terms.length === 0) return [];
  const labelsOf = (some: readonly string[]) => some.flatMap((path) => state.labelOf(path) ?? []);
  const within = paths && labelsOf(paths);
  const isWithin = (label: string) => (base: string) => base === "" || label === base || label.startsWith(`${base}/`);
  const ranked = rank(state.corpus, parsed, {
    limit,
    near: labelsOf(near),
    history: history.of(parsed),
    admits: within && ((label) => within.some(isWithin(label))),
  });
  return candidatesOf(ranked, limit);
}

function hitsOf(
  state: IndexState,
  candidates: readonly Candidate[],
  reads: ReadonlyMap<string, ReadResult>,
): SearchHit[] {
  const hits: SearchHit[] = [];
  for (const { label, startLine, endLine, score, signals } of candidates) {
    const path = state.files.pathOf(label) ?? "";
    const read = reads.get(path);
    const file = state.files.get(path);
    if (!file || read?.kind !== "text" || !state.isCurrent(path, read)) continue;
    const range = wholeDefinitions({ startLine, endLine }, state.definitions.get(path));
    const chunk = cutChunk(read.text, range, file.read?.hasSecrets === false ? undefined : withoutSecrets);
    const hit = { path: join(file.folder.path, file.relative), label, ...chunk, score, signals };
    if (!hits.some((other) => other.path === hit.path && overlap(other, hit))) hits.push(hit);
  }
  const top = hits[0]?.score || 1;
  return hits.map((hit) => ({ ...hit, score: hit.score / top }));
}

function withoutSecrets(text: string): string {
  return redact(text).text;
}

async function readEach(paths: readonly string[]): Promise<Map<string, ReadResult>> {
  const entries = [...new Set(paths)].map(async (path) => [path, await readText(path)] as const);
  return new Map(await Promise.all(entries));
}

function overlap(a: SearchHit, b: SearchHit): boolean {
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}
