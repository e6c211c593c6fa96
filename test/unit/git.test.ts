import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { git } from "../../server/workspace/git.ts";
import { workspace } from "./codeIndexSetup.ts";

function repository(t: Parameters<typeof workspace>[0]): string {
  const folder = workspace(t, { "a.ts": "one\n" });
  const run = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  run("init", "-q");
  run("add", ".");
  run("-c", "user.name=T", "-c", "user.email=t@example.test", "commit", "-q", "-m", "fix(a): begin");
  return folder;
}

test("a git command answers what it prints", async (t) => {
  const folder = repository(t);
  assert.equal(await git(folder, ["log", "--format=%s"]), "fix(a): begin\n");
});

test("a folder in no repository is said so", async (t) => {
  await assert.rejects(git(workspace(t, {}), ["log"]), /git log failed: fatal: not a git repository/);
});

test("output past the limit is cut off at a whole line", async (t) => {
  const folder = repository(t);
  writeFileSync(join(folder, "a.ts"), "a line of text\n".repeat(100_000));
  const diff = await git(folder, ["diff"], { maxBytes: 1000 });
  assert.ok(diff.length <= 1000 && diff.endsWith("+a line of text\n"));
});

test("a repository's settings run no program", async (t) => {
  const folder = repository(t);
  const mark = join(folder, "ran");
  for (const key of ["diff.external", "core.fsmonitor", "core.pager"])
    execFileSync("git", ["config", key, `touch ${mark}; true`], { cwd: folder });
  writeFileSync(join(folder, "a.ts"), "two\n");
  assert.match(await git(folder, ["diff"]), /\+two/);
  assert.equal(existsSync(mark), false);
});

test("an aborted command ends with the signal's reason", async (t) => {
  const folder = repository(t);
  const abort = new AbortController();
  const running = git(folder, ["log"], { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(running, /enough/);
});
