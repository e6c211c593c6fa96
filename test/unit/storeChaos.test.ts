import { test } from "node:test";
import type { Trouble } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { seeded } from "./secrets/random.ts";
import { assertKept, logsOn, Notes, Writer } from "./storeWorld.ts";

/**
 * Processes that write, forget, delete and restore, one after another, on a disk that fails now and then; each is killed at
 * some call, sometimes with a loss of power. A seed that fails makes the same calls again.
 */
const SEEDS = process.env.RUBBERDUCK_NIGHTLY ? 1000 : 150;
const PROCESSES = 6;
const IDS = ["a", "b"];

test("whatever happens to processes and disk, what was acknowledged is there, once, for the next one", async () => {
  let points = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seeded(seed);
    const notes = new Notes();
    let disk = new SimulatedDisk();
    let hasLostPower = false;
    for (let number = 1; number <= PROCESSES; number++) {
      disk.trouble = troubles(random);
      await live(disk, number, notes, random);
      disk.end();
      const isPowerLost = random() < 0.4;
      disk = isPowerLost ? disk.afterPowerLoss(Math.floor(random() * 1e9)) : disk.otherProcess();
      hasLostPower ||= isPowerLost;
      await check(
        disk,
        number,
        notes,
        `seed ${seed}, process ${number}${isPowerLost ? ", power lost" : ""}`,
        hasLostPower,
      );
      points++;
    }
  }
  console.log(`points: ${points}`);
});

/** Some calls fail; from some call on the process is gone. */
function troubles(random: () => number): (call: { index: number; mutates: boolean }) => Trouble | undefined {
  const end = Math.floor(random() * 150);
  const share = random() < 0.5 ? 0 : 0.05;
  const faults = ["ENOSPC", "EIO", "EMFILE"] as const;
  const effects = ["none", "part", "whole"] as const;
  return ({ index, mutates }) => {
    if (index >= end) return { effect: effects[Math.floor(random() * 3)] ?? "none", fault: "end" };
    if (random() >= share) return undefined;
    return { effect: mutates && random() < 0.5 ? "part" : "none", fault: faults[Math.floor(random() * 3)] ?? "EIO" };
  };
}

async function live(disk: SimulatedDisk, number: number, notes: Notes, random: () => number): Promise<void> {
  const logs = logsOn(disk, number);
  const nothing = () => {};
  /** As the server does: what is in the trash is written to only once it was restored. */
  const open = async (id: string, name: string) => {
    const isTrashed = await logs.isTrashed(id).catch(() => true);
    return isTrashed ? undefined : Writer.open(logs, id, notes, name).catch(nothing);
  };
  const writers = await Promise.all(IDS.map((id) => open(id, `${number}`)));
  for (let step = 0; step < 12; step++) {
    const which = Math.floor(random() * IDS.length);
    const [id = "", writer] = [IDS[which], writers[which]];
    const kept = notes.kept.get(id)?.filter(({ type }) => type === "titled") ?? [];
    const forgotten = kept[Math.floor(random() * kept.length)];
    const action = random();
    if (writer === undefined) continue;
    if (action < 0.4) await writer.say(1 + Math.floor(random() * 3)).catch(nothing);
    else if (action < 0.55) await writer.say(1, false).catch(nothing);
    else if (action < 0.65) await Promise.all([1, 2, 3].map((count) => writer.say(count).catch(nothing)));
    else if (action < 0.8) await writer.stream(Math.floor(random() * 4)).catch(nothing);
    else if (action < 0.9 && forgotten !== undefined) await writer.forget(forgotten).catch(nothing);
    else {
      await writer.close().catch(nothing);
      await logs.trash(id).catch(nothing);
      await logs.restore(id).catch(nothing);
      writers[which] = await open(id, `${number} at ${step}`);
    }
  }
}

async function check(
  disk: SimulatedDisk,
  number: number,
  notes: Notes,
  label: string,
  mayMiss: boolean,
): Promise<void> {
  const logs = logsOn(disk, number);
  for (const id of IDS) if (await logs.isTrashed(id)) await logs.restore(id);
  await assertKept(logs, notes, label, mayMiss);
}
