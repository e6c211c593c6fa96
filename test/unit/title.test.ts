import assert from "node:assert/strict";
import { test } from "node:test";
import { titleOf } from "../../server/conversation/title.ts";

test("a title is the first line of words, without marks, cut at a word", () => {
  assert.equal(titleOf("\n## Why does `retry` _wait_?\nmore"), "Why does retry wait?");
  assert.equal(titleOf(`why ${"so long ".repeat(20)}`), "why so long so long so long so long so long so long so long…");
  assert.equal(titleOf("`***`"), "New conversation");
});

test("what was named before the question goes along as a chip, and is left out of the title", () => {
  assert.equal(titleOf("@resilience.ts @src/ Why do we retry?"), "Why do we retry?");
  assert.equal(titleOf("@resilience.ts"), "@resilience.ts");
  assert.equal(titleOf("what is in @a.ts and @b.ts"), "what is in @a.ts and @b.ts");
});
