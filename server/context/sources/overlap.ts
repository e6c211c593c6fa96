import type { Turn } from "../../protocol/transcript.ts";

/** Of a message and of its answer: what they are about shows at their beginning. */
const LOOKED_AT_CHARACTERS = 2000;
/** In German, Spanish or French no more than in English do these say what something is about. */
const COMMON = new Set(
  "the and for that this with what how why you your not are was can does have has from but all any its use please und der die das ist que les des una".split(
    " ",
  ),
);

/** How much of what a question is about was spoken of in earlier turns. A turn is read once, not with each question. */
export class TurnWords {
  readonly #known = new WeakMap<Turn, ReadonlySet<string>>();

  /** For each turn 0..1: the share of the question's words that stand in it, a rare word counting more (its idf). */
  overlaps(question: string, turns: readonly Turn[]): number[] {
    const asked = [...wordsIn(question)];
    const spoken = turns.map((turn) => this.#of(turn));
    const weights = asked.map((word) => {
      const holders = spoken.reduce((sum, words) => sum + (words.has(word) ? 1 : 0), 0);
      return Math.log(1 + turns.length / (1 + holders));
    });
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return spoken.map((words) =>
      all === 0 ? 0 : asked.reduce((sum, word, index) => sum + (words.has(word) ? (weights[index] ?? 0) : 0), 0) / all,
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
