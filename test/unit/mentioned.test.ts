import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { intentsOf } from "../../server/memory/intents.ts";
import { commandsIn, errorsIn, filesIn, symbolsIn } from "../../server/memory/mentioned.ts";

test("files are found by path or ending, without lines, addresses and property chains", () => {
  for (const [text, files] of [
    ["fix src/util/clock.ts:12 and ./a/b.tsx.", ["src/util/clock.ts", "a/b.tsx"]],
    ["(see package.json), e.g. version 1.2.3", ["package.json"]],
    ["use console.log, this.name or https://example.org/a.html", []],
    ["src/app/[id]/page.tsx, clock.ts and clock.ts", ["src/app/[id]/page.tsx", "clock.ts"]],
    ["user.load() of UserService.load", []],
  ] as const) {
    assert.deepEqual(filesIn(text), files, text);
  }
});

test("symbols are what is written like one; names of products and errors are none", () => {
  for (const [text, symbols] of [
    ["call `retry()` in resilience.ts", ["retry"]],
    ["why does useEffect call setState in UserService.load?", ["useEffect", "setState", "UserService.load"]],
    ["is user_id set? run() says so", ["user_id", "run"]],
    ["TypeScript on GitHub throws a TypeError, says `ENOENT`", []],
    ["well-known words, and it's fine", []],
  ] as const) {
    assert.deepEqual([...symbolsIn(text)].sort(), [...symbols].sort(), text);
  }
});

test("an error is the same one whatever its numbers, paths and names", () => {
  const at = (place: string) => errorsIn(`TypeError: cannot read "${place}" of 12 at /home/${place}/x.ts:9`);
  assert.deepEqual(at("one"), at("two"));
  assert.deepEqual(errorsIn("src/a.ts(3,1): error TS2345: no. ENOENT: no such file. EVERY error"), [
    "TS2345",
    "ENOENT",
  ]);
});

test("a command is its tool and what that is to do", () => {
  assert.deepEqual(commandsIn("run `npm run lint -- --fix`, `git rebase -i main`, `foo bar`\n$ npm test"), [
    "npm run lint",
    "git rebase",
    "npm test",
  ]);
});

test("what is asked for is told by its words, and after what", () => {
  for (const [text, before, intents] of [
    ["Please write a few unit tests", undefined, ["asks for tests"]],
    ["Now add tests for it", "Refactor the parser", ["asks for tests", "asks for tests after a refactoring"]],
    ["Explain this", "What does that do?", ["asks for an explanation"]],
    ["It crashes when I click", undefined, ["asks to fix something"]],
    ["Where is the port configured?", undefined, ["asks where something is"]],
    ["thanks a lot", "Fix it", []],
  ] as const) {
    assert.deepEqual(intentsOf(text, before), intents, text);
  }
});

test("time grows with the length of a text and no faster, whatever it is", () => {
  const pieces = ["a.", "a/", "`", "(", "A", "_", "Error: ", " ", "x(", "[", "E", "$ ", "'", "é"];
  const built = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
    .map((some) => some.join("").repeat(20_000 / some.length));
  fc.assert(
    fc.property(built, (text) => {
      for (const find of [filesIn, symbolsIn, errorsIn, commandsIn]) assert.ok(find(text).length <= text.length);
      assert.ok(intentsOf(text, text).length <= 2);
    }),
    { numRuns: 60 },
  );
});
