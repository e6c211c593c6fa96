import { CHUNK_BLOCKS } from "./corpus.ts";
import { BLOCK_LINES } from "./fields.ts";
import type { RankedFile, Signals } from "./rank.ts";

/** Some lines of a file that answer a query, before their text is read. */
export interface Candidate {
  readonly label: string;
  /** From 1, inclusive; the file may end earlier. */
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
  /** What gave its file the score, without what gave nothing. */
  readonly signals: Readonly<Partial<Signals>>;
}

/** One file that answers all of it should not hide the others. */
const CHUNKS_PER_FILE = 3;
/** What a second chunk is worth of its file's score at most, and a third. */
const SHARES = [1, 0.6, 0.4];

/** The best places of the best files: first chunks by their file's score, later ones by how they compare with the first. */
export function candidatesOf(files: readonly RankedFile[], limit: number): Candidate[] {
  const candidates = files.flatMap(({ label, score, signals, chunks }) => {
    const best = chunks[0]?.score ?? 0;
    const places = chunks.length > 0 ? chunks.slice(0, CHUNKS_PER_FILE) : [{ block: 0, score: 0 }];
    return places.map(({ block, score: ofChunk }, i) => ({
      label,
      signals: telling(signals),
      startLine: block * BLOCK_LINES + 1,
      endLine: (block + CHUNK_BLOCKS) * BLOCK_LINES,
      score: score * (SHARES[i] ?? 0) * (i === 0 ? 1 : ofChunk / best),
    }));
  });
  return candidates.sort(byScoreThenPlace).slice(0, limit);
}

function telling(signals: Signals): Partial<Signals> {
  const entries = Object.entries(signals).map(([name, value]) => [name, Math.round(value * 1000) / 1000] as const);
  return Object.fromEntries(entries.filter(([, value]) => value > 0));
}

function byScoreThenPlace(a: Candidate, b: Candidate): number {
  return b.score - a.score || (a.label < b.label ? -1 : a.label > b.label ? 1 : a.startLine - b.startLine);
}
