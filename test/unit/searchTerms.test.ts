import assert from "node:assert/strict";
import { test } from "node:test";
import { stem, termsOf, wordsOf } from "../../server/util/terms.ts";

test("an identifier is a term as a whole and in parts, however it is written", () => {
  for (const name of ["userName", "UserName", "user_name", "USER_NAME", "user-name"])
    assert.deepEqual(termsOf(name), ["username", "user", "nam"]);
  assert.deepEqual(termsOf("parseHTML5Document"), ["parsehtml5document", "pars", "html", "document"]);
  assert.deepEqual(termsOf("sha256"), ["sha256", "sha", "256"]);
});

test("forms of a word have one stem, and other words keep theirs", () => {
  for (const family of [
    "cache caches cached caching",
    "parse parses parsed parser parsing",
    "validate validation validates validating",
    "connect connection connections connecting",
    "retry retries",
    "index indexes indexing indexed",
    "log logs logged logging logger",
    "embed embedding embedder",
    "memory memories",
  ])
    assert.equal(new Set(family.split(" ").map(stem)).size, 1, family);
  assert.equal(new Set("user use string status class author auth".split(" ").map(stem)).size, 7);
});

test("words of scripts without spaces are found by pairs, and other scripts as words", () => {
  assert.deepEqual(termsOf("設定を読む"), ["設定", "定を", "を読", "読む"]);
  assert.deepEqual(wordsOf("naïve Größe").flatMap(termsOf), ["naïve", "größe"]);
});

test("names of the language's own objects are terms like any other", () => {
  assert.deepEqual(wordsOf("valueOf __proto__ constructor").flatMap(termsOf), [
    "valueof",
    "valu",
    "of",
    "proto",
    "construct",
  ]);
});

test("encoded data is no term", () => {
  assert.deepEqual(termsOf("a1".repeat(100)), []);
});
