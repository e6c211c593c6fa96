import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fuzzyMatch } from "../../server/workspace/fuzzy.ts";

for (const [query, better, worse] of [
  ["retry", "src/retry.ts", "src/retry/index.ts"],
  ["retry", "retry.ts", "autoretry.ts"],
  ["map", "deep/down/map.ts", "bitmap.ts"],
  ["delay", "retryDelay.ts", "undelayed.ts"],
  ["fr", "fileReader.ts", "offer.ts"],
  ["src/a", "src/a.ts", "tests/src/a.ts"],
  ["README", "readme.md", "docs/read-more-about-me.md"],
] as const) {
  test(`"${query}" means ${better} rather than ${worse}`, () => {
    assert.ok(score(query, better) > score(query, worse), `${score(query, better)} and ${score(query, worse)}`);
  });
}

test("letters that are not all there, or not in order, are no match", () => {
  assert.equal(fuzzyMatch("xyz", "src/a.ts"), undefined);
  assert.equal(fuzzyMatch("st.a", "a.ts"), undefined);
});

test("the letters that matched are those of the query", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 6 }), fc.string({ maxLength: 30 }), (query, label) => {
      const match = fuzzyMatch(query, label);
      if (match === undefined || match.letters.length === 0) return;
      assert.equal(match.letters.map((at) => label.charAt(at).toLowerCase()).join(""), query.toLowerCase());
    }),
  );
});

test("a name that is part of a path always matches it", () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.nat(), (segments, at) => {
      const query = segments[at % segments.length] ?? "";
      assert.notEqual(fuzzyMatch(query, segments.join("/")), undefined);
    }),
  );
});

function score(query: string, label: string): number {
  return fuzzyMatch(query, label)?.score ?? Number.NEGATIVE_INFINITY;
}
