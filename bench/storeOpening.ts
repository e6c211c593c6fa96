import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Supervisor } from "../server/conversation/supervisor.ts";
import { keptList } from "../server/store/keptList.ts";
import { systemClock } from "../server/util/clock.ts";
import { eventsOf } from "../test/fakes/longConversation.ts";
import { ScriptedRunner } from "../test/fakes/scriptedRunner.ts";
import { type BenchStore, bytesIn } from "./benchStore.ts";
import { repeat, timed } from "./clock.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Appends a conversation as its turns would have, an event at a time, and lets the log make its snapshots. It was talked in
 * `day` days after the first.
 */
export async function write(store: BenchStore, conversationId: string, events: number, day = 0): Promise<void> {
  const log = await store.logs().open(conversationId);
  const messages = 2 * Math.ceil((events - 1) / 4);
  const all = eventsOf({ conversationId, title: conversationId, messages }).slice(0, events);
  const at = new Date(DAY_MS * (20_000 + day)).toISOString();
  for (const event of all) await log.append([{ ...event, at }], { durable: false });
  await log.close();
}

/** Opens it as a window does that shows it: log read, transcript folded, all sent. In ms. */
export async function openTimes(store: BenchStore, conversationId: string, times: number): Promise<number[]> {
  return repeat(times, () => opened(store, (supervisor) => shown(supervisor, conversationId)));
}

/** Takes the snapshots away: what remains is every segment that was ever written. */
export async function removeSnapshots(store: BenchStore, conversationId: string): Promise<number> {
  const folder = store.conversationFolder(conversationId);
  const snapshots = (await readdir(folder)).filter((name) => name.startsWith("snapshot-"));
  for (const name of snapshots) await rm(join(folder, name));
  return snapshots.length;
}

/** Conversations of many lengths until they take `bytes` on the disk. Answers how many. */
export async function fill(store: BenchStore, bytes: number): Promise<number> {
  let count = 0;
  for (let filled = 0; filled < bytes; count++) {
    const conversationId = `filled-${count}`;
    await write(store, conversationId, LENGTHS[count % LENGTHS.length] ?? 1, count);
    filled += await bytesIn(store.conversationFolder(conversationId));
  }
  return count;
}

/** In events. */
const LENGTHS = [41, 81, 161, 321, 641, 1281, 3601];

/** Start → the list is there → the conversation that was talked in last is there, in ms. */
export async function listAndLast(store: BenchStore): Promise<number> {
  return opened(store, async (supervisor) => {
    const [last] = await supervisor.list();
    if (last !== undefined) await shown(supervisor, last.conversationId);
  });
}

async function opened(store: BenchStore, use: (supervisor: Supervisor) => Promise<void>): Promise<number> {
  const { logger } = store;
  const supervisor = new Supervisor({
    logs: store.logs(),
    list: keptList(store),
    hybrid: new ScriptedRunner(),
    clock: systemClock,
    newId: () => "none",
    logger,
  });
  const ms = await timed(() => use(supervisor));
  await supervisor.close();
  return ms;
}

async function shown(supervisor: Supervisor, conversationId: string): Promise<void> {
  const from = { conversationId, lastSeq: 0, offset: 0, snapshot: true };
  for await (const event of supervisor.subscribe(from, new AbortController().signal)) {
    if (event.type === "caughtUp") return;
  }
}
