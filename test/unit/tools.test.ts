import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MAX_RESULT_CHARS } from "../../server/tools/tool.ts";
import { ToolWorkspace } from "./toolWorkspace.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join("\n");

test("reads the lines that were asked for, with their numbers and what else there is", async () => {
  using ws = new ToolWorkspace({ "src/a.ts": numbered(40) });
  const read = await ws.call("read_file", { path: "src/a.ts", startLine: 3, endLine: 4 });
  assert.equal(read.text, "3\tline 3\n4\tline 4\n(There is more below. The file has 40 lines.)");
  assert.equal(read.label, "Read src/a.ts:3-4");
  assert.equal(read.summary, "2 lines");
  assert.deepEqual(read.location, { path: `${ws.folder}/src/a.ts`, startLine: 3, endLine: 4 });
});

test("reads to the end of the file, whatever stands there", async () => {
  using ws = new ToolWorkspace({ "a.txt": "one\r\ntwo\r\n", "empty.txt": "", "one.txt": "no line break" });
  assert.equal((await ws.call("read_file", { path: "a.txt" })).text, "1\tone\n2\ttwo\n(End of the file.)");
  assert.equal((await ws.call("read_file", { path: "one.txt" })).text, "1\tno line break\n(End of the file.)");
  assert.equal((await ws.call("read_file", { path: "empty.txt" })).text, "(The file is empty.)");
  assert.match((await ws.call("read_file", { path: "a.txt", startLine: 9 })).text, /has no line 9; it has 2/);
});

test("a result is cut at a line, and says where to go on", async () => {
  using ws = new ToolWorkspace({ "long.txt": numbered(10_000) });
  const { text } = await ws.call("read_file", { path: "long.txt" });
  assert.ok(text.length <= MAX_RESULT_CHARS);
  const last = Number(
    /\n(\d+)\tline \d+\n\(Cut off here; go on with startLine (\d+)\. The file has 10000 lines\.\)$/.exec(text)?.[2],
  );
  assert.match(
    (await ws.call("read_file", { path: "long.txt", startLine: last })).text,
    new RegExp(`^${last}\tline ${last}\n`),
  );
});

test("a huge log and a bundle of one line cost no more than what is shown of them", async () => {
  using ws = new ToolWorkspace({
    "huge.log": `${"x".repeat(99)}\n`.repeat(90_000),
    "bundle.js": "y".repeat(3_000_000),
  });
  const log = await ws.call("read_file", { path: "huge.log", startLine: 5, endLine: 6 });
  assert.match(log.text, /^5\tx{99}\n6\tx{99}\n\(There is more below\.\)$/);
  const bundle = await ws.call("read_file", { path: "bundle.js" });
  assert.match(bundle.text, /^1\ty{2000} … \(2998000 more characters\)/);
});

test("binary files, folders and what is not there are told apart", async () => {
  using ws = new ToolWorkspace({ "a.bin": new Uint8Array([1, 0, 2]), "src/a.ts": "x" });
  assert.match((await ws.call("read_file", { path: "a.bin" })).text, /not a text file/);
  assert.match((await ws.call("read_file", { path: "src" })).text, /Use list_folder/);
  assert.match((await ws.call("read_file", { path: "b.ts" })).text, /There is no b\.ts in the open folder/);
  assert.match((await ws.call("read_file", { path: "a.bin/c" })).text, /There is no a\.bin\/c/);
});

test("secrets inside a file are not read out, its lines keep their numbers", async () => {
  const key = [
    "-----BEGIN PRIVATE KEY-----",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2),
    "-----END PRIVATE KEY-----",
  ];
  using ws = new ToolWorkspace({ "a.ts": ["const a = `", ...key, "`;", "const b = 2;"].join("\n") });
  const { text } = await ws.call("read_file", { path: "a.ts" });
  assert.doesNotMatch(text, /MIIEvQ/);
  assert.match(text, /6\tconst b = 2;/);
});

test("lists a folder: folders first, without what git ignores or may be secret", async () => {
  using ws = new ToolWorkspace({
    "src/a.ts": "",
    "z.md": "",
    ".env": "KEY=1",
    "node_modules/x/index.js": "",
    "out/a.js": "",
    ".gitignore": "out/\n",
  });
  const { text, summary, label } = await ws.call("list_folder", {});
  assert.equal(text, "src/\n.gitignore\nz.md\n(3 more: ignored, or files with secrets.)");
  assert.equal(summary, "3 entries");
  assert.equal(label, "List .");
  assert.equal((await ws.call("list_folder", { path: "src/" })).text, "a.ts");
  assert.match((await ws.call("list_folder", { path: "z.md" })).text, /Use read_file/);
});

test("a link to a folder is listed as a folder, and can be listed in turn", async () => {
  using ws = new ToolWorkspace({ "src/a.ts": "", "z.md": "" });
  for (const [target, name] of [
    ["src", "folder"],
    ["z.md", "file"],
    ["gone", "nothing"],
  ] as const) {
    symlinkSync(join(ws.folder, target), join(ws.folder, name));
  }
  assert.equal((await ws.call("list_folder", {})).text, "folder/\nsrc/\nfile\nnothing\nz.md");
  assert.equal((await ws.call("list_folder", { path: "folder/" })).text, "a.ts");
});

test("searches the code with the index, and never shows a secret file that it might hold", async () => {
  using ws = new ToolWorkspace({});
  const hit = (path: string) => ({
    path: `${ws.folder}/${path}`,
    label: path,
    startLine: 3,
    endLine: 4,
    text: "greet()",
    score: 1,
  });
  ws.hits = [hit("src/a.ts"), hit(".env")];
  const { text, summary } = await ws.call("search_code", { query: "greet" });
  assert.equal(text, "src/a.ts:3-4\n```\ngreet()\n```");
  assert.equal(summary, "1 place");
  ws.hits = [];
  assert.match((await ws.call("search_code", { query: "greet" })).text, /Nothing matches/);
});

test("a search while the code is still being read says so, and that it may give more in a moment", async () => {
  using ws = new ToolWorkspace({});
  assert.equal((await ws.call("search_code", { query: "greet" })).passing, undefined);
  ws.index.state = "indexing";
  const { text, passing } = await ws.call("search_code", { query: "greet" });
  assert.match(text, /still being read/);
  assert.equal(passing, true);
});

test("a search with large pieces names those that are left out", async () => {
  using ws = new ToolWorkspace({});
  ws.hits = ["a", "b", "c"].map((label) => ({
    path: `${ws.folder}/${label}`,
    label,
    startLine: 1,
    endLine: 9,
    text: "word ".repeat(2000),
    score: 1,
  }));
  const { text } = await ws.call("search_code", { query: "word" });
  assert.ok(text.length <= MAX_RESULT_CHARS);
  assert.match(text, /Also: b:1, c:1$/);
});

test("symbols come from the editor, else from the form of the text", async () => {
  using ws = new ToolWorkspace({ "a.ts": "export class Duck {}\nfunction quack() {}\n", ".env": "A=1" });
  assert.equal((await ws.call("symbols", { path: "a.ts" })).text, "1 class Duck\n2 function quack");
  const symbol = { name: "Duck", kind: "class", startLine: 1, endLine: 1 };
  ws.symbols = [{ ...symbol, path: `${ws.folder}/a.ts`, container: "zoo" }];
  assert.equal((await ws.call("symbols", { path: "a.ts" })).text, "1-1 class Duck in zoo");
  ws.symbols.push({ ...symbol, path: "/etc/passwd" }, { ...symbol, path: `${ws.folder}/.env` });
  assert.equal((await ws.call("symbols", { query: "Duck" })).text, "a.ts:1-1 class Duck in zoo");
  assert.match((await ws.call("symbols", {})).text, /Give a path or a query/);
});

test("problems come from the editor, the worst first, of files that may be seen", async () => {
  using ws = new ToolWorkspace({ "a.ts": "", ".env": "" });
  const problem = { path: `${ws.folder}/a.ts`, line: 4, message: "may be\nundefined", severity: "warning" as const };
  ws.diagnostics = [
    problem,
    { ...problem, line: 9, severity: "error", source: "ts", code: "2532" },
    { ...problem, path: `${ws.folder}/.env` },
    { ...problem, path: `${ws.folder}/../other/b.ts` },
  ];
  const { text, summary } = await ws.call("diagnostics", {});
  assert.equal(text, "a.ts:9 error: may be undefined (ts 2532)\na.ts:4 warning: may be undefined");
  assert.equal(summary, "2 problems");
});

test("problems of a folder are those of the files below it", async () => {
  using ws = new ToolWorkspace({ "src/a.ts": "", "src/deep/b.ts": "", "src2/c.ts": "", "d.ts": "" });
  const problem = { line: 1, message: "no good", severity: "error" as const };
  ws.diagnostics = ["src/a.ts", "src/deep/b.ts", "src2/c.ts", "d.ts"].map((path) => ({
    ...problem,
    path: `${ws.folder}/${path}`,
  }));
  assert.equal(
    (await ws.call("diagnostics", { path: "src" })).text,
    "src/a.ts:1 error: no good\nsrc/deep/b.ts:1 error: no good",
  );
  assert.equal((await ws.call("diagnostics", { path: "." })).summary, "4 problems");
  assert.equal((await ws.call("diagnostics", { path: "src2/c.ts" })).text, "src2/c.ts:1 error: no good");
});

test("without an editor nobody is asked for problems", () => {
  using ws = new ToolWorkspace({}, { editor: false });
  assert.deepEqual(ws.names, [
    "search_code",
    "read_file",
    "list_folder",
    "symbols",
    "git_log",
    "git_diff",
    "git_blame",
  ]);
});

test("the log lists commits, of a path, by words, and of what is deleted by now", async () => {
  using ws = repository();
  assert.match(
    (await ws.call("git_log", {})).text,
    /^[0-9a-f]+ \d{4}-\d\d-\d\d Duck: feat: change\n[0-9a-f]+ \S+ Duck: first$/,
  );
  assert.equal((await ws.call("git_log", { path: "gone.ts" })).summary, "2 commits");
  assert.equal((await ws.call("git_log", { path: "b.ts" })).summary, "1 commit");
  assert.equal((await ws.call("git_log", { words: "FEAT:" })).summary, "1 commit");
  assert.equal((await ws.call("git_log", { words: ".*" })).summary, "no commits");
});

test("a diff shows what is not committed, or one commit, without secret files", async () => {
  using ws = repository();
  ws.write("a.ts", "one\nTWO\n");
  ws.write(".env", "KEY=changed-again\n");
  const now = await ws.call("git_diff", {});
  assert.match(now.text, /^\(1 changed files may hold secrets and are left out\.\)\ndiff --git a\/a\.ts/);
  assert.match(now.text, /-two\n\+TWO/);
  assert.doesNotMatch(now.text, /KEY/);
  assert.equal(now.summary, "1 file");
  const commit = await ws.call("git_diff", { from: "HEAD^", to: "HEAD" });
  assert.match(commit.text, /b\.ts/);
  assert.doesNotMatch(commit.text, /KEY|id_rsa-content/);
  assert.equal((await ws.call("git_diff", { path: "b.ts" })).text, "No changes.");
});

test("a file that git does not know yet is said to be new, unless it is secret or ignored", async () => {
  using ws = repository();
  for (const path of ["src/new.ts", "out/built.js", ".env.local", "node_modules/x/index.js"]) ws.write(path, "new\n");
  ws.write(".git/info/exclude", "out/\n");
  const alone = await ws.call("git_diff", { path: "src/new.ts" });
  assert.match(alone.text, /^No other changes\.\nNew and untracked.*\nsrc\/new\.ts$/m);
  assert.equal(alone.summary, "1 new file");
  ws.write("a.ts", "one\nTWO\n");
  const all = await ws.call("git_diff", {});
  assert.match(all.text, /^New and untracked.*\nsrc\/new\.ts\n\ndiff --git a\/a\.ts/);
  assert.doesNotMatch(all.text, /built|\.env|node_modules/);
  assert.equal((await ws.call("git_diff", { from: "HEAD^", to: "HEAD", path: "src" })).text, "No changes.");
});

test("before the first commit there is no log, and the diff is what is staged", async () => {
  using ws = new ToolWorkspace({ "a.ts": "one\n", ".env": "KEY=first\n" });
  ws.git("init", "-q");
  const log = await ws.call("git_log", {});
  assert.deepEqual([log.ok, log.text, log.summary], [true, "There is no commit yet.", "no commits"]);
  ws.git("add", "-A", "-f");
  const staged = await ws.call("git_diff", {});
  assert.match(
    staged.text,
    /^\(There is no commit yet\. This is what is staged\.\)\n\(1 changed files may hold secrets/,
  );
  assert.match(staged.text, /^\+one$/m);
  assert.doesNotMatch(staged.text, /KEY/);
  assert.equal((await ws.call("git_diff", { from: "main" })).text, "There is no commit main here.");
});

test("a changed file with quotes or a line break in its name is in the diff", async () => {
  using ws = repository();
  for (const name of ['we"ird.ts', "two\nlines.ts"]) ws.write(name, "one\n");
  ws.commit("odd names");
  for (const name of ['we"ird.ts', "two\nlines.ts"]) ws.write(name, `changed ${name.length}\n`);
  const { text, summary } = await ws.call("git_diff", {});
  assert.match(text, /^\+changed 9$/m);
  assert.match(text, /^\+changed 12$/m);
  assert.doesNotMatch(text, /may hold secrets/);
  assert.equal(summary, "2 files");
});

test("a secret file that became another one, and one that it came from, are not in the diff under the other's name", async () => {
  using ws = repository();
  ws.git("mv", "deploy.pem", "notes.md");
  const { text } = await ws.call("git_diff", {});
  assert.doesNotMatch(text, /deploy\.pem|rename/);
  assert.match(text, /may hold secrets/);
});

test("a file whose name is a pattern stands for itself alone", async () => {
  using ws = repository();
  ws.write("*", "star\n");
  ws.commit("star");
  ws.write("*", "star changed\n");
  ws.write("a.ts", "changed\n");
  ws.write(".env", "KEY=changed\n");
  const { text, summary } = await ws.call("git_diff", { path: "*" });
  assert.equal(summary, "1 file");
  assert.match(text, /star changed/);
  assert.doesNotMatch(text, /KEY|a\.ts/);
});

test("a folder inside a repository shows its own history and changes only", async () => {
  using ws = new ToolWorkspace({ "a.ts": "a\n", "../b.ts": "outside\n" });
  ws.git("init", "-q", "..");
  ws.git("-C", "..", "add", "-A");
  ws.commit("both");
  ws.write("../b.ts", "outside, changed\n");
  assert.equal((await ws.call("git_diff", {})).text, "No changes.");
  ws.git("-C", "..", "commit", "-q", "-am", "outside only");
  assert.equal((await ws.call("git_log", {})).summary, "1 commit");
  assert.doesNotMatch((await ws.call("git_diff", { from: "HEAD^", to: "HEAD" })).text, /outside/);
});

test("blame names who changed a line last", async () => {
  using ws = repository();
  const { text, summary, location } = await ws.call("git_blame", { path: "a.ts", startLine: 2, endLine: 2 });
  assert.match(text, /^[\^0-9a-f]+ \(Duck \d{4}-\d\d-\d\d 2\) two$/);
  assert.equal(summary, "1 line");
  assert.equal(location?.startLine, 2);
  assert.match((await ws.call("git_blame", { path: "a.ts", startLine: 99 })).text, /failed/);
  assert.match((await ws.call("git_blame", { path: ".env", startLine: 1 })).text, /looks like a file with secrets/);
});

test("what is not a repository says so", async () => {
  using ws = new ToolWorkspace({ "a.ts": "" });
  assert.match((await ws.call("git_log", {})).text, /not a git repository/);
});

const REVISIONS = [
  "--output=/tmp/x",
  "-p",
  "HEAD:.env",
  ":.env",
  ":/first",
  "HEAD --output=x",
  "HEAD;id",
  "$(id)",
  "HEAD\n--all",
  "",
  "a".repeat(300),
];

for (const revision of REVISIONS) {
  test(`the revision ${JSON.stringify(revision).slice(0, 40)} is refused before git sees it`, async () => {
    using ws = repository();
    for (const [tool, input] of [
      ["git_diff", { from: revision }],
      ["git_diff", { from: "HEAD", to: revision }],
      ["git_log", { revision }],
    ] as const) {
      assert.match((await ws.call(tool, input)).text, /^The arguments of git_/);
    }
  });
}

test("the hash of a file's content is no commit", async () => {
  using ws = repository();
  const blob = ws.git("rev-parse", "HEAD:.env").trim();
  const { ok, text } = await ws.call("git_diff", { from: blob, to: "HEAD" });
  assert.deepEqual([ok, text], [false, `There is no commit ${blob} here.`]);
});

function repository(): ToolWorkspace {
  const pem = "id_rsa-content\n";
  const ws = new ToolWorkspace({ "a.ts": "one\ntwo\n", "gone.ts": "gone\n", ".env": "KEY=first\n", "deploy.pem": pem });
  ws.git("init", "-q");
  ws.commit("first");
  ws.git("rm", "-q", "gone.ts");
  ws.write("b.ts", "b\n");
  ws.write(".env", "KEY=second\n");
  ws.commit("feat: change");
  return ws;
}
