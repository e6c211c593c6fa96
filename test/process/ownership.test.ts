import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { configBeside, workspacesIn } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const STARTS = process.env.RUBBERDUCK_NIGHTLY ? 30 : 4;

const world = useWorld();

test("servers that start at the same moment, over what a dead one left, agree on one owner", async () => {
  for (let round = 0; round < STARTS; round++) {
    const servers = await Promise.all([world.start(), world.start(), world.start()]);
    const conversationId = `round-${round}`;
    await Promise.all(
      servers.map(
        (server, index) => server.send(`hello ${index}`, { conversationId, operationId: `${round}-${index}` }).result,
      ),
    );
    for (const server of servers) {
      const { turns } = await server.follow(conversationId).until(({ caughtUp }) => caughtUp, "the conversation");
      assert.equal(turns.length, 3, "every server sees every message");
    }
    for (const server of servers) await server.kill("SIGKILL");
  }
});

test("a question from the command line, asked beside an editor, is answered and the command ends", async () => {
  const server = await world.start();
  await server.send("from the editor").result;
  const asked = await ask(["--store", world.workspace.storePath]);
  assert.equal(asked.code, 0);
  assert.match(asked.stdout, /No model was used/);
  const { conversations } = await server.request("rubberduck/conversation/list", {});
  assert.equal(conversations.length, 2);
});

test("the command line does not pretend to use a model that the owner would not ask", async () => {
  const server = await world.start();
  await server.send("from the editor").result;
  const asked = await ask([
    "--store",
    world.workspace.storePath,
    "--base-url",
    world.models.baseUrl,
    "--model",
    "other",
  ]);
  assert.equal(asked.code, 4, asked.stderr);
  assert.match(asked.stderr, /answers with its own model/);
});

test("a window in restricted mode shares nothing with one that is trusted, and asks no model", async () => {
  const trusted = await world.start();
  await trusted.request("rubberduck/model/configure", { baseUrl: world.models.baseUrl, name: "m" });
  await trusted.send("hello", { conversationId: "trusted" }).result;
  const restricted = await world.start({ baseUrl: world.models.baseUrl, name: "m" }, { trusted: false });
  const before = world.models.requests.length;
  const sending = restricted.send("Who greets politely?", { conversationId: "restricted" });
  await sending.result;
  const done = sending.events.at(-1);
  assert.ok(done?.type === "done");
  assert.equal(done.text.match(/not trusted/g)?.length, 1, "said once");
  assert.equal(done.model?.reason, undefined);
  assert.doesNotMatch(done.text, /greet\.ts/);
  assert.equal(world.models.requests.length, before);
  assert.equal((await restricted.request("rubberduck/conversation/list", {})).conversations.length, 1);
});

test("whoever listens at the owner's place without knowing its token is told nothing, and not waited for", async (context) => {
  const first = await world.start();
  await first.send("hello").result;
  const { socketPath } = JSON.parse(await readFile(join(await epochs(), "00000001"), "utf8"));
  await first.kill("SIGKILL");
  const heard: string[] = [];
  const impostor = createServer((socket) => {
    socket.on("data", (bytes) => {
      heard.push(String(bytes));
      const body = JSON.stringify({ jsonrpc: "2.0", id: 0, result: { proof: "0".repeat(64), nonce: "x" } });
      socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    });
    socket.on("error", () => {});
  });
  context.after(() => impostor.close());
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve) => impostor.listen(socketPath, resolve));
  const second = await world.start();
  assert.equal((await second.send("a secret", { operationId: "secret" }).result).stopReason, "complete");
  assert.ok(heard.length > 0);
  assert.doesNotMatch(heard.join(""), /a secret/);
  assert.deepEqual(await readdir(await epochs()), ["00000001", "00000002"]);
});

test("a claim tells nobody who copies the store how to join its owner", async () => {
  const server = await world.start();
  await server.send("hello").result;
  const claim = JSON.parse(await readFile(join(await epochs(), "00000001"), "utf8"));
  const token = await readFile(claim.socketPath.replace(/sock$/, "token"), "utf8");
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.equal(JSON.stringify(claim).includes(token), false);
  assert.equal((await stat(claim.socketPath.replace(/sock$/, "token"))).mode & 0o077, 0);
});

async function epochs(): Promise<string> {
  const folders = await workspacesIn(world.workspace.storePath);
  return join(world.workspace.storePath, folders[0] ?? "", "epochs");
}

function ask(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const all = [CLI, "ask", "Who greets politely?", "--folder", world.workspace.folder, ...args];
    const env = { ...process.env, XDG_CONFIG_HOME: configBeside(world.workspace.storePath) };
    execFile(process.execPath, all, { timeout: 10_000, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
