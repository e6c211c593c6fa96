import assert from "node:assert/strict";
import { test } from "node:test";
import type { PersistedEvent, Usage } from "../../server/protocol/events.ts";
import { emptyTranscript, updateAll } from "../../server/protocol/transcript.ts";
import { usageOf } from "../../server/protocol/usage.ts";

test("a conversation that no model answered took nothing", () => {
  assert.equal(usageOf(emptyTranscript), undefined);
  assert.equal(usageOf(transcript([{ text: "from your code", kind: "offline" }])), undefined);
});

test("what the endpoint reported is added up, over all answers", () => {
  const usage = usageOf(
    transcript([
      { usage: { promptTokens: 100, completionTokens: 10 } },
      { usage: { promptTokens: 7, completionTokens: 3 } },
    ]),
  );
  assert.deepEqual(usage, { promptTokens: 107, completionTokens: 13, isEstimate: false, isCostPartial: false });
});

test("an answer whose tokens nobody reported is estimated, and the sum says so", () => {
  const usage = usageOf(transcript([{ usage: { promptTokens: 100, completionTokens: 10 } }, { text: "12345678" }]));
  assert.deepEqual(usage, { promptTokens: 142, completionTokens: 12, isEstimate: true, isCostPartial: false });
});

test("a cost is shown only of answers with a price, and says when others have none", () => {
  const priced = { promptTokens: 100, completionTokens: 10, costUsd: 0.25 };
  assert.deepEqual(usageOf(transcript([{ usage: priced }, { usage: priced }]))?.costUsd, 0.5);
  const partial = usageOf(transcript([{ usage: priced }, { usage: { promptTokens: 1, completionTokens: 1 } }]));
  assert.deepEqual([partial?.costUsd, partial?.isCostPartial], [0.25, true]);
});

interface Answered {
  readonly usage?: Usage;
  readonly text?: string;
  readonly kind?: "offline";
}

function transcript(answers: readonly Answered[]) {
  let seq = 0;
  const events = answers.flatMap(({ usage, text = "", kind }, index): PersistedEvent[] => {
    const turnId = `t${index}`;
    const model = kind === "offline" ? { kind, id: "offline" } : { kind: "openai" as const, id: "duck-1" };
    const numbered = () => ({ turnId, seq: ++seq, at: "2026-03-12T14:02:00.000Z" });
    const receipt = { model, budgetTokens: 100, usedTokens: 42, included: [], leftOut: [], leftOutMore: 0 };
    return [
      {
        type: "accepted",
        operationId: turnId,
        content: "?",
        attachments: [],
        options: {},
        client: "panel",
        ...numbered(),
      },
      { type: "context", receipt, ...numbered() },
      { type: "done", text, stopReason: "complete", model, ...(usage && { usage }), ...numbered() },
    ];
  });
  return updateAll(emptyTranscript, events);
}
