import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Basis, CompletionCache } from "../../server/completion/cache.ts";

const at = (prefix: string, suffix = "", uri = "a") => ({ uri, prefix, suffix });
const basis = (prefix: string, suffix = "", used: Basis["used"] = []): Basis => ({ ...at(prefix, suffix), used });
const none = () => undefined;

test("what was typed of a suggestion is taken off it", () => {
  const cache = new CompletionCache();
  cache.keep(basis("con"), "st a = 1;");
  assert.equal(cache.find(at("const"), none), " a = 1;");
});

test("a suggestion that was typed to its end says nothing of what comes then", () => {
  const cache = new CompletionCache();
  cache.keep(basis("con"), "st");
  assert.equal(cache.find(at("const"), none), undefined);
});

test("that there was nothing is kept for that place alone", () => {
  const cache = new CompletionCache();
  cache.keep(basis("con"), "");
  assert.equal(cache.find(at("con"), none), "");
  assert.equal(cache.find(at("cons"), none), undefined);
});

test("it never answers for another suffix, other words before, another document or another version of one that was used", () => {
  const word = fc.stringMatching(/^[a\n]{0,2}$/);
  const version = fc.integer({ min: 1, max: 2 });
  const kept = fc.record({ prefix: word, suffix: word, uri: fc.constantFrom("a", "b"), text: word, version });
  const asked = fc.record({ prefix: word, suffix: word, uri: fc.constantFrom("a", "b"), version });
  let answered = 0;
  fc.assert(
    fc.property(fc.array(kept, { minLength: 5, maxLength: 40 }), asked, (entries, { version, ...place }) => {
      const cache = new CompletionCache();
      for (const { text, version, ...where } of entries) cache.keep({ ...where, used: [{ uri: "n", version }] }, text);
      const found = cache.find(place, () => version);
      if (found === undefined) return;
      answered++;
      const rightful = entries.some(
        (entry) =>
          entry.uri === place.uri &&
          entry.suffix === place.suffix &&
          entry.version === version &&
          entry.prefix + entry.text === place.prefix + found &&
          place.prefix.startsWith(entry.prefix),
      );
      assert.ok(rightful, JSON.stringify({ entries, place, version, found }));
    }),
    { numRuns: 3000 },
  );
  assert.ok(answered > 50, `only ${answered} of the runs were answered`);
});
