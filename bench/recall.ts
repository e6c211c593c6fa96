import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { quantisedModel } from "../scripts/quantise.ts";
import { statementOf } from "../server/memory/recall/questions.ts";
import { embeddedBy, FULL_MODEL } from "./embedWorker.ts";
import { readLocomo, type Talk } from "./locomo.ts";
import { MemoryStore } from "./memoryStore.ts";
import { QualityMeter } from "./ranking.ts";
import { Bm25Store, EmbeddingStore, RankFusionStore } from "./recallBaselines.ts";
import { type Embed, embeddedTextsOf, IndexStore, type RecallStore, textOf } from "./recallStore.ts";
import { percentile } from "./stats.ts";

const USAGE = `npm run -s bench:recall -- FILE

Remembers conversations turn by turn and asks questions about them: how much of what answers a question is among the first of
what is recalled. FILE is in LoCoMo's format (locomo10.json). Asked are the questions of categories 1 to 4 (multi-hop, temporal,
inference, single-hop) that have evidence. Every conversation has a store of its own.

Prints {"questions", "recallAt": {"1", "5", "10", "20"}, "ndcgAt10", "mrr", "byCategory", "baseline": {"bm25", "embedding", "rrf"},
"ablation", "recallP50Ms", "recallP95Ms"}; the times are of one recall, the embedding of the question included.`;

const CATEGORIES: Readonly<Record<number, string>> = {
  1: "multi-hop",
  2: "temporal",
  3: "inference",
  4: "single-hop",
};

if (import.meta.main) await main();

async function main(): Promise<void> {
  const talks = read(process.argv.slice(2));
  const texts = talks.flatMap(textsOf);
  const folder = await quantisedModel();
  const [quantised, full] = (await Promise.all([folder, FULL_MODEL].map((model) => embeddedBy(model, texts)))).map(
    known,
  );
  if (quantised === undefined || full === undefined) return;

  const own = await answers(talks, () => new MemoryStore(folder));
  const ask = async (store: () => RecallStore) => qualityOf((await answers(talks, store)).all);
  console.log(
    JSON.stringify({
      questions: talks.reduce((sum, { questions }) => sum + questions.length, 0),
      ...qualityOf(own.all),
      byCategory: Object.fromEntries(
        [...own.byCategory].map(([category, meter]) => [category, { name: CATEGORIES[category], ...qualityOf(meter) }]),
      ),
      baseline: {
        bm25: await ask(() => new Bm25Store()),
        embedding: await ask(() => new EmbeddingStore(quantised)),
        rrf: await ask(() => new RankFusionStore([new Bm25Store(), new EmbeddingStore(quantised)])),
      },
      ablation: {
        withoutNames: await ask(() => new IndexStore(quantised, { names: true })),
        withoutEmbeddings: await ask(() => new IndexStore(undefined)),
        withoutNamesAndEmbeddings: await ask(() => new IndexStore(undefined, { names: true })),
        withoutNeighbours: await ask(() => new IndexStore(quantised, { neighbours: true })),
        withoutDates: await ask(() => new IndexStore(quantised, { dates: true })),
        fullPrecisionEmbedder: await ask(() => new IndexStore(full)),
      },
      recallP50Ms: percentile(own.times, 50),
      recallP95Ms: percentile(own.times, 95),
    }),
  );
}

interface Answers {
  readonly all: QualityMeter;
  readonly byCategory: ReadonlyMap<number, QualityMeter>;
  readonly times: readonly number[];
}

async function answers(talks: readonly Talk[], newStore: () => RecallStore): Promise<Answers> {
  const all = new QualityMeter();
  const byCategory = new Map(Object.keys(CATEGORIES).map((category) => [Number(category), new QualityMeter()]));
  const times: number[] = [];
  for (const talk of talks) {
    const store = newStore();
    await store.remember(talk);
    for (const { text, category, evidence } of talk.questions) {
      const started = performance.now();
      const ranked = await store.recall(text, talk.nowMs);
      times.push(performance.now() - started);
      all.add(ranked, evidence);
      byCategory.get(category)?.add(ranked, evidence);
    }
    await store.dispose?.();
  }
  return { all, byCategory, times };
}

function qualityOf(meter: QualityMeter) {
  return { recallAt: meter.recallAt, ndcgAt10: meter.ndcgAt10, mrr: meter.quality.mrr };
}

function textsOf({ turns, questions }: Talk): string[] {
  return [
    ...turns.flatMap((turn) => [textOf(turn), ...embeddedTextsOf(turn.text)]),
    ...questions.flatMap(({ text }) => [text, statementOf(text)]),
  ];
}

/** An embedder that has embedded all it is going to be asked for. */
function known(vectors: ReadonlyMap<string, Float32Array>): Embed {
  return async (texts) =>
    texts.map((text) => {
      const vector = vectors.get(text);
      if (vector === undefined) throw new Error(`This text was not embedded: ${text}`);
      return vector;
    });
}

function read([file, ...more]: readonly string[]): Talk[] {
  if (file === "--help") {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    if (file === undefined || more.length > 0) throw new Error("Name one file.");
    return readLocomo(JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? ".", file), "utf8")));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}
