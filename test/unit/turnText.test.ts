import assert from "node:assert/strict";
import { test } from "node:test";
import { turnText, type Writing } from "../../client/terminal/chat/turnText.ts";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, type Turn, updateAll } from "../../server/protocol/transcript.ts";

const PLAIN: Writing = { hasColour: false, isSpoken: false };
const AT = "2026-03-12T14:02:00.000Z";

function turnOf(
  text: string,
  done: Partial<PersistedEvent & { type: "done" }> = {},
  client: "terminal" | "browser" = "terminal",
): Turn {
  const events: PersistedEvent[] = [
    {
      type: "accepted",
      seq: 1,
      at: AT,
      turnId: "t1",
      operationId: "o1",
      content: "Why?\nTell me",
      attachments: [],
      options: {},
      client,
    },
    { type: "done", seq: 2, at: AT, turnId: "t1", text, stopReason: "complete", ...done },
  ];
  const [turn] = updateAll(emptyTranscript, events).turns;
  assert.ok(turn);
  return turn;
}

test("a turn without colours is text alone; with them only our own styles are added", () => {
  assert.equal(turnText(turnOf("**Because.**"), PLAIN), "› Why?\n  Tell me\n**Because.**");
  const styled = turnText(turnOf("**Because.**"), { hasColour: true, isSpoken: false });
  assert.equal(styled, "\x1b[1m› Why?\n  Tell me\x1b[22m\n\x1b[1mBecause.\x1b[22m");
});

test("a screen reader hears who speaks, and no signs", () => {
  const text = turnText(turnOf("Because.", {}, "browser"), { hasColour: false, isSpoken: true });
  assert.match(text, /^You, Browser · \d\d:\d\d: Why\?\nTell me\nRubberDuck: Because\.$/);
});

test("what was sent elsewhere says from where", () => {
  assert.match(turnText(turnOf("Because.", {}, "browser"), PLAIN), /Tell me {2}Browser · \d\d:\d\d\n/);
});

test("how an answer ended is said with what to do", () => {
  const error = { code: "keyRefused", message: "The key was refused." } as const;
  assert.match(turnText(turnOf("", { stopReason: "error", error }), PLAIN), /✗ The key was refused\. Say \/retry/);
  assert.match(
    turnText(turnOf("Half", { stopReason: "interrupted" }), PLAIN),
    /Half\n✗ The answer was cut off.*\/continue/,
  );
  assert.match(turnText(turnOf("Half", { stopReason: "cancelled" }), PLAIN), /Stopped\. What was said is kept\./);
});

/** Bold, dim, cyan, and their ends. */
const OWN_STYLES = /\p{Cc}\[(?:1|2|22|36|39)m/gu;

test("nothing of a message, an answer or an error steers the terminal", () => {
  const evil = "a\x1b]52;c;aGk=\x07b\x1b[2Jc\u202ed\u{e0041}e\x9b31mf";
  const error = { code: "modelUnavailable", message: evil } as const;
  for (const hasColour of [false, true]) {
    for (const isSpoken of [false, true]) {
      const text = turnText(turnOf(evil, { stopReason: "error", error }), { hasColour, isSpoken });
      const rest = hasColour ? text.replaceAll(OWN_STYLES, "") : text;
      assert.doesNotMatch(rest, /(?!\n)\p{Cc}|[\u202a-\u202e\u{e0000}-\u{e007f}]/u);
    }
  }
});
