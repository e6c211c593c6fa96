import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
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
  assert.equal(asked.code, 4);
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

test("whoever listens at the owner's place without knowing its token is not believed", async () => {
  const first = await world.start();
  await first.send("hello").result;
  const claimPath = join(world.workspace.storePath, await firstFolder(), "owners", "1");
  const { socketPath } = JSON.parse(await readFile(claimPath, "utf8"));
  await first.kill("SIGKILL");
  const impostor = createServer((socket) => {
    socket.on("data", () => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 0, result: { proof: "0".repeat(64), nonce: "x" } });
      socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    });
    socket.on("error", () => {});
  });
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve) => impostor.listen(socketPath, resolve));
  const second = await world.start();
  await assert.rejects(second.send("a secret").result, { data: { code: "storeFailed" } });
  impostor.close();
  await writeFile(claimPath, "{}");
  assert.equal((await second.send("again").result).stopReason, "complete");
});

async function firstFolder(): Promise<string> {
  return (await workspacesIn(world.workspace.storePath))[0] ?? "";
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
