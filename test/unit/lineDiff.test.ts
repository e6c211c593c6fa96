import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffLines, lineCounts } from "../../webview/reviews/lineDiff.ts";

/** The lines of a hunk as the panel shows them. */

const line = fc.constantFrom("a", "b", "c", "", "  d");
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((one) => `${one}\n`).join(""));

test("what stays and what goes is the old text, what stays and what comes the new one", () => {
  fc.assert(
    fc.property(text, text, (search, replace) => {
      const lines = diffLines({ search, replace });
      const without = (kind: string) => lines.flatMap((one) => (one.kind === kind ? [] : [`${one.text}\n`])).join("");
      assert.equal(without("added"), search);
      assert.equal(without("removed"), replace);
    }),
  );
});

test("each line knows where it stands in its own text", () => {
  fc.assert(
    fc.property(text, text, (search, replace) => {
      const [before, after] = [search.split("\n"), replace.split("\n")];
      for (const { kind, text: shown, index } of diffLines({ search, replace })) {
        assert.equal((kind === "added" ? after : before)[index], shown);
      }
    }),
  );
});

test("a new file only adds, a deleted one only removes", () => {
  assert.deepEqual(lineCounts([{ search: "", replace: "a\nb\n" }]), { added: 2, removed: 0 });
  assert.deepEqual(lineCounts([{ search: "a\n\n", replace: "" }]), { added: 0, removed: 2 });
});

test("texts that have nothing in common are shown one after the other, however long they are", () => {
  const long = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word}${index}\n`).join("");
  const lines = diffLines({ search: long("old"), replace: long("new") });
  assert.deepEqual(
    [lines.length, lines[0]?.kind, lines[19_999]?.kind, lines[20_000]?.kind],
    [40_000, "removed", "removed", "added"],
  );
});
