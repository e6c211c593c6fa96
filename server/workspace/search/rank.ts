import { CHUNK_BLOCKS, type Corpus } from "./corpus.ts";
import type { Past } from "./history.ts";
import { importedBy } from "./imports.ts";
import { kindOf, PRIOR, stemOf } from "./paths.ts";
import type { Query, QueryTerm } from "./query.ts";
import { KEY } from "./segmentBuilder.ts";
import { termsOf, wordsOf } from "./terms.ts";

/** How much each signal adds to a file's score, by name. All are near 0..1 before that. */
export type Signals = Readonly<Record<SignalName, number>>;
export type SignalName = keyof (typeof FILES)["weights"];

export interface RankedFile {
  readonly document: number;
  readonly label: string;
  readonly score: number;
  readonly signals: Signals;
  /** The best chunks that do not overlap, best first: their first block, and their score. */
  readonly chunks: readonly RankedChunk[];
}

export interface RankedChunk {
  readonly block: number;
  readonly score: number;
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
 * that the query names, files next to good ones. Each step's gain is in memory.md, "Code retrieval"; weights were set on
 * histories of a dozen repositories in C, Python, Go and PHP. Pure: the same corpus and query give the same list.
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

/** What counts how much. */
export interface Profile {
  /** BM25's saturation and length normalisation over the whole file. */
  readonly k1: number;
  readonly b: number;
  readonly weights: Readonly<Record<SignalName, number>>;
}

/** For whole files. */
export const FILES = {
  k1: 1.2,
  b: 0.75,
  weights: {
    /** BM25F of the whole file. */
    file: 1,
    /** BM25 of its best chunks. */
    chunks: 1.4,
    /** How much of the file's name the query names. */
    name: 1,
    /** How much of the query is in the path. */
    path: 0.25,
    /** How much of the area that the query names ("router: ...") is in the path. */
    scope: 1.2,
    /** Words that stand next to each other in the query and in an identifier. */
    pairs: 1.5,
    /** Names that are defined in it. */
    definitions: 0.3,
    /** How many of the query's words it has at all. */
    coverage: 0.3,
    /** What was said when it was changed before. */
    history: 0.9,
    /** How lately it was changed. */
    recency: 0.15,
    /** How near it is to where the user is. */
    near: 0.3,
    /** Best score of a file with the same name but for its ending or "test"; of one that imports it; of one it imports. */
    siblings: 0.1,
    importers: 0.08,
    imports: 0.05,
  },
};

/** For pieces of a few lines without a path: length counts in full against them, and chunks and neighbours say nothing new. */
export const SNIPPETS: Profile = {
  k1: 1.6,
  b: 1,
  weights: {
    ...FILES.weights,
    ...{ chunks: 0, name: 0, scope: 0, pairs: 0.3, definitions: 0.15, coverage: 0.5 },
    ...{ history: 0, recency: 0, near: 0, siblings: 0, importers: 0, imports: 0 },
  },
};

/** The words of a path, whose length counts, too: memory.md, "Code retrieval". */
const PATH = { directory: 2, name: 4, b: 0.5, averageWords: 4 };
const CHUNK = { k1: 1.2, b: 0.5 };
/** The best chunk, half of the second, a quarter of the third. */
const CHUNK_SHARES = [1, 0.5, 0.25];
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

/** What each document and chunk has of the query. Sums run over the query's terms, and are shares of what all of it could give. */
class Scores {
  readonly #corpus: Corpus;
  readonly #profile: Profile;
  readonly #file: Float64Array;
  readonly #chunks: Float64Array;
  readonly #name: Float64Array;
  readonly #path: Float64Array;
  readonly #scope: Float64Array;
  readonly #pairs: Float64Array;
  readonly #definitions: Float64Array;
  readonly #coverage: Float64Array;
  readonly #found = new Set<number>();
  /** Of the term that is looked at: how often it stands where. */
  readonly #tally: Tally;
  readonly #chunkFrequency: Float64Array;
  readonly #chunksFound: number[] = [];
  readonly #idf = new Map<string, number>();
  #total = 0;
  #scopeTotal = 0;

  constructor(corpus: Corpus, query: Query, profile: Profile) {
    const { size, blocks } = corpus;
    this.#profile = profile;
    this.#corpus = corpus;
    this.#file = new Float64Array(size);
    this.#chunks = new Float64Array(blocks);
    this.#name = new Float64Array(size);
    this.#path = new Float64Array(size);
    this.#scope = new Float64Array(size);
    this.#pairs = new Float64Array(size);
    this.#definitions = new Float64Array(size);
    this.#coverage = new Float64Array(size);
    this.#tally = new Tally(size);
    this.#chunkFrequency = new Float64Array(blocks);
    for (const term of query.terms) this.#addTerm(term, query.scope.has(term.term));
    for (const [left, right] of query.pairs) this.#addPair(left, right);
  }

  /** Those that have most of the query as a whole, in whatever order: the others need not be looked at closely. */
  best(most: number, admits: (document: number) => boolean): number[] {
    const found = [...this.#found].filter(admits);
    if (found.length <= most) return found;
    const rough = (document: number) => at(this.#file, document) + at(this.#name, document) + at(this.#path, document);
    return found.sort((a, b) => rough(b) - rough(a) || a - b).slice(0, most);
  }

  of(document: number, label: string, chunks: readonly RankedChunk[]): Omit<Own, "history" | "recency" | "near"> {
    const total = this.#total || 1;
    const chunkScore = CHUNK_SHARES.reduce((sum, share, i) => sum + share * (chunks[i]?.score ?? 0), 0);
    return {
      file: at(this.#file, document) / total,
      chunks: chunkScore / total,
      name: this.#nameShare(document, label),
      path: at(this.#path, document) / total,
      scope: this.#scopeTotal === 0 ? 0 : at(this.#scope, document) / this.#scopeTotal,
      pairs: at(this.#pairs, document) / total,
      definitions: at(this.#definitions, document) / total,
      coverage: at(this.#coverage, document) / total,
    };
  }

  chunksOf(document: number): RankedChunk[] {
    const first = this.#corpus.firstBlockOf(document);
    const last = Math.max(0, this.#corpus.firstBlockOf(document + 1) - first - CHUNK_BLOCKS);
    const chosen: RankedChunk[] = [];
    for (let n = 0; n < CHUNK_SHARES.length; n++) {
      let best: RankedChunk | undefined;
      for (let block = 0; block <= last; block++) {
        const score = at(this.#chunks, first + block);
        if (score <= (best?.score ?? 0)) continue;
        if (chosen.every((other) => Math.abs(other.block - block) >= CHUNK_BLOCKS)) best = { block, score };
      }
      if (best === undefined) break;
      chosen.push(best);
    }
    return chosen;
  }

  #addTerm({ term, weight }: QueryTerm, inScope: boolean): void {
    const corpus = this.#corpus;
    const { documents, averageLength } = corpus.statistics;
    const tally = this.#tally;
    corpus.visit(term, (document, blocks, weights, count) => {
      tally.body(document, this.#countChunks(document, blocks, weights, count));
    });
    corpus.visit(KEY.directory + term, (document, _, weights) => tally.directory(document, weights[0] ?? 0));
    corpus.visit(KEY.name + term, (document, _, weights) => tally.name(document, weights[0] ?? 0));
    const idf = inverseFrequency(tally.size, documents);
    const gain = weight * idf;
    this.#idf.set(term, idf);
    this.#total += gain;
    if (inScope) this.#scopeTotal += idf;
    tally.drain((document, body, directory, name) => {
      this.#found.add(document);
      const inBody = body / lengthFactor(this.#profile.b, corpus.lengthOf(document), averageLength);
      const inPath = PATH.directory * directory + PATH.name * name;
      const pathFactor = lengthFactor(PATH.b, corpus.depthOf(document), PATH.averageWords);
      add(this.#file, document, gain * saturated(inBody + inPath / pathFactor, this.#profile.k1));
      if (inBody > 0) add(this.#coverage, document, gain);
      if (name > 0) add(this.#name, document, idf);
      if (inPath > 0) add(this.#path, document, gain);
      if (inPath > 0 && inScope) add(this.#scope, document, idf);
    });
    this.#scoreChunks(weight);
    corpus.visit(KEY.definition + term, (document) => add(this.#definitions, document, gain));
  }

  /** Counts a term in each chunk that it stands in; answers how often it stands in the document. */
  #countChunks(document: number, blocks: Uint32Array, weights: Uint32Array, count: number): number {
    const first = this.#corpus.firstBlockOf(document);
    const last = Math.max(0, this.#corpus.firstBlockOf(document + 1) - first - CHUNK_BLOCKS);
    const frequency = this.#chunkFrequency;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const block = blocks[i] ?? 0;
      const weight = (weights[i] ?? 0) / 2;
      sum += weight;
      for (let chunk = Math.max(0, block - CHUNK_BLOCKS + 1); chunk <= block && chunk <= last; chunk++) {
        const before = frequency[first + chunk] ?? 0;
        if (before === 0) this.#chunksFound.push(first + chunk);
        frequency[first + chunk] = before + weight;
      }
    }
    return sum;
  }

  #scoreChunks(weight: number): void {
    const { chunks, averageChunkLength } = this.#corpus.statistics;
    const gain = weight * inverseFrequency(this.#chunksFound.length, chunks);
    for (const chunk of this.#chunksFound) {
      const k = CHUNK.k1 * lengthFactor(CHUNK.b, this.#corpus.chunkLengthAt(chunk), averageChunkLength);
      add(this.#chunks, chunk, gain * saturated(at(this.#chunkFrequency, chunk), k));
      this.#chunkFrequency[chunk] = 0;
    }
    this.#chunksFound.length = 0;
  }

  #addPair(left: QueryTerm, right: QueryTerm): void {
    const having = new Set<number>();
    for (const key of [`${KEY.pair}${left.term} ${right.term}`, left.term + right.term])
      this.#corpus.visit(key, (document) => having.add(document));
    const gain = Math.min(this.#gain(left), this.#gain(right));
    for (const document of having) add(this.#pairs, document, gain);
  }

  #gain({ term, weight }: QueryTerm): number {
    return weight * (this.#idf.get(term) ?? 0);
  }

  /** Words of the name that are asked for, by how telling they are. */
  #nameShare(document: number, label: string): number {
    const asked = at(this.#name, document);
    if (asked === 0) return 0;
    const unknown = Math.log(1 + this.#corpus.statistics.documents / 2);
    let all = 0;
    for (const term of nameTerms(label)) all += this.#idf.get(term) ?? unknown;
    return all === 0 ? 0 : Math.min(1, asked / all);
  }
}

/** Where one term stands, per document; used again for each term. */
class Tally {
  readonly #body: Float64Array;
  readonly #directory: Uint8Array;
  readonly #name: Uint8Array;
  readonly #isFound: Uint8Array;
  readonly #found: number[] = [];

  constructor(documents: number) {
    this.#body = new Float64Array(documents);
    this.#directory = new Uint8Array(documents);
    this.#name = new Uint8Array(documents);
    this.#isFound = new Uint8Array(documents);
  }

  get size(): number {
    return this.#found.length;
  }

  body(document: number, frequency: number): void {
    this.#find(document);
    this.#body[document] = frequency;
  }

  directory(document: number, frequency: number): void {
    this.#find(document);
    this.#directory[document] = frequency;
  }

  name(document: number, frequency: number): void {
    this.#find(document);
    this.#name[document] = frequency;
  }

  /** Tells all that was counted, and forgets it. */
  drain(tell: (document: number, body: number, directory: number, name: number) => void): void {
    for (const document of this.#found) {
      tell(document, at(this.#body, document), this.#directory[document] ?? 0, this.#name[document] ?? 0);
      this.#body[document] = 0;
      this.#directory[document] = 0;
      this.#name[document] = 0;
      this.#isFound[document] = 0;
    }
    this.#found.length = 0;
  }

  #find(document: number): void {
    if (this.#isFound[document] === 0) this.#found.push(document);
    this.#isFound[document] = 1;
  }
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

/** BM25's inverse document frequency, as Lucene has it: never negative. */
function inverseFrequency(having: number, all: number): number {
  return Math.log(1 + (Math.max(all, having) - having + 0.5) / (having + 0.5));
}

function saturated(frequency: number, k: number): number {
  return (frequency * (k + 1)) / (frequency + k);
}

function lengthFactor(b: number, length: number, average: number): number {
  return 1 - b + (b * length) / average;
}

function nameTerms(label: string): readonly string[] {
  const name = label.slice(label.lastIndexOf("/") + 1).replace(/(?<=.)\.[^.]*$/, "");
  return [
    ...new Set(wordsOf(name).flatMap((word) => (termsOf(word).length > 1 ? termsOf(word).slice(1) : termsOf(word)))),
  ];
}

function folderOf(label: string): string {
  return label.slice(0, label.lastIndexOf("/") + 1);
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}

function add(array: Float64Array, index: number, value: number): void {
  array[index] = at(array, index) + value;
}
