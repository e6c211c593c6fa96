import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../fakes/clock.ts";
import { Client, serve } from "./serving.ts";
import { useWorld } from "./world.ts";

const TIMES = 5;

const world = useWorld();

test("a message sent the moment the owner is killed is answered, through another window and to every client", async () => {
  const accepted: number[] = [];
  const firstToken: number[] = [];
  const seen: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const conversationId = `time-${time}`;
    const owner = await world.start(world.configured());
    await owner.send("hello", { conversationId, operationId: "before" }).result;
    const window = await world.start(world.configured());
    await window.follow(conversationId).until(({ turns }) => turns.length === 1, "the window has joined");
    const { child, lines } = serve(world, ["--base-url", world.models.baseUrl, "--model", "test-model"]);
    const client = new Client((await lines(1))[0], conversationId);
    await until(() => client.joins === 1 && client.transcript.turns.length === 1);
    const killedAt = performance.now();
    const passed = () => performance.now() - killedAt;
    owner.process.kill("SIGKILL");
    const sending = window.send("Who greets politely?", { conversationId, operationId: "after" }, ({ type }) => {
      if (type === "accepted") accepted.push(passed());
      if (type === "text" && firstToken.length === time) firstToken.push(passed());
    });
    await until(() => client.transcript.turns[1]?.text !== "" && client.transcript.turns.length === 2);
    seen.push(passed());
    assert.equal((await sending.result).stopReason, "complete");
    await until(() => client.transcript.turns[1]?.state === "done");
    child.kill("SIGKILL");
    await window.kill();
  }
  const median = (all: readonly number[]) => Math.round([...all].sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0);
  const [ms, firstTokenMs, otherClientMs] = [median(accepted), median(firstToken), median(seen)];
  console.log(
    `after the owner's death, medians of ${TIMES}: ${JSON.stringify({ acceptedMs: ms, firstTokenMs, otherClientMs })}`,
  );
});
