import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { codeIndex, labels, workspace } from "./codeIndexSetup.ts";

const ROOT_READS_ALL = process.getuid?.() === 0 && "root may read every file";
const NO_UNIX = process.platform === "win32" && "there are no such files";

test("without a folder there is nothing to read, and the status says what to do", async (t) => {
  const index = codeIndex(t, "", { folders: [] });
  assert.deepEqual(await index.search("x", { limit: 1 }), []);
  assert.equal(index.status.state, "off");
  assert.match(index.status.message ?? "", /No folder is open\. Open a project folder/);
});

test("the home directory, what it lies in and the file system's root are refused, also through a symlink", async (t) => {
  const root = workspace(t, { "home/me/a.ts": "apple\n" });
  const home = join(root, "home/me");
  symlinkSync(home, join(root, "link"));
  for (const [path, why] of [
    [home, /is your home directory/],
    [`${home}/`, /is your home directory/],
    [join(root, "link"), /is your home directory/],
    [dirname(home), /contains your home directory/],
    ["/", /is the root of the file system/],
  ] as const) {
    const index = codeIndex(t, path, { home });
    assert.deepEqual(await index.search("apple", { limit: 1 }), [], path);
    assert.equal(index.status.state, "off");
    assert.match(index.status.message ?? "", why);
    assert.match(index.status.message ?? "", /Open a project folder instead/);
  }
});

test("a folder in the home directory is read", async (t) => {
  const home = workspace(t, { "project/a.ts": "apple\n" });
  const index = codeIndex(t, join(home, "project"), { home });
  assert.equal((await index.search("apple", { limit: 1 })).length, 1);
});

test("a folder that is not there is refused, and the others are read", async (t) => {
  const root = workspace(t, { "a/a.ts": "apple\n" });
  const folders = ["a", "nowhere"].map((name) => ({ path: join(root, name), name }));
  const index = codeIndex(t, "", { folders });
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a/a.ts"]);
  assert.equal(index.status.state, "ready");
  assert.match(index.status.message ?? "", /nowhere cannot be read/);
});

test("several folders: labels begin with the folder's name, and a file in two of them comes once", async (t) => {
  const root = workspace(t, { "one/a.ts": "apple\n", "one/sub/b.ts": "apple\n", "two/a.ts": "apple\n" });
  symlinkSync(join(root, "two"), join(root, "again"));
  const folders = ["one", "one/sub", "two", "again"].map((path) => ({ path: join(root, path), name: path }));
  const hits = await codeIndex(t, "", { folders }).search("apple", { limit: 9 });
  assert.deepEqual(labels(hits).toSorted(), ["one/a.ts", "one/sub/b.ts", "two/a.ts"]);
});

test("a folder opened through a symlink gives hits with the paths that the editor knows", async (t) => {
  const root = workspace(t, { "real/a.ts": "apple\n" });
  symlinkSync(join(root, "real"), join(root, "link"));
  const index = codeIndex(t, join(root, "link"));
  assert.equal((await index.search("apple", { limit: 1 }))[0]?.path, join(root, "link/a.ts"));
  rmSync(join(root, "real/a.ts"));
  index.changed([join(root, "link/a.ts")]);
  assert.deepEqual(await index.search("apple", { limit: 1 }), []);
  assert.equal(index.status.files, 0);
});

test("symlinks are not followed: no loops, nothing outside, each file once", async (t) => {
  const root = workspace(t, { "in/src/a.ts": "apple\n", "out/b.ts": "apple\n", "secret.ts": "apple\n" });
  const at = (path: string) => join(root, "in", path);
  symlinkSync("..", at("src/loop"));
  symlinkSync(".", at("self"));
  symlinkSync("a.ts", at("src/alias.ts"));
  symlinkSync(join(root, "out"), at("out"));
  symlinkSync("../secret.ts", at("secret.ts"));
  symlinkSync("nowhere", at("dangling.ts"));
  const index = codeIndex(t, join(root, "in"));
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["src/a.ts"]);
  index.changed(["out", "out/b.ts", "secret.ts", "src/alias.ts", "self", "dangling.ts"].map(at));
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["src/a.ts"]);
});

test("what is too large, binary, minified or secret is skipped and counted", async (t) => {
  const root = workspace(t, {
    "a.ts": "apple\n",
    "large.ts": "apple\n".repeat(200_000),
    "huge.ts": "",
    "zero.ts": `apple${"\n".repeat(8_000)}\0`,
    "picture.png": "apple",
    "bundle.js": `apple;${"x=1;".repeat(500)}`,
    ".env": "APPLE=apple",
    "certs/server.key": "apple",
    ".env.example": "APPLE=\n",
  });
  truncateSync(join(root, "huge.ts"), 200 * 1024 * 1024);
  const index = codeIndex(t, root);
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })).toSorted(), [".env.example", "a.ts"]);
  assert.deepEqual(index.status.skipped, { "too large": 2, binary: 2, minified: 1, "ignored as secret": 2 });
  assert.equal(index.status.files, 2);
});

test("a file just under the limit and one with a huge line among short ones are read, and hits stay small", async (t) => {
  const index = codeIndex(
    t,
    workspace(t, {
      "full.ts": "banana apple\n".repeat(80_000),
      "line.ts": `apple ${"y".repeat(200_000)}\n${"short\n".repeat(2_000)}`,
    }),
  );
  const hits = await index.search("apple", { limit: 9 });
  assert.deepEqual([...new Set(labels(hits))].toSorted(), ["full.ts", "line.ts"]);
  assert.ok(hits.every((hit) => hit.text.length < 10_000));
});

test("text that is not UTF-8 is read leniently", async (t) => {
  const index = codeIndex(
    t,
    workspace(t, {
      "latin1.ts": Buffer.from("// Größe apple\n", "latin1"),
      "utf16.ts": Buffer.from("\uFEFF// Größe apple\n", "utf16le"),
      "bom.ts": "\uFEFF// Größe apple\n",
      "broken.ts": Buffer.from([0x61, 0x70, 0x70, 0x6c, 0x65, 0x20, 0xc3, 0x28, 0xff, 0x0a]),
    }),
  );
  assert.equal((await index.search("apple", { limit: 9 })).length, 4);
  const hits = await index.search("Größe", { limit: 9 });
  assert.deepEqual(labels(hits).toSorted(), ["bom.ts", "latin1.ts", "utf16.ts"]);
  assert.ok(hits.every((hit) => hit.text.startsWith("// Größe")));
});

test("names with newlines and odd characters are read", { skip: NO_UNIX }, async (t) => {
  const names = ["a\nb.ts", " ", "..x.ts", "%2e.ts", "日本.ts", "back\\slash.ts", "-rf.ts", "__proto__"];
  const root = workspace(t, Object.fromEntries(names.map((name) => [name, "apple\n"])));
  const index = codeIndex(t, root);
  assert.deepEqual(labels(await index.search("apple", { limit: 20 })).toSorted(), names.toSorted());
  for (const name of names) rmSync(join(root, name));
  index.changed(names.map((name) => join(root, name)));
  assert.deepEqual(await index.search("apple", { limit: 20 }), []);
});

test("FIFOs, sockets and devices are never opened", { skip: NO_UNIX, timeout: 10_000 }, async (t) => {
  const root = workspace(t, { "a.ts": "apple\n", "sub/b.ts": "apple\n" });
  for (const name of ["pipe.ts", ".gitignore", "sub/.gitignore"]) execFileSync("mkfifo", [join(root, name)]);
  const server = createServer().listen(join(root, "socket.ts"));
  t.after(() => server.close());
  symlinkSync("/dev/zero", join(root, "zero.ts"));
  const index = codeIndex(t, root);
  assert.equal((await index.search("apple", { limit: 9 })).length, 2);
  index.changed(["pipe.ts", "socket.ts", "zero.ts"].map((name) => join(root, name)));
  assert.equal((await index.search("apple", { limit: 9 })).length, 2);
  assert.equal(index.status.files, 2);
});

test("files and folders that may not be read are skipped and counted", {
  skip: NO_UNIX || ROOT_READS_ALL,
}, async (t) => {
  const root = workspace(t, { "a.ts": "apple\n", "b.ts": "apple\n", "closed/c.ts": "apple\n" });
  chmodSync(join(root, "b.ts"), 0);
  chmodSync(join(root, "closed"), 0);
  const index = codeIndex(t, root);
  const hits = await index.search("apple", { limit: 9 });
  chmodSync(join(root, "closed"), 0o755);
  assert.deepEqual(labels(hits), ["a.ts"]);
  assert.deepEqual(index.status.skipped, { unreadable: 2 });
});

test("files that are deleted while the index reads are no failure", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`d${i % 10}/f${i}.ts`, "apple\n"]));
  const root = workspace(t, { "z/last.ts": "apple banana\n", ...files });
  const index = codeIndex(t, root);
  index.onDidChangeStatus((status) => {
    if (status.total) for (const name of ["d7", "d8", "d9"]) rmSync(join(root, name), { recursive: true, force: true });
  });
  assert.equal((await index.search("banana", { limit: 1 })).length, 1);
  assert.equal(index.status.state, "ready");
});

test("more files than the limit: the first are read, and the status says so", async (t) => {
  const root = workspace(t, {
    "a.ts": "apple\n",
    "b.ts": "apple\n",
    "c.ts": "apple\n",
    "deep/d.ts": "apple\n",
    "e.png": "",
  });
  const index = codeIndex(t, root, { maxFiles: 3 });
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a.ts", "b.ts", "c.ts"]);
  assert.equal(
    index.status.message,
    "The index is full: only 3 files are searched. Exclude what you do not need in .gitignore.",
  );
  mkdirSync(join(root, "more"));
  writeFileSync(join(root, "more/f.ts"), "apple\n");
  index.changed([join(root, "more/f.ts")]);
  assert.equal((await index.search("apple", { limit: 9 })).length, 3);
});

test("more text than the index holds: the rest is skipped, counted and said", async (t) => {
  const root = workspace(t, { "a.ts": "apple\n".repeat(10), "b.ts": "apple\n".repeat(100), "c.ts": "apple\n" });
  const index = codeIndex(t, root, { maxBytes: 100 });
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })).toSorted(), ["a.ts", "c.ts"]);
  assert.deepEqual(index.status.skipped, { "index full": 1 });
  assert.match(index.status.message ?? "", /only 2 files are searched/);
});
