import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BACKGROUND_CALLS_PER_DAY, BackgroundCalls } from "../../server/llm/backgroundCalls.ts";
import { FakeClock } from "../fakes/clock.ts";

const DAY_MS = 86_400_000;

test("in no interval are more calls made than a day's, and as many again as pass in it, however the clock is set", async () => {
  const waits = fc.array(
    fc.record({
      ms: fc.integer({ min: 0, max: DAY_MS / 4 }),
      calls: fc.integer({ min: 0, max: 400 }),
      jumpMs: fc.integer({ min: -1e9, max: 1e9 }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(waits, async (steps) => {
      const clock = new FakeClock();
      const background = new BackgroundCalls(clock);
      const made: number[] = [];
      for (const { ms, calls, jumpMs } of steps) {
        await clock.advance(ms);
        clock.set(jumpMs);
        for (let call = 0; call < calls; call++) if (background.take()) made.push(clock.monotonicMs());
      }
      for (let from = 0; from < made.length; from += 17) {
        const spanMs = (made.at(-1) ?? 0) - (made[from] ?? 0);
        assert.ok(made.length - from <= BACKGROUND_CALLS_PER_DAY * (1 + spanMs / DAY_MS) + 1e-6);
      }
    }),
  );
});

test("once they are used up none is made, and a day later all may be made again", async () => {
  const clock = new FakeClock();
  const background = new BackgroundCalls(clock);
  const allowed = () => {
    let count = 0;
    while (background.take()) count++;
    return count;
  };
  assert.equal(allowed(), BACKGROUND_CALLS_PER_DAY);
  assert.equal(allowed(), 0);
  await clock.advance(DAY_MS);
  assert.equal(allowed(), BACKGROUND_CALLS_PER_DAY);
});
