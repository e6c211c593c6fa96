import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { snapshotOf } from "../../server/conversation/snapshot.ts";
import type { ChatEvent, PersistedEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, type Transcript, update, updateAll, visibleTurns } from "../../server/protocol/transcript.ts";

const at = "2026-03-12T14:02:00.000Z";
const turnId = fc.constantFrom("t1", "t2", "t3", "t4");
const text = fc.string({ maxLength: 6 });

/** Any event at any time: also of turns that do not exist, twice, and out of order. */
const anyEvent: fc.Arbitrary<ChatEvent | PersistedEvent> = fc
  .record({ seq: fc.nat(30), turnId, other: fc.option(turnId, { nil: undefined }), text, offset: fc.nat(8) })
  .chain(({ seq, turnId, other, text, offset }) =>
    fc.constantFrom<ChatEvent | PersistedEvent>(
      {
        type: "accepted",
        seq,
        at,
        turnId,
        operationId: turnId,
        content: text,
        attachments: [],
        options: {},
        client: "panel",
        ...(other !== undefined && { replaces: other }),
      },
      { type: "started", seq, at, turnId, kind: "chat" },
      { type: "text", turnId, offset, text },
      { type: "reasoning", turnId, offset, text, ms: offset },
      { type: "checkpoint", seq, at, turnId, offset, text },
      { type: "progress", turnId, message: text },
      { type: "done", seq, at, turnId, text, stopReason: "complete" },
      { type: "revised", seq, at, turnId, content: text },
      { type: "promoted", seq, at, turnId },
      { type: "withdrawn", seq, at, turnId },
      { type: "cleared", seq, at },
      { type: "titled", seq, at, title: text, byUser: false },
      { type: "caughtUp", seq },
    ),
  );
const anyEvents = fc.array(anyEvent, { maxLength: 40, size: "max" });

const inOrder = (events: readonly (ChatEvent | PersistedEvent)[]) =>
  events.map((event, index) => ("seq" in event ? { ...event, seq: index + 1 } : event));

test("many events at once add up to what they add up to one by one", () => {
  fc.assert(
    fc.property(anyEvents, anyEvents, fc.boolean(), (before, events, ordered) => {
      const start = updateAll(emptyTranscript, before);
      const list = ordered ? inOrder(events) : events;
      const kept = structuredClone(start);
      assert.deepEqual(updateAll(start, list), list.reduce<Transcript>(update, start));
      assert.deepEqual(start, kept);
    }),
  );
});

test("a snapshot's pieces, in the order in which they come, add up to the transcript", () => {
  fc.assert(
    fc.property(anyEvents, fc.nat(3), (events, copies) => {
      const small = updateAll(emptyTranscript, inOrder(events));
      const turns = Array.from({ length: 80 * copies }, () => small.turns).flat();
      const whole = { ...small, turns: [...turns, ...small.turns] };
      const stale = updateAll(emptyTranscript, events);
      assert.deepEqual(updateAll(stale, snapshotOf(whole)), whole);
    }),
  );
});

test("the end of a long conversation comes first and is small, also when its messages are large", () => {
  const long = conversation(3000, "x".repeat(900));
  const [first, ...rest] = snapshotOf(long);
  assert.ok(first?.type === "snapshot");
  assert.equal(first.transcript.turns.at(-1), long.turns.at(-1));
  assert.ok(JSON.stringify(first).length < 200_000);
  for (const piece of rest) assert.ok(JSON.stringify(piece).length < 1_000_000);

  const large = snapshotOf(conversation(4, "x".repeat(1_000_000)));
  assert.deepEqual(
    large.map((event) => (event.type === "earlier" ? event.turns : event.type === "snapshot" ? [1] : []).length),
    [1, 1, 1, 1],
  );
});

test("an answer to an old message stands where the old answer stood", () => {
  const { turns, ...rest } = conversation(5, "x");
  const again = updateAll({ turns, ...rest }, [
    {
      type: "accepted",
      seq: 100,
      at,
      turnId: "again",
      operationId: "again",
      content: "x",
      attachments: [],
      options: {},
      client: "panel",
      replaces: "t1",
    },
  ]);
  assert.deepEqual(
    visibleTurns(again).map(({ accepted }) => accepted.turnId),
    ["t0", "again", "t2", "t3", "t4"],
  );
});

function conversation(turns: number, content: string): Transcript {
  const accepted = { type: "accepted", at, attachments: [], options: {}, client: "panel" } as const;
  const events = Array.from({ length: turns }, (_, index) => {
    const turnId = `t${index}`;
    return { ...accepted, seq: index + 1, turnId, operationId: turnId, content };
  });
  return updateAll(emptyTranscript, events);
}
