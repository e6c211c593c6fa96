/**
 * What memory takes with many items: the worker with the embedder that is built in, as it is packaged. Times in ms. Prints one
 * JSON object as its last line:
 *
 * - `recall`: question to answer, its embedding and the way to the worker and back included; `wordsMs` the same by words alone.
 * - `recallableMs`: something is learned → the next question finds it.
 * - `consolidateMs`: tidying as many memories.
 * - `embedded`: `perSecond` in the background, `vectors` in all.
 * - `loadMs`: what was kept, after a start: `words` until the first answer by words, `meaning` until meaning is known again.
 * - `saveTurnMs`: an exchange is written. `diskMiB`: everything that is kept of the items, encrypted.
 * - `residentMiB`: `worker` above the same process before it, `process` in all.
 * - `longestBlockMs`: the longest that the server's own thread stood still meanwhile.
 * - `beside`: the nearest 20 of as many vectors, without the embedding of the question: `vectra` alone, `bruteForce` over rows.
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { LocalIndex, VirtualFileStorage } from "vectra";
import { build } from "../scripts/build.ts";
import { consolidate } from "../server/memory/consolidation.ts";
import { statementOf } from "../server/memory/recall/questions.ts";
import type { RecallItem, RecallQuery } from "../server/memory/recall/recallItem.ts";
import { MemoryIndex } from "../server/memory/worker/memoryIndex.ts";
import { VectorRows } from "../server/memory/worker/vectorRows.ts";
import type { EmbedderStatus } from "../server/protocol/memory.ts";
import type { SavedPlace } from "../server/store/savedPlace.ts";
import { silentLog } from "../server/util/log.ts";
import { vectorOf } from "../test/fakes/embedder.ts";
import { repeat, timed } from "./clock.ts";
import { readFlags } from "./flags.ts";
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
const place: SavedPlace = { folder, storeId: "0".repeat(32), key: Buffer.alloc(32, 5) };
try {
  console.log(JSON.stringify(await measure()));
} finally {
  await rm(folder, { recursive: true });
}

async function measure() {
  const residentBefore = resident();
  const first = memoryIndex("embedded");
  const block = monitorEventLoopDelay({ resolution: 5 });
  block.enable();
  const embeddedMs = await timed(() => fill(first));
  const recall = await recallTimes(first);
  const recallable = await repeat(50, (i) => learnedToRecallable(first, i));
  await first.flush();
  const saveTurn = await repeat(20, (i) => savedTurn(first, i));
  await first.close();
  const diskMiB = rounded((await bytesIn(folder)) / MIB);

  const second = memoryIndex("embedded");
  const words = await timed(() => second.recall(asking("anything")));
  const meaning = words + (await timed(() => ready(second)));
  await recallTimes(second);
  const residentMiB = { worker: resident() - residentBefore, process: resident() };
  block.disable();
  await second.close();
  const third = memoryIndex("off");
  const wordsMs = await recallTimes(third);
  await third.close();

  const consolidateMs = rounded(
    await timed(async () => void consolidate(talk.memories(flags.items, nowMs), { nowMs })),
  );
  const result = {
    items: flags.items,
    recall: summary(recall),
    wordsMs: summary(wordsMs),
    recallableMs: summary(recallable),
    consolidateMs,
    embedded: { perSecond: rounded((flags.items / embeddedMs) * 1000), seconds: rounded(embeddedMs / 1000) },
    loadMs: { words: rounded(words), meaning: rounded(meaning) },
    saveTurnMs: summary(saveTurn),
    diskMiB,
    residentMiB,
    longestBlockMs: rounded(block.max / 1e6),
    beside: await beside(),
  };
  const bars = {
    recall: percentile(recall, 95) < BARS.recallP95Ms,
    recallable: percentile(recallable, 100) < BARS.recallableMs,
    resident: residentMiB.process < BARS.residentMiB,
    longestBlock: result.longestBlockMs <= BARS.longestBlockMs,
  };
  return { ...result, bars };
}

function memoryIndex(kind: "embedded" | "off"): MemoryIndex {
  const index = new MemoryIndex({
    workerUrl: pathToFileURL(join("dist", "memoryWorker.js")),
    modelFolder: join(process.cwd(), "dist", "embedder"),
    embedder: { kind },
    log: silentLog,
  });
  index.keepIn(place);
  return index;
}

/** Conversation by conversation, as a start does; resolves once all of it has its vectors. */
async function fill(index: MemoryIndex): Promise<void> {
  for (const [session, said] of Map.groupBy(items, (item) => item.session ?? "")) {
    await index.setSession(session, "1", said);
  }
  await ready(index, ({ done = 0, total = 0 }) => console.error(`embedded: ${done} of ${total}`));
}

async function ready(index: MemoryIndex, onStatus: (status: EmbedderStatus) => void = () => {}): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = (status: EmbedderStatus) => {
      if (status.state === "failed") reject(new Error(status.message));
      else if (status.state === "ready") resolve();
      else onStatus(status);
    };
    index.onDidChangeStatus(look);
    look(index.status);
  });
  // "ready" comes a little before the last few.
  await index.flush();
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

function asking(text: string): RecallQuery {
  return { text, queryType: "chat", limit: 20, nowMs };
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

function resident(): number {
  global.gc?.();
  return Math.round(process.memoryUsage.rss() / MIB);
}

async function bytesIn(path: string): Promise<number> {
  const names = await readdir(path);
  return (await Promise.all(names.map((name) => stat(join(path, name))))).reduce((sum, { size }) => sum + size, 0);
}
