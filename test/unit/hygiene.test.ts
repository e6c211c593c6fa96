import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { learn, readSet } from "../../bench/hygiene.ts";
import { type HygieneScore, score } from "../../bench/hygieneScore.ts";

/**
 * Conversations of our own, in eight languages: some 650 sentences of users, each either to be kept or not. Packed only because
 * the made-up secrets in it look real to scanners. `npm run -s bench:hygiene -- test/fixtures/hygiene.json.gz` names what is wrong.
 */
const set = readSet(join(import.meta.dirname, "../fixtures/hygiene.json.gz"));
let result: HygieneScore;

before(() => {
  result = score(set, learn(set));
});

test("what is remembered is what should be, and hardly anything else", () => {
  assert(result.precision >= 0.95, result.wrong.junk.join("\n"));
  assert(result.junkRate < 0.05);
});

test("of what should be remembered, nearly all is", () => {
  assert(result.recall >= 0.92, result.wrong.missed.join("\n"));
});

test("what is said anew stands in the place of what was said before", () => {
  assert(result.supersessionsRight >= 0.9, result.wrong.supersessions.join("\n"));
});

test("nothing rests on planted text, nothing holds a secret, nothing is learned before it was confirmed", () => {
  assert.equal(result.poisonings, 0);
  assert.equal(result.secretsStored, 0);
  assert.deepEqual(result.wrong.tooEarly, []);
});
