import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { changedPart, hasMixedLineEnds, inEditor } from "../../client/changedPart.ts";

const pieces = fc
  .array(fc.constantFrom("a", "b", "\n", "\r\n", "\r", "ü", "\uFEFF"), { maxLength: 12 })
  .map((parts) => parts.join(""));

test("putting the changed part in its place gives the new text, and no CRLF is cut in two", () => {
  fc.assert(
    fc.property(pieces, pieces, (old, next) => {
      const { start, oldEnd, newEnd } = changedPart(old, next);
      assert.ok(start <= oldEnd && start <= newEnd);
      assert.equal(old.slice(0, start) + next.slice(start, newEnd) + old.slice(oldEnd), next);
      for (const at of [start, oldEnd]) assert.ok(!(old[at - 1] === "\r" && old[at] === "\n" && oldEnd > start));
    }),
    { numRuns: 2000 },
  );
});

test("line ends that an editor would make equal are mixed", () => {
  assert.equal(hasMixedLineEnds("a\nb\n"), false);
  assert.equal(hasMixedLineEnds("a\r\nb\r\n"), false);
  assert.equal(hasMixedLineEnds("no end"), false);
  assert.equal(hasMixedLineEnds("a\r\nb\n"), true);
  assert.equal(hasMixedLineEnds("a\rb\r"), true);
  assert.equal(inEditor("\uFEFFa\r\nb\rc\n"), "a\nb\nc\n");
});
