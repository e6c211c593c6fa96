import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Snapshot } from "../../server/protocol/introspection.ts";
import { openTerminal } from "../fakes/terminal.ts";
import { configBeside } from "./serverProcess.ts";
import { endAfterTest, useWorld } from "./world.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const world = useWorld();

const where = () => ["--folder", world.workspace.folder, "--store", world.workspace.storePath];
const env = () => ({ XDG_CONFIG_HOME: configBeside(world.workspace.storePath) });

function top(...more: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [CLI, "top", ...where(), ...more], {
    env: { ...process.env, ...env() },
  });
}

test("top says how the process goes that has the folder's conversations: once into a pipe, and as JSON", async () => {
  const editor = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["Hello, nightingale."] });
  await editor.send("Who sings?").result;
  const { stdout } = await top();
  assert.match(stdout, new RegExp(`Process ${editor.process.pid}, which has the conversations`));
  assert.match(stdout, /ended\s+1 complete/);
  assert.match(stdout, /written to disk in\s+p50/);
  const snapshot = JSON.parse((await top("--json")).stdout) as Snapshot;
  assert.equal(snapshot.process.pid, editor.process.pid);
  assert.deepEqual(snapshot.turns.ended, { complete: 1 });
  assert.equal(snapshot.recalls.asked, 1);
  assert.ok(snapshot.store.durableMs.count > 0);
  assert.doesNotMatch(stdout + JSON.stringify(snapshot), /nightingale|sings|workspace/);
});

test("on a terminal it goes on until it is left, and follows", async () => {
  const editor = await world.start(world.configured());
  await editor.request("rubberduck/conversation/list", {});
  const terminal = openTerminal(["top", ...where()], env());
  endAfterTest(terminal.kill);
  await terminal.shows(/ended\s+none/);
  world.models.reply({ type: "answer", pieces: ["Hello."] });
  await editor.send("Who sings?").result;
  await terminal.shows(/ended\s+1 complete/);
  terminal.child.kill("SIGINT");
  const [code] = await new Promise<[number | null]>((resolve) => terminal.child.once("exit", (one) => resolve([one])));
  assert.equal(code, 0);
});

test("where nothing runs it says so", async () => {
  await assert.rejects(top(), (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 1);
    assert.match(error.stderr, /Nothing runs here/);
    assert.ok(!existsSync(world.workspace.storePath), "who looks makes no store");
    return true;
  });
});
