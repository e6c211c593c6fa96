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
  ["Remember that we deploy on Tuesdays.", "memory remember we deploy on Tuesdays"],
  ["please remember: tabs, not spaces!", "memory remember tabs, not spaces"],
  ["Ok, keep in mind that the API is frozen until May", "memory remember the API is frozen until May"],
  ["Merk dir, dass wir dienstags ausliefern", "memory remember wir dienstags ausliefern"],
  ["Do you remember that we deploy on Tuesdays?", "chat"],
  ["Remember when we deployed on Tuesdays", "chat"],
  ["Remember that bug?", "chat"],
  ["Remember that", "chat"],
  ["Remember that we deploy on Tuesdays. Now write the script for it.", "chat"],
  ["I don't remember that function", "chat"],
  ["Forget that we deploy on Tuesdays", "memory forget we deploy on Tuesdays"],
  ["please forget what I said about the staging cluster.", "memory forget the staging cluster"],
  ["Forget everything you know about heron", "memory forget heron"],
  ["forget everything about the old parser", "memory forget the old parser"],
  ["Forget it", "chat"],
  ["Forget that", "chat"],
  ["Forget that, let's start over", "chat"],
  ["Forget that idea and fix the test", "chat"],
  ["forget about the tests", "chat"],
  ["Did you forget that we deploy on Tuesdays?", "chat"],
] as const) {
  test(`${JSON.stringify(content)} is ${expected === "chat" ? "talk" : `the command ${expected.trim()}`}`, () => {
    const classified = classify(content, commands);
    const found = classified.kind === "chat" ? "chat" : `${classified.command.name} ${classified.argument}`;
    assert.equal(found, expected);
  });
}
