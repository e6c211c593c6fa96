import assert from "node:assert/strict";
import { test } from "node:test";
import { TAG_BYTES } from "../../server/store/crypto.ts";
import { HEAD_BYTES } from "../../server/store/log/record.ts";
import { PREAMBLE_BYTES } from "../../server/store/log/segmentHeader.ts";
import { until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";
import { logsOn } from "./storeWorld.ts";

for (const snapshot of [false, true]) {
  test(`a conversation with unreadable records says so first of all, ${snapshot ? "as a snapshot" : "as events"}`, async () => {
    const { supervisor, damage: expected } = await damaged();
    const follower = new Follower(supervisor, { snapshot });
    const { damage, turns } = await follower.until(({ caughtUp }) => caughtUp);
    assert.deepEqual(damage, expected);
    assert.deepEqual(
      turns.map(({ accepted }) => accepted.content),
      ["hello", "lost", "and then"],
      "with what can be read",
    );
    assert.equal(follower.events[0]?.type, snapshot ? "snapshot" : "damaged");
    follower.leave();
  });
}

test("who resumes is told, too", async () => {
  const { supervisor, damage: expected } = await damaged();
  const follower = new Follower(supervisor, { lastSeq: 1000 });
  assert.deepEqual((await follower.until(({ caughtUp }) => caughtUp)).damage, expected);
  follower.leave();
});

test("an export says how much of the conversation is missing", async () => {
  const { supervisor, damage: expected } = await damaged();
  const markdown = (await supervisor.export("c", "markdown")).text;
  assert.match(markdown, /^# hello\n\n> 1 of \d+ records of this conversation cannot be read\..*\n\n## You/);
  const json: unknown = JSON.parse((await supervisor.export("c", "json")).text);
  assert.deepEqual((json as { damage: unknown }).damage, expected);
});

test("a conversation that can be read in full says nothing of it", async () => {
  const world = supervised<ScriptedRunner>();
  const { supervisor } = world;
  await answered(world);
  const follower = new Follower(supervisor, { snapshot: true });
  assert.ok(!("damage" in (await follower.until(({ caughtUp }) => caughtUp))));
  assert.ok(!(await supervisor.export("c", "markdown")).text.includes("cannot be read"));
  follower.leave();
});

/** A conversation of three messages, of whose records the second is damaged on the disk. */
async function damaged() {
  const disk = new SimulatedDisk();
  const world = supervised<ScriptedRunner>({ logs: logsOn(disk) });
  for (const content of ["hello", "lost", "and then"]) await answered(world, content);
  await world.supervisor.close();
  const [path = "", bytes = Buffer.alloc(0)] = [...disk.files()].find(([name]) => name.endsWith(".log")) ?? [];
  const second = PREAMBLE_BYTES + HEAD_BYTES + bytes.readUInt32BE(PREAMBLE_BYTES) + TAG_BYTES;
  bytes[second + HEAD_BYTES + 5] = (bytes[second + HEAD_BYTES + 5] ?? 0) ^ 1;
  disk.put(path, bytes);
  const { records } = await (await logsOn(disk).open("c")).read();
  return { ...world.restart(), damage: { unreadable: 1, records } };
}

async function answered({ supervisor, runner }: ReturnType<typeof supervised<ScriptedRunner>>, content = "hello") {
  const before = runner.turns.length;
  const sending = finished(supervisor.send(message(content), unending));
  await until(() => runner.turns.length > before);
  runner.last.finish();
  await sending;
}
