import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MadeStore } from "../fakes/madeStore.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

let made: MadeStore;
before(async () => {
  made = await MadeStore.create();
  await made.write("first", 4);
  await made.write("second", 2);
});
after(() => made.dispose());

test("info says what is there, with and without the key", async () => {
  const { code, stdout } = await run(["info"]);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /format 1\.0, \d+ KB\nopened by: recovery, file\n[0-9a-f]{32}: 2 conversations, 0 deleted, \d+ KB\n$/,
  );
  const locked = await run(["info", "--json"], { XDG_CONFIG_HOME: made.root });
  assert.equal(locked.code, 0);
  const { slots, workspaces, locked: why } = JSON.parse(locked.stdout);
  assert.deepEqual([slots, workspaces.length], [["recovery", "file"], 1]);
  assert.match(why, /recovery code/);
});

test("export prints every conversation, one object a line or for people", async () => {
  const { code, stdout } = await run(["export", "--json"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(code, 0);
  assert.deepEqual(
    lines.map(({ kind, conversationId, messages }) => [kind, conversationId, messages.length]),
    [
      ["conversation", "first", 4],
      ["conversation", "second", 2],
    ],
  );
  const plain = await run(["export"]);
  assert.match(plain.stdout, /^# About first\n[\s\S]*## You[\s\S]*\n# About second\n/);
});

test("locked: exit code 3 and what helps; the recovery code opens it", async () => {
  const elsewhere = { XDG_CONFIG_HOME: made.root };
  const { code, stdout, stderr } = await run(["verify"], elsewhere);
  assert.deepEqual([code, stdout], [3, ""]);
  assert.match(stderr, /RUBBERDUCK_RECOVERY_CODE/);
  const codeFile = join(made.root, "code.txt");
  await writeFile(codeFile, made.recoveryCode);
  assert.equal((await run(["verify", "--recovery-code-file", codeFile], elsewhere)).code, 0);
});

test("verify: exit code 0 while it is whole, 1 when it is damaged, and which conversation is", async () => {
  const whole = await run(["verify"]);
  assert.equal(whole.code, 0);
  assert.match(
    whole.stdout,
    /\/first “About first”: whole\n.*\/second “About second”: whole\nThe store is whole: 2 conversations, 14 records/,
  );
  const folder = made.conversationFolder("second");
  const path = join(folder, (await readdir(folder))[0] ?? "");
  const bytes = await readFile(path);
  bytes[600] = (bytes[600] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const { code, stdout } = await run(["verify"]);
  assert.equal(code, 1);
  assert.match(stdout, /\/second “About second”: 1 of 5 records unreadable; damaged: conversations\/second\//);
  const { isWhole, unreadable } = JSON.parse((await run(["verify", "--json"])).stdout);
  assert.deepEqual([isWhole, unreadable], [false, 1]);
});

test("a wrong task or folder is said", async () => {
  assert.equal((await run(["mend"])).code, 2);
  const nothing = await run(["info"], {}, join(made.root, "nothing"));
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /There is no store in/);
});

function run(args: string[], env: Record<string, string> = {}, store = made.path) {
  const all = { ...process.env, XDG_CONFIG_HOME: made.configFolder, XDG_RUNTIME_DIR: made.root, ...env };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, "store", ...args, "--store", store],
      { env: all },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
