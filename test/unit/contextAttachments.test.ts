import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { test } from "node:test";
import { ContextBuilder } from "../../server/context/contextBuilder.ts";
import type { LanguageModel } from "../../server/llm/languageModel.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";
import type { SearchHit } from "../../server/protocol/requests.ts";
import { emptyTranscript, type Transcript } from "../../server/protocol/transcript.ts";
import { DuckError } from "../../server/util/errors.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { FolderReader } from "../../server/workspace/folderReader.ts";
import { FakeClock } from "../fakes/clock.ts";
import { commitAll, type MentionWorld, mentionWorld, unending } from "./mentionWorld.ts";

const FILES = {
  "src/a.ts": "export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n",
  "src/deep/b.ts": "export const b = 1;\n",
  "ignored/c.ts": "ignored",
  ".gitignore": "ignored/\n",
  ".env": "PASSWORD=hunter2\n",
};

test("each thing that was named is sent, and the receipt says which of them it is", async () => {
  const world = await mentionWorld(FILES);
  const attachments: Attachment[] = [
    { kind: "file", path: join(world.folder, "src/a.ts"), language: "ts", mentioned: true },
    { kind: "folder", path: join(world.folder, "src") },
    { kind: "problems", text: "src/a.ts:1:1 error: no good" },
    { kind: "terminal", text: "$ npm test\nfailed\n[exit 1]" },
    { kind: "url", url: "https://example.com/", text: "An example." },
    { kind: "text", name: "notes.txt", text: "Some notes." },
    { kind: "conversation", conversationId: "c1", title: "Ducks" },
  ];
  const { sent, receipt } = await build(world, { attachments });
  for (const text of ["return 2;", "deep/b.ts", "no good", "[exit 1]", "An example.", "Some notes.", "User: Quack?"])
    assert.ok(sent.includes(text), text);
  assert.doesNotMatch(sent, /ignored|PASSWORD/);
  const items = receipt.included.filter(({ attachment }) => attachment !== undefined);
  assert.deepEqual(
    items.map(({ attachment, source, label }) => `${attachment} ${source} ${label}`),
    [
      "0 file src/a.ts",
      "1 folder src/",
      "2 problems Problems",
      "3 terminal Terminal",
      "4 url https://example.com/",
      "5 text notes.txt",
      "6 conversation “Ducks”",
    ],
  );
  assert.ok(items.every(({ tokens }) => tokens > 0));
});

test("a definition is sent alone, and is found again after it has moved", async () => {
  const world = await mentionWorld(FILES);
  const path = join(world.folder, "src/a.ts");
  const symbol = { kind: "symbol", name: "second", path, language: "ts", startLine: 5, endLine: 7 } as const;
  const before = await build(world, { attachments: [symbol] });
  assert.match(before.sent, /src\/a\.ts:5-7 \(second, which you named\)/);
  assert.doesNotMatch(before.sent, /return 1/);
  await writeFile(path, `// one\n// two\n// three\n${FILES["src/a.ts"]}`);
  const after = await build(world, { attachments: [symbol] });
  assert.match(after.sent, /src\/a\.ts:8-10/);
  assert.match(after.sent, /return 2/);
});

test("what has changed since the last commit is sent, but nothing of a secret file", async () => {
  const world = await mentionWorld(FILES);
  await commitAll(world);
  await world.write({ "src/deep/b.ts": "export const b = 2;\n", ".env": "PASSWORD=hunter3\n" });
  const { sent } = await build(world, { attachments: [{ kind: "diff" }] });
  assert.match(sent, /-export const b = 1;\n\+export const b = 2;/);
  assert.doesNotMatch(sent, /hunter/);
  assert.match(sent, /not shown, as they look like secrets: \.env/);
});

for (const [what, attachment, why] of [
  ["a file that is gone", { kind: "file", path: "src/gone.ts", language: "ts", mentioned: true }, /not there any more/],
  ["a folder that is gone", { kind: "folder", path: "gone" }, /not there any more/],
  ["a file that is a folder now", { kind: "file", path: "src", language: "ts", mentioned: true }, /not there any more/],
  [
    "a definition that is gone",
    { kind: "symbol", name: "third", path: "src/a.ts", language: "ts", startLine: 1, endLine: 3 },
    /third is not in src\/a\.ts any more/,
  ],
  [
    "lines that are gone",
    { kind: "selection", path: "src/a.ts", language: "ts", startLine: 90, endLine: 95, mentioned: true },
    /only 8 lines/,
  ],
  ["a conversation that is gone", { kind: "conversation", conversationId: "gone", title: "Old" }, /“Old” is not there/],
  ["a secret file", { kind: "file", path: ".env", language: "", mentioned: true }, /secrets/],
  ["a secret file with its text", { kind: "file", path: ".env", language: "", text: "hunter2" }, /secrets/],
  [
    "a file outside",
    { kind: "file", path: "../outside.txt", language: "", mentioned: true },
    /outside the open folder/,
  ],
  ["a folder outside", { kind: "folder", path: ".." }, /outside the open folder/],
  ["a path with NUL", { kind: "file", path: "src/\0a.ts", language: "", mentioned: true }, /not there any more/],
  ["a file of more than 1 MiB", { kind: "file", path: "big.txt", language: "", mentioned: true }, /larger than 1 MiB/],
  ["a file that is no text", { kind: "file", path: "bin", language: "", mentioned: true }, /not a text file/],
  ["no problems", { kind: "problems", text: "" }, /no problems/],
  ["an empty terminal", { kind: "terminal" }, /no command/],
  ["changes without a repository", { kind: "diff" }, /git/i],
] as const satisfies readonly (readonly [string, Attachment, RegExp])[]) {
  test(`${what} is said, and the message is answered without it`, async () => {
    const world = await mentionWorld(FILES);
    await world.write({ "big.txt": "x".repeat(1024 * 1024 + 1), bin: Buffer.from([1, 0, 2]) });
    await writeFile(join(world.folder, "..", "outside.txt"), "outside");
    const placed = "path" in attachment ? { ...attachment, path: join(world.folder, attachment.path) } : attachment;
    const { sent, receipt } = await build(world, { attachments: [placed] });
    assert.equal(sent, "What is this?");
    const [item] = receipt.leftOut;
    assert.equal(item?.missing, true);
    assert.equal(item?.attachment, 0);
    assert.match(item?.why ?? "", why);
    assert.doesNotMatch(`${item?.label} ${item?.why}`, new RegExp(world.folder), "no path of this computer");
  });
}

test("what was named goes before code that was found and before the open file", async () => {
  const world = await mentionWorld({ "big.ts": "many words of code\n".repeat(3000) });
  const hits = [hit(join(world.folder, "other.ts"), "found\n".repeat(400))];
  const path = join(world.folder, "big.ts");
  const { receipt } = await build(world, {
    hits,
    attachments: [
      { kind: "file", path: join(world.folder, "open.ts"), language: "ts", text: "open\n".repeat(3000) },
      { kind: "file", path, language: "ts", mentioned: true },
    ],
  });
  const tokens = (source: string, label: RegExp) =>
    receipt.included.find((item) => item.source === source && label.test(item.label))?.tokens ?? 0;
  assert.ok(tokens("file", /^big\.ts/) > receipt.budgetTokens / 2);
  assert.ok(receipt.leftOut.some(({ label }) => /open\.ts/.test(label)));
});

test("several large things that were named share the room", async () => {
  const world = await mentionWorld({ "a.ts": "one\n".repeat(9000), "b.ts": "two\n".repeat(9000), "c.ts": "three\n" });
  const attachments = ["a.ts", "b.ts", "c.ts"].map(
    (name): Attachment => ({ kind: "file", path: join(world.folder, name), language: "ts", mentioned: true }),
  );
  const { receipt } = await build(world, { attachments });
  const labels = receipt.included.flatMap(({ attachment, label }) => (attachment === undefined ? [] : [label]));
  assert.equal(labels.length, 3);
  assert.match(labels.join(), /a\.ts:1-\d+,b\.ts:1-\d+,c\.ts/);
});

test("of what was printed the end is kept", async () => {
  const world = await mentionWorld({});
  const text = Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join("\n");
  const { sent, receipt } = await build(world, { attachments: [{ kind: "terminal", text }] });
  assert.match(sent, /line 19999/);
  assert.doesNotMatch(sent, /line 1\n/);
  assert.match(receipt.included.find(({ source }) => source === "terminal")?.why ?? "", /its last \d+ lines/);
});

test("what was named is searched for as well", async () => {
  const world = await mentionWorld(FILES);
  const queries: string[] = [];
  await build(world, { attachments: [{ kind: "folder", path: join(world.folder, "src") }], queries });
  assert.ok(queries.every((query) => query === "What is this?\nsrc"));
});

test("of a folder the code that matches the question comes with its tree", async () => {
  const world = await mentionWorld(FILES);
  const hits = [
    hit(join(world.folder, "src/deep/b.ts"), "inside", "src/deep/b.ts"),
    hit(join(world.folder, "lib/x.ts"), "elsewhere", "lib/x.ts"),
  ];
  const { receipt } = await build(world, { attachments: [{ kind: "folder", path: join(world.folder, "src") }], hits });
  const inside = receipt.included.find(({ label }) => label.startsWith("src/deep/b.ts"));
  assert.match(inside?.why ?? "", /in src\/, which you named/);
  assert.equal(inside?.attachment, 0);
  assert.match(receipt.included.find(({ label }) => label.startsWith("lib/x.ts"))?.why ?? "", /matches your words/);
});

test("of the open folder itself the code that matches comes with its tree", async () => {
  const world = await mentionWorld(FILES);
  const hits = [hit(join(world.folder, "src/deep/b.ts"), "inside", "src/deep/b.ts")];
  const { receipt } = await build(world, { attachments: [{ kind: "folder", path: world.folder }], hits });
  const inside = receipt.included.find(({ label }) => label.startsWith("src/deep/b.ts"));
  assert.match(inside?.why ?? "", /in ws\/, which you named/);
});

test("of a named folder nothing is sent again that was named by itself", async () => {
  const world = await mentionWorld(FILES);
  const path = join(world.folder, "src/deep/b.ts");
  const { receipt } = await build(world, {
    attachments: [
      { kind: "file", path, language: "ts", mentioned: true },
      { kind: "folder", path: join(world.folder, "src") },
    ],
    hits: [hit(path, "export const b = 1;", "src/deep/b.ts")],
  });
  assert.equal(receipt.included.filter(({ location }) => location?.path === path).length, 1);
});

test("a file that is open and named is sent once", async () => {
  const world = await mentionWorld(FILES);
  const path = join(world.folder, "src/a.ts");
  const { receipt } = await build(world, {
    attachments: [
      { kind: "file", path, language: "ts", mentioned: true },
      { kind: "file", path, language: "ts" },
    ],
  });
  assert.equal(receipt.included.filter(({ source }) => source === "file").length, 1);
});

test("a picture goes to a model that takes pictures; else the receipt says why it does not", async () => {
  const world = await mentionWorld({});
  const picture = { kind: "image", name: "duck.png", mediaType: "image/png", data: "AAAA" } as const;
  const seeing = await build(world, { attachments: [picture], takesImages: true });
  assert.deepEqual(seeing.images, [{ mediaType: "image/png", data: "AAAA" }]);
  assert.ok((seeing.receipt.included.find(({ source }) => source === "image")?.tokens ?? 0) > 1000);

  const blind = await build(world, { attachments: [picture] });
  assert.equal(blind.images, undefined);
  assert.match(blind.receipt.leftOut[0]?.why ?? "", /not known to take pictures.*rubberduck\.model\.images/);

  const { data: _, ...name } = picture;
  const old = await build(world, { attachments: [name], takesImages: true });
  assert.match(old.receipt.leftOut[0]?.why ?? "", /too large to be kept/);
});

test("without a model nothing that was named is read", async () => {
  const world = await mentionWorld(FILES);
  await rm(join(world.folder, "src"), { recursive: true });
  const { receipt } = await build(world, {
    attachments: [{ kind: "folder", path: join(world.folder, "src") }],
    offline: true,
  });
  assert.deepEqual(
    receipt.included.map(({ source }) => source),
    ["system", "message"],
  );
});

interface Options {
  readonly attachments: readonly Attachment[];
  readonly hits?: readonly SearchHit[];
  readonly takesImages?: boolean;
  readonly offline?: boolean;
  /** Collects what the code is searched for. */
  readonly queries?: string[];
}

async function build(world: MentionWorld, options: Options) {
  const { attachments, hits = [], takesImages = false, offline = false, queries = [] } = options;
  const code: CodeSearch = {
    status: { state: "ready", files: 1, skipped: {} },
    search: async (query, { paths }) => {
      queries.push(query);
      return hits.filter(({ path }) => paths?.some((folder) => path.startsWith(folder + sep)) ?? true);
    },
  };
  const { files, paths, diff } = world;
  const folders = new FolderReader(files, paths);
  const builder = new ContextBuilder({ code, files, folders, paths, diff, conversation, clock: new FakeClock() });
  const model: LanguageModel = {
    name: { kind: offline ? "offline" : "openai", id: "test" },
    contextWindowTokens: 8192,
    takesImages,
    async *stream() {},
  };
  const { receipt, request } = await builder.build({
    model,
    question: "What is this?",
    asks: "chat",
    attachments,
    options: {},
    history: [],
    summaries: [],
    signal: unending,
    onProgress: () => {},
  });
  const last = request.messages.at(-1);
  assert.ok(last?.role === "user");
  return { receipt, sent: last.content, images: last.images };
}

async function conversation(conversationId: string): Promise<Transcript> {
  if (conversationId === "gone") throw new DuckError("notFound", "There is no such conversation.");
  const accepted = {
    type: "accepted" as const,
    seq: 1,
    at: "",
    turnId: "t",
    operationId: "o",
    content: "Quack?",
    attachments: [],
    options: {},
    client: "panel" as const,
  };
  return { ...emptyTranscript, turns: [{ accepted, state: "done", kind: "chat", text: "Quack." }] };
}

function hit(path: string, text: string, label = "other.ts"): SearchHit {
  return { path, label, startLine: 1, endLine: text.split("\n").length, text, score: 1 };
}
