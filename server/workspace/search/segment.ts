import { compare, type PostingsData } from "./postings.ts";

/** All that a segment holds; what is written to disk. Documents and blocks count from 0. */
export interface SegmentData extends PostingsData {
  /** The first block of each document; one more at the end. */
  readonly blockStarts: Uint32Array;
  /** Terms in each block. */
  readonly blockLengths: Uint16Array;
  /** Path of each document from its workspace folder. */
  readonly labels: readonly string[];
  /** What each document imports, as it is written there. */
  readonly imports: readonly (readonly string[])[];
}

/** Told of one term's occurrences in one document: `weights[i]` (in halves) stands in block `blocks[i]`, for i below `count`. */
export type Visit = (document: number, blocks: Uint32Array, weights: Uint32Array, count: number) => void;

/** Some indexed files, never changed: a file that changes is dropped here and comes again in another segment. */
export class Segment {
  readonly data: SegmentData;
  readonly #dropped: Uint8Array;
  #live: number;

  constructor(data: SegmentData, dropped = new Uint8Array(data.labels.length)) {
    this.data = data;
    this.#dropped = dropped;
    this.#live = data.labels.length - dropped.reduce((sum, flag) => sum + flag, 0);
  }

  /** Documents, dropped ones among them. */
  get size(): number {
    return this.data.labels.length;
  }

  get live(): number {
    return this.#live;
  }

  get dropped(): Uint8Array {
    return this.#dropped;
  }

  isLive(document: number): boolean {
    return this.#dropped[document] === 0;
  }

  setLive(document: number, live: boolean): void {
    if (this.isLive(document) === live) return;
    this.#dropped[document] = live ? 0 : 1;
    this.#live += live ? 1 : -1;
  }

  /** Each live document that has the term, in ascending order. */
  visit(term: string, visit: Visit): void {
    const at = this.#find(term);
    if (at >= 0) this.visitAt(at, (document, ...rest) => this.isLive(document) && visit(document, ...rest));
  }

  get terms(): number {
    return this.data.termStarts.length - 1;
  }

  term(at: number): string {
    const { termBytes, termStarts } = this.data;
    return decoder.decode(termBytes.subarray(termStarts[at], termStarts[at + 1]));
  }

  /** Each document, live or dropped, that has the term with this number. */
  visitAt(at: number, visit: Visit): void {
    const { postings, postingStarts } = this.data;
    let position = postingStarts[at] ?? 0;
    const end = postingStarts[at + 1] ?? 0;
    const varint = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = postings[position++] ?? 0;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    let document = -1;
    while (position < end) {
      document += varint();
      const count = varint();
      if (count > blocks.length) makeRoom(count);
      let block = 0;
      for (let i = 0; i < count; i++) {
        block += varint();
        blocks[i] = block;
        weights[i] = varint();
      }
      visit(document, blocks, weights, count);
    }
  }

  #find(term: string): number {
    let low = 0;
    let high = this.terms - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compare(this.term(middle), term);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

const decoder = new TextDecoder();

/** Reused for every document: nothing is kept of a visit. */
let blocks = new Uint32Array(4096);
let weights = new Uint32Array(4096);

function makeRoom(count: number): void {
  blocks = new Uint32Array(count * 2);
  weights = new Uint32Array(count * 2);
}
