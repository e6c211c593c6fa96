import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery } from "../../server/workspace/search/query.ts";

const weights = (query: string) =>
  Object.fromEntries(parseQuery(query).terms.map(({ term, weight }) => [term, weight]));

test("the words of a question are dropped, unless nothing is left", () => {
  assert.deepEqual(Object.keys(weights("Where is the retry handled?")), ["retr", "handl"]);
  assert.deepEqual(Object.keys(weights("what is this?")), ["what", "is", "thi"]);
  assert.deepEqual(weights("?!"), {});
});

test("generic verbs, languages and parts of a compound weigh less than whole names", () => {
  assert.deepEqual(weights("add userName python"), { add: 0.35, username: 1, user: 0.6, nam: 0.6, python: 0.35 });
});

test("a query as long as a book is cut to what a search can take", () => {
  const query = Array.from({ length: 100_000 }, (_, i) => `word${i}`).join(" ");
  assert.ok(parseQuery(query).terms.length <= 64);
});

test("words that stand side by side make pairs", () => {
  const pairs = parseQuery("the rate limit of uploads").pairs.map(([left, right]) => `${left.term} ${right.term}`);
  assert.deepEqual(pairs, ["rat limit", "limit upload"]);
});

test("the area before a colon is the scope, and the kind of a conventional commit is not", () => {
  const { scope, terms } = parseQuery("fix(router): keep the hash (#123)");
  assert.deepEqual([...scope], ["rout"]);
  assert.deepEqual(
    terms.map(({ term }) => term),
    ["rout", "keep", "hash"],
  );
  assert.deepEqual([...parseQuery("net/http: close idle connections").scope], ["net", "http"]);
  assert.deepEqual([...parseQuery("Why does this fail: it worked before").scope], []);
});

test("a query may ask for tests, documentation or settings", () => {
  assert.deepEqual([...parseQuery("tests of the parser").wants], ["test"]);
  assert.deepEqual([...parseQuery("docs: correct the guide").wants], ["docs"]);
  assert.deepEqual([...parseQuery("parser").wants], []);
});
