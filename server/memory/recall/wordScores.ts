import { type Field, MOST_WORTH, rarity, worth } from "./field.ts";
import type { Order } from "./order.ts";

/** How well words fit, as shares of the best conceivable fit: 0..1. By slot. */
export interface WordScores {
  /** The words of the item itself. */
  readonly own: Float32Array;
  /** Per word the best of the item and its neighbours, which count less; never less than `own`. */
  readonly nearby: Float32Array;
  /** The words of the stretch of conversation around it, taken as one text. */
  readonly around: Float32Array;
  /** The words of the question that it answers. */
  readonly answers: Float32Array;
}

/** What a word in an earlier or later turn is worth for this one: previous turns set the topic, and a reaction repeats it. */
const FROM_PREVIOUS = [0.6, 0.35, 0.2];
const FROM_NEXT = [0.35, 0.15];

/** Turns either side that are read as one text. */
const AROUND = 5;

/** Of a longer query, the rarest words. */
const MOST_TERMS = 32;

/**
 * A word that stands in so many items, and in such a share of all, stands in most stretches of talk: it tells none from another, and to
 * look around each of them would take most of the time.
 */
const COMMON = { items: 1000, share: 0.1 };

/** Finds words, conversation by conversation: what somebody answers is found by what was asked. */
export class WordScorer {
  readonly #words: Field;
  readonly #questions: Field;
  readonly #order: Order;
  #best = new Float32Array(0);
  #counts = new Float32Array(0);

  /** `words` of items, `questions` of items; what is next to what. */
  constructor(words: Field, questions: Field, order: Order) {
    this.#words = words;
    this.#questions = questions;
    this.#order = order;
  }

  /** `size` of all slots, of which `count` are taken. */
  score(terms: readonly string[], size: number, count: number): WordScores {
    const scores = {
      own: new Float32Array(size),
      nearby: new Float32Array(size),
      around: new Float32Array(size),
      answers: new Float32Array(size),
    };
    if (this.#best.length < size) {
      this.#best = new Float32Array(size);
      this.#counts = new Float32Array(size);
    }
    const rarest = this.#rarest(terms, count);
    const all = rarest.reduce((sum, { weight }) => sum + weight, 0) * MOST_WORTH;
    for (const { term, weight } of rarest) {
      const frequency = this.#words.frequencyOf(term);
      if (frequency >= COMMON.items && frequency >= COMMON.share * count) this.#scoreOwn(term, weight / all, scores);
      else {
        this.#scoreNearby(term, weight / all, scores);
        this.#scoreAround(term, weight / all, scores.around);
      }
      this.#scoreAnswers(term, weight / all, scores.answers);
    }
    return scores;
  }

  #rarest(terms: readonly string[], count: number): { term: string; weight: number }[] {
    return [...new Set(terms)]
      .map((term) => ({ term, weight: rarity(this.#words.frequencyOf(term), count) }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, MOST_TERMS);
  }

  #scoreOwn(term: string, weight: number, { own, nearby }: WordScores): void {
    this.#words.each(term, (slot, count) => {
      const value = worth(count, this.#words.lengthOf(slot), this.#words.averageLength);
      add(own, slot, weight * value);
      add(nearby, slot, weight * value);
    });
  }

  #scoreNearby(term: string, weight: number, { own, nearby }: WordScores): void {
    const best = this.#best;
    const touched: number[] = [];
    const offer = (slot: number | undefined, value: number) => {
      if (slot === undefined) return;
      const before = best[slot] ?? 0;
      if (before === 0) touched.push(slot);
      if (value > before) best[slot] = value;
    };
    this.#words.each(term, (slot, count) => {
      const value = worth(count, this.#words.lengthOf(slot), this.#words.averageLength);
      add(own, slot, weight * value);
      offer(slot, value);
      const { slots, index } = this.#order.standing(slot);
      for (let i = 1; i <= FROM_PREVIOUS.length; i++) offer(slots[index + i], (FROM_PREVIOUS[i - 1] ?? 0) * value);
      const later = Math.min(FROM_NEXT.length, index);
      for (let i = 1; i <= later; i++) offer(slots[index - i], (FROM_NEXT[i - 1] ?? 0) * value);
    });
    for (const slot of touched) {
      add(nearby, slot, weight * (best[slot] ?? 0));
      best[slot] = 0;
    }
  }

  #scoreAround(term: string, weight: number, around: Float32Array): void {
    const counts = this.#counts;
    const touched: number[] = [];
    this.#words.each(term, (slot, count) => {
      this.#eachAround(slot, (other) => {
        if (counts[other] === 0) touched.push(other);
        add(counts, other, count);
      });
    });
    const average = this.#words.averageLength * (2 * AROUND + 1);
    for (const slot of touched) {
      add(around, slot, weight * worth(counts[slot] ?? 0, this.#lengthAround(slot), average));
      counts[slot] = 0;
    }
  }

  #lengthAround(slot: number): number {
    let length = 0;
    this.#eachAround(slot, (other) => {
      length += this.#words.lengthOf(other);
    });
    return length;
  }

  /** Itself too. */
  #eachAround(slot: number, tell: (other: number) => void): void {
    const { slots, index } = this.#order.standing(slot);
    const end = Math.min(slots.length, index + AROUND + 1);
    for (let i = Math.max(0, index - AROUND); i < end; i++) tell(slots[i] ?? 0);
  }

  #scoreAnswers(term: string, weight: number, answers: Float32Array): void {
    this.#questions.each(term, (slot, count) => {
      const answer = this.#order.reply(slot);
      if (answer === undefined) return;
      const value = worth(count, this.#questions.lengthOf(slot), this.#questions.averageLength);
      add(answers, answer, weight * value);
    });
  }
}

function add(values: Float32Array, slot: number, value: number): void {
  values[slot] = (values[slot] ?? 0) + value;
}
