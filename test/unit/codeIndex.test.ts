import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { IndexStatus } from "../../server/protocol/requests.ts";
import { savedPlace } from "../../server/store/savedPlace.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import type { CodeIndex } from "../../server/workspace/codeIndex.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { codeIndex, labels, workspace } from "./codeIndexSetup.ts";

test("a question finds the code that it is about, best first, with its lines", async (t) => {
  const root = workspace(t, {
    "src/retry.ts": "// first\nexport function retryWithBackoff(attempts: number) {\n  return attempts;\n}\n",
    "src/parser.ts": "export class JsonParser {\n  parse(text: string) {\n    return JSON.parse(text);\n  }\n}\n",
    "README.md": "# Demo\n\nParses JSON and retries.\n",
  });
  const hits = await codeIndex(t, root).search("Where do we parse JSON?", { limit: 10 });
  assert.equal(hits[0]?.label, "src/parser.ts");
  assert.deepEqual(
    { ...hits[0], text: hits[0]?.text.split("\n")[0], signals: undefined },
    {
      path: join(root, "src/parser.ts"),
      label: "src/parser.ts",
      startLine: 1,
      endLine: 5,
      score: 1,
      text: "export class JsonParser {",
      signals: undefined,
    },
  );
  const { name, chunks, scope } = hits[0]?.signals ?? {};
  assert.ok(name && chunks && !scope, "a hit says what speaks for it");
  assert.ok(hits.every(({ score }, i) => score > 0 && score <= (hits[i - 1]?.score ?? 1)));
});

test("a search waits for the first index and says what it waits for, then the status is ready", async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`f${i}.ts`, `export const value${i} = 1;\n`]),
  );
  const index = codeIndex(t, workspace(t, files));
  const states = new Set<string>();
  index.onDidChangeStatus((status) => states.add(status.state));
  const waits: string[] = [];
  const hits = await index.search("value299", { limit: 1, onWait: (message) => waits.push(message) });
  assert.deepEqual(labels(hits), ["f299.ts"]);
  assert.match(waits[0] ?? "", /^Reading your code/);
  assert.deepEqual([...states], ["indexing", "ready"]);
  assert.deepEqual(index.status, { state: "ready", files: 300, total: undefined, skipped: {}, message: undefined });
});

test("a search waits no longer than ten seconds, then answers from what is there", async (t) => {
  const clock = new FakeClock();
  const slow = worker(`
    parentPort.postMessage({ type: "status", status: { state: "indexing", files: 1204, total: 1980, skipped: {} } });
    parentPort.on("message", ({ id }) => parentPort.postMessage({ type: "hits", id, hits: [] }));`);
  const index = codeIndex(t, workspace(t, {}), { clock, workerUrl: slow });
  const waits: string[] = [];
  let answered = false;
  const search = index
    .search("x", { limit: 1, onWait: (message) => waits.push(message) })
    .finally(() => (answered = true));
  await until(() => waits.length === 2);
  await clock.advance(9_999);
  assert.equal(answered, false);
  await clock.advance(1);
  assert.deepEqual(await search, []);
  assert.equal(waits[1], "Reading your code: 1,204 of 1,980 files");
  assert.equal(clock.pending, 0);
});

test("a search can be given up while it waits", async (t) => {
  const clock = new FakeClock();
  const index = codeIndex(t, workspace(t, {}), { clock, workerUrl: worker("parentPort.on('message', () => {})") });
  const given = new AbortController();
  const search = index.search("x", {
    limit: 1,
    signal: given.signal,
    onWait: () => given.abort(new Error("given up")),
  });
  await assert.rejects(search, /given up/);
  assert.equal(clock.pending, 0);
});

test("changed, new and deleted files are seen by the next search", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n", "b.ts": "const banana = 1;\n" });
  const index = codeIndex(t, root);
  assert.deepEqual(labels(await index.search("apple banana", { limit: 9 })).toSorted(), ["a.ts", "b.ts"]);
  writeFileSync(join(root, "a.ts"), "const cherry = 1;\n");
  rmSync(join(root, "b.ts"));
  writeFileSync(join(root, "c.ts"), "const date = 1;\n");
  index.changed(["a.ts", "b.ts", "c.ts"].map((name) => join(root, name)));
  assert.deepEqual(labels(await index.search("apple banana", { limit: 9 })), []);
  assert.deepEqual(labels(await index.search("cherry", { limit: 9 })), ["a.ts"]);
  assert.deepEqual(labels(await index.search("date", { limit: 9 })), ["c.ts"]);
  assert.equal(index.status.files, 2);
});

test("a folder that was renamed is known by its new name only", async (t) => {
  const root = workspace(t, { "old/deep/a.ts": "const apple = 1;\n", "other.ts": "const banana = 1;\n" });
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 1 });
  renameSync(join(root, "old"), join(root, "new"));
  index.changed([join(root, "old"), join(root, "new")]);
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["new/deep/a.ts"]);
  assert.equal(index.status.files, 2);
});

test("a change that nobody reported is seen when the file is a hit: its text and lines are the present ones", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n", "b.ts": "const apple = 2;\n" });
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 1 });
  writeFileSync(join(root, "a.ts"), `${"\n".repeat(100)}const apple = 3; // moved\n`);
  rmSync(join(root, "b.ts"));
  const hits = await index.search("apple", { limit: 9 });
  assert.deepEqual(labels(hits), ["a.ts"]);
  assert.match(hits[0]?.text ?? "", /moved/);
  assert.ok((hits[0]?.startLine ?? 0) > 1);
  assert.equal(hits[0]?.score, 1);
});

test("a file that became a symlink to a secret, or out of the folder, is no longer a hit", async (t) => {
  const root = workspace(t, {
    "in/a.ts": "apple\n",
    "in/b.ts": "apple\n",
    "in/.env": "apple=1\n",
    "outside.ts": "apple\n",
  });
  const index = codeIndex(t, join(root, "in"));
  assert.equal((await index.search("apple", { limit: 9 })).length, 2);
  for (const [name, target] of [
    ["a.ts", ".env"],
    ["b.ts", "../outside.ts"],
  ] as const) {
    rmSync(join(root, "in", name));
    symlinkSync(target, join(root, "in", name));
  }
  assert.deepEqual(await index.search("apple", { limit: 9 }), []);
  index.changed([join(root, "in/a.ts"), join(root, "in/b.ts")]);
  assert.deepEqual(await index.search("apple", { limit: 9 }), []);
  assert.equal(index.status.files, 0);
});

test("a change of .gitignore hides files and brings them back", async (t) => {
  const root = workspace(t, { "a.ts": "apple\n", "gen/b.ts": "apple\n" });
  const index = codeIndex(t, root);
  assert.equal((await index.search("apple", { limit: 9 })).length, 2);
  writeFileSync(join(root, ".gitignore"), "gen/\n");
  index.changed([join(root, ".gitignore")]);
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a.ts"]);
  rmSync(join(root, ".gitignore"));
  index.changed([join(root, ".gitignore")]);
  assert.equal((await index.search("apple", { limit: 9 })).length, 2);
});

test("changes in ignored folders and of secret files are not read", async (t) => {
  const root = workspace(t, { ".gitignore": "gen/\n", "a.ts": "apple\n" });
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 1 });
  for (const name of ["gen/b.ts", "node_modules/x/c.js", ".env", "deep/id_rsa"]) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), "apple\n");
    index.changed([join(root, name)]);
  }
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a.ts"]);
  assert.deepEqual(index.status.skipped, { "ignored as secret": 2 });
});

test("a reported change is read even if time and size of the file are the same", async (t) => {
  const root = workspace(t, { "a.ts": "apple\n" });
  utimesSync(join(root, "a.ts"), 1, 1);
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 1 });
  writeFileSync(join(root, "a.ts"), "grape\n");
  utimesSync(join(root, "a.ts"), 1, 1);
  index.changed([join(root, "a.ts")]);
  assert.deepEqual(labels(await index.search("grape", { limit: 9 })), ["a.ts"]);
});

test("a file gives at most three hits, none of which overlap", async (t) => {
  const text = Array.from({ length: 600 }, (_, i) => `apple${i % 7} apple`).join("\n");
  const index = codeIndex(t, workspace(t, { "a.ts": text, "b.ts": "apple\n" }));
  const hits = await index.search("apple", { limit: 20 });
  const ofA = hits.filter((hit) => hit.label === "a.ts").sort((x, y) => x.startLine - y.startLine);
  assert.equal(ofA.length, 3);
  assert.ok(ofA.every((hit, i) => hit.startLine > (ofA[i - 1]?.endLine ?? 0)));
  assert.equal(hits.length, 4);
});

test("tests and generated files come after what they are about, unless tests are asked for", async (t) => {
  const text = "export function bake() { return apple; }\n";
  const index = codeIndex(t, workspace(t, { "dist/bake.ts": text, "test/bake.ts": text, "web/bake.ts": text }));
  assert.deepEqual(labels(await index.search("bake", { limit: 9 })), ["web/bake.ts", "test/bake.ts", "dist/bake.ts"]);
  assert.equal((await index.search("test of bake", { limit: 1 }))[0]?.label, "test/bake.ts");
});

test("the same files give the same hits in the same order, however the index came about", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.ts`, `apple banana${i % 3}\n`]));
  const root = workspace(t, files);
  const first = codeIndex(t, root);
  const before = labels(await first.search("apple banana1", { limit: 30 }));
  for (const name of Object.keys(files)) appendFileSync(join(root, name), "more\n");
  first.changed(Object.keys(files).map((name) => join(root, name)));
  const changed = labels(await first.search("apple banana1", { limit: 30 }));
  assert.deepEqual(changed, before);
  assert.deepEqual(labels(await codeIndex(t, root).search("apple banana1", { limit: 30 })), before);
});

test("queries without words, and limits below one, find nothing", async (t) => {
  const index = codeIndex(t, workspace(t, { "a.ts": "apple\n" }));
  for (const query of ["", "  ", "?!", "\u0000", "xyzzy"])
    assert.deepEqual(await index.search(query, { limit: 5 }), []);
  assert.deepEqual(await index.search("apple", { limit: 0 }), []);
});

test("names of the language's own objects can be searched for", async (t) => {
  const index = codeIndex(t, workspace(t, { "a.ts": "constructor __proto__ hasOwnProperty toString\n" }));
  for (const query of ["constructor", "__proto__", "hasOwnProperty", "toString"])
    assert.equal((await index.search(query, { limit: 5 })).length, 1, query);
});

test("a crash shows in the status; searches start the worker again, three times at most", async (t) => {
  const crashing = worker(
    "parentPort.on('message', () => { throw new Error('out of luck') }); parentPort.postMessage(READY);",
  );
  const index = codeIndex(t, workspace(t, {}), { workerUrl: crashing });
  const failures: IndexStatus[] = [];
  index.onDidChangeStatus((status) => status.state === "failed" && failures.push(status));
  for (let i = 0; i < 6; i++) assert.deepEqual(await index.search("x", { limit: 1 }), []);
  assert.equal(failures.length, 4);
  assert.match(failures[0]?.message ?? "", /out of luck\. It starts again with the next search\./);
  assert.match(index.status.message ?? "", /Reload the window/);
});

test("a worker that ends by itself or cannot be loaded has crashed, too", async (t) => {
  for (const workerUrl of [worker("process.exit(3)"), new URL("file:///nowhere/indexWorker.cjs")]) {
    const index = codeIndex(t, workspace(t, {}), { workerUrl });
    assert.deepEqual(await index.search("x", { limit: 1 }), []);
    assert.equal(index.status.state, "failed");
  }
});

test("a bug in one search fails that search only", async (t) => {
  const failing = worker(`parentPort.postMessage(READY);
    parentPort.on("message", ({ id }) => parentPort.postMessage({ type: "searchFailed", id, error: new Error("bug") }));`);
  const index = codeIndex(t, workspace(t, {}), { workerUrl: failing });
  await assert.rejects(index.search("x", { limit: 1 }), /bug/);
  assert.equal(index.status.state, "ready");
});

test("dispose ends the searches in flight and starts nothing any more", async (t) => {
  const index = codeIndex(t, workspace(t, { "a.ts": "apple\n" }));
  const search = index.search("apple", { limit: 1 });
  index.dispose();
  assert.deepEqual(await search, []);
  await index.start();
  assert.deepEqual(await index.search("apple", { limit: 1 }), []);
  assert.equal(index.status.state, "off");
});

function worker(code: string): URL {
  const ready = JSON.stringify({ type: "status", status: { state: "ready", files: 0, skipped: {} } });
  const script = `import { parentPort } from "node:worker_threads"; const READY = ${ready}; ${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

test("a second start finds with what the first one kept, and sees what has changed since", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n", "b.ts": "const banana = 1;\n" });
  const kept = keptIn(join(workspace(t, {}), "derived"));
  const first = codeIndex(t, root, kept);
  await first.search("apple", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  first.dispose();
  writeFileSync(join(root, "a.ts"), "const cherry = 1;\n");
  const second = codeIndex(t, root, kept);
  const states: string[] = [];
  second.onDidChangeStatus(({ state, files }) => states.push(`${state} ${files}`));
  assert.deepEqual(labels(await second.search("banana", { limit: 9 })), ["b.ts"]);
  assert.equal(
    states.find((state) => state.startsWith("ready")),
    "ready 2",
  );
  await until(async () => (await second.search("cherry", { limit: 9 })).length === 1);
  assert.deepEqual(await second.search("apple", { limit: 9 }), []);
});

test("a kept index that is damaged, empty, or under another key is made anew", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n" });
  const kept = keptIn(workspace(t, {}));
  await codeIndex(t, root, kept).search("apple", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  const path = join(kept.folder, keptFiles(kept)[0] ?? "");
  const whole = readFileSync(path);
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = ~(whole[whole.length >> 1] ?? 0);
  for (const bytes of [flipped, whole.subarray(0, whole.length >> 1), Buffer.alloc(0), Buffer.from("no index")]) {
    writeFileSync(path, bytes);
    assert.deepEqual(labels(await codeIndex(t, root, kept).search("apple", { limit: 9 })), ["a.ts"]);
  }
  writeFileSync(path, whole);
  const other = { ...kept.saved, key: randomBytes(32) };
  const index = codeIndex(t, root, { place: async () => other });
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a.ts"]);
});

test("what is found holds no secret: in a new file, in one that has changed since, from a kept index", async (t) => {
  const secret = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
  const root = workspace(t, { "a.ts": `const apple = "${secret}";\n`, "b.ts": "const pear = 1;\n" });
  const kept = keptIn(workspace(t, {}));
  const index = codeIndex(t, root, kept);
  const texts = async (from: CodeIndex) => (await from.search("apple", { limit: 9 })).map(({ text }) => text).sort();
  const found = ['const apple = "[redacted: GitHub token]";', 'const apple = "[redacted: GitHub token]"; // pear'];
  assert.deepEqual(await texts(index), found.slice(0, 1));
  writeFileSync(join(root, "b.ts"), `const apple = "${secret}"; // pear\n`);
  index.changed([join(root, "b.ts")]);
  assert.deepEqual(await texts(index), found);
  await until(() => keptFiles(kept).length === 1);
  assert.deepEqual(await texts(codeIndex(t, root, kept)), found);
});

test("what is kept shows no word, file name or path of the code", async (t) => {
  const root = workspace(t, { "canaryName.ts": "const canaryWord = 1;\n" });
  const kept = keptIn(workspace(t, {}));
  await codeIndex(t, root, kept).search("canaryWord", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  const bytes = readFileSync(join(kept.folder, keptFiles(kept)[0] ?? ""));
  const text = `${keptFiles(kept)}${bytes.toString("latin1")}`.toLowerCase();
  for (const word of ["canary", "word", root.toLowerCase()]) assert.ok(!text.includes(word));
});

test("not even the key shows a secret of the code", async (t) => {
  const secret = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
  const root = workspace(t, { "a.ts": `const token = "${secret}";\n` });
  const kept = keptIn(workspace(t, {}));
  await codeIndex(t, root, kept).search("token", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  const bytes = readFileSync(join(kept.folder, keptFiles(kept)[0] ?? ""));
  const unsealed = unsealFile(keysOf(kept.saved.storeId, Buffer.from(kept.saved.key)), "code index", bytes);
  const text = unsealed.kind === "ok" ? unsealed.bytes.toString("latin1").toLowerCase() : "";
  assert.ok(text.includes("token"));
  assert.ok(!text.includes(secret.slice(4).toLowerCase()) && !text.includes(secret.toLowerCase().replace("_", "")));
});

test("a store that is unlocked late keeps what was read until then", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n" });
  const kept = keptIn(workspace(t, {}));
  const index = codeIndex(t, root, { place: async () => undefined });
  await index.search("apple", { limit: 9 });
  assert.deepEqual(keptFiles(kept), []);
  index.keepIn(kept.saved);
  await until(() => keptFiles(kept).length === 1);
});

test("a folder that was moved leaves no index behind under its old name", async (t) => {
  const kept = keptIn(workspace(t, {}));
  const old = codeIndex(t, workspace(t, { "a.ts": "const apple = 1;\n" }), kept);
  await old.search("apple", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  const [before] = keptFiles(kept);
  old.dispose();
  await codeIndex(t, workspace(t, { "a.ts": "const apple = 1;\n" }), kept).search("apple", { limit: 9 });
  await until(() => keptFiles(kept).length === 1 && keptFiles(kept)[0] !== before);
});

function keptIn(folder: string) {
  const saved = savedPlace(keysOf("0".repeat(32), randomBytes(32)), folder, "code index");
  return { folder, saved, place: async () => saved };
}

function keptFiles({ folder }: { folder: string }): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".bin")) : [];
}

test("an index that is paused before it starts reads nothing, and finds what was kept", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n" });
  const kept = keptIn(workspace(t, {}));
  const first = codeIndex(t, root, kept);
  await first.search("apple", { limit: 9 });
  await until(() => keptFiles(kept).length === 1);
  first.dispose();
  writeFileSync(join(root, "b.ts"), "const banana = 1;\n");
  const second = codeIndex(t, root, kept);
  second.pause(true);
  assert.deepEqual(labels(await second.search("apple", { limit: 9 })), ["a.ts"]);
  assert.equal(second.status.state, "paused");
  assert.deepEqual(await second.search("banana", { limit: 9 }), []);
  second.pause(false);
  await until(async () => (await second.search("banana", { limit: 9 })).length === 1);
});

test("reading can be paused and goes on", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n" });
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 9 });
  index.pause(true);
  await until(() => index.status.state === "paused");
  writeFileSync(join(root, "b.ts"), "const banana = 1;\n");
  index.changed([join(root, "b.ts")]);
  assert.deepEqual(await index.search("banana", { limit: 9 }), []);
  index.pause(false);
  await until(async () => (await index.search("banana", { limit: 9 })).length === 1);
  assert.equal(index.status.state, "ready");
});

test("everything can be read again", async (t) => {
  const root = workspace(t, { "a.ts": "const apple = 1;\n" });
  const index = codeIndex(t, root);
  await index.search("apple", { limit: 9 });
  writeFileSync(join(root, "b.ts"), "const banana = 1;\n");
  await index.rebuild();
  await until(async () => (await index.search("banana", { limit: 9 })).length === 1);
  assert.deepEqual(labels(await index.search("apple", { limit: 9 })), ["a.ts"]);
});

test("a search can be limited to folders and files, and prefers files near to where the user is", async (t) => {
  const text = "export const cache = 1;\n";
  const root = workspace(t, { "a/cache.ts": text, "b/cache.ts": text, "bb/cache.ts": text });
  const index = codeIndex(t, root);
  const inFolder = await index.search("cache", { limit: 9, paths: [join(root, "b")] });
  assert.deepEqual(labels(inFolder), ["b/cache.ts"]);
  assert.deepEqual(labels(await index.search("cache", { limit: 9, paths: [join(root, "bb/cache.ts")] })), [
    "bb/cache.ts",
  ]);
  assert.deepEqual(await index.search("cache", { limit: 9, paths: ["/elsewhere"] }), []);
  const near = await index.search("cache", { limit: 9, near: [join(root, "bb/other.ts")] });
  assert.equal(near[0]?.label, "bb/cache.ts");
});

test("a hit shows whole functions where the language has a grammar", async (t) => {
  const filler = Array.from({ length: 20 }, (_, i) => `export function filler${i}() {\n  step();\n  step();\n}\n`).join(
    "\n",
  );
  const body = Array.from({ length: 50 }, (_, i) => `  step${i}();`).join("\n");
  const root = workspace(t, { "a.ts": `${filler}\nexport function needleInHay() {\n${body}\n}\n\n${filler}` });
  const index = codeIndex(t, root);
  await until(async () => {
    const [hit] = await index.search("needle in hay", { limit: 1 });
    const lines = hit?.text.split("\n") ?? [];
    return (
      lines.includes("export function needleInHay() {") &&
      lines.includes("  step49();") &&
      /^(export function|$)/.test(lines[0] ?? "") &&
      lines.at(-1) === "}"
    );
  });
});

test("what was said when a file was changed before helps to find it again", async (t) => {
  const text = "export const value = 1; // upload\n";
  const root = workspace(t, { "a.ts": text, "b.ts": text });
  const run = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.test", ...args], { cwd: root });
  run("init", "-q");
  run("add", "a.ts");
  run("commit", "-qm", "Begin");
  run("add", "b.ts");
  run("commit", "-qm", "Retry a broken upload");
  const [first] = await codeIndex(t, root).search("retry the upload", { limit: 9 });
  assert.equal(first?.label, "b.ts");
  assert.ok((first?.signals?.history ?? 0) > 0);
});
