import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { checkpointsIn } from "../fakes/checkpoints.ts";
import { until } from "../fakes/clock.ts";
import { Client, exit, serve } from "./serving.ts";
import { endAfterTest, useWorld } from "./world.ts";

const world = useWorld();

test("serve prints where clients connect, answers them, and ends in good order", async () => {
  const { child, lines } = serve(world);
  const [where] = await lines(1);
  assert.match(where?.url ?? "", /^ws:\/\/127\.0\.0\.1:\d+\/socket$/);
  const client = new Client(where, "talk");
  await until(() => client.joins === 1);
  await client.say("Who greets politely?");
  await until(() => client.transcript.turns[0]?.state === "done");
  assert.match(client.transcript.turns[0]?.text ?? "", /greet\.ts/);
  const [code] = await Promise.all([
    exit(child),
    client.closed.then((closed) => assert.equal(closed, 1001)),
    child.kill("SIGTERM"),
  ]);
  assert.equal(code, 0);
});

test("the editor's server is killed in the middle of an answer: the others go on at the same place, with what had arrived", async () => {
  const editor = await world.start(world.configured());
  await editor.send("hello", { conversationId: "other" }).result;
  const { lines } = serve(world);
  const [before] = await lines(1);
  const [one, two] = [new Client(before, "shared"), new Client(before, "shared")];
  await until(() => one.joins === 1 && two.joins === 1 && one.people() === 2);
  world.models.reply({ type: "answer", pieces: ["It begins, ", "and never ends."] });
  world.models.hold();
  // The first piece says only that an answer comes.
  world.models.release(2);
  await one.say("Tell me");
  await until(() => two.transcript.turns[0]?.text === "It begins, ");
  await until(() => checkpointsIn(world.workspace.storePath, "shared") > 0);
  await editor.kill("SIGKILL");
  await until(() => [one, two].every(({ transcript }) => transcript.turns[0]?.stopReason === "interrupted"));
  assert.deepEqual(
    [one, two].map(({ transcript }) => transcript.turns[0]?.text),
    ["It begins, ", "It begins, "],
  );
  assert.ok(one.joins >= 2, "over a connection of its own to the new owner");
  world.models.release();
  await two.say("Are you there?");
  await until(() => one.transcript.turns[1]?.state === "done");
  await until(() => one.people() === 2);
  const [, after] = await lines(2);
  assert.equal(after?.url, before?.url);
  assert.equal(after?.token, before?.token);
  assert.notEqual(after?.socket, before?.socket);
});

test("a port that another program has is said to be taken, and what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  endAfterTest(() => other.close());
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { child, errors } = serve(world, ["--port", String(port)]);
  assert.equal(await exit(child), 1);
  assert.match(errors(), new RegExp(`listens on port ${port}.*--port`));
});
