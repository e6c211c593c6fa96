import assert from "node:assert/strict";
import { test } from "node:test";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { IndexStatus, SearchHit } from "../../server/protocol/requests.ts";

const READY: IndexStatus = { state: "ready", files: 1204, skipped: {} };

test("it says that no model was used, links the best places, and says how to connect one", async () => {
  const text = await answer("where is retry delayed", [
    hit("src/retry.ts", 40, "// one\nfunction retryDelay() {\n  return 1;\n}"),
  ]);
  assert.match(text, /^\*\*No model was used\.\*\*/);
  assert.match(text, /\[src\/retry\.ts:4[01]\]\(<src\/retry\.ts:4[01]>\)/);
  assert.match(text, /function retryDelay/);
  assert.match(text, /Choose Model/);
});

test("when another model was chosen, it says why that one did not answer", async () => {
  const text = await answer("anything", [], READY, "api.example.test does not answer; next try at 14:05.");
  assert.match(text, /api\.example\.test does not answer/);
});

test("nothing found, and no index, are told apart", async () => {
  assert.match(await answer("xyzzy", []), /found nothing in 1,204 files/);
  const off: IndexStatus = { state: "off", files: 0, skipped: {}, message: "Open a folder first." };
  assert.match(await answer("xyzzy", [], off), /could not search your code: Open a folder first\./);
});

test("code with backticks and names with odd characters cannot break out of their place", async () => {
  const text = await answer("ticks", [hit("a [x](http://evil.test) `b`\n.ts", 1, "```\nticks <script>\n```")]);
  assert.ok(text.includes("````"));
  assert.doesNotMatch(text, /(?<!\\)\]\(http/);
  assert.match(text, /\\\[x\\\]/);
});

async function answer(question: string, code: SearchHit[], status = READY, reason?: string): Promise<string> {
  const request = { messages: [], question, code, maxTokens: 1000 };
  let text = "";
  for await (const part of new OfflineModel(() => status, reason).stream(request, new AbortController().signal)) {
    if (part.type === "text") text += part.text;
  }
  return text;
}

function hit(label: string, startLine: number, text: string): SearchHit {
  return { path: `/ws/${label}`, label, startLine, endLine: startLine + text.split("\n").length - 1, text, score: 1 };
}
