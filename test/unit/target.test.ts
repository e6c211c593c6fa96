import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Targets } from "../../server/commands/target.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";
import { DuckError } from "../../server/util/errors.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { mentionWorld, unending } from "./mentionWorld.ts";

const FILES = {
  "src/a.ts": "export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n",
  "src/b.ts": "export function readAll() {\n  return [];\n}\n",
  "src/empty.ts": "\n",
  "my notes.md": "# Notes\n",
  ".env": "TOKEN=1\n",
};

for (const [argument, what, wish] of [
  ["", "lines 5 to 6 of src/a.ts", ""],
  ["without the loop", "lines 5 to 6 of src/a.ts", "without the loop"],
  ["node.js style", "lines 5 to 6 of src/a.ts", "node.js style"],
  ["src/b.ts", "src/b.ts", ""],
  ["@src/b.ts, shorter", "src/b.ts", "shorter"],
  ["b.ts shorter", "src/b.ts", "shorter"],
  ['"my notes.md" in French', "my notes.md", "in French"],
  ["src/a.ts:1-3 please", "lines 1 to 3 of src/a.ts", "please"],
  ["src/a.ts:3-1", "lines 1 to 3 of src/a.ts", ""],
  ["src/a.ts#L2", "lines 2 to 2 of src/a.ts", ""],
  ["src/a.ts:6-99", "lines 6 to 8 of src/a.ts", ""],
  ["@first", "first in src/a.ts", ""],
  ["first()", "first in src/a.ts", ""],
  ["first", "first in src/a.ts", ""],
  ["first the loop", "lines 5 to 6 of src/a.ts", "first the loop"],
  ["readAll in one go", "readAll in src/b.ts", "in one go"],
] as const) {
  test(`with a selection, "${argument}" is about ${what}`, async () => {
    const { find, selection } = await world();
    const target = await find(argument, [selection]);
    assert.equal(target.what, what);
    assert.equal(target.wish, wish);
  });
}

for (const [argument, message] of [
  ["src/mian.ts", /There is no file src\/mian\.ts/],
  ["src/bb.ts", /Did you mean src\/b\.ts\?/],
  ["c/a.tx", /Did you mean src\/a\.ts\?/],
  ["../outside.ts", /outside the open folder/],
  ["/etc/hostname.txt", /There is no file|outside/],
  [".env", /secrets/],
  ["src/empty.ts", /src\/empty\.ts is empty\./],
  ["src/a.ts:400-500", /has only 8 lines/],
  ["@secnd", /no definition of secnd\. Did you mean second\?/],
] as const) {
  test(`"${argument}" is refused with what to do`, async () => {
    const { find, selection } = await world();
    await assert.rejects(
      find(argument, [selection]),
      (error) => error instanceof DuckError && message.test(error.message),
    );
  });
}

test("with nothing open, selected or named it says what to do", async () => {
  const { find } = await world();
  await assert.rejects(find("", []), /nothing to work on\. Open a file.*\/fix src\/main\.ts/);
});

async function world() {
  const { folder, files, fileList, paths } = await mentionWorld(FILES);
  await writeFile(join(folder, "..", "outside.ts"), "const x = 1;\n");
  const hit = { path: join(folder, "src/b.ts"), label: "src/b.ts", startLine: 1, endLine: 3, text: "", score: 1 };
  const code: CodeSearch = {
    status: { state: "ready", files: 1, skipped: {} },
    search: async (query) => (query === "readAll" ? [hit] : []),
  };
  const targets = new Targets({ files, fileList, code, paths });
  const place = { path: join(folder, "src/a.ts"), language: "ts" };
  const selection: Attachment = { kind: "selection", startLine: 5, endLine: 6, ...place };
  const find = (argument: string, attachments: readonly Attachment[]) => {
    const message = {
      ...{ type: "accepted" as const, seq: 1, at: "", turnId: "t", operationId: "o", client: "panel" as const },
      ...{ content: `/fix ${argument}`, attachments, options: {} },
    };
    const turn = { conversationId: "c", message, history: [], summaries: [], model: { kind: "offline" as const } };
    return targets.find({ argument, turn, signal: unending }, "fix");
  };
  return { find, selection };
}
