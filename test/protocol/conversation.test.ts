import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CancellationTokenSource, ProgressType, ResponseError } from "vscode-jsonrpc/node";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { paramSchemas } from "../../server/protocol/schemas.ts";
import { until } from "../fakes/clock.ts";
import { connectedPeers } from "./peers.ts";

const send = "rubberduck/conversation/send";
const subscribe = "rubberduck/conversation/subscribe";

test("a send carries the turn's events under its token and answers when the turn is done", async () => {
  const { client, runner, dispose } = connectedPeers();
  const events: ChatEvent[] = [];
  client.onProgress(new ProgressType<ChatEvent>(), "t", (event) => void events.push(event));
  const sending = client.sendRequest(send, { ...message("hello"), partialResultToken: "t" });
  await until(() => runner.turns.length === 1);
  runner.last.say("Hi");
  runner.last.finish();
  assert.deepEqual(await sending, { turnId: "id-1", seq: 1, stopReason: "complete" });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["accepted", "started", "text", "done"],
  );
  dispose();
});

test("without a token a send answers all the same", async () => {
  const { client, runner, dispose } = connectedPeers();
  const sending = client.sendRequest(send, message("hello"));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  assert.deepEqual(await sending, { turnId: "id-1", seq: 1, stopReason: "complete" });
  dispose();
});

test("cancelling a send stops the reply; cancelling a subscription stops nothing", async () => {
  const { client, runner, dispose } = connectedPeers();
  const watching = new CancellationTokenSource();
  const subscribed = client.sendRequest(
    subscribe,
    { conversationId: "c", lastSeq: 0, partialResultToken: "s" },
    watching.token,
  );
  const sending = new CancellationTokenSource();
  const sent = client.sendRequest<{ stopReason: string }>(send, message("hello"), sending.token);
  await until(() => runner.turns.length === 1);
  watching.cancel();
  assert.deepEqual(await subscribed, {});
  assert.equal(runner.last.signal.aborted, false);
  sending.cancel();
  assert.equal((await sent).stopReason, "cancelled");
  dispose();
});

test("losing the connection stops nothing", async () => {
  const { client, supervisor, runner, dispose } = connectedPeers();
  client.sendRequest(send, message("hello")).catch(() => {});
  await until(() => runner.turns.length === 1);
  dispose();
  runner.last.say("all the same");
  runner.last.finish();
  await supervisor.whenIdle();
  assert.equal((await supervisor.list())[0]?.messages, 2);
});

test("an error arrives typed, with its code", async () => {
  const { client, dispose } = connectedPeers();
  const error = await client.sendRequest(send, message(" ")).catch((reason: unknown) => reason);
  assert.ok(error instanceof ResponseError);
  assert.equal(error.code, -32000);
  assert.deepEqual(error.data, { code: "blankMessage" });
  dispose();
});

for (const [what, params, field] of [
  ["no conversation", { operationId: "o", content: "x" }, "conversationId"],
  ["an id with a path in it", { conversationId: "../../etc", operationId: "o", content: "x" }, "conversationId"],
  ["content that is no text", { conversationId: "c", operationId: "o", content: 7 }, "content"],
  ["an unknown kind of attachment", { ...message("x"), attachments: [{ kind: "secret" }] }, "attachments.0"],
  ["an unknown option value", { ...message("x"), options: { model: "best" } }, "options.model"],
] as const) {
  test(`a send with ${what} is refused, and the error names the field`, async () => {
    const { client, dispose } = connectedPeers();
    const error = await client.sendRequest(send, params).catch((reason: unknown) => reason);
    assert.ok(error instanceof ResponseError);
    assert.deepEqual(error.data, { code: "invalidRequest" });
    assert.ok(error.message.includes(field), error.message);
    dispose();
  });
}

test("a bug shows one generic sentence to the client and its stack to the log", async () => {
  const { client, supervisor, errors, dispose } = connectedPeers();
  supervisor.list = () => Promise.reject(new Error("private detail"));
  const error = await client.sendRequest("rubberduck/conversation/list", {}).catch((reason: unknown) => reason);
  assert.ok(error instanceof ResponseError);
  assert.equal(error.code, -32603);
  assert.doesNotMatch(error.message, /private/);
  assert.match(errors[0] ?? "", /private detail/);
  dispose();
});

test("the document of the protocol names every request and no other", async () => {
  const text = await readFile(new URL("../../docs/protocol.md", import.meta.url), "utf8");
  const named = new Set([...text.matchAll(/^### `(rubberduck\/[a-zA-Z]+\/[a-zA-Z]+)`$/gm)].map(([, method]) => method));
  assert.deepEqual([...named].sort(), Object.keys(paramSchemas).sort());
});

test("there is one copy of vscode-jsonrpc, so that typed errors stay typed", async () => {
  const lock = JSON.parse(await readFile(new URL("../../package-lock.json", import.meta.url), "utf8"));
  const copies = Object.keys(lock.packages).filter((path) => path.endsWith("node_modules/vscode-jsonrpc"));
  assert.deepEqual(copies, ["node_modules/vscode-jsonrpc"]);
});

function message(content: string) {
  return { conversationId: "c", operationId: "op", content };
}
