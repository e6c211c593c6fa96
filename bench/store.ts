/**
 * What the encrypted store takes, through its port, on the real disk. Times in ms.
 *
 * - `append`: a message of usual size until it is durable: `one` writer; `many`, a message in each of the conversations at
 *   once. Beside it in the same rounds `plain`, which is append and fdatasync of as many bytes, and `lowdb`.
 * - `open`: a conversation until all of it is at the one who asked for it: `withSnapshot` as the store keeps it,
 *   `withoutSnapshot` from the segments alone.
 * - `start`: the list of all conversations, then the one that was talked in last: `listKept` as on any day, `listGone` when
 *   every log has to be read for the list.
 * - `bytesPerMessage`: what a message or an answer takes on the disk, with what is kept beside it, before any snapshot;
 *   `plainBytesPerMessage`: the same as lines of JSON.
 */
import { eventsOf } from "../test/fakes/longConversation.ts";
import { BenchStore, bytesIn } from "./benchStore.ts";
import { repeat } from "./clock.ts";
import { readFlags } from "./flags.ts";
import { rounded, summary } from "./stats.ts";
import { appendTimes, encrypted, lowdb, plain } from "./storeAppends.ts";
import { fill, listAndLast, openTimes, removeSnapshots, write } from "./storeOpening.ts";

/** What we promise ourselves. */
const BARS = { appendOverPlain: 1.5, openWithSnapshotMs: 300, openWithoutSnapshotMs: 1000, startMs: 2000 };
const MESSAGE_BYTES = 600;

const flags = readFlags("Usage: npm run -s bench:store -- [flags]\n\nWhat the encrypted store takes.", {
  appends: { help: "messages of one writer", value: 1000, least: 1 },
  conversations: { help: "conversations that are written to at once", value: 50, least: 1 },
  rounds: { help: "messages in each of them", value: 60, least: 1 },
  events: { help: "events of the conversation that is opened", value: 10_000, least: 1 },
  megabytes: { help: "size of the store that is listed", value: 100, least: 1 },
  times: { help: "how often each is opened", value: 5, least: 1 },
});

const store = await BenchStore.create();
try {
  const append = { one: await appends(1, flags.appends), many: await appends(flags.conversations, flags.rounds) };
  const size = await bytesPerMessage();
  await write(store, "long", flags.events);
  const withSnapshot = await openTimes(store, "long", flags.times);
  const snapshots = await removeSnapshots(store, "long");
  const withoutSnapshot = await openTimes(store, "long", flags.times);
  const start = await starts();

  console.log(
    JSON.stringify({
      append,
      ...size,
      open: { withSnapshot: summary(withSnapshot), withoutSnapshot: summary(withoutSnapshot), snapshots },
      start,
      bars: {
        appendOne: append.one.overPlainP95 <= BARS.appendOverPlain,
        appendMany: append.many.overPlainP95 <= BARS.appendOverPlain,
        openWithSnapshot: snapshots > 0 && Math.max(...withSnapshot) <= BARS.openWithSnapshotMs,
        openWithoutSnapshot: Math.max(...withoutSnapshot) <= BARS.openWithoutSnapshotMs,
        start: start.listKept.max <= BARS.startMs,
      },
    }),
  );
} finally {
  await store.dispose();
}

/** In as many conversations at once. */
async function appends(conversations: number, count: number) {
  const names = Array.from({ length: conversations }, (_, index) => `append-${conversations}-${index}`);
  const logs = store.logs();
  const kinds = {
    encrypted: await Promise.all(names.map((name) => encrypted(logs, name))),
    plain: await Promise.all(names.map((name) => plain(store, name))),
    lowdb: await Promise.all(names.map((name) => lowdb(store, name))),
  };
  const content = "x".repeat(MESSAGE_BYTES - 250);
  const times = await appendTimes(kinds, { count, notCounted: Math.ceil(count / 10) }, (round) => ({
    ...{ type: "accepted", seq: round + 1, at: new Date().toISOString(), turnId: crypto.randomUUID(), content },
    ...{ operationId: crypto.randomUUID(), attachments: [], options: {}, client: "panel" },
  }));
  const [ours, disk] = [summary(times.encrypted), summary(times.plain)];
  return { encrypted: ours, plain: disk, lowdb: summary(times.lowdb), overPlainP95: rounded(ours.p95 / disk.p95) };
}

async function bytesPerMessage() {
  const messages = 200;
  const events = eventsOf({ conversationId: "size", title: "size", messages });
  await write(store, "size", events.length);
  const bytes = await bytesIn(store.conversationFolder("size"));
  const json = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  return {
    bytesPerMessage: Math.round(bytes / messages),
    plainBytesPerMessage: Math.round(Buffer.byteLength(json) / messages),
  };
}

/** In a store that holds nothing else. */
async function starts() {
  const full = await BenchStore.create();
  try {
    const conversations = await fill(full, flags.megabytes * 1e6);
    const megabytes = rounded((await bytesIn(full.folder)) / 1e6);
    // The first one reads every log and keeps the list.
    const listGone = rounded(await listAndLast(full));
    const listKept = summary(await repeat(flags.times, () => listAndLast(full)));
    return { conversations, megabytes, listGone, listKept };
  } finally {
    await full.dispose();
  }
}
