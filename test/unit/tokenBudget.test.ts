import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Candidate, type Fit, fit } from "../../server/context/tokenBudget.ts";

interface Counted extends Candidate {
  readonly cost: number;
}

const candidate = fc.record({
  cost: fc.nat(500),
  value: fc.double({ min: 0, max: 1, noNaN: true }),
  group: fc.constantFrom("code", "file", "history"),
});
const candidates = fc.array(candidate, { maxLength: 40 });
const ceilings = fc.record({ code: fc.nat(1500), file: fc.nat(1500) });

test("what is chosen never exceeds the budget, nor any group its ceiling", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), ceilings, (all, budget, limits) => {
      const chosen = chosenOf(fit(all, budget, limits));
      assert.ok(tokens(chosen) <= budget);
      assert.ok(tokens(chosen.filter(({ group }) => group === "code")) <= limits.code);
      assert.ok(tokens(chosen.filter(({ group }) => group === "file")) <= limits.file);
    }),
  );
});

test("everything is either chosen, in the order given, or left out with a reason, the best first", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), ceilings, (all, budget, limits) => {
      const fitted = fit(all, budget, limits);
      const leftOut = new Set(fitted.left.map((entry) => entry.candidate));
      assert.deepEqual(
        chosenOf(fitted),
        all.filter((one) => !leftOut.has(one)),
      );
      assert.equal(fitted.chosen.length + fitted.left.length, all.length);
      const values = fitted.left.map(({ candidate: { value } }) => value);
      assert.deepEqual(
        values,
        values.toSorted((a, b) => b - a),
      );
    }),
  );
});

test("what was left out would not have fitted beside the more valuable ones", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), (all, budget) => {
      const fitted = fit(all, budget, {});
      for (const { candidate: one } of fitted.left) {
        const better = chosenOf(fitted).filter((other) => other.value >= one.value);
        assert.ok(tokens(better) + one.cost > budget);
      }
    }),
  );
});

test("with more budget whatever goes is replaced by something more valuable", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), fc.nat(1000), (all, budget, more) => {
      const before = chosenOf(fit(all, budget, {}));
      const after = new Set(chosenOf(fit(all, budget + more, {})));
      const gained = [...after].filter((one) => !before.includes(one));
      for (const lost of before.filter((one) => !after.has(one))) {
        assert.ok(gained.some((one) => one.value >= lost.value && one.cost > lost.cost));
      }
    }),
  );
});

test("nothing is left out for something of the same size that is worth less", () => {
  fc.assert(
    fc.property(candidates, fc.nat(3000), (all, budget) => {
      const fitted = fit(all, budget, {});
      for (const { candidate: one } of fitted.left) {
        assert.ok(!chosenOf(fitted).some((other) => other.cost >= one.cost && other.value < one.value));
      }
    }),
  );
});

test("room for everything means that everything is chosen", () => {
  fc.assert(
    fc.property(candidates, (all) => {
      assert.deepEqual(chosenOf(fit(all, tokens(all), {})), all);
    }),
  );
});

test("the same candidates give the same choice, counted before or only when they may get in", () => {
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 16 }), fc.nat(3000), ceilings, (all, budget, limits) => {
      const uncounted = all.map((one) => ({ ...one, cost: { length: one.cost, count: () => one.cost } }));
      const places = (some: readonly Candidate[], of: readonly Candidate[]) => some.map((one) => of.indexOf(one));
      const counted = places(chosenOf(fit(all, budget, limits)), all);
      const lazily = fit(uncounted, budget, limits).chosen.map((one) => one.candidate);
      assert.deepEqual(places(lazily, uncounted), counted);
    }),
  );
});

test("of ten thousand candidates only those are counted that may get in", () => {
  let counts = 0;
  const count = () => {
    counts++;
    return 200;
  };
  const all = Array.from({ length: 10_000 }, (_, n) => ({
    value: 1 / (n + 1),
    group: "code",
    cost: { length: 800, count },
  }));
  const { chosen, left } = fit(all, 6100, {});
  assert.equal(chosen.length, 30);
  assert.ok(counts <= 100, `${counts} were counted`);
  assert.equal(left[0]?.tokens, 200);
});

test("many that a full group has no room for keep nothing of another group out", () => {
  const memory = Array.from({ length: 500 }, () => ({ value: 0.9, group: "memory", cost: uncounted(300, 100) }));
  const code = Array.from({ length: 5 }, () => ({ value: 0.5, group: "code", cost: uncounted(300, 100) }));
  const { chosen } = fit([...memory, ...code], 1000, { memory: 250 });
  assert.equal(chosen.filter((one) => one.candidate.group === "code").length, 5);
});

function uncounted(length: number, tokens: number) {
  return { length, count: () => tokens };
}

function chosenOf<C extends Candidate>(fitted: Fit<C>): C[] {
  return fitted.chosen.map((one) => one.candidate);
}

function tokens(some: readonly Counted[]): number {
  return some.reduce((sum, { cost }) => sum + cost, 0);
}
