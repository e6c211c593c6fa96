import assert from "node:assert/strict";
import { test } from "node:test";
import { kept } from "../../server/conversation/keptAttachment.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";

const place = { path: "/ws/a.ts", language: "ts" };

for (const [what, attachment, expected] of [
  [
    "of a file only its place",
    { kind: "file", ...place, text: "x", mentioned: true },
    { kind: "file", ...place, mentioned: true },
  ],
  [
    "of a definition only its place",
    { kind: "symbol", name: "a", ...place, startLine: 1, endLine: 2, text: "x" },
    { kind: "symbol", name: "a", ...place, startLine: 1, endLine: 2 },
  ],
  ["of a terminal its text", { kind: "terminal", text: "$ ls" }, { kind: "terminal", text: "$ ls" }],
  ["of problems their text", { kind: "problems", text: "no" }, { kind: "problems", text: "no" }],
  [
    "a small picture",
    { kind: "image", name: "a.png", mediaType: "image/png", data: "AAAA" },
    { kind: "image", name: "a.png", mediaType: "image/png", data: "AAAA" },
  ],
  [
    "of a large picture its name",
    { kind: "image", name: "a.png", mediaType: "image/png", data: "A".repeat(300_000) },
    { kind: "image", name: "a.png", mediaType: "image/png" },
  ],
] as const satisfies readonly (readonly [string, Attachment, Attachment])[]) {
  test(`the log keeps ${what}`, () => assert.deepEqual(kept(attachment), expected));
}

test("of a long text the beginning is kept, of a terminal the end", () => {
  const text = `first ${"x".repeat(100_000)} last`;
  const page = kept({ kind: "url", url: "https://example.com", text });
  const terminal = kept({ kind: "terminal", text });
  assert.ok(page.kind === "url" && page.text.startsWith("first") && page.text.length === 65_536);
  assert.ok(terminal.kind === "terminal" && terminal.text?.endsWith("last") && terminal.text.length === 65_536);
});
