import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Candidate, fit } from "../../server/context/tokenBudget.ts";

const candidate = fc.record({
  tokens: fc.nat(500),
  value: fc.double({ min: 0, max: 1, noNaN: true }),
  group: fc.constantFrom("code", "file", "history"),
});
const candidates = fc.array(candidate, { maxLength: 40 });
const ceilings = fc.record({ code: fc.nat(1500), file: fc.nat(1500) });

test("what is chosen never exceeds the budget, nor any group its ceiling", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), ceilings, (all, budget, limits) => {
      const { chosen } = fit(all, budget, limits);
      assert.ok(tokens(chosen) <= budget);
      assert.ok(tokens(chosen.filter(({ group }) => group === "code")) <= limits.code);
      assert.ok(tokens(chosen.filter(({ group }) => group === "file")) <= limits.file);
    }),
  );
});

test("everything is either chosen, in the order given, or left out with a reason", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), ceilings, (all, budget, limits) => {
      const { chosen, left } = fit(all, budget, limits);
      const leftOut = new Set(left.map((entry) => entry.candidate));
      assert.deepEqual(
        chosen,
        all.filter((one) => !leftOut.has(one)),
      );
      assert.equal(chosen.length + left.length, all.length);
    }),
  );
});

test("what was left out would not have fitted beside the more valuable ones", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), (all, budget) => {
      const { chosen, left } = fit(all, budget, {});
      for (const { candidate: one } of left) {
        const better = chosen.filter((other) => other.value >= one.value);
        assert.ok(tokens(better) + one.tokens > budget);
      }
    }),
  );
});

test("room for everything means that everything is chosen", () => {
  fc.assert(
    fc.property(candidates, (all) => {
      assert.deepEqual(fit(all, tokens(all), {}).chosen, all);
    }),
  );
});

function tokens(some: readonly Candidate[]): number {
  return some.reduce((sum, one) => sum + one.tokens, 0);
}
