/** Where one term stands, per document; used again for each term. */
export class Tally {
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
      tell(document, this.#body[document] ?? 0, this.#directory[document] ?? 0, this.#name[document] ?? 0);
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
