import type { Corpus } from "./corpus.ts";
import type { Past } from "./history.ts";
import { importedBy } from "./imports.ts";
import { kindOf, PRIOR, stemOf } from "./paths.ts";
import { FILES, type Profile, type SignalName } from "./profiles.ts";
import type { Query } from "./query.ts";
import { type RankedChunk, Scores } from "./scores.ts";

/** How much each signal adds to a file's score, by name. All are near 0..1 before that. */
export type Signals = Readonly<Record<SignalName, number>>;

export interface RankedFile {
  readonly document: number;
  readonly label: string;
  readonly score: number;
  readonly signals: Signals;
  /** The best chunks that do not overlap, best first: their first block, and their score. */
  readonly chunks: readonly RankedChunk[];
}

export interface RankOptions {
  /** Files ranked at most. */
  readonly limit: number;
  /** Default {@link FILES}. */
  readonly profile?: Profile;
  /** Only files for which this holds. */
  readonly admits?: ((label: string) => boolean) | undefined;
  /** Files the user is at: open, edited lately, mentioned. */
  readonly near?: readonly string[];
  /** What the history of a file says. */
  readonly history?: ((label: string) => Past) | undefined;
}

/**
 * Ranks files for a query. BM25F over the whole file and BM25 over its best chunks carry it; the rest are small: how much
 * of the file's name is asked for, how much of the query its path answers, words that stand together, definitions, the area
 * that the query names, files next to good ones. Each step's gain is in docs/search.md; weights were set on
 * histories of a dozen repositories in C, C++, Python, Go, Perl and PHP. Pure: the same corpus and query give the same list.
 */
export function rank(corpus: Corpus, query: Query, options: RankOptions): RankedFile[] {
  const { admits, near = [], history, profile = FILES } = options;
  const scores = new Scores(corpus, query, profile);
  const nearby = new Nearby(near);
  const documents = scores.best(CONSIDERED, (document) => admits === undefined || admits(corpus.labelOf(document)));
  const files = documents.map((document): Scored => {
    const label = corpus.labelOf(document);
    const kind = kindOf(label);
    const prior = query.wants.has(kind) ? 1 : PRIOR[kind];
    const chunks = scores.chunksOf(document);
    const { told = 0, recency = 0 } = history?.(label) ?? {};
    const own = { ...scores.of(document, label, chunks), history: told, recency, near: nearby.of(label) };
    const signals = weighted(own, profile);
    return { document, label, prior, signals, score: sum(signals) * prior, chunks };
  });
  files.sort(byScore);
  const first = files.slice(0, Math.max(options.limit, RERANKED));
  const ranked = withNeighbours(first, corpus, profile).sort(byScore);
  return ranked.slice(0, options.limit).map(({ prior: _, ...file }) => file);
}

/** Files that are looked at closely, chosen by what a glance at the whole file says. */
const CONSIDERED = 500;
/** Files whose neighbours are looked at. */
const RERANKED = 60;
/** Good enough to speak for their neighbours. */
const SPEAKING = 20;

type Own = Omit<Record<SignalName, number>, "siblings" | "importers" | "imports">;

interface Scored extends RankedFile {
  readonly prior: number;
}

/** A file next to one that scores well scores a little more itself. */
function withNeighbours(files: readonly Scored[], corpus: Corpus, { weights }: Profile): Scored[] {
  const speaking = files.slice(0, SPEAKING);
  const imported = importedBy(speaking, files, corpus);
  const best = new Map<string, { first: Scored; second?: Scored }>();
  for (const file of files) {
    const stem = stemOf(file.label);
    const known = best.get(stem);
    if (known === undefined) best.set(stem, { first: file });
    else known.second ??= file;
  }
  return files.map((file) => {
    const pair = best.get(stemOf(file.label));
    const sibling = pair?.first === file ? pair.second : pair?.first;
    const neighbours = {
      siblings: weights.siblings * (sibling?.score ?? 0),
      importers: weights.importers * most(imported.importersOf(file)),
      imports: weights.imports * most(imported.importsOf(file)),
    };
    const signals = { ...file.signals, ...neighbours };
    return { ...file, signals, score: sum(signals) * file.prior };
  });
}

/** How near a file is to those the user is at: 1 for one of them, less for one in the same folder. */
class Nearby {
  readonly #labels: ReadonlySet<string>;
  readonly #folders: ReadonlySet<string>;

  constructor(labels: readonly string[]) {
    this.#labels = new Set(labels);
    this.#folders = new Set(labels.map(folderOf));
  }

  of(label: string): number {
    if (this.#labels.has(label)) return 1;
    return this.#folders.has(folderOf(label)) ? 0.3 : 0;
  }
}

function weighted(own: Own, { weights }: Profile): Signals {
  const signals = { ...own, siblings: 0, importers: 0, imports: 0 };
  const names = Object.keys(signals) as SignalName[];
  return Object.fromEntries(names.map((name) => [name, signals[name] * weights[name]])) as Signals;
}

function sum(signals: Signals): number {
  return Object.values(signals).reduce((total, value) => total + value, 0);
}

function most(files: readonly Scored[]): number {
  return files.reduce((best, { score }) => Math.max(best, score), 0);
}

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
}

function folderOf(label: string): string {
  return label.slice(0, label.lastIndexOf("/") + 1);
}
