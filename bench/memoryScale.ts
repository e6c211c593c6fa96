/**
 * What memory takes with many items: the worker with the embedder that is built in, as it is packaged. Times in ms. Prints one
 * JSON object as its last line:
 *
 * - `recall`: question to answer, its embedding and the way to the worker and back included; `wordsMs` the same by words alone.
 * - `recallableMs`: something is learned → the next question finds it.
 * - `memories`: what as many memories ask of the server's own thread (heldMemories.ts).
 * - `embedded`: `perSecond` in the background, `vectors` in all.
 * - `loadMs`: what was kept, after a start: `words` until the first answer by words, `meaning` until meaning is known again.
 * - `saveTurnMs`: an exchange is written. `diskMiB`: everything that is kept of the items, encrypted.
 * - `residentMiB`: a process of its own, after such a start: `bare` before it, `loaded` with all of it, and all questions asked.
 * - `longestBlockMs`: the longest that the server's own thread stood still in all of this, once each of it had been done before.
 * - `beside`: the nearest 20 of as many vectors, without the embedding of the question: `vectra` alone, `bruteForce` over rows.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { LocalIndex, VirtualFileStorage } from "vectra";
import { build } from "../scripts/build.ts";
import { statementOf } from "../server/memory/recall/questions.ts";
import type { RecallItem } from "../server/memory/recall/recallItem.ts";
import type { MemoryIndex } from "../server/memory/worker/memoryIndex.ts";
import { VectorRows } from "../server/memory/worker/vectorRows.ts";
import { vectorOf } from "../test/fakes/embedder.ts";
import { repeat, timed } from "./clock.ts";
import { readFlags } from "./flags.ts";
import { heldMemories } from "./heldMemories.ts";
import { asking, indexIn, ready } from "./indexIn.ts";
import { MadeTalk } from "./madeTalk.ts";
import { percentile, rounded, summary } from "./stats.ts";

const BARS = { recallP95Ms: 50, recallableMs: 1000, residentMiB: 600, longestBlockMs: 50 };
const MIB = 2 ** 20;
const WARM_UP = 20;

const flags = readFlags("Usage: npm run -s bench:memory-scale -- [flags]\n\nWhat memory takes with many items.", {
  items: { help: "things that can be recalled", value: 10_000, least: 100 },
  questions: { help: "questions that are asked", value: 200, least: 20 },
});

await build();
const talk = new MadeTalk();
const nowMs = Date.now();
const items = talk.items(flags.items, nowMs);
const questions = talk.questions(flags.questions + WARM_UP);
const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
try {
  console.log(JSON.stringify(await measure()));
} finally {
  await rm(folder, { recursive: true });
}

async function measure() {
  const first = indexIn(folder, "embedded");
  await warmUp(first);
  const block = monitorEventLoopDelay({ resolution: 5 });
  block.enable();
  const embeddedMs = await timed(() => fill(first));
  const recall = await recallTimes(first);
  const recallable = await repeat(50, (i) => learnedToRecallable(first, i));
  block.disable();
  await first.flush();
  const saveTurn = await repeat(20, (i) => savedTurn(first, i));
  await first.close();
  const diskMiB = rounded((await bytesIn(folder)) / MIB);

  const { loadMs, residentMiB } = await loaded();
  const byWords = indexIn(folder, "off");
  const wordsMs = await recallTimes(byWords);
  await byWords.close();
  const memories = await heldMemories(talk, flags.items, nowMs);
  const result = {
    items: flags.items,
    recall: summary(recall),
    wordsMs: summary(wordsMs),
    recallableMs: summary(recallable),
    memories,
    embedded: { perSecond: rounded((flags.items / embeddedMs) * 1000), seconds: rounded(embeddedMs / 1000) },
    loadMs,
    saveTurnMs: summary(saveTurn),
    diskMiB,
    residentMiB,
    longestBlockMs: Math.max(rounded(block.max / 1e6), memories.longestBlockMs),
    beside: await beside(),
  };
  const bars = {
    recall: percentile(recall, 95) < BARS.recallP95Ms,
    recallable: percentile(recallable, 100) < BARS.recallableMs,
    resident: residentMiB.loaded < BARS.residentMiB,
    longestBlock: result.longestBlockMs <= BARS.longestBlockMs,
  };
  return { ...result, bars };
}

/** In a process of its own: this one still holds what it has made. */
async function loaded(): Promise<LoadedMemory> {
  const script = join(import.meta.dirname, "loadedMemory.ts");
  const child = fork(script, [folder, JSON.stringify(questions)]);
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`loadedMemory.ts ended with ${code}`)));
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}

interface LoadedMemory {
  readonly loadMs: { readonly words: number; readonly meaning: number };
  readonly residentMiB: { readonly bare: number; readonly loaded: number };
}

/** The worker is started, and has been given something and asked for it once. */
async function warmUp(index: MemoryIndex): Promise<void> {
  const session = items[0]?.session ?? "";
  await index.setSession(
    session,
    "0",
    items.filter((item) => item.session === session),
  );
  await index.recall(asking(questions[0] ?? ""));
}

/** Conversation by conversation, as a start does; resolves once all of it has its vectors. */
async function fill(index: MemoryIndex): Promise<void> {
  for (const [session, said] of Map.groupBy(items, (item) => item.session ?? "")) {
    await index.setSession(session, "1", said);
  }
  await ready(index, ({ done = 0, total = 0 }) => console.error(`embedded: ${done} of ${total}`));
}

async function recallTimes(index: MemoryIndex): Promise<number[]> {
  const times = await repeat(questions.length, (i) => timed(() => index.recall(asking(questions[i] ?? ""))));
  return times.slice(WARM_UP);
}

async function learnedToRecallable(index: MemoryIndex, i: number): Promise<number> {
  const item: RecallItem = {
    ...{ id: `learned-${i}`, kind: "decision", text: `The quokka number ${i} eats the wombat.`, speaker: "" },
    ...{ atMs: nowMs, scope: { kind: "workspace" }, confidence: 0.9 },
  };
  return timed(async () => {
    await index.add([item]);
    const { ranked } = await index.recall(asking(`What does the quokka number ${i} eat?`));
    if (!ranked.some(({ id }) => id === item.id)) throw new Error("What was learned is not recalled.");
  });
}

async function savedTurn(index: MemoryIndex, i: number): Promise<number> {
  await index.add(
    talk.items(2, nowMs).map((item, n) => ({ ...item, id: `later-${i}-${n}`, position: 100 + 2 * i + n })),
  );
  return timed(() => index.flush());
}

async function beside() {
  const dimension = 64; // Eight of them make one of 512, as long as those of the embedder.
  const vectors = items.map(({ text }) => widened(vectorOf(text, dimension)));
  const asked = questions.map((question) => widened(vectorOf(statementOf(question), dimension)));
  const index = new LocalIndex("beside", undefined, new VirtualFileStorage());
  await index.createIndex();
  await index.beginUpdate();
  const rows = new VectorRows();
  for (const [i, vector] of vectors.entries()) {
    rows.set({ id: `${i}`, hash: "", vectors: [vector] });
    // Upserting looks for each id among all.
    await index.insertItem({ id: `${i}`, vector: Array.from(vector), metadata: {} });
  }
  await index.endUpdate();
  const vectra = await repeat(asked.length, (i) => timed(() => index.queryItems(Array.from(asked[i] ?? []), "", 20)));
  const bruteForce = await repeat(asked.length, (i) => timed(async () => void nearest(rows, asked[i])));
  return { vectra: summary(vectra.slice(WARM_UP)), bruteForce: summary(bruteForce.slice(WARM_UP)) };
}

function widened(vector: Float32Array): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => (vector[i % vector.length] ?? 0) / Math.sqrt(8));
}

function nearest(rows: VectorRows, query: Float32Array = new Float32Array(512)): number[] {
  const likeness = rows.likenessTo(query);
  const scores = items.map((_, i) => likeness(`${i}`)?.whole ?? 0);
  return scores.toSorted((a, b) => b - a).slice(0, 20);
}

async function bytesIn(path: string): Promise<number> {
  const names = await readdir(path);
  return (await Promise.all(names.map((name) => stat(join(path, name))))).reduce((sum, { size }) => sum + size, 0);
}
