import { type Habit, habitOf, type Shift, shiftBetween } from "./indentation.ts";
import { bare, type Lines } from "./lines.ts";

/** Lines of a file where a block stands. */
export interface Place {
  /** Index of its first line. */
  readonly start: number;
  /** Index of the line behind its last. */
  readonly end: number;
  readonly shift: Shift;
}

const NONE = -1;

/** A file in which blocks are looked for, by what its lines say. */
export class SearchedLines {
  readonly lines: readonly string[];
  readonly #bare: readonly string[];
  /** By what they say, the first line and how many there are; #next leads from each to the next one. */
  readonly #where = new Map<string, { readonly first: number; last: number; count: number }>();
  readonly #next: Int32Array;
  #habit: Habit | undefined;

  constructor({ lines }: Lines) {
    this.lines = lines;
    this.#bare = lines.map(bare);
    this.#next = new Int32Array(lines.length).fill(NONE);
    for (let index = 0; index < lines.length; index++) this.#note(this.#bare[index] ?? "", index);
  }

  /** How the file indents. */
  get habit(): Habit {
    this.#habit ??= habitOf(this.lines);
    return this.#habit;
  }

  /** Every place where these lines stand, but for blanks at their ends, one shift of them all, and how letters are composed. */
  find(block: readonly string[]): Place[] {
    const words = block.map(bare);
    const rarest = this.#rarest(words);
    if (rarest === undefined) return [];
    const found: Place[] = [];
    for (const at of this.#all(words[rarest] ?? "")) {
      const start = at - rarest;
      const end = start + block.length;
      if (start < 0 || end > this.lines.length || !this.#says(words, start)) continue;
      const shift = shiftBetween(block, this.lines.slice(start, end), this.habit);
      if (shift !== undefined) found.push({ start, end, shift });
    }
    return found;
  }

  /** What the line nearest to this index says, going back (-1) or on (1), without blank ones; undefined at the end of the file. */
  neighbour(index: number, step: -1 | 1): string | undefined {
    let at = index;
    while (this.#bare[at] === "") at += step;
    return this.#bare[at];
  }

  /** @param text a line as bare() gives it. */
  says(text: string): boolean {
    return this.#where.has(text);
  }

  /** How often these two stand next to each other, but for blank lines between them; undefined: an end of the file. */
  countBetween(before: string | undefined, behind: string | undefined): number {
    let count = 0;
    let last: string | undefined;
    for (const text of this.#bare) {
      if (text === "") continue;
      if (last === before && text === behind) count++;
      last = text;
    }
    return last === before && behind === undefined ? count + 1 : count;
  }

  #note(text: string, index: number): void {
    const known = this.#where.get(text);
    if (known === undefined) {
      this.#where.set(text, { first: index, last: index, count: 1 });
      return;
    }
    this.#next[known.last] = index;
    known.last = index;
    known.count++;
  }

  *#all(text: string): Generator<number> {
    for (let at = this.#where.get(text)?.first ?? NONE; at !== NONE; at = this.#next[at] ?? NONE) yield at;
  }

  #says(words: readonly string[], start: number): boolean {
    return words.every((text, i) => this.#bare[start + i] === text);
  }

  /** The line of the block that stands least often in the file; undefined when one does not stand in it at all, or all are blank. */
  #rarest(words: readonly string[]): number | undefined {
    let rarest: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, text] of words.entries()) {
      const count = this.#where.get(text)?.count ?? 0;
      if (count === 0) return undefined;
      if (text !== "" && count < least) {
        rarest = index;
        least = count;
      }
    }
    return rarest;
  }
}
