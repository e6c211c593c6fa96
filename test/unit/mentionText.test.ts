import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Attachment } from "../../server/protocol/attachments.ts";
import { eachOnce, isNamed, keyOf, labelOf, opens, savable } from "../../webview/attachments.ts";
import { mentionAt, offersFor, written } from "../../webview/mentions.ts";

describe("a mention that is being written", () => {
  for (const [draft, expected] of [
    ["@", { start: 0, end: 1, query: "" }],
    ["Why @re", { start: 4, end: 7, query: "re" }],
    ["(@re", { start: 1, end: 4, query: "re" }],
    ["a\n@src/a.ts", { start: 2, end: 11, query: "src/a.ts" }],
    ["@folder:src", { start: 0, end: 11, kind: "folder", query: "src" }],
    ["@File:", { start: 0, end: 6, kind: "file", query: "" }],
    ["@url:example.com", { start: 0, end: 16, kind: "url", query: "example.com" }],
    ["@https://example.com/a?b", { start: 0, end: 24, kind: "url", query: "https://example.com/a?b" }],
    ["me@example.com", undefined],
    ["@re and", undefined],
    ["@@", undefined],
    ["", undefined],
    [`@${"x".repeat(501)}`, undefined],
  ] as const) {
    test(`${JSON.stringify(draft.slice(0, 40))} is ${expected === undefined ? "none" : "one"}`, () => {
      assert.deepEqual(mentionAt(draft, draft.length), expected);
    });
  }

  test("it ends at the caret, not at the end of the draft", () => {
    assert.deepEqual(mentionAt("@re and more", 3), { start: 0, end: 3, query: "re" });
    assert.equal(mentionAt("@re and more", 7), undefined);
  });

  test("writing it out keeps what stands around it, and the caret stands behind it", () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z]{0,5}$/), fc.string(), (before, query, behind) => {
        const lead = `${before} `;
        const draft = `${lead}@${query}${behind}`;
        const typed = mentionAt(draft, lead.length + 1 + query.length);
        assert.ok(typed);
        const { draft: after, caret } = written(draft, typed, "name.ts");
        assert.equal(after.slice(0, caret), `${lead}@name.ts `);
        assert.equal(after.slice(caret), behind.replace(/^ /, ""));
      }),
    );
  });

  test("an address is offered once it is whole, with https where nothing else is said", () => {
    const offers = (query: string) => offersFor({ start: 0, end: 0, kind: "url", query }, []).flatMap((g) => g.offers);
    assert.deepEqual(offers("example.com/a"), [{ type: "fetch", url: "https://example.com/a" }]);
    assert.deepEqual(offers("http://localhost:80"), [{ type: "fetch", url: "http://localhost/" }]);
    for (const query of ["", "https://", "http://[", "a b"]) assert.deepEqual(offers(query), [], query);
  });
});

describe("attachments in the panel", () => {
  const all: readonly Attachment[] = [
    { kind: "file", path: "/ws/src/a.ts", language: "ts", mentioned: true },
    { kind: "selection", path: "/ws/src/a.ts", language: "ts", startLine: 3, endLine: 9, mentioned: true },
    { kind: "folder", path: "/ws/src" },
    { kind: "symbol", name: "first", path: "/ws/src/a.ts", language: "ts", startLine: 3, endLine: 9 },
    { kind: "problems" },
    { kind: "diff" },
    { kind: "terminal" },
    { kind: "conversation", conversationId: "c1", title: "Ducks" },
    { kind: "url", url: "https://example.com/a", text: "" },
    { kind: "image", name: "a.png", mediaType: "image/png" },
    { kind: "text", name: "a.log", text: "" },
  ];

  test("each has a name of its own", () => {
    assert.deepEqual(all.map(labelOf), [
      "a.ts",
      "a.ts:3–9",
      "src/",
      "first",
      "Problems",
      "Changes",
      "Terminal",
      "Ducks",
      "example.com/a",
      "a.png",
      "a.log",
    ]);
    assert.equal(new Set(all.map(keyOf)).size, all.length);
    assert.ok(all.every(isNamed));
  });

  test("what stands in a file opens there, a page in the browser", () => {
    const opened = all.map(opens).filter((action) => action !== undefined);
    assert.deepEqual(opened, [
      { kind: "openFile", path: "/ws/src/a.ts" },
      { kind: "openFile", path: "/ws/src/a.ts", line: 3 },
      { kind: "openFile", path: "/ws/src/a.ts", line: 3 },
      { kind: "openLink", url: "https://example.com/a" },
    ]);
  });

  test("what is open and was named as well goes along as what was named", () => {
    const open: Attachment = { kind: "file", path: "/ws/src/a.ts", language: "ts" };
    assert.equal(isNamed(open), false);
    assert.deepEqual(eachOnce([...all, open]), all);
  });

  test("large things are not kept over a reload", () => {
    const large: Attachment = { kind: "text", name: "big.log", text: "x".repeat(40_000) };
    assert.deepEqual(savable([...all, large]), all);
  });
});
