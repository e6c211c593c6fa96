import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MadeStore } from "../fakes/madeStore.ts";
import { type ModelServer, startModelServer } from "../fakes/modelServer.ts";
import { temporaryWorkspace } from "./serverProcess.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
let made: MadeStore;
let models: ModelServer;

before(async () => {
  workspace = await temporaryWorkspace();
  made = await MadeStore.create();
  models = await startModelServer();
});
after(async () => {
  await models.close();
  await made.dispose();
  await workspace.dispose();
});

test("where all works it says so, and its exit code is 0", async () => {
  const { code, stdout } = await run(["--base-url", models.baseUrl, "--model", "duck-1", "--store", made.path]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ok +Model: duck-1 at 127\.0\.0\.1:\d+ can be reached\.$/m);
  assert.match(stdout, /^ok +Code index: 1 file is read/m);
  assert.match(stdout, /^ok +Memory: /m);
});

test("a model that is down, a store without its key and a folder that is none are three problems with their remedies", async () => {
  const down = ["--base-url", `http://127.0.0.1:${await closedPort()}/v1`, "--model", "duck-1"];
  const { code, stdout } = await run([...down, "--store", made.path, "--json"], { XDG_CONFIG_HOME: made.root });
  const { checks } = JSON.parse(stdout);
  const problems = checks.filter(({ state }: { state: string }) => state === "problem");
  assert.equal(code, 1);
  assert.deepEqual(
    problems.map(({ id }: { id: string }) => id),
    ["model", "store", "keys"],
  );
  for (const { finding, remedy } of problems) assert.ok(finding.length > 10 && remedy.length > 10);
});

test("a store that is not there is said, and not made", async () => {
  const path = join(made.root, "nothing");
  const { code, stdout } = await run(["--store", path]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^warning +Store: There is no store/m);
  await assert.rejects(access(path));
});

test("it takes no words", async () => {
  assert.equal((await run(["please"])).code, 2);
});

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

function run(args: string[], env: Record<string, string> = {}) {
  const all = { ...process.env, XDG_CONFIG_HOME: made.configFolder, XDG_RUNTIME_DIR: made.root, ...env };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, "doctor", "--folder", workspace.folder, ...args],
      { env: all },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
