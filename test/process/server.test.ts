import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { test } from "node:test";
import { checkpointsIn } from "../fakes/checkpoints.ts";
import { useWorld } from "./world.ts";

/** The role comes first, then the first text. */
const FIRST_PIECE = 2;

const world = useWorld();

test("without a model it answers from the code, with the place and how to connect one", async () => {
  const server = await world.start();
  const { events, result } = server.send("Who greets politely?", { conversationId: "offline" });
  assert.equal((await result).stopReason, "complete");
  const done = events.find((event) => event.type === "done");
  assert.ok(done?.type === "done");
  assert.match(done.text, /\*\*No model was used\.\*\*/);
  assert.match(done.text, /\[src\/greet\.ts:\d+\]\(<src\/greet\.ts:\d+>\)/);
  assert.match(done.text, /Choose Model/);
  const context = events.find((event) => event.type === "context");
  assert.ok(
    context?.type === "context" && context.receipt.included.some(({ label }) => label.startsWith("src/greet.ts:")),
  );
  await server.kill("SIGTERM");
});

test("with a model it streams the answer, and the prompt holds the code that was found", async () => {
  const server = await world.start(world.configured());
  world.models.reply({
    type: "answer",
    pieces: ["It is ", "greetPolitely."],
    usage: { prompt_tokens: 100, completion_tokens: 5 },
  });
  const { events, result } = server.send("Who greets politely?", { conversationId: "streamed" });
  await result;
  const done = events.at(-1);
  assert.ok(done?.type === "done" && done.text === "It is greetPolitely." && done.usage?.promptTokens === 100);
  const prompt = JSON.stringify(world.models.requests.at(-1)?.body?.messages);
  assert.match(prompt, /src\/greet\.ts:1-/);
  await server.kill("SIGTERM");
});

test("errors a person can act on arrive with their code", async () => {
  const server = await world.start();
  await assert.rejects(server.send("  ").result, (error: { code: number; data: unknown; message: string }) => {
    assert.equal(error.code, -32000);
    assert.deepEqual(error.data, { code: "blankMessage" });
    return true;
  });
  await assert.rejects(server.send("hello", { operationId: "not an id!" }).result, {
    data: { code: "invalidRequest" },
  });
  await server.kill("SIGTERM");
});

test("a wrong key is named, the message is kept, and a right one answers it again", async () => {
  const server = await world.start({ ...world.configured(), apiKey: "wrong" });
  world.models.reply((request) =>
    request.headers.authorization === "Bearer right"
      ? { type: "answer", pieces: ["Welcome"] }
      : { type: "status", status: 401 },
  );
  const { events, result } = server.send("hello", { conversationId: "key" });
  const { turnId, stopReason } = await result;
  const done = events.at(-1);
  assert.equal(stopReason, "error");
  assert.ok(done?.type === "done" && done.error?.code === "keyRefused");
  await server.request("rubberduck/model/configure", { ...world.configured(), apiKey: "right" });
  await server.request("rubberduck/conversation/retry", {
    conversationId: "key",
    turnId,
    operationId: "again",
    mode: "regenerate",
  });
  const follower = server.follow("key");
  const { turns } = await follower.until(({ caughtUp }) => caughtUp, "the conversation");
  assert.equal(turns.at(-1)?.text, "Welcome");
  await server.kill("SIGTERM");
});

test("cancelling the request stops the reply", async () => {
  const server = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["one ", "two ", "three"] });
  world.models.hold();
  const sending = server.send("count", { conversationId: "cancel" });
  const request = await world.models.nextRequest();
  world.models.release(FIRST_PIECE);
  const follower = server.follow("cancel");
  await follower.until(({ turns }) => turns[0]?.text === "one ", "the first piece");
  sending.cancel();
  assert.equal((await sending.result).stopReason, "cancelled");
  await request.aborted;
  world.models.release();
  await server.kill("SIGTERM");
});

test("killed in the middle of an answer, it has the message and what had been said a second before", async () => {
  const server = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["kept, ", "the rest"] });
  world.models.hold();
  server.send("hello", { conversationId: "killed" });
  await world.models.nextRequest();
  world.models.release(FIRST_PIECE);
  const follower = server.follow("killed");
  await follower.until(({ turns }) => turns[0]?.text === "kept, ", "the first piece");
  await checkpointWritten("killed");
  await server.kill("SIGKILL");
  world.models.release();
  const next = await world.start(world.configured());
  const { turns } = await next.follow("killed").until(({ caughtUp }) => caughtUp, "the conversation");
  assert.equal(turns[0]?.accepted.content, "hello");
  assert.equal(turns[0]?.text, "kept, ");
  assert.equal(turns[0]?.stopReason, "interrupted");
  await next.kill("SIGTERM");
});

test("when the editor goes in the middle of an answer, the next one sees it finish", async () => {
  const first = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["one ", "two ", "three"] });
  world.models.hold();
  first.send("count", { conversationId: "reloaded" });
  await world.models.nextRequest();
  world.models.release(FIRST_PIECE);
  await first.follow("reloaded").until(({ turns }) => turns[0]?.text === "one ", "the first piece");
  first.leave();
  const second = await world.start(world.configured());
  const follower = second.follow("reloaded");
  await follower.until(({ turns }) => turns[0]?.text === "one " && turns[0].state === "running", "the reply in flight");
  world.models.release();
  const { turns } = await follower.until((transcript) => transcript.turns[0]?.state === "done", "the end");
  assert.equal(turns[0]?.text, "one two three");
  assert.equal(turns[0]?.stopReason, "complete");
  await first.exited;
  const { result } = second.send("and now?", { conversationId: "reloaded" });
  assert.equal((await result).stopReason, "complete");
  await follower.until(
    (transcript) => transcript.turns[1]?.state === "done",
    "the second answer, in the same subscription",
  );
  await second.kill("SIGTERM");
});

test("a reply that outlives its editor can be stopped from the next one", async () => {
  const first = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["one ", "two"] });
  world.models.hold();
  first.send("count", { conversationId: "stopped" });
  await world.models.nextRequest();
  world.models.release(FIRST_PIECE);
  await first.follow("stopped").until(({ turns }) => turns[0]?.text === "one ", "the first piece");
  first.leave();
  const second = await world.start(world.configured());
  const follower = second.follow("stopped");
  await follower.until(({ turns }) => turns[0]?.state === "running", "the reply in flight");
  assert.deepEqual(await second.request("rubberduck/conversation/stop", { conversationId: "stopped" }), {
    stopped: true,
  });
  const { turns } = await follower.until((transcript) => transcript.turns[0]?.state === "done", "the end");
  assert.equal(turns[0]?.text, "one ");
  assert.equal(turns[0]?.stopReason, "cancelled");
  world.models.release();
  await first.exited;
  await second.kill("SIGTERM");
});

test("two windows on one folder share their conversations", async () => {
  const first = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["shared"] });
  await first.send("from the first", { conversationId: "shared" }).result;
  const second = await world.start(world.configured());
  const follower = second.follow("shared");
  await follower.until(({ caughtUp }) => caughtUp, "the conversation");
  await second.send("from the second", { conversationId: "shared" }).result;
  const { conversations } = await first.request("rubberduck/conversation/list", {});
  assert.equal(conversations.find(({ conversationId }) => conversationId === "shared")?.messages, 4);
  await first.kill("SIGKILL");
  assert.equal((await second.send("alone", { conversationId: "shared" }).result).stopReason, "complete");
  await follower.until(
    (transcript) => transcript.turns[2]?.state === "done",
    "the third answer, in the same subscription",
  );
  await second.kill("SIGTERM");
});

test("only its user can read what it keeps", async () => {
  const server = await world.start(world.configured());
  await server.send("hello", { conversationId: "private" }).result;
  assert.equal((await stat(world.workspace.storePath)).mode & 0o077, 0);
  await server.kill("SIGTERM");
});

test("ended by its editor while nothing streams, it is gone at once", async () => {
  const server = await world.start();
  server.leave();
  await server.exited;
});

/** The checkpoint is written a second after the text: waits until the file says so. */
async function checkpointWritten(conversationId: string): Promise<void> {
  const deadline = performance.now() + 5000;
  while (checkpointsIn(world.workspace.storePath, conversationId) === 0) {
    assert.ok(performance.now() < deadline, "no checkpoint was written");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
