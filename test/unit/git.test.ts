import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
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

test("names past the limit are cut off at a whole name", async (t) => {
  const folder = repository(t);
  for (const name of ["b.ts", "c.ts", "d.ts"]) writeFileSync(join(folder, name), "");
  assert.equal(await git(folder, ["ls-files", "--others", "-z"], { maxBytes: 12 }), "b.ts\0c.ts\0");
});

test("a repository's settings run no program", async (t) => {
  const folder = repository(t);
  const mark = join(folder, "ran");
  const settings = ["diff.external", "core.fsmonitor", "core.pager", "diff.odd.textconv", "diff.odd.command"];
  for (const key of [...settings, "gpg.program"]) set(folder, key, `touch ${mark}; true`);
  set(folder, "log.showSignature", "true");
  signed(folder);
  writeFileSync(join(folder, ".gitattributes"), "*.ts diff=odd\n");
  writeFileSync(join(folder, "a.ts"), "two\n");
  assert.match(await git(folder, ["diff"]), /\+two/);
  assert.match(await git(folder, ["log", "-p"]), /\+one/);
  assert.match(await git(folder, ["show", "HEAD:a.ts"]), /one/);
  assert.match(await git(folder, ["blame", "-p", "a.ts"]), /two/);
  assert.equal(existsSync(mark), false);
});

test("a repository that lacks something fetches nothing, by no program and from no folder", async (t) => {
  const folder = repository(t);
  const mark = join(folder, "ran");
  const object = execFileSync("git", ["rev-parse", "HEAD:a.ts"], { cwd: folder, encoding: "utf8" }).trim();
  rmSync(join(folder, ".git", "objects", object.slice(0, 2), object.slice(2)));
  set(folder, "core.repositoryFormatVersion", "1");
  set(folder, "extensions.partialClone", "origin");
  set(folder, "remote.origin.promisor", "true");
  set(folder, "protocol.allow", "always");
  set(folder, "core.sshCommand", `touch ${mark}; true`);
  set(folder, "remote.origin.uploadpack", `touch ${mark}; true`);
  for (const url of [`ext::sh -c "touch% ${mark}"`, `ext::touch ${mark}`, "ssh://example.test/a", folder]) {
    set(folder, "remote.origin.url", url);
    await assert.rejects(git(folder, ["show", "HEAD:a.ts"]), { code: "notFound" });
    assert.equal(existsSync(mark), false, url);
  }
});

test("the working tree is compared through its filters, as the editor's own git does", async (t) => {
  const folder = repository(t);
  set(folder, "filter.strip.clean", "sed /output/d");
  writeFileSync(join(folder, ".gitattributes"), "*.ts filter=strip\n");
  writeFileSync(join(folder, "a.ts"), "one\noutput of a run\n");
  assert.equal(await git(folder, ["diff"]), "");
});

test("an aborted command ends with the signal's reason", async (t) => {
  const folder = repository(t);
  const abort = new AbortController();
  const running = git(folder, ["log"], { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(running, /enough/);
});

function set(folder: string, key: string, value: string): void {
  execFileSync("git", ["config", key, value], { cwd: folder });
}

/** Makes the last commit look signed, so that there is something to check. */
function signed(folder: string): void {
  const run = (args: string[], input = "") =>
    execFileSync("git", args, { cwd: folder, input, encoding: "utf8" }).trim();
  const [head = "", message = ""] = run(["cat-file", "commit", "HEAD"]).split("\n\n");
  const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----";
  const commit = run(["hash-object", "-t", "commit", "-w", "--stdin"], `${head}\n${signature}\n\n${message}\n`);
  run(["update-ref", "HEAD", commit]);
}
