import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecallIndex } from "../../server/memory/recall/recallIndex.ts";
import type { Likeness, RankedItem, RecallItem, RecallQuery } from "../../server/memory/recall/recallItem.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 4, 20, 12);

test("what was said is found by its words", () => {
  const index = indexOf(turn("a", "We deploy with Ansible."), turn("b", "The tests are slow."));

  assert.deepEqual(idsOf(index.search(ask("How do we deploy?"), undefined)), ["a"]);
});

test("an answer is found by the words of what it answers", () => {
  const index = indexOf(
    turn("asked", "Which database does the billing service use?", { session: "1", position: 0 }),
    turn("answered", "PostgreSQL 16, on the big machine.", { session: "1", position: 1, speaker: "assistant" }),
    turn("other", "The machine of the lab is big.", { session: "other" }),
  );

  const [first, second] = index.search(ask("database of the billing service"), undefined);
  assert.deepEqual([first?.id, second?.id], ["answered", "asked"]);
  assert.ok((first?.signals.question ?? 0) > 0);
  assert.ok((first?.signals.nearby ?? 0) > 0);
});

test("two messages of one speaker do not answer each other", () => {
  const index = indexOf(
    turn("a", "Which database is it?", { session: "1", position: 0 }),
    turn("b", "Anyway.", { session: "1", position: 1 }),
  );

  const [, second] = index.search(ask("database"), undefined);
  assert.equal(second?.signals.question, undefined);
});

test("what was said near a date is found by that date", () => {
  const index = indexOf(
    turn("may", "We changed the build.", { atMs: Date.UTC(2026, 4, 8), session: "1" }),
    turn("march", "We changed the build.", { atMs: Date.UTC(2026, 2, 8), session: "2" }),
  );

  const [first] = index.search(ask("What did we change in the build in March?"), undefined);
  assert.equal(first?.id, "march");
  assert.ok((first?.signals.time ?? 0) > 0);
  assert.equal(index.search(ask("Which build was changed on 8 May?"), undefined)[0]?.id, "may");
});

test("a question for a time prefers who tells one", () => {
  const index = indexOf(
    turn("no", "The licence of the editor expires soon.", { session: "1" }),
    turn("yes", "The licence of the editor expires tomorrow.", { session: "2" }),
  );

  assert.equal(index.search(ask("When does the licence of the editor expire?"), undefined)[0]?.id, "yes");
});

test("who is asked about is heard first", () => {
  const index = indexOf(
    turn("ada", "Ada: I like the blue theme.", { session: "1" }),
    turn("bob", "I like the blue theme.", { speaker: "Bob", session: "2" }),
  );

  const [ada] = index.search(ask("Which theme does Ada like?"), undefined);
  const [bob] = index.search(ask("Which theme does Bob like?"), undefined);
  assert.deepEqual([ada?.id, bob?.id], ["ada", "bob"]);
  assert.ok((ada?.signals.speaker ?? 0) > 0 && (bob?.signals.speaker ?? 0) > 0);
});

test("what means the same is found without a common word, and without likeness it is not", () => {
  const index = indexOf(turn("dog", "My puppy is fine."), turn("car", "The engine stalls."));
  const likeness = (id: string) => (id === "dog" ? { whole: 0.6, sentence: 0.7 } : { whole: 0.1, sentence: 0.1 });

  const [found, ...others] = index.search(ask("hound"), likeness);
  assert.equal(found?.id, "dog");
  assert.ok((found?.signals.meaning ?? 0) > 0);
  assert.deepEqual(others, []);
  assert.deepEqual(index.search(ask("hound"), undefined), []);
});

test("a likeness that is no number counts for nothing", () => {
  const index = indexOf(turn("a", "The build is green."));

  const [found] = index.search(ask("build"), () => ({ whole: Number.NaN, sentence: Number.NaN }));
  assert.equal(found?.signals.meaning, undefined);
  assert.ok(Number.isFinite(found?.score));
});

test("of two memories the pinned one comes first, the stale one last", () => {
  const index = indexOf(
    memory("plain", "Commits are squashed before a merge."),
    memory("pinned", "Commits are squashed before a review.", { pinned: true }),
    memory("stale", "Commits are squashed before a release.", { stale: true, pinned: true }),
  );

  const found = index.search(ask("Are commits squashed?"), undefined);
  assert.deepEqual(idsOf(found), ["pinned", "plain", "stale"]);
  assert.ok((found[0]?.signals.pinned ?? 0) > 0 && (found[2]?.signals.stale ?? 0) < 0);
});

test("a memory of a file that is open, one that is used and one that is sure come before others", () => {
  for (const better of [{ paths: ["a/clock.ts"] }, { uses: 9 }, { confidence: 1 }]) {
    const index = indexOf(
      memory("plain", "Time comes from the clock."),
      memory("better", "Time comes from a clock.", better),
    );
    const [first] = index.search({ ...ask("Where does time come from?"), near: ["a/clock.ts"] }, undefined);
    assert.equal(first?.id, "better", JSON.stringify(better));
  }
});

test("for a command what was agreed comes before what was said, in a search they are equal", () => {
  const index = indexOf(memory("agreed", "Tests use fakes."), turn("said", "Tests use fakes, do they?"));
  const kept = (queryType: RecallQuery["queryType"]) =>
    index.search({ ...ask("tests with fakes"), queryType }, undefined).find(({ id }) => id === "agreed")?.signals.kept;

  assert.ok((kept("command") ?? 0) > (kept("chat") ?? 0));
  assert.equal(kept("search"), undefined);
});

test("what was said twice does not fill the list", () => {
  const index = indexOf(
    ...["1", "2", "3"].map((session) =>
      turn(`same${session}`, "We release the desktop shell on Tuesday morning", { session }),
    ),
    turn("other", "We release the desktop shell whenever its tests are green again", { session: "4" }),
  );

  const found = index.search(ask("Do we release the desktop shell on a morning?"), undefined);
  assert.equal(found[1]?.id, "other");
  assert.ok((found[2]?.signals.repeats ?? 0) < 0);
});

test("kinds, scope, branch and what goes along anyway are respected", () => {
  const text = "The gateway listens on port 4000.";
  const index = indexOf(
    turn("said", text),
    memory("fact", text),
    memory("user", text, { scope: { kind: "user" }, kind: "preference" }),
    memory("here", text, { scope: { kind: "branch", branch: "main" } }),
    memory("there", text, { scope: { kind: "branch", branch: "other" } }),
  );
  const found = (more: Partial<RecallQuery>) =>
    idsOf(index.search({ ...ask("gateway port"), ...more }, undefined)).sort();

  assert.deepEqual(found({ branch: "main" }), ["fact", "here", "said", "user"]);
  assert.deepEqual(found({}), ["fact", "said", "user"]);
  assert.deepEqual(found({ kinds: ["preference"] }), ["user"]);
  assert.deepEqual(found({ scope: "user" }), ["user"]);
  assert.deepEqual(found({ scope: "branch", branch: "main" }), ["here"]);
  assert.deepEqual(found({ without: new Set(["said", "fact"]) }), ["user"]);
});

test("blank questions, blank items and an empty index find nothing", () => {
  assert.deepEqual(new RecallIndex().search(ask("anything"), undefined), []);
  assert.deepEqual(indexOf(turn("a", ""), turn("b", " \n ")).search(ask("anything"), undefined), []);
  assert.deepEqual(indexOf(turn("a", "Something.")).search(ask("  "), undefined), []);
});

test("odd letters and other scripts are found as they are written", () => {
  const index = indexOf(
    turn("combined", "Die Gro\u0308ße des Fensters"),
    turn("chinese", "我们用中文写注释"),
    turn("cyrillic", "Мы используем табуляцию"),
    turn("half", "a lone surrogate \ud800 and \u0000 nothing"),
    turn("code", "renamed parseHTMLDocument in utils/html_reader.ts"),
  );
  const first = (text: string) => index.search(ask(text), undefined)[0]?.id;

  assert.equal(first("Größe"), "combined");
  assert.equal(first("中文注释?"), "chinese");
  assert.equal(first("табуляцию"), "cyrillic");
  assert.equal(first("surrogate"), "half");
  assert.equal(first("parse_html_document"), "code");
  assert.equal(first("HtmlReader"), "code");
});

test("a text of a megabyte is found by its beginning and by its end", () => {
  const index = indexOf(
    turn("long", `A trace of the scheduler.\n${"lorem ipsum ".repeat(90_000)}\nWhy does it deadlock?`),
  );

  assert.equal(index.search(ask("scheduler"), undefined)[0]?.id, "long");
  assert.equal(index.search(ask("deadlock"), undefined)[0]?.id, "long");
  assert.equal(index.search(ask("lorem ".repeat(200_000)), undefined)[0]?.id, "long");
});

test("among thirty thousand turns the one is found", () => {
  const index = new RecallIndex();
  const words = "cache build test server client retry queue index memory parser token branch".split(" ");
  const text = (i: number) => `${words[i % 12]} ${words[(i * 7) % 11]} number${i} and ${words[(i * 5) % 7]}`;
  index.add(Array.from({ length: 30_000 }, (_, i) => turn(`t${i}`, text(i), { session: `s${i % 500}`, position: i })));

  assert.equal(index.search(ask("the cache of number12345"), undefined)[0]?.id, "t12345");
  index.remove(["t12345"]);
  assert.equal(index.size, 29_999);
  assert.ok(!idsOf(index.search(ask("number12345"), undefined)).includes("t12345"));
});

test("the order in which items come does not matter", () => {
  fc.assert(
    fc.property(someItems(), fc.integer(), anyQuestion(), (items, seed, question) => {
      const mixed = [...items].sort((a, b) => hash(a.id, seed) - hash(b.id, seed));
      assert.deepEqual(searchOf(indexOf(...mixed), question), searchOf(indexOf(...items), question));
    }),
  );
});

test("an item that is removed was never there, and one that is replaced was always so", () => {
  fc.assert(
    fc.property(someItems(), someItems(), anyQuestion(), (items, others, question) => {
      const ids = new Set(others.map(({ id }) => id));
      const replaced = indexOf(...items);
      replaced.add(others);
      const kept = items.filter(({ id }) => !ids.has(id));
      assert.deepEqual(searchOf(replaced, question), searchOf(indexOf(...kept, ...others), question));

      replaced.remove(ids);
      assert.equal(replaced.size, kept.length);
      assert.deepEqual(searchOf(replaced, question), searchOf(indexOf(...kept), question));
    }),
  );
});

test("scores are 0..1, best first, and the sum of their signals", () => {
  fc.assert(
    fc.property(someItems(), anyQuestion(), fc.boolean(), (items, question, withMeaning) => {
      const found = indexOf(...items).search(question, withMeaning ? likenessOf : undefined);
      assert.ok(found.length <= question.limit);
      for (const [i, { score, signals }] of found.entries()) {
        assert.ok(score >= 0 && score <= 1, `${score}`);
        assert.ok(score <= (found[i - 1]?.score ?? 1) + 1e-9);
        const sum = Object.values(signals).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - score) < 1e-9, `${sum} ${score}`);
      }
    }),
  );
});

test("no filter lets through what it is to keep out", () => {
  fc.assert(
    fc.property(someItems(), anyQuestion(), (items, question) => {
      const byId = new Map(items.map((item) => [item.id, item]));
      const filtered: RecallQuery = { ...question, kinds: ["fact"], branch: "b1", without: new Set(["i1", "i2"]) };
      for (const { id } of indexOf(...items).search(filtered, likenessOf)) {
        const item = byId.get(id);
        assert.equal(item?.kind, "fact");
        assert.ok(item.scope?.kind !== "branch" || item.scope.branch === "b1");
        assert.ok(!["i1", "i2"].includes(id));
      }
    }),
  );
});

function indexOf(...items: RecallItem[]): RecallIndex {
  const index = new RecallIndex();
  index.add(items);
  return index;
}

function turn(id: string, text: string, more: Partial<RecallItem> = {}): RecallItem {
  return { id, kind: "episode", text, speaker: "user", atMs: NOW_MS - DAY_MS, session: id, position: 0, ...more };
}

function memory(id: string, text: string, more: Partial<RecallItem> = {}): RecallItem {
  return { id, kind: "fact", text, speaker: "", atMs: NOW_MS - DAY_MS, scope: { kind: "workspace" }, ...more };
}

function ask(text: string): RecallQuery {
  return { text, queryType: "chat", limit: 10, nowMs: NOW_MS };
}

function idsOf(found: readonly RankedItem[]): string[] {
  return found.map(({ id }) => id);
}

function searchOf(index: RecallIndex, question: RecallQuery): RankedItem[] {
  return index.search(question, likenessOf);
}

function likenessOf(id: string): Likeness {
  return { whole: (hash(id, 1) % 100) / 100, sentence: (hash(id, 2) % 100) / 100 };
}

function hash(text: string, seed: number): number {
  return [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, Math.abs(seed) % 997);
}

const WORDS = "build test slow Ada: why? when yesterday May cache parse_url deploy the we use 2026".split(" ");

function anyText(): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 4, unit: "binary" })), { maxLength: 12 })
    .map((words) => words.join(" "));
}

function someItems(): fc.Arbitrary<RecallItem[]> {
  const episode = fc.record({
    id: fc.integer({ min: 0, max: 30 }).map((i) => `i${i}`),
    kind: fc.constant("episode" as const),
    text: anyText(),
    speaker: fc.constantFrom("user", "assistant", "Ada"),
    atMs: fc.integer({ min: 0, max: 100 }).map((days) => NOW_MS - days * DAY_MS),
    session: fc.constantFrom("s1", "s2"),
    position: fc.integer({ min: 0, max: 9 }),
  });
  const fact = fc.record({
    id: fc.integer({ min: 0, max: 30 }).map((i) => `i${i}`),
    kind: fc.constantFrom("fact" as const, "decision" as const),
    text: anyText(),
    speaker: fc.constant(""),
    atMs: fc.constant(NOW_MS),
    scope: fc.constantFrom(
      { kind: "user" as const },
      { kind: "branch" as const, branch: "b1" },
      { kind: "branch" as const, branch: "b2" },
    ),
    pinned: fc.boolean(),
    stale: fc.boolean(),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    uses: fc.nat(20),
    paths: fc.constantFrom([], ["a.ts"]),
  });
  return fc.uniqueArray(fc.oneof(episode, fact), { selector: ({ id }) => id, maxLength: 20 });
}

function anyQuestion(): fc.Arbitrary<RecallQuery> {
  return fc.record({
    text: anyText(),
    queryType: fc.constantFrom("chat" as const, "command" as const, "completion" as const, "search" as const),
    limit: fc.integer({ min: 1, max: 30 }),
    nowMs: fc.constant(NOW_MS),
    branch: fc.constantFrom(undefined, "b1"),
    near: fc.constantFrom([], ["a.ts"]),
  });
}
