import type { Turn } from "../server/protocol/transcript.ts";
import type { ShownTurn } from "./state.ts";

/** One place where the words stand. */
export interface Match {
  /** Of the row, as in rows.ts. */
  readonly key: string;
  readonly row: number;
  readonly part: "message" | "answer";
  /** Among the places of this part, from 0. */
  readonly nth: number;
}

/** Finds words in a conversation. What was counted in a turn that did not change is not counted again. */
export class Finder {
  #words: RegExp | undefined;
  #counted = new WeakMap<Turn, { message: number; answer: number }>();

  /** Case does not matter. */
  find(query: string, turns: readonly ShownTurn[]): Match[] {
    const words = wordsOf(query);
    if (words?.source !== this.#words?.source) {
      this.#words = words;
      this.#counted = new WeakMap();
    }
    if (words === undefined) return [];
    return turns.flatMap(({ turn, waits }, row) => {
      const { message, answer } = this.#count(turn, words);
      const place = (part: Match["part"]) => (_: unknown, nth: number) => ({
        key: turn.accepted.operationId,
        row,
        part,
        nth,
      });
      return [
        ...Array.from({ length: message }, place("message")),
        ...(waits ? [] : Array.from({ length: answer }, place("answer"))),
      ];
    });
  }

  #count(turn: Turn, words: RegExp): { message: number; answer: number } {
    const known = this.#counted.get(turn);
    if (known !== undefined) return known;
    const counted = { message: occurrences(turn.accepted.content, words), answer: occurrences(turn.text, words) };
    this.#counted.set(turn, counted);
    return counted;
  }
}

/** What is looked for, letter by letter. */
export function wordsOf(query: string): RegExp | undefined {
  return query === "" ? undefined : new RegExp(query.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "giu");
}

function occurrences(text: string, words: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(words)) count++;
  return count;
}
