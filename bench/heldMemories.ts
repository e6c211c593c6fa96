import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Memory } from "../server/memory/memory.ts";
import { toExport } from "../server/memory/memoryExport.ts";
import type { PersistedEvent } from "../server/protocol/events.ts";
import { emptyTranscript, updateAll } from "../server/protocol/transcript.ts";
import { memoryOn } from "./benchMemory.ts";
import { BenchStore } from "./benchStore.ts";
import { repeat, timed } from "./clock.ts";
import type { MadeTalk } from "./madeTalk.ts";
import { rounded, summary } from "./stats.ts";

const NEVER = new AbortController().signal;
const TURNS = 50;
/** Others have theirs in between, as a person who types would let them. */
const PAUSE_MS = 20;

/**
 * What very many memories ask of the server's own thread, words alone compared. Times in ms: to `import` and to `consolidate` them all,
 * to `open` them after a start, to `list` a page, and from a turn to what was `learned` from it, which is compared with all of
 * them. `longestBlockMs`: the longest that the thread stood still during all that, once each had been done before.
 */
export async function heldMemories(talk: MadeTalk, count: number, nowMs: number) {
  const store = await BenchStore.create();
  const embedder = { kind: "off" } as const;
  try {
    const first = memoryOn(store, { embedder });
    const text = toExport(talk.memories(count, nowMs), new Date(nowMs).toISOString());
    await learnFrom(first, store, "warm-up");
    await first.ask("rubberduck/memory/consolidate", {}, NEVER);
    const block = {
      importing: monitorEventLoopDelay({ resolution: 2 }),
      using: monitorEventLoopDelay({ resolution: 2 }),
    };
    block.importing.enable();
    const imported = await timed(() => first.ask("rubberduck/memory/import", { text }, NEVER));
    block.importing.disable();
    await first.close();

    const second = memoryOn(store, { embedder });
    const opened = await timed(() => second.ask("rubberduck/memory/overview", {}, NEVER));
    block.using.enable();
    const list = await repeat(20, () => timed(() => second.ask("rubberduck/memory/list", {}, NEVER)));
    const consolidated = await timed(() => second.ask("rubberduck/memory/consolidate", {}, NEVER));
    const learned = await learnFrom(second, store, "measured");
    block.using.disable();
    await second.close();
    return {
      importMs: rounded(imported),
      openMs: rounded(opened),
      listMs: summary(list),
      consolidateMs: rounded(consolidated),
      learnedMs: summary(learned),
      longestBlockMs: rounded(Math.max(block.importing.max, block.using.max) / 1e6),
    };
  } finally {
    await store.dispose();
  }
}

async function learnFrom(memory: Memory, store: BenchStore, conversationId: string): Promise<number[]> {
  const log = await store.logs().open(conversationId);
  const events: PersistedEvent[] = [];
  const times = await repeat(TURNS, async (i) => {
    await setTimeout(PAUSE_MS);
    const turn = turnEvents(`${conversationId}-${i}`, 3 * i);
    await log.append(turn, { durable: true });
    events.push(...turn);
    const before = await known(memory);
    return timed(async () => {
      const changed = Promise.withResolvers<void>();
      const unlisten = memory.onDidChange(() => void known(memory).then((now) => now > before && changed.resolve()));
      memory.observe(conversationId, updateAll(emptyTranscript, events));
      await changed.promise;
      unlisten();
    });
  });
  await log.close();
  return times;
}

/** Of what was ever known: what takes another's place counts besides it. */
async function known(memory: Memory): Promise<number> {
  const { counts } = await memory.ask("rubberduck/memory/overview", {}, NEVER);
  return counts.active + counts.superseded;
}

function turnEvents(turnId: string, seq: number): PersistedEvent[] {
  const at = new Date().toISOString();
  const content = `We decided that module ${turnId} never retries the queue, because it failed twice.`;
  return [
    {
      ...{ type: "accepted", seq: seq + 1, at, turnId, operationId: turnId, content },
      ...{ attachments: [], options: {}, client: "panel" },
    },
    { type: "started", seq: seq + 2, at, turnId, kind: "chat" },
    { type: "done", seq: seq + 3, at, turnId, text: "Fine.", stopReason: "complete" },
  ];
}
