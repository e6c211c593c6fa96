import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type ModelServer, startModelServer } from "../fakes/modelServer.ts";
import { configBeside, temporaryWorkspace, workspacesIn } from "./serverProcess.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
let models: ModelServer;

before(async () => {
  workspace = await temporaryWorkspace();
  models = await startModelServer();
});
after(async () => {
  await models.close();
  await workspace.dispose();
});

test("asked without a model, it prints the places in the code", async () => {
  const { code, stdout } = await run(["ask", "who greets politely?", "--folder", workspace.folder]);
  assert.equal(code, 0);
  assert.match(stdout, /No model was used/);
  assert.match(stdout, /^1\. src\/greet\.ts:\d+$/m);
});

test("a question may come from standard input, and with - what stands there goes along with it", async () => {
  const model = ["--folder", workspace.folder, "--base-url", models.baseUrl, "--model", "m"];
  models.reply({ type: "answer", pieces: ["See [`a.ts:1`](<a.ts:1>)."] });
  const asked = () => models.requests.at(-1)?.body?.messages?.at(-1)?.content ?? "";
  const whole = await run(["ask", ...model], {}, "who greets?\n");
  assert.equal(whole.stdout, "See `a.ts:1`.\n");
  assert.match(asked(), /who greets\?$/);
  const along = await run(["ask", "why", "this?", "-", "--format", "markdown", ...model], {}, "- one\n+ two\n");
  assert.equal(along.stdout, "See [`a.ts:1`](<a.ts:1>).\n");
  assert.match(asked(), /why this\?\n\n```\n- one\n\+ two\n```$/);
  const nothing = await run(["ask", ...model], {}, " \n");
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /The question is missing/);
});

test("--json prints one object with answer, model, conversation and sources relative to the folder", async () => {
  const { code, stdout } = await run(["ask", "who greets politely?", "--folder", workspace.folder, "--json"]);
  const result = JSON.parse(stdout);
  assert.equal(code, 0);
  assert.equal(result.model, "offline");
  assert.match(result.conversationId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(result.sources, [{ path: "src/greet.ts", startLine: 1, endLine: 4, score: 1 }]);
});

test("with an endpoint the model answers, and the key goes nowhere else", async () => {
  models.reply({ type: "answer", pieces: ["It is ", "greetPolitely."] });
  const args = ["ask", "who?", "--folder", workspace.folder, "--base-url", models.baseUrl, "--model", "m", "--json"];
  const { code, stdout } = await run(args, { OPENAI_API_KEY: "sk-test-key" });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).answer, "It is greetPolitely.");
  assert.equal(JSON.parse(stdout).model, "m");
  assert.equal(models.requests.at(-1)?.headers.authorization, "Bearer sk-test-key");
});

test("an endpoint that fails: exit code 1, cause and remedy on standard error", async () => {
  models.reply({ type: "status", status: 401 });
  const { code, stderr } = await run([
    "ask",
    "who?",
    "--folder",
    workspace.folder,
    "--base-url",
    models.baseUrl,
    "--model",
    "m",
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /401/);
});

test("without --store nothing is kept, with it the conversation is", async () => {
  await run(["ask", "who greets?", "--folder", workspace.folder]);
  await assert.rejects(readdir(workspace.storePath));
  await run(["ask", "who greets?", "--folder", workspace.folder, "--store", workspace.storePath]);
  const [key] = await workspacesIn(workspace.storePath);
  assert.equal((await readdir(join(workspace.storePath, key ?? "", "conversations"))).length, 1);
});

for (const [what, args, code, message] of [
  ["no command", [], 2, /Say what to do/],
  ["an unknown command", ["frob"], 2, /no command "frob"/],
  ["no question", ["ask"], 2, /question is missing/],
  ["an unknown format", ["ask", "who?", "--format", "xml"], 2, /text, markdown or json/],
  ["chat without a terminal", ["chat"], 2, /needs a terminal/],
  ["an access task that is none", ["access", "steal"], 2, /create\|list\|revoke\|link/],
  ["a token without a name", ["access", "create"], 2, /needs a name/],
  ["a time that is none", ["access", "create", "x", "--expires", "soon"], 2, /30m/],
  ["an unknown option", ["ask", "x", "--colour"], 2, /--colour/],
  ["a folder that is not there", ["ask", "x", "--folder", "/nowhere/at/all"], 2, /not a folder/],
  [
    "a window that is none",
    ["ask", "x", "--base-url", "http://127.0.0.1:1/v1", "--model", "m", "--context-window", "big"],
    2,
    /such as 32768/,
  ],
  ["a model without an endpoint", ["ask", "x", "--model", "m"], 4, /needs an endpoint/],
] as const) {
  test(`${what}: exit code ${code}, and what to do`, async () => {
    const result = await run([...args], {}, "");
    assert.equal(result.code, code);
    assert.match(result.stderr, message);
  });
}

test("a key file that others can read is refused with the command that mends it", async () => {
  const path = join(workspace.folder, "key");
  await writeFile(path, "sk-test");
  await chmod(path, 0o644);
  const args = [
    "ask",
    "x",
    "--folder",
    workspace.folder,
    "--base-url",
    models.baseUrl,
    "--model",
    "m",
    "--key-file",
    path,
  ];
  const { code, stderr } = await run(args);
  assert.equal(code, 4);
  assert.match(stderr, /chmod 600/);
});

test("control characters in an answer do not reach the terminal", async () => {
  models.reply({ type: "answer", pieces: ["red \u001b[31m and \u001b]52;c;aGk=\u0007 done\n"] });
  const { stdout } = await run([
    "ask",
    "x",
    "--folder",
    workspace.folder,
    "--base-url",
    models.baseUrl,
    "--model",
    "m",
  ]);
  assert.doesNotMatch(stdout, /(?!\n)\p{Cc}/u);
  assert.match(stdout, /\\u\{1b\}\[31m/);
});

function run(
  args: string[],
  env: Record<string, string> = {},
  /** Standard input; absent: a pipe that stays open. */
  input?: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { OPENAI_API_KEY: _key, RUBBERDUCK_BASE_URL: _url, RUBBERDUCK_MODEL: _model, ...clean } = process.env;
  return new Promise((resolve) => {
    const XDG_CONFIG_HOME = configBeside(workspace.storePath);
    const child = execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...clean, XDG_CONFIG_HOME, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
    if (input !== undefined) child.stdin?.end(input);
  });
}
