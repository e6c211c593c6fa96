import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, overlaps, placesIn } from "../../client/hunkPlaces.ts";
import type { ProposedFile } from "../../server/protocol/edits.ts";

const file: ProposedFile = {
  path: "/ws/a.ts",
  label: "a.ts",
  language: "typescript",
  change: "modify",
  hunks: [
    { id: "1", startLine: 1, endLine: 3, search: "one\ntwo\nthree\n", replace: "one\n2\n2b\nthree\n" },
    { id: "2", startLine: 5, endLine: 6, search: "five\nsix\n", replace: "five\nand a half\nsix\n" },
    { id: "3", startLine: 8, endLine: 9, search: "eight\nnine\n", replace: "nine\n" },
  ],
};
const BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";
const AFTER = "one\n2\n2b\nthree\nfour\nfive\nand a half\nsix\nseven\nnine\n";

const linesOf = (places: ReturnType<typeof placesIn>) => places.map(({ hunk, line, count }) => [hunk.id, line, count]);

test("a hunk's change is what differs, without the lines that it is found by", () => {
  assert.deepEqual(changeOf({ search: "a\nb\nc", replace: "a\nx\ny\nc" }), {
    offset: 1,
    removed: ["b"],
    added: ["x", "y"],
  });
  assert.deepEqual(changeOf({ search: "", replace: "new\n" }), { offset: 0, removed: [], added: ["new"] });
  assert.deepEqual(changeOf({ search: "a\na\n", replace: "a\n" }), { offset: 1, removed: ["a"], added: [] });
});

test("hunks are found in the file and in its preview, at the lines that they change", () => {
  assert.deepEqual(linesOf(placesIn(BEFORE, file, {}, "before")), [
    ["1", 1, 1],
    ["2", 5, 0],
    ["3", 7, 1],
  ]);
  assert.deepEqual(linesOf(placesIn(AFTER, file, {}, "after")), [
    ["1", 1, 2],
    ["2", 6, 1],
    ["3", 9, 0],
  ]);
});

test("hunks move with lines that were written above them; one whose lines were changed is left out", () => {
  const moved = `new\r\nnew\r\n${BEFORE.replaceAll("\n", "\r\n").replace("eight", "8")}`;
  assert.deepEqual(linesOf(placesIn(moved, file, {}, "before")), [
    ["1", 3, 1],
    ["2", 7, 0],
  ]);
});

test("a rejected hunk is not shown, and the preview is without it; an accepted one says so", () => {
  const decisions = { "1": { decision: "rejected" }, "2": { decision: "accepted" } } as const;
  const preview = AFTER.replace("2\n2b", "two");
  const places = placesIn(preview, file, decisions, "after");
  assert.deepEqual(linesOf(places), [
    ["2", 5, 1],
    ["3", 8, 0],
  ]);
  assert.deepEqual(
    places.map(({ decision }) => decision),
    ["accepted", undefined],
  );
});

test("of equal places the nearest to where the hunk was is meant", () => {
  const twice: ProposedFile = {
    ...file,
    hunks: [{ id: "1", startLine: 4, endLine: 4, search: "x\n", replace: "y\n" }],
  };
  assert.deepEqual(linesOf(placesIn("x\na\nb\nx\n", twice, {}, "before")), [["1", 3, 1]]);
});

test("hunks that change the same line, or add before it, stand in each other's way; neighbours do not", () => {
  const [first, second, third] = placesIn(BEFORE, file, {}, "before");
  assert.ok(first && second && third);
  assert.equal(overlaps(first, { ...second, line: 1 }), true);
  assert.equal(overlaps({ ...first, count: 5 }, second), true);
  assert.equal(overlaps(first, { ...third, line: 2 }), false);
  assert.equal(overlaps(first, second), false);
});
