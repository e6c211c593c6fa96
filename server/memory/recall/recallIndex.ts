import { datesIn, type Interval, nearness } from "./dates.ts";
import { type Candidate, diverse } from "./diversity.ts";
import { Field } from "./field.ts";
import { type Asked, type Fit, named, newParts, weigh } from "./fusion.ts";
import { Order } from "./order.ts";
import { asksForTime } from "./questions.ts";
import type { ItemFacts, Likeness, RankedItem, RecallItem, RecallQuery } from "./recallItem.ts";
import { namedSpeaker, questionsIn } from "./sentences.ts";
import { termsOfText } from "./terms.ts";
import { Top } from "./top.ts";
import { shapeOf, type TurnShape } from "./turnShape.ts";
import { WordScorer, type WordScores } from "./wordScores.ts";

export type LikenessOf = (id: string) => Likeness | undefined;

/** An item as it is held: what was read from its text instead of the text. */
interface Held {
  readonly item: ItemFacts;
  readonly shape: TurnShape;
}

/** What is looked for, as far as it holds for all items. */
interface Question {
  readonly query: RecallQuery;
  readonly likeness: LikenessOf | undefined;
  readonly scores: WordScores;
  readonly dates: readonly Interval[];
  /** Terms of the query that are in the name of somebody who spoke. */
  readonly names: ReadonlySet<string>;
}

/** So many more than wanted are looked at for repetitions. */
const SPARE = 2;

/** What has no word in common with the question must be at least so like it in meaning. */
const LIKE = 0.35;

/** All that can be recalled, by its words, its place in a conversation and its time; and by its meaning, which others tell. */
export class RecallIndex {
  readonly #words = new Field();
  readonly #questions = new Field();
  readonly #speakers = new Field();
  readonly #order = new Order();
  readonly #scorer = new WordScorer(this.#words, this.#questions, this.#order);
  readonly #held: (Held | undefined)[] = [];
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  /** What has an id that is known takes the place of that. */
  add(items: readonly RecallItem[]): void {
    for (const item of items) {
      this.remove([item.id]);
      this.#put(this.#free.pop() ?? this.#held.length, item);
    }
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const slot = this.#slots.get(id);
      if (slot === undefined) continue;
      this.#slots.delete(id);
      this.#held[slot] = undefined;
      for (const field of [this.#words, this.#questions, this.#speakers]) field.remove(slot);
      this.#order.remove(slot);
      this.#free.push(slot);
    }
  }

  /** The best first. Without `likeness` words alone decide; what it knows nothing of has no likeness. */
  search(query: RecallQuery, likeness: LikenessOf | undefined): RankedItem[] {
    const terms = termsOfText(query.text);
    const question: Question = {
      query,
      likeness,
      scores: this.#scorer.score(terms, this.#held.length, this.size),
      dates: datesIn(query.text, query.nowMs),
      names: new Set(terms.filter((term) => this.#speakers.frequencyOf(term) > 0)),
    };
    const asked = askedBy(question);
    const parts = newParts();
    const top = new Top(SPARE * query.limit, (slot) => this.#held[slot]?.item);
    for (const [slot, held] of this.#held.entries()) {
      if (held === undefined || !passes(held.item, query)) continue;
      const fit = fitOf(slot, held, question);
      if (hasToDoWith(fit)) top.offer(slot, weigh(fit, asked, held.item, parts));
    }
    return diverse(
      top.best().flatMap(({ slot }) => this.#candidate(slot, question, asked)),
      query.limit,
    );
  }

  #put(slot: number, { text, ...item }: RecallItem): void {
    const shape = shapeOf(text, item.speaker);
    const terms = termsOfText(text);
    this.#held[slot] = { item, shape };
    this.#slots.set(item.id, slot);
    this.#words.add(slot, namedSpeaker(text) === undefined ? [...shape.speaker, ...terms] : terms);
    this.#questions.add(slot, termsOfText(questionsIn(text)));
    this.#speakers.add(slot, shape.speaker);
    this.#order.add(slot, item, shape.speaker.join(" ") || item.speaker);
  }

  #candidate(slot: number, question: Question, asked: Asked): Candidate[] {
    const held = this.#held[slot];
    if (held === undefined) return [];
    const parts = newParts();
    const score = weigh(fitOf(slot, held, question), asked, held.item, parts);
    return [{ id: held.item.id, score, signals: named(parts), marks: new Set(this.#words.marksOf(slot)) }];
  }
}

function askedBy({ query, likeness, dates, names }: Question): Asked {
  return {
    queryType: query.queryType,
    hasMeaning: likeness !== undefined,
    hasDates: dates.length > 0,
    forTime: asksForTime(query.text),
    hasSpeaker: names.size > 0,
    near: new Set(query.near),
  };
}

function passes({ id, kind, scope }: ItemFacts, query: RecallQuery): boolean {
  if (query.without?.has(id)) return false;
  if (query.kinds !== undefined && !query.kinds.includes(kind)) return false;
  // What was said belongs to the workspace it was said in.
  if (query.scope !== undefined && query.scope !== (scope?.kind ?? "workspace")) return false;
  return scope?.kind !== "branch" || scope.branch === query.branch;
}

function fitOf(slot: number, { item, shape }: Held, { scores, dates, names, likeness }: Question): Fit {
  return {
    own: scores.own[slot] ?? 0,
    nearby: scores.nearby[slot] ?? 0,
    around: scores.around[slot] ?? 0,
    answers: scores.answers[slot] ?? 0,
    like: likeness?.(item.id),
    date: nearness(item.atMs, dates),
    isSpeaker: names.size > 0 && shape.speaker.some((name) => names.has(name)),
    shape,
  };
}

function hasToDoWith({ nearby, answers, date, like }: Fit): boolean {
  return nearby > 0 || answers > 0 || date === 1 || Math.max(like?.whole ?? 0, like?.sentence ?? 0) >= LIKE;
}
