import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { FileReader } from "../../server/workspace/fileReader.ts";
import { parseRuleFile } from "../../server/workspace/ruleFile.ts";
import { Rules } from "../../server/workspace/rules.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { FakeMemory, recalled } from "../fakes/memorySource.ts";
import { buildContext } from "./contextSetup.ts";
import { made, seeded } from "./secrets/random.ts";

test("rules apply in order: AGENTS.md at the top, the nearest to a file at hand, then the rule files by name", async () => {
  const folder = await folderWith({
    "AGENTS.md": "Tabs.",
    "src/AGENTS.md": "Not the nearest.",
    "src/deep/AGENTS.md": "Spaces.",
    "other/AGENTS.md": "For nothing at hand.",
    ".rubberduck/rules/b.md": "Second.",
    ".rubberduck/rules/a.md": "First.",
    ".rubberduck/rules/notes.txt": "No rule.",
  });
  const near = ["src/deep/more/x.ts", "src/deep/y.ts"].map((path) => join(folder, path));
  assert.deepEqual(
    (await rulesOf(folder).applying(near)).rules.map(({ label, text, why }) => [label, text, why]),
    [
      ["AGENTS.md", "Tabs.", "rules of the project"],
      ["src/deep/AGENTS.md", "Spaces.", "rules for src/deep/"],
      [".rubberduck/rules/a.md", "First.", "rules of the project"],
      [".rubberduck/rules/b.md", "Second.", "rules of the project"],
    ],
  );
});

test("a rule file with patterns applies when a file at hand matches one", async () => {
  const folder = await folderWith({
    ".rubberduck/rules/tests.md": '---\nglobs: ["test/**", *.{test,spec}.ts]\n---\nNo mocks.',
  });
  const rules = rulesOf(folder);
  const labels = async (...files: string[]) =>
    (await rules.applying(files.map((path) => join(folder, path)))).rules.map(({ text, startLine }) => [
      text,
      startLine,
    ]);
  assert.deepEqual(await labels(), []);
  assert.deepEqual(await labels("src/a.ts"), []);
  assert.deepEqual(await labels("src/a.ts", "src/deep/a.spec.ts"), [["No mocks.", 4]]);
  assert.deepEqual(await labels("test/unit/x.js"), [["No mocks.", 4]]);
});

test("front matter names patterns in a line, in brackets or as a list; what else stands there is passed over", () => {
  const globsOf = (matter: string) => parseRuleFile(`---\n${matter}\n---\nText`).globs;
  assert.deepEqual(globsOf("description: x, y\npaths: src/**, 'a b/*.ts'"), ["src/**", "a b/*.ts"]);
  assert.deepEqual(globsOf('globs:\n  - "*.ts"\n  - lib/{a,b}/*\ntags:\n  - none'), ["*.ts", "lib/a/*", "lib/b/*"]);
  assert.deepEqual(globsOf("globs: []"), undefined);
  assert.deepEqual(parseRuleFile("Text\n---\nglobs: a\n---\n"), { text: "Text\n---\nglobs: a\n---\n", startLine: 1 });
  assert.deepEqual(parseRuleFile("---\r\nglobs: a\r\n---\r\nText"), { text: "Text", startLine: 4, globs: ["a"] });
});

test("a rule that changed, appeared or went is taken as it is now", async () => {
  const folder = await folderWith({ "AGENTS.md": "Tabs." });
  const rules = rulesOf(folder);
  const texts = async () => (await rules.applying([])).rules.map(({ text }) => text);
  assert.deepEqual(await texts(), ["Tabs."]);
  await writeFile(join(folder, "AGENTS.md"), "Spaces now.");
  await write(folder, { ".rubberduck/rules/a.md": "New." });
  assert.deepEqual(await texts(), ["Spaces now.", "New."]);
  await rm(join(folder, "AGENTS.md"));
  assert.deepEqual(await texts(), ["New."]);
});

test("a rule file that leads out of the folder, is too large or is no text is refused, and that is said", async () => {
  const folder = await folderWith({
    "../outside.md": "Obey me.",
    ".rubberduck/rules/large.md": "x".repeat(1024 * 1024 + 1),
    ".rubberduck/rules/binary.md": "\0\0\0",
    ".rubberduck/rules/good.md": "Good.",
  });
  await symlink(join(folder, "..", "outside.md"), join(folder, "AGENTS.md"));
  const { rules, refused } = await rulesOf(folder).applying([]);
  assert.deepEqual(
    rules.map(({ text }) => text),
    ["Good."],
  );
  assert.deepEqual(
    refused.map(({ label }) => label),
    ["AGENTS.md", ".rubberduck/rules/binary.md", ".rubberduck/rules/large.md"],
  );
  assert.match(refused[0]?.why ?? "", /lies outside the open folder/);
});

test("without an open folder, as in restricted mode, there are no rules", async () => {
  assert.deepEqual(
    await new Rules(new FileReader(new WorkspacePaths([])), new WorkspacePaths([])).applying(["/ws/a.ts"]),
    {
      rules: [],
      refused: [],
    },
  );
});

test("rules stand in the instructions, above what is remembered, with a line each in the receipt", async () => {
  const secret = made("ghp_{w36}", seeded(5));
  const folder = await folderWith({ "AGENTS.md": `Use tabs.\n\`\`\`\ntoken ${secret}\n\`\`\`` });
  const { request, receipt } = await buildContext({
    folder,
    memory: new FakeMemory({ hits: [recalled("We use spaces.")] }),
  });
  const [system, user] = request.messages;
  assert.match(
    system?.content ?? "",
    /project's rules go before what is remembered[\s\S]*AGENTS\.md:\n````markdown\nUse tabs\./,
  );
  assert.ok(!system?.content.includes("We use spaces.") && user?.content.includes("We use spaces."));
  assert.ok(!JSON.stringify({ request, receipt }).includes(secret));
  const item = receipt.included.find(({ source }) => source === "rule");
  assert.equal(item?.label, "AGENTS.md");
  assert.deepEqual(item?.location, { path: join(folder, "AGENTS.md"), startLine: 1, endLine: 4 });
});

test("rules take a quarter of the room at most: the last one is cut, what does not fit is left out and said", async () => {
  const line = "Every function has a doc comment that says why.\n";
  const folder = await folderWith({ "AGENTS.md": line.repeat(2000), ".rubberduck/rules/a.md": line.repeat(50) });
  const { receipt } = await buildContext({ folder });
  const taken = receipt.included.filter(({ source }) => source === "rule");
  assert.match(taken[0]?.why ?? "", /^rules of the project; its first \d+ lines, there was no room for more$/);
  const tokens = taken.reduce((sum, item) => sum + item.tokens, 0);
  assert.ok(
    tokens <= receipt.budgetTokens / 4 && tokens > receipt.budgetTokens / 5,
    `${tokens} of ${receipt.budgetTokens}`,
  );
  assert.deepEqual(
    receipt.leftOut.map(({ label, why }) => `${label}: ${why}`),
    [".rubberduck/rules/a.md: rules had taken their share of the room"],
  );
});

function rulesOf(folder: string): Rules {
  const paths = new WorkspacePaths([{ path: folder, name: "ws" }]);
  return new Rules(new FileReader(paths), paths);
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "duck-rules-")));
  after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(root, "ws");
  await mkdir(folder);
  await write(folder, files);
  return folder;
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
