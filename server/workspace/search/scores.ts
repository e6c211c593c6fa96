import { termsOf, wordsOf } from "../../util/terms.ts";
import { CHUNK_BLOCKS, type Corpus } from "./corpus.ts";
import { bareName } from "./paths.ts";
import type { Profile, SignalName } from "./profiles.ts";
import type { Query, QueryTerm } from "./query.ts";
import { KEY } from "./segmentBuilder.ts";
import { Tally } from "./tally.ts";

export interface RankedChunk {
  readonly block: number;
  readonly score: number;
}

/** Signals that a document has by itself, from the query and the text. */
type TextSignals = Omit<
  Record<SignalName, number>,
  "history" | "recency" | "near" | "siblings" | "importers" | "imports"
>;

/** The words of a path, whose length counts, too: docs/search.md. */
const PATH = { directory: 2, name: 4, b: 0.5, averageWords: 4 };
const CHUNK = { k1: 1.2, b: 0.5 };
/** The best chunk, half of the second, a quarter of the third. */
const CHUNK_SHARES = [1, 0.5, 0.25];

/** What each document and chunk has of the query. Sums run over the query's terms, and are shares of what all of it could give. */
export class Scores {
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

  of(document: number, label: string, chunks: readonly RankedChunk[]): TextSignals {
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
  return [
    ...new Set(
      wordsOf(bareName(label)).flatMap((word) => (termsOf(word).length > 1 ? termsOf(word).slice(1) : termsOf(word))),
    ),
  ];
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}

function add(array: Float64Array, index: number, value: number): void {
  array[index] = at(array, index) + value;
}
