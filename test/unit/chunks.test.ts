import assert from "node:assert/strict";
import { test } from "node:test";
import { cutChunk, wholeDefinitions } from "../../server/workspace/chunks.ts";

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join("\n");
const definitions = (...pairs: number[]) => Uint32Array.from(pairs);

test("a chunk that cuts a function takes it in whole", () => {
  assert.deepEqual(wholeDefinitions({ startLine: 16, endLine: 75 }, definitions(10, 30, 60, 90)), {
    startLine: 10,
    endLine: 90,
  });
});

test("a chunk that touches a long function leaves it out", () => {
  const range = { startLine: 16, endLine: 75 };
  assert.deepEqual(wholeDefinitions(range, definitions(20, 60, 70, 400)), { startLine: 16, endLine: 69 });
});

test("a chunk inside a long function stays as it is", () => {
  const range = { startLine: 106, endLine: 165 };
  assert.deepEqual(wholeDefinitions(range, definitions(1, 900)), range);
  assert.deepEqual(wholeDefinitions(range, undefined), range);
});

test("blank lines at the ends of a chunk and lines past the end of the file are left out", () => {
  assert.deepEqual(cutChunk("\na\nb\n\n", { startLine: 1, endLine: 60 }), { startLine: 2, endLine: 3, text: "a\nb" });
  assert.equal(cutChunk(lines(70), { startLine: 46, endLine: 105 }).endLine, 70);
});

test("a chunk is never longer than a prompt can bear, nor empty", () => {
  const long = Array.from({ length: 60 }, () => "x".repeat(900)).join("\n");
  const { text, endLine } = cutChunk(long, { startLine: 1, endLine: 60 });
  assert.ok(text.length <= 8_000 && endLine === 8);
  const [huge] = [cutChunk(`x${"🦆".repeat(500_000)}`, { startLine: 1, endLine: 60 })];
  assert.ok(huge.text.length > 0 && huge.text.length < 1_100 && huge.text.isWellFormed());
});
