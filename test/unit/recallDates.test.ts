import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { datesIn, nearness, tellsTime } from "../../server/memory/recall/dates.ts";

const DAY_MS = 86_400_000;
/** A Wednesday. */
const NOW_MS = Date.UTC(2026, 4, 20, 15);

/** First and last day of each, as 2026-05-08. */
function days(text: string): string[] {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return datesIn(text, NOW_MS).map(({ fromMs, toMs }) => `${day(fromMs)}..${day(toMs - 1)}`);
}

test("dates are read however they are written", () => {
  for (const text of ["on 2026-05-08", "on 8 May", "on May 8th", "the 8th of May, 2026", "May 8, 2026?", "8 may 2026"])
    assert.deepEqual(days(text), ["2026-05-08..2026-05-08"], text);
  assert.deepEqual(days("on 3 December"), ["2025-12-03..2025-12-03"]);
  assert.deepEqual(days("between 1 March and 2 April 2024"), ["2026-03-01..2026-03-01", "2024-04-02..2024-04-02"]);
});

test("months and years are whole ones, and a month without a year is the last of that name", () => {
  assert.deepEqual(days("in January 2022"), ["2022-01-01..2022-01-31"]);
  assert.deepEqual(days("in February"), ["2026-02-01..2026-02-28"]);
  assert.deepEqual(days("since last june"), ["2025-06-01..2025-06-30"]);
  assert.equal(days("in 2024")[0]?.slice(0, 10), "2024-01-01");
});

test("days are counted back from now", () => {
  assert.deepEqual(days("what did I say today"), ["2026-05-20..2026-05-20"]);
  assert.deepEqual(days("yesterday's bug"), ["2026-05-19..2026-05-19"]);
  assert.deepEqual(days("3 days ago"), ["2026-05-17..2026-05-17"]);
  assert.deepEqual(days("on Monday"), ["2026-05-18..2026-05-18"]);
  assert.deepEqual(days("last Wednesday"), ["2026-05-13..2026-05-13"]);
  assert.deepEqual(days("last week"), ["2026-05-11..2026-05-17"]);
  assert.deepEqual(days("two months ago"), ["2026-03-01..2026-03-31"]);
  assert.deepEqual(days("last year"), ["2025-01-01..2025-12-31"]);
});

test("what is no date is none", () => {
  for (const text of [
    "",
    "may I",
    "version 2.0.24",
    "port 4000",
    "May be",
    "a march",
    "section 8",
    "2026",
    "45 May",
    "99-99-9999",
  ])
    assert.deepEqual(days(text), [], text);
});

test("whatever stands there, an interval has a beginning before its end", () => {
  const words = fc.constantFrom(
    "last",
    "on",
    "8",
    "May",
    "2024",
    "-",
    "99th",
    "ago",
    "3",
    "week",
    "2026-02-31",
    "in",
    "monday",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (parts) => {
      for (const { fromMs, toMs } of datesIn(parts.join(" "), NOW_MS)) assert.ok(fromMs < toMs);
    }),
  );
});

test("nearness is one inside and fades with the days before and after", () => {
  const intervals = [{ fromMs: NOW_MS, toMs: NOW_MS + DAY_MS }];
  assert.equal(nearness(NOW_MS + DAY_MS / 2, intervals), 1);
  assert.equal(nearness(NOW_MS, []), 0);
  const before = nearness(NOW_MS - 3 * DAY_MS, intervals);
  assert.ok(before < 1 && before > nearness(NOW_MS - 9 * DAY_MS, intervals));
  assert.equal(before, nearness(NOW_MS + 4 * DAY_MS, intervals));
  assert.equal(nearness(NOW_MS - 3 * DAY_MS, [{ fromMs: 0, toMs: 1 }, ...intervals]), before);
});

test("who tells a time is told from who does not", () => {
  for (const text of [
    "I went there yesterday",
    "since 2019",
    "at 5 pm",
    "every Tuesday",
    "next month",
    "two weeks ago",
    "on the 3rd",
    "In May.",
  ])
    assert.ok(tellsTime(text), text);
  for (const text of ["I like it", "may I?", "the port is 4000", "many people", ""]) assert.ok(!tellsTime(text), text);
});
