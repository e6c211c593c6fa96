import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { systemPrompt } from "../../server/context/prompt.ts";
import { loadTokenizer } from "../../server/context/tokenizer.ts";
import type { ModelRequest } from "../../server/llm/languageModel.ts";
import type { Attachment } from "../../server/protocol/events.ts";
import { FakeMemory, quoted, recalled } from "../fakes/memorySource.ts";
import { buildContext, hit, turn } from "./contextSetup.ts";

const text = fc.oneof(
  fc.string({ maxLength: 3000 }),
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "a", "'", "\u00e9", "`", "漢", "9"), maxLength: 400 }),
  fc.nat(30_000).map((length) => "x".repeat(length)),
  fc.nat(3000).map((count) => "const a = 1;\n".repeat(count)),
);
const file = text.map((content): Attachment => ({ kind: "file", path: "/ws/a.ts", language: "ts", text: content }));
const named = text.map((content): Attachment => ({ kind: "text", name: "note", text: content }));
const score = fc.double({ min: 0, max: 1, noNaN: true });
const remembered = fc.tuple(text, score, fc.boolean()).map(([content, value, isQuote]) => ({
  ...(isQuote ? quoted(content, "user", "t-quoted") : recalled(content)),
  score: value,
}));
const context = fc.record({
  contextWindowTokens: fc.integer({ min: 1024, max: 32_768 }),
  attachments: fc.array(fc.oneof(file, named), { maxLength: 3 }),
  hits: fc.array(
    fc.tuple(text, score).map(([content, value]) => hit("/ws/b.ts", content, value)),
    { maxLength: 5 },
  ),
  history: fc.array(
    fc.tuple(text, text).map(([asked, answer]) => turn(asked, answer)),
    { maxLength: 5 },
  ),
  hitsOfMemory: fc.array(remembered, { maxLength: 6 }),
  withTools: fc.boolean(),
});

test("whatever comes together, what is sent never exceeds the budget, nor what the receipt says", async () => {
  await fc.assert(
    fc.asyncProperty(context, async ({ hitsOfMemory, withTools, ...given }) => {
      const memory = new FakeMemory({ hits: hitsOfMemory });
      const tools = [{ name: "read_file", description: "Reads a file.", parameters: { type: "object" } }];
      const { receipt, request } = await buildContext({ ...given, memory, ...(withTools && { tools }) });
      const counted = await tokensOf(request, withTools ? JSON.stringify(tools) : "");
      assert.ok(counted <= receipt.usedTokens, `${counted} were sent, ${receipt.usedTokens} are on the receipt`);
      assert.ok(receipt.usedTokens <= receipt.budgetTokens);
      assert.ok(receipt.budgetTokens + request.maxTokens <= given.contextWindowTokens);
    }),
    { numRuns: 80 },
  );
});

test("the instructions, the message and the exchange directly before are always in, whatever competes", async () => {
  await fc.assert(
    fc.asyncProperty(context, async ({ hitsOfMemory, withTools: _, ...given }) => {
      const memory = new FakeMemory({ hits: hitsOfMemory });
      const history = [...given.history, turn("The question before.", "The answer before. ".repeat(500), "before")];
      const { receipt, request } = await buildContext({ ...given, history, memory });
      const [system] = request.messages;
      assert.ok(
        system?.content.startsWith(systemPrompt({}, { withTools: false, withMemory: hitsOfMemory.length > 0 })),
      );
      assert.ok(request.messages.at(-1)?.content.endsWith("What is this?"));
      assert.equal(request.messages.at(-3)?.content, "The question before.");
      assert.match(request.messages.at(-2)?.content ?? "", /^The answer before\. /);
      assert.ok(receipt.included.some(({ turnId }) => turnId === "before"));
    }),
    { numRuns: 40 },
  );
});

test("the same question over the same sources makes the same context", async () => {
  await fc.assert(
    fc.asyncProperty(context, async ({ hitsOfMemory, withTools: _, ...given }) => {
      const memory = new FakeMemory({ hits: hitsOfMemory });
      assert.deepEqual(await buildContext({ ...given, memory }), await buildContext({ ...given, memory }));
    }),
    { numRuns: 15 },
  );
});

test("one line of 16 million characters, wherever it stands, is never counted whole and keeps nothing else out", async () => {
  const endless = "x".repeat(16_000_000);
  const { receipt } = await buildContext({
    attachments: [{ kind: "file", path: "/ws/min.js", language: "javascript", text: endless }],
    hits: [hit("/ws/a.ts", endless), hit("/ws/b.ts", "code that matches", 0.5)],
    history: [turn(endless, endless, "t1"), turn("asked", endless, "t2")],
    memory: new FakeMemory({ hits: [recalled(endless), recalled("Errors are typed."), quoted(endless)] }),
  });
  assert.ok(receipt.usedTokens <= receipt.budgetTokens);
  const labels = receipt.included.map(({ label, memory }) => memory?.id ?? label);
  assert.ok(
    labels.includes("b.ts:1-1") && labels.includes("m-Errors-are-t") && labels.includes("“asked”"),
    labels.join(),
  );
});

/** As OpenAI's cookbook counts: 3 for each message and 1 for its role, 3 for the beginning of the answer. */
async function tokensOf(request: ModelRequest, tools: string): Promise<number> {
  const tokenizer = await loadTokenizer();
  const messages = request.messages.map(({ content }) => tokenizer.count(content) + 4);
  return messages.reduce((sum, tokens) => sum + tokens, 3) + tokenizer.count(tools);
}
