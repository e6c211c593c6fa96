import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diverse } from "../../server/memory/recall/diversity.ts";
import { Field, MOST_WORTH, rarity, worth } from "../../server/memory/recall/field.ts";
import { Order } from "../../server/memory/recall/order.ts";
import type { ItemFacts } from "../../server/memory/recall/recallItem.ts";
import { Largest, Top } from "../../server/memory/recall/top.ts";
import { WordScorer } from "../../server/memory/recall/wordScores.ts";

test("a field knows where a term stands, how often, and nothing of what was taken out", () => {
  const field = new Field();
  field.add(2, ["a", "b", "a"]);
  field.add(0, ["a"]);
  field.add(1, []);
  const found: number[][] = [];
  field.each("a", (slot, count) => found.push([slot, count]));

  assert.deepEqual(found, [
    [0, 1],
    [2, 2],
  ]);
  assert.deepEqual([field.frequencyOf("a"), field.frequencyOf("b"), field.frequencyOf("c")], [2, 1, 0]);
  assert.equal(field.averageLength, 2);
  field.remove(2);
  field.remove(9);
  assert.deepEqual(
    [field.frequencyOf("a"), field.frequencyOf("b"), field.averageLength, field.lengthOf(2)],
    [1, 0, 1, 0],
  );
});

test("the same term is the same mark in two texts", () => {
  const field = new Field();
  field.add(0, ["aVeryLongIdentifierIndeed"]);
  field.add(1, ["aVeryLongIdentifierIndeed", "b"]);

  assert.equal(field.marksOf(0)[0], field.marksOf(1)[0]);
  assert.deepEqual(field.marksOf(7), []);
});

test("a term is worth more the more often it stands, the shorter the text and the rarer it is, within bounds", () => {
  assert.ok(worth(2, 10, 10) > worth(1, 10, 10) && worth(1, 5, 10) > worth(1, 10, 10));
  assert.ok(worth(60, 1, 1_000) < MOST_WORTH);
  assert.ok(rarity(1, 100) > rarity(50, 100) && rarity(100, 100) > 0);
});

test("neighbours are those of the same conversation, in the order of their positions", () => {
  const order = new Order();
  order.add(5, facts("c", "s", 30), "user");
  order.add(3, facts("a", "s", 10), "user");
  order.add(4, facts("b", "s", 20), "assistant");
  order.add(9, facts("x", "t", 15), "user");
  order.add(1, { ...facts("m", "s", 0), session: undefined }, "");

  const around = (slot: number) => {
    const { slots, index } = order.standing(slot);
    return [slots.slice(0, index), slots.slice(index + 1)];
  };

  assert.deepEqual(
    [around(3), around(4), around(5)],
    [
      [[], [4, 5]],
      [[3], [5]],
      [[3, 4], []],
    ],
  );
  assert.deepEqual([order.reply(3), order.reply(5), order.reply(9)], [4, undefined, undefined]);
  assert.deepEqual([around(1), order.reply(1)], [[[], []], undefined]);
  order.remove(4);
  assert.deepEqual([around(3), order.reply(3)], [[[], [5]], undefined]);
});

test("a word counts in full where it stands, less before and after, and not beyond the conversation", () => {
  const { nearby, own } = scoresOf([["duck"], [], [], [], []], "duck");
  assert.ok((own[0] ?? 0) > 0 && own[1] === 0);
  assert.equal(nearby[0], own[0]);
  assert.ok(
    (nearby[1] ?? 0) < (nearby[0] ?? 0) && (nearby[2] ?? 0) < (nearby[1] ?? 0) && (nearby[3] ?? 0) < (nearby[2] ?? 0),
  );
  assert.equal(nearby[4], 0);
});

test("words that stand in several turns are put together word by word", () => {
  const { nearby } = scoresOf([["cold"], ["duck"], ["other"]], "cold duck");
  assert.ok((nearby[1] ?? 0) > (nearby[0] ?? 0) && (nearby[0] ?? 0) > (nearby[2] ?? 0));
});

test("no fit is better than the best conceivable", () => {
  const texts = fc.array(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 70 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(texts, (terms) => {
      for (const values of Object.values(scoresOf(terms, "a b b d")))
        for (const value of values) assert.ok(value >= 0 && value <= 1 + 1e-6, `${value}`);
    }),
  );
});

test("the best few are chosen, of equals the newest, however many there are", () => {
  const item = (slot: number) => ({ ...facts(`${slot}`, "s", 0), atMs: slot });
  const chosen = (scores: readonly number[], count: number) => {
    const top = new Top(count, item);
    for (const [slot, score] of scores.entries()) top.offer(slot, score);
    return top.best().map(({ slot }) => slot);
  };
  assert.deepEqual(chosen([0.5, 0.9, 0.5, 0.1], 2), [1, 2]);
  assert.equal(chosen([0.5, 0.9, 0.5, 0.1], 9).length, 4);
  assert.deepEqual(chosen([], 3), []);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 5 }), (scores, count) => {
      const sorted = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
      assert.deepEqual(chosen(scores, count), sorted.slice(0, count));
    }),
  );
});

test("the least of the largest numbers is known without holding all", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.integer({ min: 1, max: 5 }), (values, count) => {
      const largest = new Largest(count);
      for (const value of values) largest.offer(value);
      const expected = values.toSorted((a, b) => b - a)[count - 1];
      assert.equal(largest.least, expected ?? Number.NEGATIVE_INFINITY);
    }),
  );
});

test("what repeats loses, what does not keeps its place and its score", () => {
  const marks = ["a", "b", "c", "d"].map((name) => ({ name }));
  const candidate = (id: string, score: number, ...of: number[]) => ({
    id,
    score,
    signals: { words: score },
    marks: new Set(of.map((i) => marks[i] ?? {})),
  });
  const found = diverse(
    [candidate("first", 0.9, 0, 1), candidate("same", 0.8, 0, 1), candidate("other", 0.5, 2, 3)],
    3,
  );

  assert.deepEqual(
    found.map(({ id, score }) => [id, score]),
    [
      ["first", 0.9],
      ["other", 0.5],
      ["same", 0.4],
    ],
  );
  assert.deepEqual(found[2]?.signals, { words: 0.8, repeats: -0.4 });
});

/** Of one conversation, turn by turn; the speakers take turns. */
function scoresOf(turns: readonly (readonly string[])[], question: string) {
  const [words, questions, order] = [new Field(), new Field(), new Order()];
  for (const [slot, terms] of turns.entries()) {
    words.add(slot, terms);
    questions.add(slot, terms);
    order.add(slot, facts(`${slot}`, "s", slot), slot % 2 === 0 ? "user" : "assistant");
  }
  return new WordScorer(words, questions, order).score(question.split(" "), turns.length, turns.length);
}

function facts(id: string, session: string, position: number): ItemFacts {
  return { id, kind: "episode", speaker: "user", atMs: 0, session, position };
}
