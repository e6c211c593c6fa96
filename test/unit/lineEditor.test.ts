import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  deleted,
  inserted,
  isOnFirstLine,
  isOnLastLine,
  type Line,
  type Motion,
  moved,
} from "../../client/terminal/chat/lineEditor.ts";

/** The caret as a bar. */
const at = (text: string): Line => ({ draft: text.replace("|", ""), caret: text.indexOf("|") });
const show = ({ draft, caret }: Line) => `${draft.slice(0, caret)}|${draft.slice(caret)}`;

for (const [before, motion, after] of [
  ["ab|c", "left", "a|bc"],
  ["|abc", "left", "|abc"],
  ["a👩‍👩‍👧|b", "left", "a|👩‍👩‍👧b"],
  ["a|é́b", "right", "aé́|b"],
  ["one two| three", "wordLeft", "one |two three"],
  ["one two  |", "wordLeft", "one |two  "],
  ["one| two three", "wordRight", "one two| three"],
  ["a\nbc|d\ne", "lineStart", "a\n|bcd\ne"],
  ["a\nbc|d\ne", "lineEnd", "a\nbcd|\ne"],
  ["abc\nd|ef", "up", "a|bc\ndef"],
  ["a\nbcd|", "up", "a|\nbcd"],
  ["ab|c\nd", "down", "abc\nd|"],
  ["abc|", "down", "abc|"],
] as const satisfies readonly (readonly [string, Motion, string])[]) {
  test(`${JSON.stringify(before)}, ${motion}: ${JSON.stringify(after)}`, () => {
    assert.equal(show(moved(at(before), motion)), after);
  });
}

test("deleting takes a whole sign, a word, or the rest of the line", () => {
  assert.equal(show(deleted(at("a👩‍👩‍👧|b"), "left")), "a|b");
  assert.equal(show(deleted(at("a|👩‍👩‍👧b"), "right")), "a|b");
  assert.equal(show(deleted(at("one two| x"), "wordLeft")), "one | x");
  assert.equal(show(deleted(at("a\nbc|d\ne"), "toLineStart")), "a\n|d\ne");
  assert.equal(show(deleted(at("a\nbc|d\ne"), "toLineEnd")), "a\nbc|\ne");
});

test("what is typed stands before the caret; the arrows leave the box at its first and last line only", () => {
  assert.equal(show(inserted(at("a|c"), "b\n")), "ab\n|c");
  assert.equal(isOnFirstLine(at("a|\nb")), true);
  assert.equal(isOnFirstLine(at("a\n|b")), false);
  assert.equal(isOnLastLine(at("a|\nb")), false);
  assert.equal(isOnLastLine(at("a\n|b")), true);
});

test("whatever is pressed, the caret stays in the text and between whole signs", () => {
  const motions = ["left", "right", "wordLeft", "wordRight", "lineStart", "lineEnd", "up", "down"] as const;
  const step = fc.oneof(
    fc.constantFrom(...motions).map((motion) => (line: Line) => moved(line, motion)),
    fc
      .constantFrom("left", "right", "wordLeft", "toLineStart", "toLineEnd" as const)
      .map((deletion) => (line: Line) => deleted(line, deletion as "left")),
    fc.constantFrom("a", " ", "\n", "äb c", "🦆").map((text) => (line: Line) => inserted(line, text)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let line: Line = { draft: "", caret: 0 };
      for (const take of steps) line = take(line);
      assert.ok(line.caret >= 0 && line.caret <= line.draft.length);
      const next = line.draft.charCodeAt(line.caret);
      assert.ok(!(next >= 0xdc00 && next <= 0xdfff && line.caret > 0), show(line));
    }),
    { numRuns: 500 },
  );
});
