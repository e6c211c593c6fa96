import type { Memory } from "../../protocol/memory.ts";
import { type Content, contentOf } from "./words.ts";

/** Memories as contents, and how telling each word is among them. */
export class KnownContents {
  readonly #frequency = new Map<string, number>();
  readonly #contents: readonly { readonly memory: Memory; readonly content: Content }[];

  constructor(memories: readonly Memory[]) {
    this.#contents = memories.map((memory) => ({ memory, content: contentOf(memory.text) }));
    for (const { content } of this.#contents) {
      for (const word of content.words) this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
    }
  }

  get all(): readonly { readonly memory: Memory; readonly content: Content }[] {
    return this.#contents;
  }

  /** Less for a word that stands in many: the name of the project. A value that nobody named weighs as any new word. */
  weightOf(word: string): number {
    return Math.log(1 + (this.#contents.length + 1) / ((this.#frequency.get(word) ?? 0) + 0.5));
  }

  weigh(words: Iterable<string>): number {
    let sum = 0;
    for (const word of words) sum += this.weightOf(word);
    return sum;
  }

  frequencyOf(word: string): number {
    return this.#frequency.get(word) ?? 0;
  }
}

export function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((word) => b.has(word));
}
