import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

const DAMAGE = { unreadable: 2, records: 913 };

for (const snapshot of [false, true]) {
  test(`a conversation with unreadable records says so first of all, ${snapshot ? "as a snapshot" : "as events"}`, async () => {
    const { supervisor } = await damaged();
    const follower = new Follower(supervisor, { snapshot });
    const { damage, turns } = await follower.until(({ caughtUp }) => caughtUp);
    assert.deepEqual(damage, DAMAGE);
    assert.equal(turns.length, 1, "with what can be read");
    assert.equal(follower.events[0]?.type, snapshot ? "snapshot" : "damaged");
    follower.leave();
  });
}

test("who resumes is told, too", async () => {
  const { supervisor } = await damaged();
  const follower = new Follower(supervisor, { lastSeq: 1000 });
  assert.deepEqual((await follower.until(({ caughtUp }) => caughtUp)).damage, DAMAGE);
  follower.leave();
});

test("an export says how much of the conversation is missing", async () => {
  const { supervisor } = await damaged();
  const markdown = (await supervisor.export("c", "markdown")).text;
  assert.match(markdown, /^# hello\n\n> 2 of 913 records of this conversation cannot be read\..*\n\n## You/);
  const json: unknown = JSON.parse((await supervisor.export("c", "json")).text);
  assert.deepEqual((json as { damage: unknown }).damage, DAMAGE);
});

test("a conversation that can be read in full says nothing of it", async () => {
  const { supervisor, runner } = supervised();
  await answered({ supervisor, runner });
  const follower = new Follower(supervisor, { snapshot: true });
  assert.ok(!("damage" in (await follower.until(({ caughtUp }) => caughtUp))));
  assert.ok(!(await supervisor.export("c", "markdown")).text.includes("cannot be read"));
  follower.leave();
});

/** A conversation of one message; its log tells of records that it cannot read. */
async function damaged() {
  const logs: ConversationLogs = new MemoryLogs();
  const world = supervised({ logs });
  await answered(world);
  const open = logs.open.bind(logs);
  logs.open = async (id) => {
    const log = await open(id);
    const read = async () => ({
      ...(await log.read()),
      damaged: DAMAGE.unreadable,
      records: DAMAGE.records,
    });
    return { ...log, read };
  };
  return world.restart();
}

async function answered({
  supervisor,
  runner,
}: Pick<ReturnType<typeof supervised<ScriptedRunner>>, "supervisor" | "runner">) {
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await sending;
}
