import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../server/commands/command.ts";
import { classify } from "../../server/hybrid/hybridInterface.ts";

const commands: Command[] = ["help", "clear", "explain", "memory"].map((name) => ({
  name,
  summary: name,
  async *run() {},
}));

for (const [content, expected] of [
  ["/help", "help "],
  ["  /explain src/a.ts ", "explain src/a.ts"],
  ["/explain\nthe second line", "explain the second line"],
  ["What does /help do?", "chat"],
  ["/usr/bin/env is missing", "chat"],
  ["/unknown thing", "chat"],
  ["/helpful hints", "chat"],
  ["/ help", "chat"],
  ["`/clear`", "chat"],
  ["/memory list facts", "memory list facts"],
  ["Remember that we deploy on Tuesdays", "memory remember we deploy on Tuesdays"],
  ["Do you remember that we deploy on Tuesdays?", "chat"],
  ["Remember that we deploy on Tuesdays. Can you write the script for it?", "chat"],
  ["please forget what I said about the staging cluster.", "memory forget the staging cluster"],
  ["Forget that, let's start over", "chat"],
] as const) {
  test(`${JSON.stringify(content)} is ${expected === "chat" ? "talk" : `the command ${expected.trim()}`}`, () => {
    const classified = classify(content, commands);
    const found = classified.kind === "chat" ? "chat" : `${classified.command.name} ${classified.argument}`;
    assert.equal(found, expected);
  });
}
