import { episodeId } from "../server/memory/episodes.ts";
import type { Memory } from "../server/memory/memory.ts";
import type { PersistedEvent } from "../server/protocol/events.ts";
import { emptyTranscript, updateAll } from "../server/protocol/transcript.ts";
import { systemClock } from "../server/util/clock.ts";
import { memoryOn } from "./benchMemory.ts";
import { BenchStore } from "./benchStore.ts";
import type { Talk, TalkTurn } from "./locomo.ts";
import { LIMIT, type RecallStore, textOf } from "./recallStore.ts";

/** Every so often it is looked whether all is embedded: seldom, since the worker rests from that when it is asked. */
const LOOK_MS = 200;
const ASK_MS = 2_000;
const NEVER = new AbortController().signal;

/**
 * Memory as the engine has it: sessions are conversations in an encrypted store, and memory is told how they stand. What it
 * learns from them is not asked for: the evidence is what was said.
 */
export class MemoryStore implements RecallStore {
  readonly #modelFolder: string;
  readonly #ids = new Map<string, string>();
  #store: BenchStore | undefined;
  #memory: Memory | undefined;

  /** @param modelFolder of the embedder that is built in. */
  constructor(modelFolder: string) {
    this.#modelFolder = modelFolder;
  }

  async remember(talk: Talk): Promise<void> {
    const store = await BenchStore.create();
    const clock = { ...systemClock, now: () => new Date(talk.nowMs) };
    const memory = memoryOn(store, { embedder: { kind: "embedded" }, modelFolder: this.#modelFolder, clock });
    [this.#store, this.#memory] = [store, memory];
    for (const [session, turns] of Map.groupBy(talk.turns, (turn) => turn.session)) {
      const events = this.#eventsOf(`session-${session}`, turns);
      const log = await store.logs().open(`session-${session}`);
      await log.append(events, { durable: true });
      await log.close();
      memory.observe(`session-${session}`, updateAll(emptyTranscript, events));
    }
    while (!(await this.#isFilled(memory, talk))) await systemClock.sleep(LOOK_MS);
    while (!(await this.#isReady(memory, talk))) await systemClock.sleep(ASK_MS);
  }

  async recall(query: string): Promise<string[]> {
    const params = { query, queryType: "chat", limit: LIMIT, kinds: ["episode"] } as const;
    const found = await this.#memory?.ask("rubberduck/memory/recall", params, NEVER);
    if (found?.lexicalOnly !== undefined) throw new Error(`Meaning was not looked at: ${found.lexicalOnly}`);
    return (found?.hits ?? []).map(({ id }) => this.#ids.get(id) ?? id);
  }

  async dispose(): Promise<void> {
    await this.#memory?.close();
    await this.#store?.dispose();
  }

  /** Two who speak in turns are the user and the assistant; who speaks twice has no answer to the first. */
  #eventsOf(conversationId: string, turns: readonly TalkTurn[]): PersistedEvent[] {
    const events: PersistedEvent[] = [];
    const pairs = turns.flatMap((_, i) => pairAt(turns, i));
    for (const [i, pair] of pairs.entries()) {
      const turnId = `turn${i}`;
      for (const turn of [pair.message, pair.answer])
        if (turn !== undefined) this.#ids.set(episodeId(conversationId, turnId, turn.role), turn.id);
      events.push(...turnEvents(turnId, 3 * i, pair));
    }
    return events;
  }

  /** All is in the index, and hardly any is without its meaning. */
  async #isFilled(memory: Memory, talk: Talk): Promise<boolean> {
    const { episodes, embedder } = await memory.ask("rubberduck/memory/overview", {}, NEVER);
    return episodes >= saidIn(talk).length && embedder.state === "ready";
  }

  /** All has its meaning. The newest are embedded first, so that the oldest says so for all. */
  async #isReady(memory: Memory, talk: Talk): Promise<boolean> {
    const [oldest] = saidIn(talk);
    if (oldest === undefined) return true;
    const params = { query: textOf(oldest), queryType: "search", limit: LIMIT, kinds: ["episode"] } as const;
    const { hits } = await memory.ask("rubberduck/memory/recall", params, NEVER);
    return hits.some(({ id, signals }) => this.#ids.get(id) === oldest.id && signals.meaning !== undefined);
  }
}

function saidIn({ turns }: Talk): TalkTurn[] {
  return turns.filter(({ text }) => /\p{L}{4}/u.test(text));
}

interface Pair {
  readonly message?: TalkTurn | undefined;
  readonly answer?: TalkTurn | undefined;
}

/** What begins there; nothing, when it is the answer to what stands before it. */
function pairAt(turns: readonly TalkTurn[], i: number): Pair[] {
  const [before, turn, next] = [turns[i - 1], turns[i], turns[i + 1]];
  if (turn?.role === "assistant") return before?.role === "user" ? [] : [{ answer: turn }];
  return [{ message: turn, answer: next?.role === "assistant" ? next : undefined }];
}

function turnEvents(turnId: string, seq: number, { message, answer }: Pair): PersistedEvent[] {
  const at = new Date(message?.atMs ?? answer?.atMs ?? 0).toISOString();
  return [
    {
      type: "accepted",
      seq: seq + 1,
      at,
      turnId,
      operationId: turnId,
      content: message === undefined ? "" : textOf(message),
      attachments: [],
      options: {},
      client: "panel",
    },
    { type: "started", seq: seq + 2, at, turnId, kind: "chat" },
    {
      type: "done",
      seq: seq + 3,
      at,
      turnId,
      text: answer === undefined ? "" : textOf(answer),
      stopReason: "complete",
    },
  ];
}
