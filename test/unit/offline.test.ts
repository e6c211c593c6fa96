import assert from "node:assert/strict";
import { test } from "node:test";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { RecallHit } from "../../server/protocol/memory.ts";
import type { IndexStatus, SearchHit } from "../../server/protocol/requests.ts";
import { quoted, recalled } from "../fakes/memorySource.ts";

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

test("what is remembered comes first, with its day, as plain text", async () => {
  const remembered = [
    recalled("Errors are **typed**.\n# Head <img src=x>", { status: "stale" }),
    quoted("We type errors.", "assistant"),
  ];
  const text = await answer(
    "how are errors made",
    [hit("src/errors.ts", 1, "class DuckError")],
    READY,
    undefined,
    remembered,
  );
  assert.match(
    text,
    /^\*\*No model was used\.\*\* This is remembered from earlier conversations:\n\n- 2026-03-12, decision, possibly outdated: Errors are/,
  );
  assert.match(text, /\n- 2026-03-11, I said: We type errors\.\n/);
  assert.doesNotMatch(text, /(?<!\\)<img|\n# Head|are \*\*/);
  assert.ok(text.indexOf("I said") < text.indexOf("These places in your code"));
});

test("it found nothing only if nothing is remembered either", async () => {
  const text = await answer("xyzzy", [], READY, undefined, [recalled("Errors are typed.")]);
  assert.doesNotMatch(text, /found nothing/);
});

async function answer(
  question: string,
  code: SearchHit[],
  status = READY,
  reason?: string,
  remembered: readonly RecallHit[] = [],
): Promise<string> {
  const request = { messages: [], question, code, remembered, maxTokens: 1000 };
  let text = "";
  for await (const part of new OfflineModel(() => status, reason).stream(request, new AbortController().signal)) {
    if (part.type === "text") text += part.text;
  }
  return text;
}

function hit(label: string, startLine: number, text: string): SearchHit {
  return { path: `/ws/${label}`, label, startLine, endLine: startLine + text.split("\n").length - 1, text, score: 1 };
}
