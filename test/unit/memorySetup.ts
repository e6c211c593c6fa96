import { Changes } from "../../server/memory/changes.ts";
import { Consolidating, type Tidied } from "../../server/memory/consolidating.ts";
import { ForgettingMemories } from "../../server/memory/forgettingMemories.ts";
import { keptPatterns } from "../../server/memory/keptPatterns.ts";
import { Memory } from "../../server/memory/memory.ts";
import { MidTerm } from "../../server/memory/midTerm.ts";
import { Observing } from "../../server/memory/observing.ts";
import { quoting, turnsAt, turnsWhere } from "../../server/memory/quoting.ts";
import { Recalling } from "../../server/memory/recalling.ts";
import { Remembering } from "../../server/memory/remembering.ts";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { withoutUndone } from "../../server/protocol/forgetting.ts";
import type { MemoryMethod, MemoryParams, MemoryResult } from "../../server/protocol/memory.ts";
import { emptyTranscript, updateAll } from "../../server/protocol/transcript.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { RecallInProcess } from "../fakes/recallInProcess.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { shelvesOn } from "./memoryWorld.ts";
import { KEYS, logsOn, WORKSPACE } from "./storeWorld.ts";

const NEVER = new AbortController().signal;
const NOTHING_TIDIED: Tidied = {
  run: { atMs: 0, asOfMs: 0 },
  changed: [],
  report: { merged: 0, superseded: 0, expired: 0, stale: 0, promoted: 0 },
};

/** Memory as services.ts makes it, over a disk in memory; conversations are told to it by their events. */
export class MemorySetup {
  readonly disk: SimulatedDisk;
  readonly clock = new FakeClock("2026-03-12T09:00:00.000Z");
  readonly index = new RecallInProcess();
  readonly memory: Memory;
  readonly observing: Observing;
  /** What was asked of the conversations. */
  readonly forgottenTurns: string[] = [];
  readonly #logs;
  readonly #events = new Map<string, PersistedEvent[]>();
  branch: string | undefined = "main";

  constructor(disk = new SimulatedDisk()) {
    this.disk = disk;
    const { clock, index } = this;
    const now = () => clock.now();
    let ids = 0;
    const newId = () => `m-${disk.calls.length}-${++ids}`;
    const branch = async () => this.branch;
    const shelves = shelvesOn(disk, { now });
    const place = { fs: disk, keys: KEYS, folder: WORKSPACE, logger: silentLog };
    const midTerm = new MidTerm({ file: keptPatterns(place), label: (path) => path, clock, logger: silentLog });
    const logs = logsOn(disk);
    this.#logs = logs;
    const remembering = new Remembering({ shelves, now, newId, anchorsOf: async () => [] });
    const learn = (...said: Parameters<Remembering["learn"]>) => remembering.learn(...said);
    const observing = new Observing({ shelves, logs, index, learn, logger: silentLog });
    this.observing = observing;
    const messages = {
      isForgotten: (conversationId: string, turnId: string) =>
        observing.forgottenIn(conversationId, "all").includes(turnId),
      forget: async (conversationId: string, turnId: string) => {
        this.forgottenTurns.push(turnId);
        await this.say(conversationId, [{ type: "forgotten", turnIds: [turnId], stage: "undoable" }]);
      },
      unforget: async (conversationId: string, turnId: string) =>
        this.say(conversationId, [{ type: "remembered", turnIds: [turnId] }]),
      quoting: (wanted: ReadonlySet<string>, texts: readonly string[]) => turnsWhere(logs, quoting(wanted, texts)),
      places: (turns: readonly { conversationId: string; turnId: string }[]) => turnsAt(logs, turns),
    };
    const keep = () => observing.keep();
    const decide = async () => NOTHING_TIDIED;
    this.memory = new Memory({
      shelves,
      index,
      midTerm,
      observing,
      recalling: new Recalling({ shelves, index, midTerm, branch, now, clock }),
      changes: new Changes({ shelves, branch, renewed: async () => [], now, newId }),
      forgetting: new ForgettingMemories({ shelves, index, messages, now, clock, logger: silentLog }),
      consolidating: new Consolidating({ shelves, decide, keep, clock, logger: silentLog }),
      shortTerm: () => ({ held: 0, capacity: 200 }),
      bytes: async () => 0,
      newId,
      now,
      clock,
      logger: silentLog,
    });
  }

  ask<M extends MemoryMethod>(method: M, params: MemoryParams<M>): Promise<MemoryResult<M>> {
    return this.memory.ask(method, params, NEVER);
  }

  /** The user says something and is answered; memory is told, and is done with it when this resolves. */
  async talk(conversationId: string, turnId: string, text: string, answer = "Noted."): Promise<void> {
    await this.say(conversationId, [
      {
        type: "accepted",
        turnId,
        operationId: turnId,
        content: text,
        attachments: [],
        options: {},
        client: "panel",
      },
      { type: "started", turnId, kind: "chat" },
      { type: "done", turnId, text: answer, stopReason: "complete" },
    ]);
  }

  /** Writes events to the conversation's log and tells memory how it stands. */
  async say(conversationId: string, events: readonly Unnumbered[]): Promise<void> {
    await this.write(conversationId, events);
    this.tell(conversationId);
    await this.observing.settled();
  }

  /** Without a word to memory. */
  async write(conversationId: string, events: readonly Unnumbered[]): Promise<void> {
    const known = this.#events.get(conversationId) ?? [];
    const at = this.clock.now().toISOString();
    const numbered = events.map((event, index) => ({ ...event, seq: known.length + 1 + index, at }) as PersistedEvent);
    this.#events.set(conversationId, [...known, ...numbered]);
    const log = await this.#logs.open(conversationId);
    await log.append(numbered, { durable: true });
    await log.close();
  }

  tell(conversationId: string): void {
    this.memory.observe(
      conversationId,
      updateAll(emptyTranscript, withoutUndone(this.#events.get(conversationId) ?? [])),
    );
  }
}

type Unnumbered = PersistedEvent extends infer E ? (E extends PersistedEvent ? Omit<E, "seq" | "at"> : never) : never;
