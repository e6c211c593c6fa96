import assert from "node:assert/strict";
import { test } from "node:test";
import { turn, until } from "../fakes/clock.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

/** Which conversations are in memory shows in whether opening them reads their log. */
async function talked(count: number, liveConversations: number) {
  const world = supervised({ liveConversations });
  const opened: string[] = [];
  const { open } = world.logs;
  world.logs.open = (id) => {
    opened.push(id);
    return open.call(world.logs, id);
  };
  const say = async (conversationId: string, end = true) => {
    const before = world.runner.turns.length;
    const sending = finished(world.supervisor.send(message("hello", { conversationId }), unending));
    sending.catch(() => {});
    await until(() => world.runner.turns.length > before);
    if (end) {
      world.runner.last.finish();
      await sending;
    }
  };
  for (let number = 0; number < count; number++) await say(`c${number}`);
  const isLive = async (id: string) => {
    opened.length = 0;
    await world.supervisor.export(id, "json");
    return opened.length === 0;
  };
  return { ...world, say, isLive };
}

test("beyond the bound the least recently used conversations leave memory, and come back whole when they are asked for", async () => {
  const { supervisor, clock, isLive } = await talked(5, 3);
  assert.ok(await isLive("c0"), "now it is the one that was used last");
  await clock.advance(10_000);
  await until(() => supervisor.live === 3);
  assert.ok(await isLive("c0"));
  assert.ok(await isLive("c4"));
  assert.equal(await isLive("c1"), false);
  assert.equal(await isLive("c2"), false);
  assert.match((await supervisor.export("c1", "json")).text, /hello/);
  await supervisor.close();
});

test("none leaves that answers, is followed, or was opened a moment ago", async () => {
  const { supervisor, clock, say, isLive, runner } = await talked(1, 1);
  const follower = new Follower(supervisor, {}, "c0");
  await follower.until(({ caughtUp }) => caughtUp);
  await say("answering", false);
  await clock.advance(9_000);
  await say("new");
  await clock.advance(1_000);
  await turn();
  assert.equal(supervisor.live, 3);
  await clock.advance(10_000);
  await until(() => supervisor.live === 2);
  assert.ok(await isLive("c0"));
  assert.ok(await isLive("answering"));
  runner.turns.find(({ request }) => request.conversationId === "answering")?.finish();
  follower.leave();
  await follower.ended;
  await until(async () => {
    await clock.advance(10_000);
    return supervisor.live === 1;
  });
  await supervisor.close();
});

test("any number of conversations, one after another, stays at the bound and what was opened a moment ago", async () => {
  const { supervisor, clock, say } = await talked(3, 10);
  for (let number = 0; number < 200; number++) {
    await say(`later-${number}`);
    await clock.advance(5_000);
    assert.ok(supervisor.live <= 10 + 3, `${supervisor.live} after ${number}`);
  }
  await supervisor.close();
});
