import { merge } from "./merge.ts";
import type { Segment, Visit } from "./segment.ts";

/** Four blocks of 15 lines: a chunk. Another begins with each block. */
export const CHUNK_BLOCKS = 4;

/** What formulas need to know about all live documents together. */
export interface CorpusStatistics {
  readonly documents: number;
  readonly chunks: number;
  /** In terms. */
  readonly averageLength: number;
  readonly averageChunkLength: number;
}

/**
 * All segments, as one collection. A document's number counts through the segments; it holds until the next `add`
 * or `compact`.
 */
export class Corpus {
  #segments: Segment[] = [];
  #bases: number[] = [];
  #byLabel = new Map<string, number>();
  #tablesMade: Tables | undefined;
  #statistics: CorpusStatistics | undefined;

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Documents, dropped ones among them: numbers are below it. */
  get size(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  get live(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.live, 0);
  }

  /** Blocks of all documents. */
  get blocks(): number {
    return this.#segments.reduce((sum, { data }) => sum + data.blockLengths.length, 0);
  }

  get statistics(): CorpusStatistics {
    this.#statistics ??= this.#measure();
    return this.#statistics;
  }

  /** Adds a segment. A live document of the same label is dropped first by whoever replaces it. */
  add(segment: Segment): void {
    if (segment.size === 0) return;
    this.#use([...this.#segments, segment]);
    if (this.#segments.length > MAX_SEGMENTS) this.#mergeSmallest();
  }

  /** Removes a file. False if there is none. */
  drop(label: string): boolean {
    const document = this.#byLabel.get(label);
    if (document === undefined) return false;
    this.#byLabel.delete(label);
    this.setLive(document, false);
    return true;
  }

  /** Hides a document, or shows it again. */
  setLive(document: number, live: boolean): void {
    const { segment, index } = this.#locate(document);
    segment.setLive(document - (this.#bases[index] ?? 0), live);
    this.#statistics = undefined;
  }

  /** One segment of all that is live. */
  compact(): void {
    if (this.#segments.length === 0 || (this.#segments.length === 1 && this.live === this.size)) return;
    this.#use([merge(this.#segments).segment]);
  }

  labelOf(document: number): string {
    const { segment, index } = this.#locate(document);
    return segment.data.labels[document - (this.#bases[index] ?? 0)] ?? "";
  }

  importsOf(document: number): readonly string[] {
    const { segment, index } = this.#locate(document);
    return segment.data.imports[document - (this.#bases[index] ?? 0)] ?? [];
  }

  /** Terms of a document. */
  lengthOf(document: number): number {
    return this.#tables().lengths[document] ?? 0;
  }

  /** Steps of a document's path. */
  depthOf(document: number): number {
    return this.#tables().depths[document] ?? 1;
  }

  /** The first block of a document, counted through all; for `size` their number. */
  firstBlockOf(document: number): number {
    return this.#tables().firstBlocks[document] ?? 0;
  }

  /** Terms in the chunk that begins with this block, counted through all. */
  chunkLengthAt(block: number): number {
    return this.#tables().chunkLengths[block] ?? 0;
  }

  /** Each live document that has the term. */
  visit(term: string, visit: Visit): void {
    for (const [index, segment] of this.#segments.entries()) {
      const base = this.#bases[index] ?? 0;
      segment.visit(term, (document, ...rest) => visit(base + document, ...rest));
    }
  }

  #locate(document: number): { readonly segment: Segment; readonly index: number } {
    let index = this.#segments.length - 1;
    while (index > 0 && (this.#bases[index] ?? 0) > document) index--;
    const segment = this.#segments[index];
    if (segment === undefined) throw new Error(`The index knows no document ${document}.`);
    return { segment, index };
  }

  #use(segments: Segment[]): void {
    this.#segments = segments;
    this.#bases = [];
    this.#byLabel = new Map();
    this.#statistics = undefined;
    this.#tablesMade = undefined;
    let base = 0;
    for (const segment of segments) {
      this.#bases.push(base);
      for (const [own, label] of segment.data.labels.entries()) {
        if (segment.isLive(own)) this.#byLabel.set(label, base + own);
      }
      base += segment.size;
    }
  }

  /** Keeps the segments few: each is looked into for each term. */
  #mergeSmallest(): void {
    const bySize = [...this.#segments].sort((a, b) => a.live - b.live);
    const small = new Set(bySize.slice(0, MAX_SEGMENTS - 1));
    const kept = this.#segments.filter((segment) => !small.has(segment));
    this.#use([...kept, merge(this.#segments.filter((segment) => small.has(segment))).segment]);
  }

  /** Drops leave them as they are. */
  #tables(): Tables {
    this.#tablesMade ??= tablesOf(this.#segments);
    return this.#tablesMade;
  }

  #measure(): CorpusStatistics {
    const { lengths, firstBlocks, chunkLengths } = this.#tables();
    let documents = 0;
    let chunks = 0;
    let total = 0;
    let chunkTotal = 0;
    let document = 0;
    for (const segment of this.#segments) {
      for (let own = 0; own < segment.size; own++, document++) {
        if (!segment.isLive(own)) continue;
        documents++;
        total += lengths[document] ?? 0;
        const first = firstBlocks[document] ?? 0;
        const last = Math.max(first, (firstBlocks[document + 1] ?? 0) - CHUNK_BLOCKS);
        chunks += last - first + 1;
        for (let chunk = first; chunk <= last; chunk++) chunkTotal += chunkLengths[chunk] ?? 0;
      }
    }
    return {
      documents,
      chunks,
      averageLength: total / Math.max(1, documents) || 1,
      averageChunkLength: chunkTotal / Math.max(1, chunks) || 1,
    };
  }
}

/** Numbers of all documents and blocks, counted through the segments. */
interface Tables {
  readonly lengths: Float64Array;
  readonly depths: Uint8Array;
  readonly firstBlocks: Uint32Array;
  readonly chunkLengths: Uint32Array;
}

function tablesOf(segments: readonly Segment[]): Tables {
  const documents = segments.reduce((sum, segment) => sum + segment.size, 0);
  const blocks = segments.reduce((sum, { data }) => sum + data.blockLengths.length, 0);
  const lengths = new Float64Array(documents);
  const depths = new Uint8Array(documents);
  const firstBlocks = new Uint32Array(documents + 1);
  const chunkLengths = new Uint32Array(blocks);
  let document = 0;
  let block = 0;
  for (const { size, data } of segments) {
    for (let own = 0; own < size; own++, document++) {
      firstBlocks[document] = block;
      depths[document] = Math.min(255, data.labels[own]?.split("/").length ?? 1);
      const end = data.blockStarts[own + 1] ?? 0;
      for (let at = data.blockStarts[own] ?? 0; at < end; at++, block++) {
        const terms = data.blockLengths[at] ?? 0;
        lengths[document] = (lengths[document] ?? 0) + terms;
        const first = Math.max(firstBlocks[document] ?? 0, block - CHUNK_BLOCKS + 1);
        for (let chunk = first; chunk <= block; chunk++) chunkLengths[chunk] = (chunkLengths[chunk] ?? 0) + terms;
      }
    }
  }
  firstBlocks[documents] = block;
  return { lengths, depths, firstBlocks, chunkLengths };
}

/** More slow every search down; fewer make every saved file dear. */
const MAX_SEGMENTS = 8;
