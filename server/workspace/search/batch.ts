import type { Corpus } from "./corpus.ts";
import { type NewDocument, SegmentBuilder } from "./segmentBuilder.ts";

/** Documents at most, and characters about, that are collected before a search sees them. */
const MAX_DOCUMENTS = 256;
const MAX_LENGTH = 2 * 1024 * 1024;

/** Collects documents on their way into the corpus: one segment for each would make every search slow. */
export class Batch {
  readonly #corpus: Corpus;
  #builder = new SegmentBuilder();
  #labels = new Set<string>();
  #length = 0;

  constructor(corpus: Corpus) {
    this.#corpus = corpus;
  }

  /** Adds a file, or replaces it. */
  put(document: NewDocument): void {
    this.drop(document.label);
    this.#builder.add(document);
    this.#labels.add(document.label);
    this.#length += document.text.length;
    if (this.#builder.size >= MAX_DOCUMENTS || this.#length >= MAX_LENGTH) this.flush();
  }

  drop(label: string): void {
    if (this.#labels.has(label)) this.flush();
    this.#corpus.drop(label);
  }

  /** Lets searches see all that was added. */
  flush(): void {
    if (this.#builder.size === 0) return;
    this.#corpus.add(this.#builder.build());
    this.#builder = new SegmentBuilder();
    this.#labels = new Set();
    this.#length = 0;
  }
}
