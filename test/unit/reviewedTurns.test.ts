import assert from "node:assert/strict";
import { test } from "node:test";
import { withReviews } from "../../server/context/sources/reviewed.ts";
import { reviewText } from "../../server/conversation/exportedReview.ts";
import type { Review } from "../../server/protocol/edits.ts";
import type { Turn } from "../../server/protocol/transcript.ts";

const kept = { id: "0", startLine: 2, endLine: 2, search: "two\n", replace: "TWO\n" };
const dropped = { id: "1", startLine: 6, endLine: 7, search: "six\n```\n", replace: "SIX\n```\n" };
const review: Review = {
  id: "p",
  title: "Shout",
  files: [{ path: "/w/a.md", label: "a.md", language: "markdown", change: "modify", hunks: [kept, dropped] }],
  decisions: { "0": { decision: "accepted" }, "1": { decision: "rejected", reason: "too loud" } },
  state: "applied",
};

test("a model is told what it proposed, what was written, and what was rejected and why", () => {
  const { text } = withReviews(turn([review]));
  assert.match(text, /^Done\.\n/);
  assert.match(text, /Proposed changes: Shout\. a\.md \(2, 6-7\)\. What the user accepted is written/);
  assert.match(text, /rejected this change of lines 6-7, because: too loud\]\nSIX/);
  assert.doesNotMatch(text, /TWO/);
});

test("a turn that proposed nothing is the same turn", () => {
  const plain = turn([]);
  assert.equal(withReviews(plain), plain);
});

test("an export shows each change as a diff that its own text cannot end, with what became of it", () => {
  const text = reviewText(review);
  assert.match(text, /> Change of a\.md:2: accepted\.\n\n```diff\n-two\n\+TWO\n```/);
  assert.match(text, /> Change of a\.md:6-7: rejected \(too loud\)\.\n\n````diff\n-six\n-```\n\+SIX\n\+```\n````/);
});

function turn(reviews: readonly Review[]): Turn {
  const at = "2026-01-02T03:04:05.000Z";
  const message = { operationId: "o", content: "shout", attachments: [], options: {}, client: "panel" as const };
  return {
    accepted: { type: "accepted", turnId: "t", seq: 1, at, ...message },
    state: "done",
    kind: "command",
    text: "Done.",
    ...(reviews.length > 0 && { reviews }),
  };
}
