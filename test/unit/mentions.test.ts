import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { CompleteParams } from "../../server/protocol/mentions.ts";
import type { ConversationSummary, SearchHit } from "../../server/protocol/requests.ts";
import { commitAll, type MentionWorld, mentionWorld, unending } from "./mentionWorld.ts";

const FILES = {
  "src/llm/resilience.ts": "x".repeat(3500),
  "src/llm/retry.ts": "export const retry = 1;\n",
  "src/memory/redaction.ts": "export const redact = 1;\n",
  "README.md": "# Read me\n",
  "node_modules/retry/index.js": "ignored\n",
  "out/retry.js": "ignored\n",
  ".gitignore": "out/\n",
  ".env": "KEY=1\n",
  "picture.png": Buffer.from([1, 2, 3]),
};

describe("completion", () => {
  test("files come by their name, best first, with the folder they are in and about what they cost", async () => {
    const { mentions } = await mentionWorld(FILES);
    const [first, ...others] = await complete({ mentions }, { query: "re", kind: "file" });
    assert.deepEqual(
      { label: first?.label, letters: first?.letters },
      { label: "README.md", letters: [0, 1] },
      "the shortest path",
    );
    assert.deepEqual(others.map(({ label }) => label).sort(), [
      ".gitignore",
      "redaction.ts",
      "resilience.ts",
      "retry.ts",
    ]);
    assert.equal(others.at(-1)?.label, ".gitignore", "the end of a word counts least");
    const resilience = others.find(({ label }) => label === "resilience.ts");
    assert.equal(resilience?.detail, "src/llm");
    assert.equal(resilience?.tokens, 1000);
  });

  test("what git ignores, what is secret and what is no text is not suggested", async () => {
    const { mentions } = await mentionWorld(FILES);
    const all = await complete({ mentions }, { query: "", kind: "file", limit: 100 });
    assert.deepEqual(all.map(({ label }) => label).sort(), [
      ".gitignore",
      "README.md",
      "redaction.ts",
      "resilience.ts",
      "retry.ts",
    ]);
  });

  test("folders come by their name, and only those that hold files", async () => {
    const { mentions, folder } = await mentionWorld(FILES);
    const folders = await complete({ mentions }, { query: "", kind: "folder", limit: 100 });
    assert.deepEqual(folders.map(({ label, detail = "" }) => `${detail}/${label}`).sort(), [
      "/src",
      "src/llm",
      "src/memory",
    ]);
    const [llm] = await complete({ mentions }, { query: "llm", kind: "folder" });
    assert.deepEqual(llm?.attachment, { kind: "folder", path: join(folder, "src", "llm") });
  });

  test("two names that differ only in their case are two files", async () => {
    const { mentions, folder, write } = await mentionWorld({ "Makefile.txt": "one" });
    await write({ "makefile.txt": "two" });
    const found = await complete({ mentions }, { query: "makefile", kind: "file" });
    const paths = found.map(({ attachment }) => attachment.kind === "file" && attachment.path).sort();
    const twins = [join(folder, "Makefile.txt"), join(folder, "makefile.txt")];
    assert.ok(paths.length === 1 || paths.join() === twins.join());
  });

  test("a file that was made, renamed or deleted since is found or gone, as soon as that is reported", async () => {
    const world = await mentionWorld(FILES);
    await complete(world, { query: "", kind: "file" });
    await world.write({ "src/new/fresh.ts": "fresh" });
    await rm(join(world.folder, "src", "llm"), { recursive: true });
    world.fileList.changed([join(world.folder, "src", "new"), join(world.folder, "src", "llm")]);
    const labels = (await complete(world, { query: "", kind: "file", limit: 100 })).map(({ label }) => label);
    assert.ok(labels.includes("fresh.ts"));
    assert.ok(!labels.includes("retry.ts") && !labels.includes("resilience.ts"));
  });

  test("definitions in the code that matches are suggested, each with its lines", async () => {
    const text = "const a = 1;\nexport function retryDelay(n: number) {\n  return n;\n}\n\nfunction other() {\n}\n";
    const hit: SearchHit = { path: "/ws/r.ts", label: "src/r.ts", startLine: 11, endLine: 17, text, score: 1 };
    const { mentions } = await mentionWorld({}, { hits: [hit] });
    const symbols = await complete({ mentions }, { query: "retry", kind: "symbol" });
    assert.deepEqual(
      symbols.map(({ attachment, detail }) => ({ attachment, detail })),
      [
        {
          attachment: {
            kind: "symbol",
            name: "retryDelay",
            path: "/ws/r.ts",
            language: "ts",
            startLine: 12,
            endLine: 14,
          },
          detail: "r.ts:12",
        },
      ],
    );
  });

  test("definitions in files whose name fits are suggested before the index knows the word", async () => {
    const { mentions } = await mentionWorld({ "src/greet.ts": "export function greetPolitely() {\n  return 1;\n}\n" });
    const [symbol] = await complete({ mentions }, { query: "gree", kind: "symbol" });
    assert.equal(symbol?.label, "greetPolitely");
    assert.equal(symbol?.detail, "greet.ts:1");
  });

  test("methods of one name in one file are suggested each, overloads once", async () => {
    const { mentions } = await mentionWorld({
      "render.ts": [
        "class Duck {",
        "  render(depth: number) {",
        "    return depth;",
        "  }",
        "}",
        "class Pond {",
        "  render() {",
        "    return 0;",
        "  }",
        "}",
        "export function renderAll(one: Duck): void;",
        "export function renderAll(one: Pond): void;",
      ].join("\n"),
    });
    const symbols = await complete({ mentions }, { query: "render", kind: "symbol" });
    assert.deepEqual(symbols.map(({ label, detail }) => `${label} ${detail}`).sort(), [
      "render render.ts:2",
      "render render.ts:7",
      "renderAll render.ts:11",
    ]);
  });

  test("past conversations come by their title, the newest first, without the one that is open", async () => {
    const conversations = ["Retry before the first token", "Why a duck", "A retry too many"].map(summary);
    const { mentions } = await mentionWorld({}, { conversations });
    const found = await complete({ mentions }, { query: "", kind: "conversation", conversationId: "c1" });
    assert.deepEqual(
      found.map(({ label }) => label),
      ["Retry before the first token", "A retry too many"],
    );
    const named = await complete({ mentions }, { query: "first-token", kind: "conversation" });
    assert.deepEqual(named[0]?.attachment, {
      kind: "conversation",
      conversationId: "c0",
      title: "Retry before the first token",
    });
  });

  test("the changes are suggested when there are some", async () => {
    const world = await mentionWorld({ "a.ts": "one\ntwo\n" });
    assert.deepEqual(await complete(world, { query: "di", kind: "diff" }), [], "no repository");
    await commitAll(world);
    assert.deepEqual(await complete(world, { query: "di", kind: "diff" }), [], "no change");
    await world.write({ "a.ts": "one\nthree\nfour\n" });
    const [diff] = await complete(world, { query: "di", kind: "diff" });
    assert.equal(diff?.detail, "+2 −1 since the last commit");
    assert.deepEqual(await complete(world, { query: "duck", kind: "diff" }), []);
  });

  test("in restricted mode nothing is suggested, resolved or fetched", async () => {
    const { mentions, folder } = await mentionWorld(FILES, { blocked: "Not trusted." });
    assert.deepEqual(await complete({ mentions }, { query: "re" }), []);
    assert.deepEqual(await mentions.resolve([pathToFileURL(join(folder, "README.md")).href]), {
      attachments: [],
      refusals: ["Not trusted."],
    });
    await assert.rejects(mentions.fetch("http://127.0.0.1:9/", unending), { message: "Not trusted." });
  });

  test("whatever is typed, there is an answer", async () => {
    const { mentions } = await mentionWorld(FILES);
    for (const query of ["../", "\0", "[", "%00", "ſſ", "İ", "🦆", "a".repeat(1000), "/", "//", "src/llm/ret"]) {
      assert.ok(Array.isArray(await complete({ mentions }, { query })), query);
    }
    const [path] = await complete({ mentions }, { query: "src/llm/ret", kind: "file" });
    assert.equal(path?.label, "retry.ts");
  });
});

describe("dropped addresses", () => {
  test("files and folders of the workspace are attached, by either scheme of the editor", async () => {
    const { mentions, folder } = await mentionWorld(FILES);
    const remote = `vscode-remote://127.0.0.1:8000${folder}/src`;
    const { attachments, refusals } = await mentions.resolve([
      pathToFileURL(join(folder, "README.md")).href,
      remote,
      pathToFileURL(folder).href,
    ]);
    assert.deepEqual(refusals, []);
    assert.deepEqual(attachments, [
      { kind: "file", path: join(folder, "README.md"), language: "md", mentioned: true },
      { kind: "folder", path: join(folder, "src") },
      { kind: "folder", path: folder },
    ]);
  });

  test("anything else is refused, each with its reason", async () => {
    const { mentions, folder } = await mentionWorld(FILES);
    await writeFile(join(folder, "..", "outside.txt"), "outside");
    await mkdir(join(folder, "..", "ws-evil"));
    await symlink(join(folder, "..", "outside.txt"), join(folder, "way-out.txt"));
    await symlink(join(folder, ".env"), join(folder, "notes.txt"));
    for (const [uri, reason] of [
      [pathToFileURL(join(folder, ".env")).href, /secrets/],
      [pathToFileURL(join(folder, "notes.txt")).href, /secrets/],
      [pathToFileURL(join(folder, "..", "outside.txt")).href, /outside the open folder/],
      [pathToFileURL(join(folder, "way-out.txt")).href, /outside the open folder/],
      [pathToFileURL(join(folder, "..", "ws-evil")).href, /outside the open folder/],
      [pathToFileURL(join(folder, "gone.ts")).href, /gone\.ts is not there any more/],
      ["file:///a%00b", /is no file/],
      ["https://example.com/a.ts", /is no file/],
      ["javascript:alert(1)", /is no file/],
      ["nonsense", /is no file/],
    ] as const) {
      const { attachments, refusals } = await mentions.resolve([uri]);
      assert.deepEqual(attachments, [], uri);
      assert.match(refusals[0] ?? "", reason, uri);
      assert.doesNotMatch(refusals[0] ?? "", new RegExp(folder), "no path of this computer");
    }
  });
});

function complete({ mentions }: Pick<MentionWorld, "mentions">, params: CompleteParams) {
  return mentions.complete(params, unending);
}

function summary(title: string, index: number): ConversationSummary {
  const conversationId = `c${index}`;
  return { ...EMPTY_SUMMARY, conversationId, title };
}

const EMPTY_SUMMARY: ConversationSummary = {
  conversationId: "",
  title: "",
  messages: 2,
  updatedAt: "2026-03-12T14:02:00.000Z",
  answering: false,
  pinned: false,
};
