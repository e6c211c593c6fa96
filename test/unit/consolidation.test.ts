import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Change, consolidate, INBOX_CAPACITY } from "../../server/memory/consolidation.ts";
import type { Memory, Pattern } from "../../server/protocol/memory.ts";
import { memory, tidied } from "../fakes/tidied.ts";

const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 3000 : 300;
const DAY = 24 * 60 * 60_000;
const NOW = Date.parse("2026-01-10T00:00:00.000Z");
const day = (number: number) => new Date(Date.parse("2026-01-01T00:00:00.000Z") + number * DAY).toISOString();

test("what says the same is merged into the newest, which has what the others had", () => {
  const memories = [
    memory("a", "We use pnpm for all packages.", { createdAt: day(1), uses: 3, lastUsedAt: day(4), confidence: 0.9 }),
    memory("b", "we use pnpm for ALL packages", { createdAt: day(2) }),
    memory("c", "We use pnpm for all packages in it.", { createdAt: day(3) }),
    memory("d", "We use pnpm for all packages.", { scope: { kind: "user" } }),
  ];
  const [merged, ...others] = consolidate(memories, { nowMs: NOW }).changes;
  assert.deepEqual(others, []);
  assert.ok(merged?.type === "merged");
  assert.deepEqual([merged.id, merged.gone, merged.uses, merged.confidence], ["c", ["a", "b"], 3, 0.9]);
  assert.equal(merged.lastUsedAt, day(4));
  assert.deepEqual(
    merged.sources.map(({ turnId }) => turnId),
    ["a", "b", "c"],
  );
});

test("what differs in a number, a name or a not is never merged", () => {
  for (const [one, other] of [
    ["The build service listens on port 3000 by default.", "The build service listens on port 4000 by default."],
    ["We deploy the billing service on Fridays here.", "We do not deploy the billing service on Fridays here."],
    ["The login test lives in auth.test.ts of the suite.", "The login test lives in login.test.ts of the suite."],
  ] as const) {
    const { changes } = consolidate([memory("a", one), memory("b", other)], { nowMs: NOW, likeness: () => 1 });
    assert.deepEqual(changes, [], one);
  }
});

test("what is alike in meaning is merged when half of its words are the same, and not otherwise", () => {
  const memories = [
    memory("a", "Tests run with vitest and coverage.", { createdAt: day(1) }),
    memory("b", "All tests run with vitest.", { createdAt: day(2) }),
    memory("c", "Snapshots are forbidden.", { createdAt: day(3) }),
  ];
  assert.deepEqual(consolidate(memories, { nowMs: NOW }).changes, []);
  assert.deepEqual(goneBy(consolidate(memories, { nowMs: NOW, likeness: () => 0.97 }).changes), ["a"]);
});

test("of two that contradict each other the newer one stands", () => {
  const memories = [
    memory("old", "The staging database runs on port 5432.", { createdAt: day(1) }),
    memory("new", "The staging database runs on port 6432.", { createdAt: day(2) }),
  ];
  const { changes } = consolidate(memories, { nowMs: NOW });
  assert.deepEqual(changes, [{ type: "superseded", id: "old", by: "new", because: "A newer one says otherwise." }]);
});

test("what may both hold contradicts nothing: what is added, done, or told of another one", () => {
  for (const [one, other] of [
    ["We support the runtime node 18.", "We support the runtime node 20."],
    ["We have fixed issue 12.", "We have fixed issue 13."],
    ["Service s1 of ours runs on port 3000.", "Service s2 of ours runs on port 4000."],
    ["Issue 12 of the board is settled for good.", "Issue 13 of the board is settled for good."],
  ] as const) {
    const memories = [memory("a", one, { createdAt: day(1) }), memory("b", other, { createdAt: day(2) })];
    assert.deepEqual(consolidate(memories, { nowMs: NOW }).changes, [], one);
  }
});

test("what is said not to hold any more supersedes that it does", () => {
  const memories = [
    memory("old", "We deploy the billing service on Fridays.", { createdAt: day(1) }),
    memory("new", "We do not deploy the billing service on Fridays.", { createdAt: day(2) }),
  ];
  assert.deepEqual(goneBy(consolidate(memories, { nowMs: NOW }).changes), ["old"]);
});

test("said again, the old statement is the newest, and supersedes what came between", () => {
  const memories = [
    memory("a", "The staging database runs on port 5432.", { createdAt: day(1) }),
    memory("b", "The staging database runs on port 6432.", { createdAt: day(2) }),
    memory("c", "The staging database runs on port 5432.", { createdAt: day(3) }),
  ];
  assert.deepEqual(goneBy(consolidate(memories, { nowMs: NOW }).changes), ["a", "b"]);
});

test("what is pinned or corrected is neither merged away nor superseded, expired or faded", () => {
  const long = { createdAt: "2025-01-01T00:00:00.000Z", expiresAt: day(1) };
  for (const held of [{ pinned: true }, { kind: "correction" as const }, { supersedes: ["x"] }]) {
    const memories = [
      memory("held", "The staging database runs on port 5432.", { ...held, ...long }),
      memory("same", "The staging database runs on port 5432.", { createdAt: day(2) }),
      memory("other", "The staging database runs on port 6432.", { createdAt: day(3) }),
    ];
    assert.deepEqual(goneBy(consolidate(memories, { nowMs: NOW }).changes), ["same"]);
  }
});

test("what expired ends, but not by a jump of the clock", () => {
  const memories = [memory("a", "The freeze lasts until Friday.", { expiresAt: day(9) })];
  const [change] = consolidate(memories, { nowMs: NOW }).changes;
  assert.deepEqual(change, { type: "expired", id: "a", because: "It mattered until 2026-01-10." });
  let last = { atMs: Date.parse(day(1)), asOfMs: Date.parse(day(1)) };
  for (const jump of [400, -800, 400]) {
    const nowMs = last.atMs + jump * DAY;
    const { changes, run } = consolidate(memories, { nowMs, last });
    assert.deepEqual(changes, [], `after a jump of ${jump} days`);
    last = run;
  }
});

test("days that nobody saw pass are believed by and by", () => {
  const memories = [memory("a", "The freeze lasts until Friday.", { expiresAt: day(9) })];
  let last = { atMs: Date.parse(day(1)), asOfMs: Date.parse(day(1)) };
  let hours = 0;
  for (let nowMs = Date.parse(day(20)); ; nowMs += DAY / 24) {
    const { changes, run } = consolidate(memories, { nowMs, last });
    if (changes.length > 0) break;
    last = run;
    hours++;
  }
  assert.equal(hours, 3 * 24, "two of the eight days at once, the others twice as fast as time");
});

test("what nobody used fades a step in thirty days, and never to nothing", () => {
  let memories = [
    memory("unused", "Logs are kept in loki."),
    memory("used", "Metrics are kept in mimir.", { lastUsedAt: "2027-01-01T00:00:00.000Z", uses: 9 }),
  ];
  let nowMs = Date.parse("2026-01-03T00:00:00.000Z");
  let last = { atMs: nowMs, asOfMs: nowMs };
  let steps = 0;
  for (let days = 0; days < 364; days++, nowMs += DAY) {
    const { changes, run } = consolidate(memories, { nowMs, last });
    assert.ok(changes.every((change) => change.type === "faded" && change.id === "unused"));
    steps += changes.length;
    memories = tidied(memories, changes, nowMs);
    last = run;
  }
  assert.equal(steps, 7);
  assert.equal(memories[0]?.confidence, 0.2);
});

test("a habit is proposed once, with how often it was seen, whatever became of the proposal", () => {
  const often = pattern("p", "asks for tests after a refactoring", 12.3);
  const patterns = [
    often,
    { ...pattern("q", "asks for tests", 40) },
    { ...pattern("r", "src/a.ts", 40), kind: "file" as const },
  ];
  const [change, ...others] = consolidate([], { nowMs: NOW, patterns }).changes;
  assert.ok(change?.type === "proposed");
  assert.deepEqual(others, []);
  const { status, text, because, sources } = change.memory;
  assert.deepEqual([status, because], ["pending", "seen 12 times"]);
  assert.equal(text, "The user often asks for tests after a refactoring.");
  assert.deepEqual(sources[0], { who: "user", conversationId: "c", turnId: "t", at: day(1) });
  const rejected = { ...change.memory, status: "forgotten" as const, text: "" };
  assert.deepEqual(consolidate([rejected], { nowMs: NOW, patterns }).changes, []);
});

test("the inbox holds two hundred: what waited longest goes, and what is remembered already", () => {
  const waiting = Array.from({ length: INBOX_CAPACITY + 3 }, (_, index) =>
    memory(`w${index}`, `Matter number${index} is settled.`, { status: "pending", createdAt: day(index / 100) }),
  );
  const active = memory("known", "Matter number100 is settled.");
  const patterns = [pattern("p", "asks for tests after a refactoring", 12)];
  const { changes } = consolidate([...waiting, active], { nowMs: NOW, patterns });
  assert.deepEqual(
    changes.map((change) => [change.type, "id" in change && change.id]),
    [
      ["dropped", "w100"],
      ["dropped", "w0"],
      ["dropped", "w1"],
      ["dropped", "w2"],
    ],
  );
});

const texts = [
  "We use pnpm for all packages.",
  "we use pnpm for all packages",
  "The staging database runs on port 5432.",
  "The staging database runs on port 6432.",
  "The staging database runs on port 7432.",
  "The staging database does not run on port 7432.",
  "Deploys happen on Fridays.",
  "Deploys happen on Mondays.",
  "",
];
const someMemories = fc
  .array(
    fc.record({
      text: fc.constantFrom(...texts),
      kind: fc.constantFrom("fact" as const, "decision" as const, "correction" as const),
      status: fc.constantFrom<Memory["status"][]>("active", "active", "pending", "stale", "superseded", "forgotten"),
      pinned: fc.constantFrom(false, false, false, true),
      scope: fc.constantFrom<Memory["scope"][]>(
        { kind: "user" },
        { kind: "workspace" },
        { kind: "branch", branch: "b" },
      ),
      createdAt: fc.integer({ min: 0, max: 5 }).map(day),
      supersedes: fc.constantFrom<string[][]>([], [], [], ["gone"]),
      confidence: fc.double({ min: 0.1, max: 1, noNaN: true }),
      expiresAt: fc.option(fc.integer({ min: 3, max: 12 }).map(day), { nil: "" }),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all.map(({ text, expiresAt, ...fields }, index) => {
      const made = memory(`m${index}`, text, fields);
      return expiresAt === "" ? made : { ...made, expiresAt };
    }),
  );
const input = fc.record({
  nowMs: fc.integer({ min: 0, max: 60 }).map((days) => NOW + days * DAY),
  likeness: fc.constantFrom(undefined, () => 1),
  patterns: fc.constantFrom([], [pattern("p", "asks for tests after a refactoring", 12)]),
});

test("law: done again at once, it changes nothing", () => {
  fc.assert(
    fc.property(someMemories, input, (memories, given) => {
      const { changes, run } = consolidate(memories, given);
      const after = tidied(memories, changes, given.nowMs);
      assert.deepEqual(consolidate(after, { ...given, last: run }).changes, []);
    }),
    { numRuns: RUNS },
  );
});

test("law: the order of the memories changes nothing", () => {
  fc.assert(
    fc.property(someMemories.chain(shuffled), input, ([memories, other], given) => {
      assert.deepEqual(consolidate(other, given), consolidate(memories, given));
    }),
    { numRuns: RUNS },
  );
});

test("law: what is pinned or corrected stays in force, and what is not in force never comes to be", () => {
  fc.assert(
    fc.property(someMemories, input, (memories, given) => {
      const { changes } = consolidate(memories, given);
      const after = new Map(tidied(memories, changes, given.nowMs).map((each) => [each.id, each]));
      for (const before of memories) {
        const now = after.get(before.id);
        assert.ok(now !== undefined && now.text === before.text && now.pinned === before.pinned);
        const isHeld = before.pinned || before.kind === "correction" || before.supersedes.length > 0;
        const wasInForce = before.status === "active" || before.status === "stale";
        if (isHeld && wasInForce) assert.equal(now.status, before.status);
        if (!wasInForce) assert.ok(now.status !== "active" && now.status !== "stale");
      }
    }),
    { numRuns: RUNS },
  );
});

test("law: whatever is in force says afterwards what it said, or something that is in force says the same or took its place", () => {
  fc.assert(
    fc.property(someMemories, input, (memories, given) => {
      const { changes } = consolidate(memories, given);
      const after = new Map(tidied(memories, changes, given.nowMs).map((each) => [each.id, each]));
      for (const { id, status } of memories) {
        if (status !== "active" && status !== "stale") continue;
        let now = after.get(id);
        while (now?.supersededBy !== undefined) now = after.get(now.supersededBy);
        const hasExpired = now?.status === "superseded" && now.expiresAt !== undefined;
        assert.ok(now?.status === "active" || now?.status === "stale" || hasExpired, id);
      }
    }),
    { numRuns: RUNS },
  );
});

function shuffled(memories: Memory[]): fc.Arbitrary<[Memory[], Memory[]]> {
  const other = fc.shuffledSubarray(memories, { minLength: memories.length, maxLength: memories.length });
  return other.map((order) => [memories, order]);
}

function pattern(id: string, label: string, frequency: number): Pattern {
  const examples = [{ conversationId: "c", turnId: "t", text: "Now add tests" }];
  return { id, kind: "intent", label, frequency, lastSeenAt: day(1), examples };
}

function goneBy(changes: readonly Change[]): string[] {
  return changes
    .flatMap((change) => (change.type === "merged" ? change.gone : "id" in change ? [change.id] : []))
    .sort();
}
