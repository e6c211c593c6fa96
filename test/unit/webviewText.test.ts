import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { finishedSentences, speakable } from "../../webview/announce.ts";
import { isCommand, markedPieces, offersAtOnce, splitCommand, stillFitting } from "../../webview/commands.ts";
import { groupRows } from "../../webview/conversations.ts";
import { languageOf } from "../../webview/languages.ts";
import { codeTarget, linkTarget, splitMentions } from "../../webview/links.ts";

describe("links", () => {
  const file = (path: string, line?: number) => ({ kind: "openFile", path, ...(line !== undefined && { line }) });

  for (const [href, target] of [
    ["src/a.ts", file("src/a.ts")],
    ["src/a.ts#L10", file("src/a.ts", 10)],
    ["src/a.ts#L10-L24", file("src/a.ts", 10)],
    ["src/a.ts:10", file("src/a.ts", 10)],
    ["src/a.ts:10-24", file("src/a.ts", 10)],
    ["a.ts:10:4", file("a.ts", 10)],
    ["/w/my%20src/a.ts#L3", file("/w/my src/a.ts", 3)],
    ["C:\\w\\a.ts:3", file("C:\\w\\a.ts", 3)],
    ["Makefile", file("Makefile")],
    ["https://example.com", { kind: "openLink", url: "https://example.com/" }],
    ["mailto:a@b.c", { kind: "openLink", url: "mailto:a@b.c" }],
  ] as const) {
    test(`${href} leads somewhere`, () => assert.deepEqual(linkTarget(href), target));
  }

  for (const href of [
    "",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "javascript:1",
    "java%0ascript:1",
    "command:x.y",
    "command:workbench.action.quit:1",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "vscode:extension/x",
    "//host/share/a.ts",
    "\\\\host\\share\\a.ts",
    "%2f%2fhost/share",
    "http:evil",
    "https://user:password@example.com",
    "https://example.com/\u202egnp.exe",
    "#anchor",
    "?query",
    "a\u0000.ts",
  ]) {
    test(`${JSON.stringify(href)} leads nowhere`, () => assert.equal(linkTarget(href), undefined));
  }

  test("places in files are found in text, versions and times are not", () => {
    const found = (text: string) => splitMentions(text).flatMap((piece) => (piece.target ? [piece.text] : []));
    assert.deepEqual(found("In src/a.ts:12, and (b.test.ts:3-9)."), ["src/a.ts:12", "b.test.ts:3-9"]);
    assert.deepEqual(found("At 12:30 v1.2 with http://a.bc:80/x and 127.0.0.1:80"), []);
  });

  test("the pieces of a text are the text", () => {
    const text = "a src/a.ts:1 b.ts:2";
    assert.equal(
      splitMentions(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
  });

  test("inline code is a link when it is a place, or a path with a folder", () => {
    assert.deepEqual(codeTarget("a.ts:3"), file("a.ts", 3));
    assert.deepEqual(codeTarget("src/a.ts"), file("src/a.ts"));
    assert.equal(codeTarget("array.map"), undefined);
    assert.equal(codeTarget("a / b"), undefined);
  });

  test("text made to be slow is not", () => {
    const begin = performance.now();
    splitMentions("a/".repeat(50_000));
    splitMentions("a.".repeat(50_000));
    splitMentions("-".repeat(100_000));
    assert.ok(performance.now() - begin < 1000);
  });
});

describe("commands", () => {
  test("before the server has said, names that start with what was typed come before names that hold its letters", () => {
    const names = (draft: string) => offersAtOnce(draft).map(({ label }) => label);
    assert.deepEqual(names("/e"), ["/explain", "/refactor", "/analyze", "/test", "/generate"]);
    assert.deepEqual(names("/hp"), ["/help"]);
    assert.equal(names("/").length, 5);
    assert.deepEqual(names("/help me"), []);
    assert.deepEqual(names("help"), []);
  });

  test("a command is one line that begins with a slash and a name", () => {
    for (const draft of ["/", "/re", "/explain src/a.ts", "/memory "]) assert(isCommand(draft), draft);
    for (const draft of ["", "re", "/usr/bin", "see /fix", "/fix\nmore"]) assert(!isCommand(draft), draft);
  });

  test("of what was offered before, what begins with the draft stays until the next answer", () => {
    const offered = offersAtOnce("/e");
    assert.deepEqual(
      stillFitting("/ex", offered).map(({ label }) => label),
      ["/explain"],
    );
    assert.deepEqual(stillFitting("/explain", offered), []);
  });

  test("a label is cut at its marks", () => {
    const [suggestion] = offersAtOnce("/exp");
    assert(suggestion);
    assert.deepEqual(
      markedPieces(suggestion)
        .map(({ text, isMarked }) => (isMarked ? `[${text}]` : text))
        .join(""),
      "/[exp]lain",
    );
  });

  test("a message is cut into command and rest", () => {
    assert.deepEqual(splitCommand("/explain this"), { command: "/explain", rest: " this" });
    assert.deepEqual(splitCommand("/usr/bin"), { command: "", rest: "/usr/bin" });
  });
});

describe("what is said", () => {
  test("each finished sentence once", () => {
    const first = finishedSentences("One. Two", 0);
    assert.deepEqual(first, { text: "One.", upTo: 4 });
    assert.deepEqual(finishedSentences("One. Two is 2.5", first.upTo), { text: "", upTo: 4 });
    assert.equal(finishedSentences("One. Two is 2.5.\nThree", first.upTo).text, "Two is 2.5.");
  });

  test("code waits for its end and is not read out", () => {
    assert.deepEqual(finishedSentences("So:\n```ts\na. b. c\n", 0), { text: "", upTo: 0 });
    assert.equal(speakable("So:\n```ts\na. b.\n```\n**Done** with [it](x)."), "So: Code. Done with it.");
  });
});

test("conversations stand under today, yesterday and earlier", () => {
  const now = new Date(2026, 2, 20, 9);
  const row = (day: number, month = 2) => ({
    summary: {
      conversationId: `c${month}${day}`,
      title: "",
      messages: 0,
      updatedAt: new Date(2026, month, day, 23).toISOString(),
      answering: false,
      pinned: false,
    },
    deleted: false,
  });
  const groups = groupRows([row(20), row(19), row(3), row(27, 1)], now);
  assert.deepEqual(
    groups.map((group) => group.name),
    ["Today", "Yesterday", "Earlier this month", "Earlier"],
  );
});

test("a language is known by its short names, and a hostile one is plain text", () => {
  assert.equal(languageOf("tsx").id, "typescriptreact");
  assert.equal(languageOf("SH").id, "shellscript");
  assert.equal(languageOf("zig").label, "zig");
  assert.equal(languageOf('"><img src=x>').id, "plaintext");
});
