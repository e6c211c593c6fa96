import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Completing } from "../../server/hybrid/argumentSuggestions.ts";
import { type Situation, suggestCommands } from "../../server/hybrid/commandSuggestions.ts";
import { CommandUse } from "../../server/hybrid/commandUse.ts";
import { habitsOf } from "../../server/hybrid/habits.ts";
import { Suggester } from "../../server/hybrid/suggester.ts";
import type { EditorSituation } from "../../server/protocol/commands.ts";
import { SLASH_COMMANDS, type SlashCommand } from "../../server/protocol/slashCommands.ts";
import { Settings } from "../../server/store/settings.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { mentionWorld, unending } from "./mentionWorld.ts";

const BUILT_IN: readonly SlashCommand[] = Object.values(SLASH_COMMANDS);
const NOW = new Date("2026-03-12T14:00:00Z");
const YESTERDAY = { count: 1, lastAt: "2026-03-11T14:00:00Z" };
const BARE: Situation = { now: NOW, used: {}, editor: {}, hasChanges: false, habits: [], lacks: [] };

function offered(typed: string, situation: Partial<Situation> = {}, commands = BUILT_IN) {
  return suggestCommands(typed, commands, { ...BARE, ...situation }).map(({ suggestion }) => suggestion);
}

function labels(typed: string, situation: Partial<Situation> = {}, commands = BUILT_IN) {
  return offered(typed, situation, commands).map(({ label }) => label);
}

test("what begins with what is typed comes first, then what has its letters or is misspelt", () => {
  assert.deepEqual(labels("e")[0], "/explain");
  assert.equal(labels("re")[0], "/refactor");
  assert.deepEqual(labels("expalin"), ["/explain"]);
  assert.deepEqual(labels("hp"), ["/help"]);
  assert.deepEqual(labels("qqq"), []);
});

test("a score says why: 1 for the beginning, 0.5 for recent, 0.3 for what fits, and less than 1 for a close match", () => {
  const situation = { used: { refactor: YESTERDAY }, editor: { file: "/ws/a.ts", language: "typescript" } };
  const [first, ...rest] = offered("re", situation);
  assert.deepEqual([first?.label, first?.score, first?.why], ["/refactor", 1.8, "recent, fits TypeScript"]);
  assert.deepEqual(first?.marks, [[1, 3]]);
  for (const { score, why } of rest) assert(score < 1 && why?.startsWith("close match"));
});

test("a command that is written to its end stands before a longer one that is used more", () => {
  const own: SlashCommand = { name: "test-all", summary: "Yours", from: "commands/test-all.md" };
  const used = { "test-all": { ...YESTERDAY, count: 9 } };
  assert.deepEqual(labels("test", { used }, [...BUILT_IN, own]).slice(0, 2), ["/test", "/test-all"]);
  assert.equal(labels("tes", { used }, [...BUILT_IN, own])[0], "/test-all");
});

for (const [why, name, situation] of [
  ["fits your changes", "commit", { hasChanges: true }],
  ["fits the selection", "explain", { editor: { file: "/a.ts", language: "typescript", hasSelection: true } }],
  ["fits Python", "fix", { editor: { file: "/a.py", language: "python" } }],
  ["fits this branch", "refactor", { branch: "refactor/engine" }],
  ["fits what you often ask", "test", { habits: habitsOf([pattern("asks for tests")]) }],
] as const) {
  test(`/${name} ${why}`, () => {
    const found = offered(name, situation).find(({ label }) => label === `/${name}`);
    assert.deepEqual([found?.why, found?.score], [why, 1.3]);
  });
}

test("what was used a month ago is not recent, and what is no code fits no command", () => {
  const used = { fix: { count: 3, lastAt: "2026-02-01T00:00:00Z" } };
  const [fix] = offered("fix", { used, editor: { file: "/a.md", language: "markdown" } });
  assert.deepEqual([fix?.score, fix?.why], [1, undefined]);
});

test("what a command lacks is said: trust before git, a model, and something to work on", () => {
  const limit = (name: string, lacks: Situation["lacks"], editor: EditorSituation = { file: "/a.ts" }) =>
    offered(name, { lacks, editor })[0]?.limited;
  assert.equal(limit("refactor", []), undefined);
  assert.match(limit("refactor", ["trust", "model"]) ?? "", /trusted folder/);
  assert.match(limit("refactor", ["model"]) ?? "", /Needs a model/);
  assert.match(limit("commit", ["git"]) ?? "", /git repository/);
  assert.match(limit("explain", [], {}) ?? "", /open a file/);
  assert.equal(limit("memory", ["trust", "model", "git"]), undefined);
});

test("whatever is typed and known: at most five, beginnings before close ones, the same again, and marks inside the label", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
  const command = fc.record({ name, summary: fc.string() });
  const used = fc.dictionary(
    name,
    fc.record({ count: fc.integer({ min: 1, max: 9 }), lastAt: fc.constant(NOW.toISOString()) }),
  );
  const situation = fc.record({ used, hasChanges: fc.boolean(), language: fc.constantFrom("typescript", "markdown") });
  fc.assert(
    fc.property(
      fc.stringMatching(/^[\w-]{0,8}$/),
      fc.array(command),
      situation,
      (typed, own, { language, ...rest }) => {
        const known = { ...rest, editor: { language } };
        const commands = [...BUILT_IN, ...own];
        const found = offered(typed, known, commands);
        assert.deepEqual(found, offered(typed, known, commands));
        assert(found.length <= 5);
        const isPrefix = found.map(({ label }) => label.toLowerCase().startsWith(`/${typed.toLowerCase()}`));
        assert.deepEqual(
          isPrefix,
          isPrefix.toSorted((a, b) => Number(b) - Number(a)),
        );
        for (const [index, { label, marks, score }] of found.entries()) {
          assert.equal(score >= 1, isPrefix[index]);
          let at = 1;
          for (const [start, end] of marks) {
            assert(start >= at && end > start && end <= label.length);
            at = end;
          }
        }
      },
    ),
  );
});

test("what was used is known to the next process by name, count and time, and counts at once", async () => {
  const settings = new Settings(undefined, silentLog);
  const clock = new FakeClock();
  const use = new CommandUse(settings, clock);
  await use.read();
  await use.note("fix");
  assert.equal((await use.read()).fix?.count, 1);
  await use.note("fix");
  const kept = { fix: { count: 2, lastAt: clock.now().toISOString() } };
  assert.deepEqual(await new CommandUse(settings, clock).read(), kept);
  assert.deepEqual(await settings.read(), { commandsUsed: kept });
});

test("no more than a hundred names are kept, those used last", async () => {
  const settings = new Settings(undefined, silentLog);
  const clock = new FakeClock();
  const use = new CommandUse(settings, clock);
  for (let index = 0; index < 105; index++) {
    await use.note(`c${index}`);
    await clock.advance(1000);
  }
  const names = Object.keys((await settings.read()).commandsUsed ?? {});
  assert.equal(names.length, 100);
  assert(names.includes("c104") && !names.includes("c4"));
});

test("a name is completed without its slash, and what it answers says what was completed", async () => {
  const { suggestions, partialInput, contextRelevant } = await suggesterOf([]).suggest(
    { input: "/exp", context: { file: "/ws/a.ts", language: "typescript" } },
    unending,
  );
  assert.deepEqual([partialInput, contextRelevant], ["exp", true]);
  assert.deepEqual(
    suggestions.map(({ text }) => text),
    ["/explain "],
  );
});

for (const [input, expected] of [
  ["/memory ", "/memory search |/memory remember "],
  ["/memory for", "/memory forget "],
  ["/model q", "/model qwen"],
  ["/explain ", ""],
  ["/explain gre", "/explain src/greet.ts"],
  ["/explain @gre", "/explain @src/greet.ts"],
  ["/explain src/gr", "/explain src/greet.ts"],
  ["/explain src/greet.ts why", ""],
  ["/analyze sr", "/analyze src"],
  ["/explain gree", "/explain src/greet.ts|/explain greetAll"],
  ["/explain greetAll", ""],
  ["/clear no", ""],
  ["/nothing gre", ""],
  ["/usr/bin", ""],
  ["hello /fix", ""],
  ["/fix\nmore", ""],
] as const) {
  test(`behind ${JSON.stringify(input)} stands ${expected || "nothing"}`, async () => {
    const { mentions } = await mentionWorld({ "src/greet.ts": "export function greetAll() {\n}\n", "docs/a b.md": "" });
    const { suggestions } = await suggesterOf([], mentions).suggest({ input }, unending);
    const texts = suggestions.map(({ text }) => text);
    if (expected === "") assert.deepEqual(texts, []);
    else for (const text of expected.split("|")) assert(texts.includes(text), texts.join("|"));
  });
}

test("the open file and its neighbours stand before other files that fit as well", async () => {
  const { mentions, folder } = await mentionWorld({ "a/same.ts": "", "b/same.ts": "", "b/samesame.ts": "" });
  const context = { file: `${folder}/b/same.ts` };
  const { suggestions } = await suggesterOf([], mentions).suggest({ input: "/explain sam", context }, unending);
  assert.deepEqual(
    suggestions.map(({ label, why }) => [label, why]),
    [
      ["b/same.ts", "open now"],
      ["b/samesame.ts", "beside the open file"],
      ["a/same.ts", undefined],
    ],
  );
  assert.deepEqual(suggestions[0]?.marks, [[2, 5]]);
});

test("a name with a blank is written in quotes", async () => {
  const { mentions } = await mentionWorld({ "docs/a b.md": "" });
  const { suggestions } = await suggesterOf([], mentions).suggest({ input: "/explain docs/a" }, unending);
  assert.deepEqual(
    suggestions.map(({ text }) => text),
    ['/explain "docs/a b.md"'],
  );
});

function suggesterOf(own: readonly SlashCommand[], targets: Completing = { complete: async () => [] }): Suggester {
  return new Suggester({
    commands: async () => [...BUILT_IN, ...own],
    use: { read: async () => ({}) },
    surroundings: async () => ({ hasChanges: false, habits: [], lacks: [] }),
    words: {
      memory: () => ["search", "remember", "forget", "reject"].map((name) => ({ name, usage: "words" })),
      model: () => [{ name: "qwen" }, { name: "offline" }],
    },
    targets,
    now: () => NOW,
  });
}

function pattern(label: string) {
  return { id: label, kind: "intent" as const, label, frequency: 3, lastSeenAt: "", examples: [] };
}
