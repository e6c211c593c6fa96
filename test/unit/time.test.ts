import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ownerLink } from "../../server/gateway/ownerLink.ts";
import { Breaker } from "../../server/llm/breaker.ts";
import { ModelError } from "../../server/llm/modelErrors.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Ownership } from "../../server/store/ownership.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { Trash } from "../../server/store/trash.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { openDoor } from "../fakes/ownerDoor.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

/**
 * Whatever somebody does to the clock, or a machine that sleeps: the order of what was said does not come from it, waits
 * are as long as they are, and nothing expires. Each way of time stands against each part that has to do with it.
 */
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const WAYS: Readonly<Record<string, (clock: FakeClock) => void>> = {
  "set back by an hour": (clock) => clock.set(-HOUR),
  "set back by a day": (clock) => clock.set(-DAY),
  "set back by ten years": (clock) => clock.set(-10 * YEAR),
  "set forward by an hour": (clock) => clock.set(HOUR),
  "set forward by eight days": (clock) => clock.set(8 * DAY),
  "set forward by ten years": (clock) => clock.set(10 * YEAR),
  "asleep for an hour": (clock) => clock.set(HOUR),
  "asleep for eight days": (clock) => clock.set(8 * DAY),
  "asleep for eight days that count": (clock) => clock.suspend(8 * DAY),
};

let points = 0;
after(() => {
  console.log(`points: ${points}`);
  assert.equal(points, 54);
});

for (const [way, jump] of Object.entries(WAYS)) {
  const holds = (sentence: string, check: () => Promise<void>) =>
    test(`${way}: ${sentence}`, async () => {
      await check();
      points++;
    });

  holds("messages stay in the order in which they were accepted, also for the next owner", async () => {
    const disk = new SimulatedDisk();
    const logs = (epoch: number) => logsOn(disk, epoch);
    const first = supervised({ logs: logs(1) });
    await say(first, "one");
    jump(first.clock);
    await say(first, "two");
    await first.supervisor.close();
    const second = supervised({ logs: logs(2), ids: "second" });
    jump(second.clock);
    jump(second.clock);
    await say(second, "three");
    const follower = new Follower(second.supervisor);
    const { turns } = await follower.until(({ caughtUp }) => caughtUp);
    assert.deepEqual(
      turns.map(({ accepted }) => accepted.content),
      ["one", "two", "three"],
    );
    const numbers = turns.map(({ accepted }) => accepted.seq);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    follower.leave();
  });

  holds("what was deleted an hour ago can still be brought back", async () => {
    const disk = new SimulatedDisk();
    const world = supervised({ logs: logsOn(disk, 1) });
    await say(world, "keep me");
    await world.supervisor.delete("c");
    const trash = new Trash({ ...PLACE, fs: disk, clock: world.clock, isSuperseded: async () => false });
    await trash.sweep();
    await world.clock.advance(HOUR);
    await trash.sweep();
    jump(world.clock);
    await trash.sweep();
    await trash.sweep();
    await world.supervisor.restore("c");
    assert.equal((await world.supervisor.list()).length, 1);
  });

  holds("an endpoint that failed is left alone for as long as it was to be, and no longer", async () => {
    const clock = new FakeClock();
    const breaker = new Breaker("host", clock, () => {});
    const down = new ModelError("modelUnavailable", "host answered 503.", { retryable: true });
    while (breaker.status.state === "closed") await breaker.begin().failed(down);
    const from = clock.monotonicMs();
    jump(clock);
    const slept = clock.monotonicMs() - from;
    await clock.advance(Math.max(0, 29_000 - slept));
    assert.equal(breaker.refusal === undefined, slept > 30_000);
    await clock.advance(1000);
    assert.equal(breaker.refusal, undefined);
    breaker.dispose();
  });

  holds("an owner that answers is not taken for one that hangs", async () => {
    const root = await mkdtemp(join(tmpdir(), "duck-"));
    const clock = new FakeClock();
    const start = () =>
      new Ownership({
        fs: nodeFileSystem,
        workspace: join(root, "ws"),
        runtime: join(root, "run"),
        wire: ownerLink,
        clock,
      });
    const owner = await start().ownOrJoin(openDoor);
    const joiner = start();
    const joined = await joiner.ownOrJoin(openDoor);
    assert.ok(owner.kind === "owner" && joined.kind === "joined");
    let hung = false;
    const unwatch = joiner.watch(joined.epoch, joined.connection, () => {
      hung = true;
    });
    for (let second = 0; second < 5; second++) {
      jump(clock);
      await clock.advance(1000);
      await until(() => clock.pending > 0);
      await settled();
    }
    assert.equal(hung, false);
    assert.equal(await owner.isSuperseded(), false);
    unwatch();
    joined.connection.dispose();
    await owner.server.close();
    await rm(root, { recursive: true, force: true });
  });

  holds("a conversation sleeps after ten minutes without a word, not before and not later", async () => {
    const world = supervised();
    await say(world, "hello");
    await world.clock.advance(0);
    const from = world.clock.monotonicMs();
    jump(world.clock);
    const slept = world.clock.monotonicMs() - from;
    await world.clock.advance(0);
    await settled();
    assert.equal(world.supervisor.live, slept > 0 ? 0 : 1);
    await world.clock.advance(9 * 60_000);
    await settled();
    assert.equal(world.supervisor.live, slept > 0 ? 0 : 1);
    await world.clock.advance(11 * 60_000);
    await settled();
    assert.equal(world.supervisor.live, 0);
  });

  holds(
    "an answer under way goes on, is written down once a second, and was thought over for no negative time",
    async () => {
      const world = supervised({ logs: logsOn(new SimulatedDisk(), 1) });
      const sending = finished(world.supervisor.send(message("tell me"), unending));
      await until(() => world.runner.turns.length === 1);
      world.runner.last.emit({ type: "reasoning", text: "Hm. " });
      await settled();
      jump(world.clock);
      world.runner.last.emit({ type: "reasoning", text: "Well. " });
      world.runner.last.say("Once upon a time");
      const follower = new Follower(world.supervisor);
      await follower.until(({ turns }) => turns[0]?.text === "Once upon a time");
      await world.clock.advance(1000);
      await settled();
      const crashed = world.restart().supervisor;
      const found = new Follower(crashed);
      const { turns } = await found.until(({ turns: [told] }) => told?.state === "done");
      assert.equal(turns[0]?.text, "Once upon a time");
      assert.ok((turns[0]?.reasoning?.ms ?? -1) >= 0);
      found.leave();
      world.runner.last.finish();
      assert.equal((await sending).result.stopReason, "complete");
      follower.leave();
    },
  );
}

type World = ReturnType<typeof supervised<ScriptedRunner>>;

const PLACE = { folder: "/store/workspace", keys: keysOf("0".repeat(32), Buffer.alloc(32)), logger: silentLog };

function logsOn(disk: SimulatedDisk, epoch: number): EncryptedLogs {
  return new EncryptedLogs({ ...PLACE, fs: disk, epoch, isSuperseded: async () => false });
}

async function say({ supervisor, runner }: Pick<World, "supervisor" | "runner">, content: string): Promise<void> {
  const before = runner.turns.length;
  const sending = finished(supervisor.send(message(content), unending));
  await until(() => runner.turns.length > before);
  runner.last.finish();
  await sending;
}

/** Several rounds of the event loop, so that what goes over a socket or a disk has arrived. */
async function settled(): Promise<void> {
  for (let round = 0; round < 30; round++) await turn();
}
