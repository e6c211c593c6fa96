import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type ServedFolder, serveFolder, type Used } from "../../bench/servedFolder.ts";
import { seeded } from "../unit/secrets/random.ts";
import { configBeside, temporaryWorkspace } from "./serverProcess.ts";
import { SoakClient } from "./soakClient.ts";
import { startSoakModel } from "./soakModel.ts";

const CONVERSATIONS = 50;
const SEGMENTS = 12;
const TURNS = Number(process.env.RUBBERDUCK_SOAK_TURNS ?? 20_000);
const FAULTS = 0.01;
/** How much the mean of the last third may be above that of the first. */
const MOST = { heapShare: 1.15, descriptors: 5, timers: 5 };

test("a server that answers for hours uses no more at the end than at the beginning", {
  skip: process.env.RUBBERDUCK_NIGHTLY === undefined,
}, async () => {
  const random = seeded(7);
  const model = await startSoakModel(FAULTS, random);
  const workspace = await temporaryWorkspace();
  const server = await serveFolder({
    ...workspace,
    baseUrl: model.baseUrl,
    limits: { messagesPerHour: 10_000_000, sockets: 2 * CONVERSATIONS, hibernateAfterMs: 500 },
    env: { XDG_CONFIG_HOME: configBeside(workspace.storePath) },
  });
  const each = Math.ceil(TURNS / SEGMENTS / CONVERSATIONS);
  const used: Used[] = [];
  let cuts = 0;
  for (let segment = 0; segment <= SEGMENTS; segment++) {
    const talks = Array.from({ length: CONVERSATIONS }, async (_, index) => {
      const client = new SoakClient(server, `soak-${index}`);
      for (let number = 0; number < each; number++) {
        const asked = client.ask(`op-${segment}-${number}`, `Where is number ${number} of ${segment}?`);
        if (random() < FAULTS) {
          client.cut();
          cuts++;
        }
        await asked;
      }
      await client.close();
    });
    await Promise.all(talks);
    // The first warms up.
    const now = await quiet(server);
    if (segment > 0) used.push(now);
    console.log(JSON.stringify({ segment, turns: (segment + 1) * each * CONVERSATIONS, ...now }));
  }
  const third = SEGMENTS / 3;
  const [first, last] = [used.slice(0, third), used.slice(-third)];
  const rise = (key: keyof Used) => ({ first: mean(first, key), last: mean(last, key) });
  const [heap, descriptors, timers] = [rise("heapUsed"), rise("descriptors"), rise("timers")];
  console.log(JSON.stringify({ cuts, heap, descriptors, timers }));
  assert.equal(await server.end(), 0);
  model.close();
  await workspace.dispose();
  assert.ok(heap.last <= heap.first * MOST.heapShare, "memory");
  assert.ok(descriptors.last <= descriptors.first + MOST.descriptors, "descriptors");
  assert.ok(timers.last <= timers.first + MOST.timers, "timers");
});

/** What it uses once its conversations have left memory, and the list that shows them is kept: when it gets no less any more. */
async function quiet(server: ServedFolder): Promise<Used> {
  for (let before = await server.used(); ; ) {
    await pause(5000);
    const now = await server.used();
    if (now.heapUsed > before.heapUsed * 0.98) return now;
    before = now;
  }
}

function mean(used: readonly Used[], key: keyof Used): number {
  return Math.round(used.reduce((sum, one) => sum + one[key], 0) / used.length);
}
