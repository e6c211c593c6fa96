import { stem, termsOf, wordsOf } from "../server/util/terms.ts";
import { parseQuery } from "../server/workspace/search/query.ts";

/** What a search is compared with. Documents are known by number; `isLive` says which of them count for a query. */
export interface Baseline {
  add(document: number, text: string): void;
  /** Best first. */
  search(query: string, isLive: (document: number) => boolean): number[];
}

/** Counts how many of the query's words a file has, as one does with grep; then how often. */
export class Grep implements Baseline {
  readonly #texts = new Map<number, string>();

  add(document: number, text: string): void {
    this.#texts.set(document, text.toLowerCase());
  }

  search(query: string, isLive: (document: number) => boolean): number[] {
    const { terms } = parseQuery(query);
    const typed = new Set(
      wordsOf(query.toLowerCase()).filter((word) =>
        termsOf(word).some((term) => terms.some((other) => other.term === term)),
      ),
    );
    const found: { document: number; words: number; times: number }[] = [];
    for (const [document, text] of this.#texts) {
      if (!isLive(document)) continue;
      const times = [...typed].map((word) => occurrences(text, word));
      const words = times.filter((count) => count > 0).length;
      if (words > 0) found.push({ document, words, times: times.reduce((sum, count) => sum + count, 0) });
    }
    return found
      .sort((a, b) => b.words - a.words || b.times - a.times || a.document - b.document)
      .map(({ document }) => document);
  }
}

/**
 * BM25 as in Robertson and Zaragoza (2009), k1 1.2 and b 0.75, over stemmed words and parts of identifiers: of whole files, or of
 * chunks of so many lines, of which a file's best counts.
 */
export class Bm25 implements Baseline {
  readonly #linesPerChunk: number;
  /** By term: chunk and frequency, in turn. */
  readonly #postings = new Map<string, number[]>();
  readonly #documents: number[] = [];
  readonly #lengths: number[] = [];
  #total = 0;

  constructor(linesPerChunk = Number.POSITIVE_INFINITY) {
    this.#linesPerChunk = linesPerChunk;
  }

  add(document: number, text: string): void {
    const lines = text.split("\n");
    const step = Math.min(this.#linesPerChunk, lines.length);
    for (let start = 0; start < lines.length; start += step)
      this.#addChunk(document, lines.slice(start, start + step).join("\n"));
  }

  search(query: string, isLive: (document: number) => boolean): number[] {
    const scores = new Map<number, number>();
    const average = this.#total / this.#lengths.length;
    for (const term of new Set(partsOf(query).filter((part) => !STOP_WORDS.has(part)))) {
      const postings = this.#postings.get(term) ?? [];
      const having = postings.length / 2;
      const idf = Math.log(1 + (this.#lengths.length - having + 0.5) / (having + 0.5));
      for (let i = 0; i < postings.length; i += 2) {
        const chunk = postings[i] ?? 0;
        const frequency = postings[i + 1] ?? 0;
        const norm = 1.2 * (0.25 + (0.75 * (this.#lengths[chunk] ?? 0)) / average);
        scores.set(chunk, (scores.get(chunk) ?? 0) + (idf * frequency * 2.2) / (frequency + norm));
      }
    }
    const ranked = [...scores].sort((a, b) => b[1] - a[1]).map(([chunk]) => this.#documents[chunk] ?? 0);
    return [...new Set(ranked)].filter(isLive);
  }

  #addChunk(document: number, text: string): void {
    const chunk = this.#documents.push(document) - 1;
    const parts = partsOf(text);
    const counts = new Map<string, number>();
    for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
    for (const [part, count] of counts) {
      const postings = this.#postings.get(part);
      if (postings === undefined) this.#postings.set(part, [chunk, count]);
      else postings.push(chunk, count);
    }
    this.#lengths.push(parts.length);
    this.#total += parts.length;
  }
}

function partsOf(text: string): string[] {
  const parts = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g) ?? [];
  return parts.filter((part) => part.length > 1).map((part) => stem(part.toLowerCase()));
}

const STOP_WORDS = new Set(
  "an the in of to for is are on with how do you what from and or it can".split(" ").map(stem),
);

function occurrences(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at >= 0 && count < 100; at = text.indexOf(word, at + word.length)) count++;
  return count;
}
