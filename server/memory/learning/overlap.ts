import type { Memory } from "../../protocol/memory.ts";
import { Breather } from "../../util/breather.ts";
import { type Content, contentOf, normalised } from "./words.ts";

/** A memory, and what its text comes down to. */
export interface KnownContent {
  readonly memory: Memory;
  readonly content: Content;
  /** The text as it is compared whole. */
  readonly text: string;
}

/** Memories as contents, and how telling each word is among them. */
export class KnownContents {
  readonly #frequency = new Map<string, number>();
  readonly #contents: readonly KnownContent[];

  constructor(memories: readonly Memory[]) {
    this.#contents = memories.map(knownContentOf);
    for (const { content } of this.#contents) {
      for (const word of content.words) this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
    }
  }

  get all(): readonly KnownContent[] {
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

/** Reads memories before they are asked about, a few at a time: ten thousand at once would hold everybody up. */
export async function readContents(memories: readonly Memory[]): Promise<void> {
  const breather = new Breather(AT_ONCE);
  for (const memory of memories) {
    if (contents.has(memory)) continue;
    knownContentOf(memory);
    await breather.after(1);
  }
}

const AT_ONCE = 100;

/** There may be ten thousand memories, and what each says never changes. */
const contents = new WeakMap<Memory, KnownContent>();

function knownContentOf(memory: Memory): KnownContent {
  let known = contents.get(memory);
  if (known === undefined) {
    known = { memory, content: contentOf(memory.text), text: normalised(memory.text) };
    contents.set(memory, known);
  }
  return known;
}
