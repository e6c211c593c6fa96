import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTokenizer } from "../../server/context/tokenizer.ts";

test("tokens are counted as the model does, with a margin for models whose tokenizer is unknown", async () => {
  const tokenizer = await loadTokenizer();
  assert.equal(tokenizer.count(""), 0);
  assert.equal(tokenizer.count("hello world"), Math.ceil(2 * 1.15));
});

test("special tokens in a text are counted as text", async () => {
  const tokenizer = await loadTokenizer();
  assert.ok(tokenizer.count("<|endoftext|> and <|im_start|>") > 5);
});

test("a line of sixteen million characters is counted at once, and never too low", async () => {
  const tokenizer = await loadTokenizer();
  const cpuBefore = process.cpuUsage();
  const count = tokenizer.count("a".repeat(16_000_000));
  assert.ok(count >= 16_000_000 / 8);
  assert.ok(process.cpuUsage(cpuBefore).user < 5_000_000);
});
