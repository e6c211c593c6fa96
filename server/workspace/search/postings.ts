/** The terms of a segment, sorted, and where each occurs. Flat arrays: a third of the memory of objects, and loaded at once. */
export interface PostingsData {
  /** UTF-8 of all terms, one after another. */
  readonly termBytes: Uint8Array;
  /** Where each term begins in `termBytes`; one more at the end. */
  readonly termStarts: Uint32Array;
  /** Where the postings of each term begin in `postings`; one more at the end. */
  readonly postingStarts: Uint32Array;
  /** Per term and document: documents since the last one, blocks; per block: blocks since the last one, weight. All varints. */
  readonly postings: Uint8Array;
}

/** Counts the terms of documents, block by block, in ascending order. */
export class Postings {
  readonly #ids = new Map<string, number>();
  /** Weight of each term in the block that is counted. */
  #weights = new Uint32Array(1 << 14);
  /** Terms with a weight in that block. */
  #touched: number[] = [];
  #document = 0;
  #block = 0;
  /** Entries in order: term, document, block and weight. */
  #entries = new Uint32Array(1 << 16);
  #length = 0;

  termId(term: string): number {
    let id = this.#ids.get(term);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(term, id);
      if (id >= this.#weights.length) this.#weights = grown(this.#weights);
    }
    return id;
  }

  /** What is counted from now on stands in this block. */
  begin(document: number, block: number): void {
    this.end();
    this.#document = document;
    this.#block = block;
  }

  count(term: number, weight: number): void {
    const before = this.#weights[term] ?? 0;
    if (before === 0) this.#touched.push(term);
    this.#weights[term] = before + weight;
  }

  end(): void {
    for (const term of this.#touched) {
      this.#push(term, this.#weights[term] ?? 0);
      this.#weights[term] = 0;
    }
    this.#touched.length = 0;
  }

  build(): PostingsData {
    const terms = [...this.#ids.keys()];
    const writer = new PostingsWriter();
    const sorted = terms.map((_, id) => id).sort((a, b) => compare(terms[a] ?? "", terms[b] ?? ""));
    const ofTerm = this.#byTerm(terms.length);
    for (const id of sorted) {
      writer.term(terms[id] ?? "");
      for (let at = ofTerm.starts[id] ?? 0; at < (ofTerm.starts[id + 1] ?? 0); at++) {
        const entry = (ofTerm.entries[at] ?? 0) * ENTRY;
        writer.occurrence(this.#entries[entry + 1] ?? 0, this.#entries[entry + 2] ?? 0, this.#entries[entry + 3] ?? 0);
      }
    }
    return writer.finish();
  }

  #push(term: number, weight: number): void {
    const at = this.#length * ENTRY;
    if (at + ENTRY > this.#entries.length) this.#entries = grown(this.#entries);
    this.#entries[at] = term;
    this.#entries[at + 1] = this.#document;
    this.#entries[at + 2] = this.#block;
    this.#entries[at + 3] = weight;
    this.#length++;
  }

  /** Entries sorted by term, else as they came (counting sort). */
  #byTerm(terms: number): { readonly starts: Uint32Array; readonly entries: Uint32Array } {
    const starts = new Uint32Array(terms + 1);
    for (let i = 0; i < this.#length; i++) {
      const term = this.#entries[i * ENTRY] ?? 0;
      starts[term + 1] = (starts[term + 1] ?? 0) + 1;
    }
    for (let term = 0; term < terms; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
    const next = starts.slice();
    const entries = new Uint32Array(this.#length);
    for (let i = 0; i < this.#length; i++) {
      const term = this.#entries[i * ENTRY] ?? 0;
      entries[next[term] ?? 0] = i;
      next[term] = (next[term] ?? 0) + 1;
    }
    return { starts, entries };
  }
}

/** Writes postings, terms in ascending order. */
export class PostingsWriter {
  readonly #terms = new Bytes();
  readonly #postings = new Bytes();
  readonly #termStarts: number[] = [];
  readonly #postingStarts: number[] = [];
  readonly #document: number[] = [];
  #last = -1;
  #current = -1;

  term(term: string): void {
    this.#endDocument();
    this.#last = -1;
    this.#termStarts.push(this.#terms.length);
    this.#postingStarts.push(this.#postings.length);
    this.#terms.text(term);
  }

  occurrence(document: number, block: number, weight: number): void {
    if (document !== this.#current) this.#endDocument();
    this.#current = document;
    this.#document.push(block, weight);
  }

  finish(): PostingsData {
    this.#endDocument();
    this.#termStarts.push(this.#terms.length);
    this.#postingStarts.push(this.#postings.length);
    return {
      termBytes: this.#terms.bytes(),
      termStarts: Uint32Array.from(this.#termStarts),
      postingStarts: Uint32Array.from(this.#postingStarts),
      postings: this.#postings.bytes(),
    };
  }

  #endDocument(): void {
    if (this.#document.length === 0) return;
    this.#postings.varint(this.#current - this.#last);
    this.#postings.varint(this.#document.length / 2);
    let last = 0;
    for (let i = 0; i < this.#document.length; i += 2) {
      const block = this.#document[i] ?? 0;
      this.#postings.varint(block - last);
      this.#postings.varint(this.#document[i + 1] ?? 0);
      last = block;
    }
    this.#last = this.#current;
    this.#current = -1;
    this.#document.length = 0;
  }
}

const ENTRY = 4;

/** A byte array that grows. */
class Bytes {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(room: number): void {
    while (this.#length + room > this.#bytes.length) {
      const bytes = new Uint8Array(this.#bytes.length * 2);
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
  }
}

const encoder = new TextEncoder();

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** By UTF-16 code units; what looks a term up compares alike. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
