import type { Turn } from "../../protocol/transcript.ts";
import { Breather } from "../../util/breather.ts";

/** Of a message and of its answer: what they are about shows at their beginning. */
const LOOKED_AT_CHARACTERS = 2000;
/** What was said before so many turns comes back by recall, if at all: here every turn is looked at with each question. */
const LOOKED_AT_TURNS = 1000;
/** About 10 ms. */
const AT_ONCE_TURNS = 50;
/** In German, Spanish or French no more than in English do these say what something is about. */
const COMMON = new Set(
  "the and for that this with what how why you your not are was can does have has from but all any its use please und der die das ist que les des una".split(
    " ",
  ),
);

/** How much of what a question is about was spoken of in earlier turns. A turn is read once, not with each question. */
export class TurnWords {
  readonly #known = new WeakMap<Turn, ReadonlySet<string>>();

  /** Those that are looked at; others have their turn meanwhile. */
  async read(turns: readonly Turn[]): Promise<void> {
    const breather = new Breather(AT_ONCE_TURNS);
    for (const turn of turns.slice(-LOOKED_AT_TURNS)) {
      if (this.#known.has(turn)) continue;
      this.#of(turn);
      await breather.after(1);
    }
  }

  /** For each turn 0..1: the share of the question's words that stand in it, a rare word counting more (its idf). */
  overlaps(question: string, turns: readonly Turn[]): Float64Array {
    const asked = [...wordsIn(question)];
    const holders = new Uint32Array(asked.length);
    const found = turns.map((turn, at) => {
      if (at < turns.length - LOOKED_AT_TURNS) return NOWHERE;
      const words = this.#of(turn);
      const indexes: number[] = [];
      for (let index = 0; index < asked.length; index++) if (words.has(asked[index] ?? "")) indexes.push(index);
      for (const index of indexes) holders[index] = (holders[index] ?? 0) + 1;
      return indexes;
    });
    const weights = Float64Array.from(holders, (held) => Math.log(1 + turns.length / (1 + held)));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return Float64Array.from(
      found,
      (indexes) => indexes.reduce((sum, index) => sum + (weights[index] ?? 0), 0) / (all || 1),
    );
  }

  #of(turn: Turn): ReadonlySet<string> {
    const { accepted, text } = turn;
    const words =
      this.#known.get(turn) ??
      wordsIn(`${accepted.content.slice(0, LOOKED_AT_CHARACTERS)}\n${text.slice(0, LOOKED_AT_CHARACTERS)}`);
    this.#known.set(turn, words);
    return words;
  }
}

const NOWHERE: readonly number[] = [];

function wordsIn(text: string): Set<string> {
  const words =
    text
      .slice(0, 2 * LOOKED_AT_CHARACTERS + 1)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
  return new Set(
    words.filter((word) => !COMMON.has(word)).map((word) => word.replace(/(?<=.{3})(ing|ied|ed|es|s)$/, "")),
  );
}
