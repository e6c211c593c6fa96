import assert from "node:assert/strict";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import type { ConversationLogs, EventLog } from "../../server/store/eventLog.ts";
import type { FileSystem } from "../../server/store/fileSystem.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";

export const WORKSPACE = `/store/${"a".repeat(32)}`;
export const KEYS = keysOf("00112233445566778899aabbccddeeff", Buffer.alloc(32, 7));

/** The conversations of one workspace, as a process that starts finds them. */
export function logsOn(fs: FileSystem, epoch = 1, keys = KEYS): ConversationLogs {
  const isSuperseded = async () => false;
  return new EncryptedLogs({ fs, folder: WORKSPACE, keys, epoch, isSuperseded, logger: silentLog });
}

/** What was given to the logs, and what they said they keep: outlives the process that is killed. */
export class Notes {
  readonly tried = new Map<string, PersistedEvent[]>();
  readonly kept = new Map<string, PersistedEvent[]>();

  copy(): Notes {
    const copy = new Notes();
    for (const [id, events] of this.tried) copy.tried.set(id, [...events]);
    for (const [id, events] of this.kept) copy.kept.set(id, [...events]);
    return copy;
  }

  note(kind: "tried" | "kept", id: string, events: readonly PersistedEvent[]): void {
    this[kind].set(id, [...(this[kind].get(id) ?? []), ...events]);
  }

  drop(kind: "tried" | "kept", id: string, event: PersistedEvent): void {
    this[kind].set(
      id,
      (this[kind].get(id) ?? []).filter((each) => each !== event),
    );
  }
}

/** Writes one conversation as the server does: numbers go on from what was read, and none is used twice. */
export class Writer {
  readonly #log: EventLog;
  readonly #id: string;
  readonly #notes: Notes;
  readonly #name: string;
  #seq: number;

  private constructor(log: EventLog, id: string, notes: Notes, name: string, seq: number) {
    this.#log = log;
    this.#id = id;
    this.#notes = notes;
    this.#name = name;
    this.#seq = seq;
  }

  static async open(logs: ConversationLogs, id: string, notes: Notes, name = "first"): Promise<Writer> {
    const log = await logs.open(id);
    const { events } = await log.read();
    return new Writer(log, id, notes, name, events.at(-1)?.seq ?? 0);
  }

  /** Of a log that nobody has read yet, or could. */
  static async unread(logs: ConversationLogs, id: string, notes: Notes, name = "unread"): Promise<Writer> {
    const seqs = (notes.tried.get(id) ?? []).map(({ seq }) => seq);
    return new Writer(await logs.open(id), id, notes, name, Math.max(0, ...seqs));
  }

  /** Titles, which nobody leaves out. */
  async say(count: number, durable = true): Promise<void> {
    await this.#append(
      Array.from({ length: count }, () => ({
        ...this.#next(),
        type: "titled",
        title: `${this.#name} in ${this.#id}`,
        byUser: true,
      })),
      durable,
    );
  }

  /** An answer that arrives in pieces. */
  async stream(pieces: number): Promise<void> {
    const turnId = `turn ${this.#seq}`;
    for (let offset = 0; offset < pieces; offset++) {
      await this.#append([{ ...this.#next(), type: "checkpoint", turnId, offset, text: "x" }], false);
    }
    await this.#append(
      [{ ...this.#next(), type: "done", turnId, text: "x".repeat(pieces), stopReason: "complete" }],
      true,
    );
  }

  /** One event is forgotten. Until that is done nobody knows whether it is there. */
  async forget(event: PersistedEvent): Promise<void> {
    this.#notes.drop("kept", this.#id, event);
    await this.#log.rewrite((each) => (inShort(each) === inShort(event) ? undefined : each));
    this.#notes.drop("tried", this.#id, event);
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  async #append(events: readonly PersistedEvent[], durable: boolean): Promise<void> {
    this.#notes.note("tried", this.#id, events);
    await this.#log.append(events, { durable });
    if (durable) this.#notes.note("kept", this.#id, events);
  }

  #next(): { seq: number; at: string } {
    return { seq: ++this.#seq, at: "2026-01-01T00:00:00.000Z" };
  }
}

/**
 * Everything that was acknowledged is there once and as it was; nothing is there that nobody wrote.
 * @param mayMiss that something is unreadable may be said of what nobody was told is kept: a loss of power may leave a
 * hole in what was not synced.
 */
export async function assertKept(logs: ConversationLogs, notes: Notes, label: string, mayMiss = false): Promise<void> {
  for (const [id, tried] of notes.tried) {
    const { events, damaged } = await (await logs.open(id)).read();
    const kept = notes.kept.get(id) ?? [];
    const wasTried = new Set(tried.map(inShort));
    const isKept = new Set(kept.map(inShort));
    const found = new Set(events.map(inShort));
    const done = new Set(events.flatMap((event) => (event.type === "done" ? [event.turnId] : [])));
    for (const [index, event] of events.entries()) {
      assert.ok((events[index - 1]?.seq ?? 0) < event.seq, `doubled or out of order in ${id}: ${label}`);
      assert.ok(wasTried.has(inShort(event)), `nobody wrote ${event.seq} of ${id}: ${label}`);
    }
    for (const event of kept) {
      const isUsed = event.type === "checkpoint" && done.has(event.turnId);
      assert.ok(isUsed || found.has(inShort(event)), `lost ${event.seq} of ${id}: ${label}`);
    }
    const missing = tried.filter((event) => !isKept.has(inShort(event)) && !found.has(inShort(event)));
    assert.ok(damaged <= (mayMiss ? missing.length : 0), `damage (${damaged}) in ${id}: ${label}`);
  }
}

function inShort(event: PersistedEvent): string {
  const text = event.type === "titled" ? event.title : "text" in event ? event.text : "";
  return `${event.seq} ${event.type} ${text}`;
}

/** A copy with one bit changed; bits are counted from the start. */
export function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
