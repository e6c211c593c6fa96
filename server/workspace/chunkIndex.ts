import MiniSearch, { type SearchResult } from "minisearch";
import { chunksOf, definitionsIn } from "./chunker.ts";
import { queryTerms } from "./queryTerms.ts";
import { asksForTests, type Candidate, priorOf, TEST_PRIOR } from "./ranking.ts";
import { createTokenizer } from "./tokenizer.ts";

/** The words of all chunks (BM25+), without their text. */
export class ChunkIndex {
  readonly #tokenize = createTokenizer();
  readonly #index: MiniSearch<Document>;
  readonly #files = new Map<string, File>();
  readonly #places = new Map<number, Place>();
  #nextId = 0;
  #textLength = 0;

  constructor() {
    this.#index = new MiniSearch<Document>({
      fields: ["body", "path", "definitions"],
      tokenize: this.#tokenize,
      processTerm: (term) => term,
      searchOptions: { boost: BOOST },
    });
  }

  /** UTF-16 code units of all files: what the memory it takes depends on. */
  get textLength(): number {
    return this.#textLength;
  }

  /** Adds a file or replaces it. */
  put(path: string, label: string, text: string): void {
    this.remove(path);
    const file = { path, label, prior: priorOf(label), textLength: text.length, ids: [] as number[] };
    this.#files.set(path, file);
    this.#textLength += text.length;
    const pathWords = pathText(label);
    for (const { startLine, endLine, text: body } of chunksOf(text)) {
      const id = this.#nextId++;
      this.#index.add({ id, body, path: pathWords, definitions: definitionsIn(body).join(" ") });
      this.#places.set(id, { file, startLine, endLine });
      file.ids.push(id);
    }
  }

  remove(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    this.#index.discardAll(file.ids);
    for (const id of file.ids) this.#places.delete(id);
    this.#files.delete(path);
    this.#textLength -= file.textLength;
  }

  /** The chunks that match best, in no particular order, scored from 0 up. */
  find(query: string): Candidate[] {
    const terms = queryTerms(query, this.#tokenize);
    if (terms.size === 0) return [];
    const testsWanted = asksForTests(terms.keys());
    const ofFiles = this.#byFile(this.#search(terms));
    const candidates = [...ofFiles].flatMap(([file, results]) => {
      const prior = testsWanted && file.prior === TEST_PRIOR ? 1 : file.prior;
      return bestOfFile(results).map(({ id, score }) => {
        const { startLine, endLine } = this.#placeOf(id);
        return { path: file.path, label: file.label, startLine, endLine, score: score * prior };
      });
    });
    const scores = Float64Array.from(candidates, ({ score }) => score).sort();
    const least = scores.at(-MAX_CANDIDATES) ?? 0;
    return candidates.filter(({ score }) => score >= least);
  }

  #byFile(results: readonly SearchResult[]): Map<Place["file"], SearchResult[]> {
    const ofFiles = new Map<Place["file"], SearchResult[]>();
    for (const result of results) {
      const { file } = this.#placeOf(result.id);
      const known = ofFiles.get(file);
      if (known) known.push(result);
      else ofFiles.set(file, [result]);
    }
    return ofFiles;
  }

  #search(terms: ReadonlyMap<string, number>): SearchResult[] {
    const options = { tokenize: () => [...terms.keys()], boostTerm: (term: string) => terms.get(term) ?? 1 };
    // The first search of a term after a removal still counts what was removed; the next one scores right.
    if (this.#index.dirtCount > 0) this.#index.search("-", options);
    return this.#index.search("-", options);
  }

  #placeOf(id: number): Place {
    const place = this.#places.get(id);
    if (!place) throw new Error(`The index knows no chunk ${id}.`);
    return place;
  }
}

/** memory.md, "Code retrieval": definitions 3, file name 4, directory 2 (the file's name stands twice). */
const BOOST = { body: 1, path: 2, definitions: 2 };

/** Enough for any limit after overlapping chunks were dropped; what scores as the last of them is kept, too. */
const MAX_CANDIDATES = 400;
const MAX_CANDIDATES_PER_FILE = 16;

/** Ids of a file ascend with its lines, so that equal scores are settled the same way each time. */
function bestOfFile(results: SearchResult[]): SearchResult[] {
  if (results.length <= MAX_CANDIDATES_PER_FILE) return results;
  return results.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, MAX_CANDIDATES_PER_FILE);
}

interface Document {
  readonly id: number;
  readonly body: string;
  readonly path: string;
  readonly definitions: string;
}

interface File {
  readonly path: string;
  readonly label: string;
  readonly prior: number;
  readonly textLength: number;
  readonly ids: number[];
}

interface Place {
  readonly file: File;
  readonly startLine: number;
  readonly endLine: number;
}

function pathText(label: string): string {
  return `${label} ${label.slice(label.lastIndexOf("/") + 1)}`;
}
