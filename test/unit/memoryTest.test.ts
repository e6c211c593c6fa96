import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memoryQuestions, questionOf } from "../../server/memory/memoryQuestions.ts";
import { testMemory } from "../../server/memory/memoryTest.ts";
import { FakeClock } from "../fakes/clock.ts";
import { memoryWith } from "../fakes/memories.ts";

for (const [statement, question] of [
  ["We deploy on Tuesdays.", "When do we deploy?"],
  ["The standup is every Monday at nine", "When is the standup?"],
  ["We pin versions because of a broken release", "Why is it that we pin versions?"],
  ["We use cockatiel for retries", "What is used for retries?"],
  ["The retry delay lives in server/llm/resilience.ts", "Where is the retry delay?"],
  ["The user prefers tabs over spaces", "What is preferred to spaces?"],
  ["Our staging cluster is called heron", "What is the name of our staging cluster?"],
  ["PostgreSQL is the only database", "What is PostgreSQL?"],
  ["Never commit generated files", undefined],
] as const) {
  test(`${statement} -> ${question ?? "no question"}`, () => assert.equal(questionOf(statement), question));
}

test("a fact that no rule asks for is asked for by its rarest words, not by all of them", () => {
  const facts = ["Never commit generated protobuf files", "Never commit lockfiles of examples", "Never commit secrets"];
  const memories = facts.map((text, i) => memoryWith({ id: `m${i}`, text }));
  const [first] = memoryQuestions(memories, 10);
  assert.deepEqual(first, { id: "m0", question: "What about files, generated, protobuf?" });
});

test("two facts with the same question are asked for in different words", () => {
  const memories = [
    memoryWith({ id: "a" }),
    memoryWith({ id: "b", text: "We deploy on Fridays in an emergency only" }),
  ];
  const [first, second] = memoryQuestions(memories, 10);
  assert.equal(first?.question, "When do we deploy?");
  assert.notEqual(second?.question, first?.question);
});

test("only what is recalled is asked for, taken evenly", () => {
  const memories = Array.from({ length: 100 }, (_, i) =>
    memoryWith({ id: `m${i}`, status: i % 2 === 0 ? "active" : "pending" }),
  );
  const ids = memoryQuestions(memories, 5).map(({ id }) => id);
  assert.deepEqual(ids, ["m0", "m20", "m40", "m60", "m80"]);
});

test("no question holds all words of its fact", () => {
  const word = fc.stringMatching(/^[a-z]{4,9}$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 12 }), (words) => {
      const [asked] = memoryQuestions([memoryWith({ text: words.join(" ") })], 1);
      const said: readonly string[] = asked?.question.match(/[a-z]+/g) ?? [];
      assert.ok(words.some((one) => !said.includes(one)));
    }),
  );
});

test("a fact is found among the first ten; what is missed is told, and how long it took once it was loaded", async () => {
  const clock = new FakeClock();
  const took = [3000, 4, 20];
  const recall = async () => {
    await clock.advance(took.shift() ?? 0);
    return [...Array.from({ length: 9 }, (_, i) => `other${i}`), "a", "b"];
  };
  const memories = [memoryWith({ id: "a" }), memoryWith({ id: "b", text: "The linter is biome" })];
  assert.deepEqual(await testMemory(memories, { recall, clock }), {
    asked: 2,
    found: 1,
    recallP50Ms: 4,
    recallP95Ms: 20,
    missed: [{ id: "b", question: "What is the linter?" }],
  });
});

test("nothing is stored: nothing is asked", async () => {
  const result = await testMemory([], { recall: async () => [], clock: new FakeClock() });
  assert.deepEqual(result, { asked: 0, found: 0, recallP50Ms: 0, recallP95Ms: 0, missed: [] });
});
