import { termsOf, whole, wordsOf } from "../../util/terms.ts";
import { BLOCK_LINES, readFields } from "./fields.ts";
import { bareName } from "./paths.ts";
import { Postings } from "./postings.ts";
import { Segment } from "./segment.ts";

/** What a term is if it is no word of the text: the first character of its key. */
export const KEY = { directory: "/", name: ":", definition: "=", pair: "~" } as const;

/** A file as it is given to the index. */
export interface NewDocument {
  /** From the workspace folder, with forward slashes. */
  readonly label: string;
  readonly text: string;
}

/** Collects documents and makes a segment of them. */
export class SegmentBuilder {
  readonly #postings = new Postings();
  readonly #labels: string[] = [];
  readonly #imports: (readonly string[])[] = [];
  readonly #blockStarts: number[] = [0];
  readonly #blockLengths: number[] = [];
  /** Terms of words met before: code repeats them. */
  readonly #known = new Map<string, readonly number[]>();

  get size(): number {
    return this.#labels.length;
  }

  add({ label, text }: NewDocument): void {
    const document = this.#labels.length;
    const imports = new Set<string>();
    const firstBlock = this.#blockLengths.length;
    const postings = this.#postings;
    let current = 0;
    postings.begin(document, 0);
    this.#addPath(label);
    const advance = (block: number) => {
      if (block === current) return;
      postings.begin(document, block);
      while (current < block) {
        this.#blockLengths.push(0);
        current++;
      }
    };
    this.#blockLengths.push(0);
    const { lines } = readFields(label, text, {
      word: (word, weight, block) => {
        advance(block);
        const terms = this.#termsOf(word);
        for (const term of terms) postings.count(term, weight);
        this.#blockLengths[firstBlock + block] = (this.#blockLengths[firstBlock + block] ?? 0) + terms.length;
      },
      definition: (name, block) => {
        advance(block);
        postings.count(postings.termId(KEY.definition + whole(name)), 1);
      },
      imports: (specifier) => {
        if (imports.size < MAX_IMPORTS) imports.add(copied(specifier));
      },
    });
    advance(Math.floor((lines - 1) / BLOCK_LINES));
    postings.end();
    this.#labels.push(label);
    this.#imports.push([...imports]);
    this.#blockStarts.push(this.#blockLengths.length);
  }

  build(): Segment {
    return new Segment({
      ...this.#postings.build(),
      blockStarts: Uint32Array.from(this.#blockStarts),
      blockLengths: Uint16Array.from(this.#blockLengths, (length) => Math.min(length, 0xffff)),
      labels: this.#labels,
      imports: this.#imports,
    });
  }

  #addPath(label: string): void {
    for (const word of wordsOf(label.slice(0, label.lastIndexOf("/") + 1))) this.#countAs(KEY.directory, word);
    for (const word of wordsOf(bareName(label))) this.#countAs(KEY.name, word);
  }

  #countAs(key: string, word: string): void {
    for (const term of termsOf(word)) this.#postings.count(this.#postings.termId(key + term), 1);
  }

  #termsOf(word: string): readonly number[] {
    let terms = this.#known.get(word);
    if (terms === undefined) {
      const ofWord = termsOf(word);
      const parts = ofWord.length > 1 ? ofWord.slice(1) : ofWord;
      const pairs = parts.slice(1).map((part, i) => `${KEY.pair}${parts[i]} ${part}`);
      terms = [...ofWord, ...pairs].map((term) => this.#postings.termId(term));
      this.#known.set(word, terms);
    }
    return terms;
  }
}

/** A piece of a string keeps all of it in memory: here the text of the file. */
function copied(piece: string): string {
  return Buffer.from(piece).toString();
}

/** More than a file that a person wrote. */
const MAX_IMPORTS = 200;
