import type { Memory } from "../protocol/memory.ts";
import { frameOf } from "./frame.ts";
import { type Content, contentOf, normalised } from "./learning/words.ts";

export type Likeness = (a: Memory, b: Memory) => number;

/** Of all words of two statements, how many must stand in both for them to say the same; and where their meaning is alike. */
const SAME_WORDS = 0.8;
const SAME_WORDS_MEANT = 0.6;
const SAME_MEANING = 0.95;
/** A word that is among the rarest of more of them finds nothing: it would be half of all pairs. */
const MAX_SHARING = 100;

interface Known {
  readonly memory: Memory;
  readonly content: Content;
  readonly text: string;
  readonly scope: string;
  /** Its rarest words: two that share so many that they may say the same share one of these. */
  readonly rarest: readonly string[];
}

/**
 * Which memories say the same, and which contradict each other. Found by the rarest words of each, so that not every pair is
 * looked at. How rare a word is depends on what is remembered, superseded or not, but not on the inbox: tidying changes nothing of
 * that.
 */
export class AlikeMemories {
  readonly #known = new Map<string, Known>();
  readonly #byText: ReadonlyMap<string, readonly Known[]>;
  readonly #byWord: ReadonlyMap<string, readonly Known[]>;
  readonly #byFrame: ReadonlyMap<string, readonly Known[]>;
  readonly #likeness: Likeness | undefined;

  constructor(memories: readonly Memory[], likeness: Likeness | undefined) {
    this.#likeness = likeness;
    const told = memories
      .filter(({ status, text }) => status !== "forgotten" && text !== "")
      .map((memory) => ({
        memory,
        content: contentOf(memory.text),
        text: normalised(memory.text),
        scope: scopeOf(memory),
      }));
    const isSettled = ({ memory }: { memory: Memory }) => memory.status !== "pending";
    const frequency = frequencies(told.filter(isSettled).map(({ content }) => content));
    const least = likeness === undefined ? SAME_WORDS : SAME_WORDS_MEANT;
    for (const each of told) {
      this.#known.set(each.memory.id, { ...each, rarest: rarestOf(each.content.words, least, frequency) });
    }
    const settled = [...this.#known.values()].filter(isSettled);
    this.#byText = grouped(settled, ({ text }) => [text]);
    this.#byWord = grouped(settled, ({ rarest }) => rarest);
    this.#byFrame = grouped(settled, ({ memory, content }) => framesOf(memory, content));
  }

  /** Others of the same scope that say the same; none that waits in the inbox. */
  sameAs(memory: Memory): Memory[] {
    const known = this.#known.get(memory.id);
    if (known === undefined) return [];
    const near = new Set(this.#byText.get(known.text));
    for (const word of known.rarest) {
      const sharing = this.#byWord.get(word) ?? [];
      if (sharing.length <= MAX_SHARING) for (const other of sharing) near.add(other);
    }
    near.delete(known);
    return [...near].flatMap((other) => (this.#isSame(known, other) ? [other.memory] : []));
  }

  /** The newest of the newer ones of the same scope that say otherwise of the same, and that may be it. */
  contradicting(memory: Memory, mayBe: (other: Memory) => boolean): Memory | undefined {
    const known = this.#known.get(memory.id);
    if (known === undefined) return undefined;
    return framesOf(memory, known.content)
      .flatMap((frame) => this.#byFrame.get(frame) ?? [])
      .filter((other) => other.memory.createdAt > memory.createdAt && mayBe(other.memory))
      .filter((other) => other.scope === known.scope && saysOtherwise(known.content, other.content))
      .map((other) => other.memory)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id))[0];
  }

  #isSame(a: Known, b: Known): boolean {
    if (a.scope !== b.scope) return false;
    if (a.text === b.text) return true;
    if (b.content.words.size < SAME_WORDS_MEANT * a.content.words.size) return false;
    if (a.memory.kind !== b.memory.kind || a.content.isNegated !== b.content.isNegated) return false;
    if (overlap(a.content.values, b.content.values) < 1) return false;
    const words = overlap(a.content.words, b.content.words);
    if (words >= SAME_WORDS) return true;
    return words >= SAME_WORDS_MEANT && (this.#likeness?.(a.memory, b.memory) ?? 0) >= SAME_MEANING;
  }
}

function frequencies(contents: readonly Content[]): ReadonlyMap<string, number> {
  const frequency = new Map<string, number>();
  for (const { words } of contents) for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  return frequency;
}

/** So many that what has none of them in common shares too few words (prefix filtering: Chaudhuri et al., ICDE 2006). */
function rarestOf(words: ReadonlySet<string>, least: number, frequency: ReadonlyMap<string, number>): string[] {
  const of = (word: string) => frequency.get(word) ?? 0;
  const ordered = [...words].sort((a, b) => of(a) - of(b) || (a < b ? -1 : 1));
  return ordered.slice(0, words.size - Math.ceil(least * words.size) + 1);
}

/** What it speaks of, without what it says of that: a value at its end, or whether it holds. */
function framesOf({ text }: Memory, { words }: Content): string[] {
  const frame = frameOf(text);
  const holds = words.size >= 3 ? [`holds\0${[...words].sort().join(" ")}`] : [];
  return frame === undefined ? holds : [`value\0${frame}`, ...holds];
}

function saysOtherwise(a: Content, b: Content): boolean {
  return a.isNegated !== b.isNegated || overlap(a.values, b.values) < 1;
}

function grouped(all: readonly Known[], keysOf: (known: Known) => readonly string[]): Map<string, Known[]> {
  const groups = new Map<string, Known[]>();
  for (const known of all) {
    for (const key of keysOf(known)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [known]);
      else group.push(known);
    }
  }
  return groups;
}

function scopeOf({ scope }: Memory): string {
  return scope.kind === "branch" ? `branch ${scope.branch}` : scope.kind;
}

/** Share of the words of both that stand in both; 1 where there are none. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  const all = a.size + b.size - both;
  return all === 0 ? 1 : both / all;
}
