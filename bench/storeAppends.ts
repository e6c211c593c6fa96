import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { JSONFilePreset } from "lowdb/node";
import type { PersistedEvent } from "../server/protocol/events.ts";
import type { ConversationLogs } from "../server/store/eventLog.ts";
import type { BenchStore } from "./benchStore.ts";
import { timed } from "./clock.ts";

/** Appends one message and answers when it is durable. */
export interface Appender {
  append(message: PersistedEvent): Promise<void>;
  close(): Promise<void>;
}

/** A conversation in the store. */
export async function encrypted(logs: ConversationLogs, name: string): Promise<Appender> {
  const log = await logs.open(name);
  return { append: (message) => log.append([message], { durable: true }), close: () => log.close() };
}

/** A record's head and tag: the plain file gets as many bytes. */
const FRAME_BYTES = 28 + 16;

/** What the disk itself takes: append and fdatasync, and nothing else. */
export async function plain(store: BenchStore, name: string): Promise<Appender> {
  const folder = join(store.folder, "plain");
  await mkdir(folder, { recursive: true });
  const file = await open(join(folder, name), "a");
  return {
    append: async (message) => {
      await file.write(Buffer.from(JSON.stringify([message]).padEnd(FRAME_BYTES)));
      await file.datasync();
    },
    close: () => file.close(),
  };
}

/** lowdb with its own adapter: writes the whole conversation anew with each message, and syncs nothing. */
export async function lowdb(store: BenchStore, name: string): Promise<Appender> {
  const folder = join(store.folder, "lowdb");
  await mkdir(folder, { recursive: true });
  const low = await JSONFilePreset<PersistedEvent[]>(join(folder, name), []);
  return { append: (message) => low.update((messages) => messages.push(message)), close: async () => {} };
}

/**
 * How long each append took, in ms, by appender: every round appends one message with each of an appender's kind at once, kind
 * after kind, so that what else the disk has to do falls on all alike.
 */
export async function appendTimes<K extends string>(
  kinds: Readonly<Record<K, readonly Appender[]>>,
  rounds: { readonly count: number; readonly notCounted: number },
  message: (round: number) => PersistedEvent,
): Promise<Record<K, number[]>> {
  const names = Object.keys(kinds) as K[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  for (let round = 0; round < rounds.notCounted + rounds.count; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as K;
      const taken = await Promise.all(kinds[name].map((appender) => timed(() => appender.append(message(round)))));
      if (round >= rounds.notCounted) times[name].push(...taken);
    }
  }
  for (const appender of names.flatMap((name) => kinds[name])) await appender.close();
  return times;
}
