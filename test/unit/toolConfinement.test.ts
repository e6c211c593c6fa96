import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createTools } from "../../server/tools/index.ts";
import { Toolbox } from "../../server/tools/toolbox.ts";
import { silentLog } from "../../server/util/log.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { ToolWorkspace } from "./toolWorkspace.ts";

/**
 * Every path by which a model, obedient to somebody else, could try to leave the workspace or to read a secret. Each point is
 * one path given to one tool: nothing of what stands there may be in the result.
 */
const CANARY = "canary-7c1e";

let points = 0;

const ws = new ToolWorkspace({ "src/a.ts": "export const a = 1;\n", ".gitignore": "private/\n*.local\n" });
prepare();

after(() => {
  ws[Symbol.dispose]();
  console.log(`points: ${points}`);
  assert.ok(points >= 140);
});

const { root, folder } = ws;

/** What each path is, and the path itself. */
const EVIL: readonly [string, string][] = [
  ["a parent", "../outside.txt"],
  ["a parent from below", "src/../../outside.txt"],
  ["a parent through what is not there", "nope/../../outside.txt"],
  ["a parent many times over", "../../../../../../../../../../etc/passwd"],
  ["a parent with backslashes", "..\\outside.txt"],
  ["a parent with doubled slashes", "..//outside.txt"],
  ["a parent with a dot", "./.././outside.txt"],
  ["an encoded parent", "%2e%2e/outside.txt"],
  ["an absolute path", "/etc/passwd"],
  ["an absolute path beside the workspace", join(root, "outside.txt")],
  ["an absolute path that begins in the workspace", `${folder}/../outside.txt`],
  ["a twin of the workspace by prefix", `${folder}-evil/a.txt`],
  ["a twin, relative", "../ws-evil/a.txt"],
  ["a twin in other letters", "../WS/a.txt"],
  ["the home directory", join(homedir(), ".bashrc")],
  ["the home directory by its sign", "~/.bashrc"],
  ["a file of the system", "/proc/self/environ"],
  ["a device", "/dev/zero"],
  ["a file address", `file://${root}/outside.txt`],
  ["a symlink to a file outside", "link-file"],
  ["a symlink to a folder outside", "link-folder/outside.txt"],
  ["a symlink to a symlink outside", "link-link"],
  ["a symlink to a twin", "link-twin/a.txt"],
  ["a symlink to nothing outside", "link-nothing"],
  ["what is not there below a symlink outside", "link-folder/nope/nope.txt"],
  ["a symlink to itself", "link-loop"],
  ["a symlink to a secret inside", "link-secret.txt"],
  ["a secret by name", ".env"],
  ["a secret from below", "src/../.env"],
  ["a secret, absolute", join(folder, ".env")],
  ["a secret in other letters", ".ENV"],
  ["a secret with a dot at the end", ".env."],
  ["a secret with a blank at the end", ".env "],
  ["a secret's stream", ".env::$DATA"],
  ["a secret's copy", ".env.bak"],
  ["a secret folder", ".ssh/config"],
  ["a key", "deploy.pem"],
  ["what git ignores", "private/notes.txt"],
  ["what git ignores by its ending", "settings.local"],
  ["a folder that git ignores", "private"],
  ["a symlink to what git ignores", "link-ignored"],
  ["a package", "node_modules/x/index.js"],
  ["a NUL after a good name", "src/a.ts\0.txt"],
  ["a NUL after a secret's name", ".env\0.txt"],
  ["a NUL alone", "\0"],
  ["what version control keeps", ".git/config"],
  ["what version control keeps, in other letters", ".GIT/config"],
  ["what version control keeps, from below", "src/../.git/config"],
  ["a bare repository's settings", "mirror.git/config"],
  ["a symlink to a bare repository's settings", "link-mirror.txt"],
  ["a name of full-width letters", "．．/outside.txt"],
  ["a folder whose name is decomposed", "../cafe\u0301-twin/a.txt"],
  ["a folder whose name is composed", "../caf\u00e9-twin/a.txt"],
  ["a pattern", "../*"],
  ["a pattern of git", ":(top,glob)../**"],
  ["git's root", ":/"],
  ["an option", "--output=../outside.txt"],
  ["a very long path", "../".repeat(320)],
  ["a line break", "../outside.txt\n"],
];

const TOOLS: readonly [string, (path: string) => object][] = [
  ["read_file", (path) => ({ path })],
  ["list_folder", (path) => ({ path })],
  ["symbols", (path) => ({ path })],
  ["diagnostics", (path) => ({ path })],
  ["git_log", (path) => ({ path })],
  ["git_diff", (path) => ({ path, from: "HEAD^", to: "HEAD" })],
  ["git_blame", (path) => ({ path, startLine: 1 })],
];

for (const [what, path] of EVIL) {
  test(`${what} is not looked at`, async () => {
    for (const [tool, inputFor] of TOOLS) {
      const { text, location } = await ws.call(tool, inputFor(path));
      assert.doesNotMatch(text, new RegExp(`${CANARY}|root:x:0|PATH=`), `${tool} of ${path}`);
      assert.equal(location, undefined, `${tool} of ${path}`);
      points++;
    }
  });
}

test("what is inside is looked at, also through a symlink that stays inside", async () => {
  for (const path of ["src/a.ts", "./src/a.ts", "src/../src/a.ts", join(folder, "src/a.ts"), "link-inside"]) {
    assert.match((await ws.call("read_file", { path })).text, /export const a/, path);
    points++;
  }
});

test("outside, what is there and what is not are refused in the same words", async () => {
  const there = await ws.call("read_file", { path: "../outside.txt" });
  const notThere = await ws.call("read_file", { path: "../nothing.txt" });
  assert.equal(there.text.replace("outside.txt", ""), notThere.text.replace("nothing.txt", ""));
  points++;
});

test("no listing names a secret or what git ignores", async () => {
  const { text } = await ws.call("list_folder", {});
  for (const name of [".env", ".ssh", "deploy.pem", ".git/", "private/", "settings.local", "node_modules/"]) {
    assert.ok(!text.split("\n").includes(name), name);
    points++;
  }
});

test("a secret's content is in no diff, however it is asked for", async () => {
  for (const input of [{}, { from: "HEAD^" }, { from: "HEAD^", to: "HEAD" }, { from: "HEAD^", path: "." }]) {
    const { text } = await ws.call("git_diff", input);
    assert.doesNotMatch(text, new RegExp(CANARY));
    points++;
  }
});

test("a home directory or a root that was opened as a folder is no workspace", async () => {
  for (const path of ["/", homedir()]) {
    const paths = new WorkspacePaths([{ path, name: "all" }]);
    const code = { status: { state: "ready" as const, files: 0, skipped: {} }, search: async () => [] };
    const toolbox = new Toolbox(createTools(paths, code, undefined), silentLog);
    const call = toolbox.prepare({ id: "c", name: "list_folder", arguments: "{}" });
    assert.equal((await call.run(new AbortController().signal)).ok, false);
    points++;
  }
});

function prepare(): void {
  const outside = join(ws.root, "outside.txt");
  writeFileSync(outside, CANARY);
  for (const twin of ["ws-evil", "WS", "cafe\u0301-twin", "caf\u00e9-twin"]) {
    mkdirSync(join(ws.root, twin));
    writeFileSync(join(ws.root, twin, "a.txt"), CANARY);
  }
  for (const secret of [".env", ".env.bak", ".ssh/config", "deploy.pem", "mirror.git/config"])
    ws.write(secret, `KEY=${CANARY}\n`);
  ws.git("init", "-q");
  ws.commit("first");
  for (const secret of [".env", "deploy.pem"]) ws.write(secret, `KEY=${CANARY} again\n`);
  ws.commit("second");
  ws.write(".env", `KEY=${CANARY} and again\n`);
  ws.git("config", "duck.canary", CANARY);
  for (const ignored of ["private/notes.txt", "settings.local", "node_modules/x/index.js"]) ws.write(ignored, CANARY);
  const links: Record<string, string> = {
    "link-file": outside,
    "link-folder": ws.root,
    "link-link": "link-file",
    "link-twin": join(ws.root, "ws-evil"),
    "link-nothing": join(ws.root, "nothing"),
    "link-loop": "link-loop",
    "link-secret.txt": ".env",
    "link-ignored": "private/notes.txt",
    "link-mirror.txt": "mirror.git/config",
    "link-inside": "src/a.ts",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(ws.folder, name));
}
