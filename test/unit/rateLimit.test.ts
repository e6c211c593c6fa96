import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimit } from "../../server/util/rateLimit.ts";
import { FakeClock } from "../fakes/clock.ts";

const rates = fc.record({
  count: fc.integer({ min: 1, max: 50 }),
  ms: fc.integer({ min: 100, max: 100_000 }),
  burst: fc.integer({ min: 1, max: 20 }),
});
const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })), { maxLength: 80 });

test("in no interval is more let through than the rate gives in it, and the burst", async () => {
  await fc.assert(
    fc.asyncProperty(rates, gaps, async (rate, waits) => {
      const clock = new FakeClock();
      const limit = new RateLimit(rate, clock);
      const passed: number[] = [];
      for (const ms of waits) {
        await clock.advance(ms);
        if (limit.take("a").kind === "allowed") passed.push(clock.monotonicMs());
      }
      for (let from = 0; from < passed.length; from++) {
        for (let to = from; to < passed.length; to++) {
          const spanMs = (passed[to] ?? 0) - (passed[from] ?? 0);
          assert.ok(to - from + 1 <= (rate.count / rate.ms) * spanMs + rate.burst + 1e-6);
        }
      }
    }),
  );
});

test("who is refused is let through after the time that was named, and not a millisecond before", async () => {
  await fc.assert(
    fc.asyncProperty(rates, gaps, async (rate, waits) => {
      const clock = new FakeClock();
      const limit = new RateLimit(rate, clock);
      for (const ms of waits) {
        await clock.advance(ms);
        limit.take("a");
      }
      for (let times = 0; times < 30; times++) limit.take("a");
      const refused = limit.take("a");
      if (refused.kind === "allowed") return;
      await clock.advance(refused.retryAfterMs - 1);
      assert.equal(limit.take("a").kind, "refused");
      await clock.advance(1);
      assert.equal(limit.take("a").kind, "allowed");
    }),
  );
});

test("neither a clock that is set nor somebody else changes what one may do, and what did not happen is given back", async () => {
  await fc.assert(
    fc.asyncProperty(rates, gaps, fc.integer({ min: -1e9, max: 1e9 }), async (rate, waits, jump) => {
      const [clock, other] = [new FakeClock(), new FakeClock()];
      const [limit, plain] = [new RateLimit(rate, clock), new RateLimit(rate, other)];
      for (const ms of waits) {
        await Promise.all([clock.advance(ms), other.advance(ms)]);
        clock.set(jump);
        limit.take("b");
        if (limit.take("c").kind === "allowed") limit.giveBack("c");
        assert.deepEqual(limit.take("a"), plain.take("a"));
      }
      assert.equal(limit.take("c").kind, "allowed", "it never used anything up");
    }),
  );
});

test("of those whose time is over nothing is kept", async () => {
  const clock = new FakeClock();
  const limit = new RateLimit({ count: 1, ms: 1000, burst: 1 }, clock);
  for (let key = 0; key < 5000; key++) {
    limit.take(String(key));
    await clock.advance(1);
  }
  assert.equal(limit.keys <= 1001, true);
});
