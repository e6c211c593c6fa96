import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { outcomeOf, undone, withHunks } from "../../server/edits/apply.ts";
import { blocksBetween } from "../../server/edits/hunks.ts";
import { linesOf } from "../../server/edits/lines.ts";
import { SearchedLines } from "../../server/edits/places.ts";
import { createProposal } from "../../server/edits/proposal.ts";

const line = fc.constantFrom("a", "b", "  a", "    c", "\td", "", "}", "e  ", "f()", "g", "h", "// i");
const lines = fc.array(line, { minLength: 1, maxLength: 30 });
const ends = fc.constantFrom("\n", "\r\n");
const edits = fc.array(fc.tuple(fc.nat(29), fc.nat(2), fc.array(line, { maxLength: 3 })), { maxLength: 5 });

/** A text, and the same with some lines put in, changed and taken out. */
const pair = fc.tuple(lines, edits).map(([before, changes]) => {
  const after = [...before];
  for (const [at, count, fresh] of changes) after.splice(Math.min(at, after.length), count, ...fresh);
  return [before, after] as const;
});

test("All blocks make the new text of the old one; each stands in one place, and no two touch", () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const [before, after] = [textOf(one), textOf(other)];
      const blocks = blocksBetween(before, after);
      const searched = new SearchedLines(linesOf(before));
      let last = 0;
      for (const { search, startLine, endLine } of blocks) {
        const lines = linesOf(search).lines;
        assert.deepEqual(lines, searched.lines.slice(startLine - 1, endLine));
        if (lines.length < searched.lines.length) assert.equal(searched.find(lines).length, 1);
        assert(startLine > last);
        last = endLine;
      }
      assert.equal(
        applied(before, after, () => true),
        after,
      );
    }),
    { numRuns: 1000 },
  );
});

test("Any of the hunks can be accepted without the others, and the lines of those stay", () => {
  fc.assert(
    fc.property(pair, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ([one, other], accepted) => {
      const [before, after] = [textOf(one), textOf(other)];
      const blocks = blocksBetween(before, after);
      const wanted = linesOf(before).lines.map((text) => `${text}\n`);
      for (const [i, { startLine, endLine, replace }] of [...blocks.entries()].toReversed()) {
        if (accepted[i]) wanted.splice(startLine - 1, endLine - startLine + 1, replace);
      }
      assert.equal(
        applied(before, after, (i) => accepted[i] === true),
        wanted.join(""),
      );
    }),
    { numRuns: 1000 },
  );
});

test("Taking back gives the same bytes as before, whatever ends the lines", () => {
  const bytes = fc
    .tuple(pair, fc.array(ends, { minLength: 60, maxLength: 60 }), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([[one, other], lineEnds, hasMark, cutsOne, cutsOther]) => {
      return [written(one, lineEnds, hasMark, cutsOne), written(other, lineEnds, hasMark, cutsOther)] as const;
    });
  fc.assert(
    fc.property(bytes, ([before, after]) => {
      const { undo } = outcomeOf("/w/a", before, after);
      if (undo === undefined) assert.equal(before, after);
      else assert.deepEqual(undone(undo, after), { text: before });
    }),
    { numRuns: 2000 },
  );
});

test("Taking back leaves what was written elsewhere meanwhile", () => {
  const before = Array.from({ length: 40 }, (_, i) => `line ${i}\r\n`).join("");
  const after = before.replace("line 20", "line twenty");
  const { undo } = outcomeOf("/w/a", before, after);
  assert(undo !== undefined);
  assert.deepEqual(undone(undo, `new\r\n${after}`), { text: `new\r\n${before}` });
  assert("why" in undone(undo, after.replace("twenty", "XX")));
});

function applied(before: string, after: string, isAccepted: (index: number) => boolean): string | null {
  const file = { path: "/w/a", label: "a", language: "plaintext", before, after };
  const [proposed] = createProposal({ id: "p", title: "Change", files: [file] }).files;
  if (proposed === undefined) return before;
  const target = withHunks(
    proposed,
    proposed.hunks.filter((_, i) => isAccepted(i)),
    before,
  );
  assert("text" in target, JSON.stringify(target));
  return target.text;
}

function textOf(all: readonly string[]): string {
  return all.map((one) => `${one}\n`).join("");
}

function written(all: readonly string[], lineEnds: readonly string[], hasMark: boolean, isCut: boolean): string {
  const text = all.map((one, i) => one + lineEnds[i % lineEnds.length]).join("");
  return (hasMark ? "\uFEFF" : "") + (isCut ? text.replace(/\r?\n$/, "") : text);
}
