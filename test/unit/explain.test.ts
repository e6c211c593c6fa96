import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { explainCommand } from "../../server/commands/explain.ts";
import { Targets } from "../../server/commands/target.ts";
import { Chat } from "../../server/context/chat.ts";
import { ContextBuilder } from "../../server/context/contextBuilder.ts";
import { Models } from "../../server/llm/models.ts";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";
import { DuckError } from "../../server/util/errors.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { FolderReader } from "../../server/workspace/folderReader.ts";
import { FakeClock } from "../fakes/clock.ts";
import { mentionWorld, unending } from "./mentionWorld.ts";

const code: CodeSearch = { status: { state: "off", files: 0, skipped: {} }, search: async () => [] };

for (const [argument, expected] of [
  ["", "second"],
  ["@second", "second"],
  ["briefly.", "second"],
  ["what it does", "second"],
  ["src/b.ts", "inB"],
  ["@b.ts", "inB"],
  ["a.ts", "first"],
] as const) {
  test(`beside a named definition and a named file, "/explain ${argument}" is about ${expected}`, async () => {
    const text = "export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n";
    const world = await mentionWorld({ "src/a.ts": text, "src/b.ts": "export function inB() {\n}\n" });
    const place = (path: string) => ({ path: join(world.folder, path), language: "ts" });
    const { files, fileList, paths, diff } = world;
    const folders = new FolderReader(files, paths);
    const conversation = async () => {
      throw new DuckError("notFound", "There is no conversation.");
    };
    const models = new Models({ offline: (reason) => new OfflineModel(() => code.status, reason) });
    const builder = new ContextBuilder({ code, files, folders, paths, diff, conversation, clock: new FakeClock() });
    const chat = new Chat(models, builder, undefined, new FakeClock());
    const attachments: Attachment[] = [
      { kind: "symbol", name: "second", startLine: 5, endLine: 7, ...place("src/a.ts") },
      { kind: "file", mentioned: true, ...place("src/b.ts") },
    ];
    const message = {
      ...{ type: "accepted" as const, seq: 1, at: "", turnId: "t", operationId: "o", client: "panel" as const },
      ...{ content: `/explain ${argument}`, attachments, options: {} },
    };
    const turn = { conversationId: "c", message, history: [], summaries: [], model: { kind: "offline" as const } };
    let said = "";
    const targets = new Targets({ files, fileList, code, paths });
    for await (const part of explainCommand(chat, targets).run({ argument, turn, signal: unending })) {
      if (part.type === "text") said += part.text;
    }
    const [, first] = /- function `(\w+)`/.exec(said) ?? [];
    assert.equal(first, expected);
  });
}
