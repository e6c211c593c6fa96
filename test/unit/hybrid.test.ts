import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { BUILT_IN, isChatRight, isFalseRun, isRight, isTargetRight } from "../../bench/intentScore.ts";
import { readSamples } from "../../bench/intentSet.ts";
import { classify } from "../../server/hybrid/intent.ts";

const nothingOpen = { commands: BUILT_IN, hasSelection: false };
const samples = readSamples(readFileSync(new URL("../../bench/intentSamples.txt", import.meta.url), "utf8"));

for (const item of samples) {
  const { text, context, expected } = item;
  const what = expected.command === null ? expected.kind : `${expected.kind} /${expected.command}`;
  const there = context.selection ? " with a selection" : context.file === null ? "" : " with an open file";
  test(`${JSON.stringify(text)}${there} is ${what}`, () => {
    const file = context.file === null ? {} : { file: context.file };
    const intent = classify(text, { commands: BUILT_IN, hasSelection: context.selection, ...file });
    const answered = { item, intent };
    assert.ok(isRight(answered) && !isFalseRun(answered), JSON.stringify(intent));
    if (expected.target !== null) assert.ok(isTargetRight(answered), JSON.stringify(intent));
    assert.ok(isChatRight(answered), JSON.stringify(intent));
  });
}

for (const [content, expected] of [
  ["/help", "help "],
  ["  /explain src/a.ts ", "explain src/a.ts"],
  ["/explain\nsrc/a.ts\nthe second line", "explain src/a.ts\nthe second line"],
  ["/memory list facts", "memory list facts"],
  ["/memory search what is our database?", "memory search what is our database?"],
  ["Remember that we deploy on Tuesdays", "memory remember we deploy on Tuesdays"],
  ["please forget what I said about the staging cluster.", "memory forget the staging cluster"],
  ["use gpt-4o from now on", "model gpt-4o"],
  ["/mine with three words", "mine with three words"],
] as const) {
  test(`${JSON.stringify(content)} is the command ${expected.trim()}`, () => {
    const mine = { name: "mine", summary: "My own", from: ".rubberduck/commands/mine.md" };
    const intent = classify(content, { ...nothingOpen, commands: [...BUILT_IN, mine] });
    assert.ok(intent.kind === "command", JSON.stringify(intent));
    assert.equal(`${intent.command} ${intent.argument}`, expected);
  });
}

for (const content of [
  "What does /help do?",
  "/usr/bin/env is missing",
  "/ help",
  "`/clear`",
  "Do you remember that we deploy on Tuesdays?",
  "Remember that we deploy on Tuesdays. Can you write the script for it?",
  "Forget that, let's start over",
  "",
  " \n ",
]) {
  test(`${JSON.stringify(content)} is talk`, () => {
    assert.equal(classify(content, nothingOpen).kind, "chat");
  });
}

for (const [content, why, candidates] of [
  ["/deploy production", "unknown", []],
  ["/refcator src/a.ts", "unknown", ["refactor"]],
  ["/fix a.ts then /commit", "several", ["fix", "commit"]],
  ["/refactor", "nothing", ["refactor"]],
  ["tests", "vague", ["test"]],
] as const) {
  test(`${JSON.stringify(content)} is asked about: ${why}`, () => {
    const intent = classify(content, nothingOpen);
    assert.ok(intent.kind === "unsure", JSON.stringify(intent));
    assert.deepEqual({ why: intent.why, candidates: intent.candidates }, { why, candidates });
  });
}

test("a command that the table does not have is not run, however it is asked for", () => {
  const commands = BUILT_IN.filter(({ name }) => name !== "refactor");
  const place = { hasSelection: true, file: "src/a.ts" };
  assert.equal(classify("refactor this function", { commands, ...place }).kind, "chat");
  assert.equal(classify("/refactor this function", { commands, ...place }).kind, "unsure");
});

test("whatever stands behind a slash command in a code block, quotation or address, nothing runs", () => {
  const names = fc.constantFrom(...BUILT_IN.map(({ name }) => name));
  const around = fc.constantFrom(
    ["```\n/", "\n```"],
    ["`/", "`"],
    ['He wrote "/', '" to me'],
    ["> /", ""],
    ["https://a.example/", " is down"],
    ["What does /", " do?"],
    ["don't /", ""],
  );
  fc.assert(
    fc.property(names, around, (name, [before, behind]) => {
      const intent = classify(`${before}${name}${behind}`, { commands: BUILT_IN, hasSelection: true, file: "a.ts" });
      assert.ok(intent.kind === "chat" || intent.kind === "unsure", JSON.stringify(intent));
    }),
  );
});

test("any text is classified, and an argument of a megabyte arrives whole", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void classify(text, nothingOpen)));
  const long = "x ".repeat(500_000);
  assert.deepEqual(classify(`/generate ${long}`, nothingOpen), {
    kind: "command",
    command: "generate",
    argument: long.trim(),
  });
  assert.equal(classify(long, nothingOpen).kind, "chat");
});
