import { readFileSync } from "node:fs";
import { z } from "zod";
import { Corpus } from "../server/workspace/search/corpus.ts";
import { SNIPPETS } from "../server/workspace/search/profiles.ts";
import { parseQuery } from "../server/workspace/search/query.ts";
import { rank } from "../server/workspace/search/rank.ts";
import { SegmentBuilder } from "../server/workspace/search/segmentBuilder.ts";
import { Bm25 } from "./baselines.ts";
import { QualityMeter } from "./ranking.ts";
import { percentile } from "./stats.ts";

const USAGE = `npm run -s bench:codesearch -- FILE

Finds Python functions for questions that people asked a search engine. FILE is in the form of CoSQA's retrieval set:
{"codes": [text], "queries": [{"q": text, "gold": [index of a code]}]}.

Prints {"queries", "ndcgAt10", "mrr", "baseline": {"bm25": {"ndcgAt10", "mrr"}}, "queryP50Ms", "queryP95Ms"}.`;

const CodeSearchSet = z.object({
  codes: z.array(z.string()),
  queries: z.array(z.object({ q: z.string(), gold: z.array(z.number().int().nonnegative()).min(1) })),
});

const RESULTS = 100;

if (import.meta.main) main();

function main(): void {
  const { codes, queries } = read(process.argv.slice(2));
  const builder = new SegmentBuilder();
  const bm25 = new Bm25();
  for (const [number, text] of codes.entries()) {
    builder.add({ label: `${number}.py`, text });
    bm25.add(number, text);
  }
  const corpus = new Corpus();
  corpus.add(builder.build());
  const own = new QualityMeter();
  const baseline = new QualityMeter();
  const times: number[] = [];
  for (const { q, gold } of queries) {
    const wanted = new Set(gold.map(String));
    const started = performance.now();
    const ranked = rank(corpus, parseQuery(q), { limit: RESULTS, profile: SNIPPETS });
    times.push(performance.now() - started);
    own.add(
      ranked.map(({ document }) => String(document)),
      wanted,
    );
    baseline.add(
      bm25
        .search(q, () => true)
        .slice(0, RESULTS)
        .map(String),
      wanted,
    );
  }
  console.log(
    JSON.stringify({
      queries: queries.length,
      ndcgAt10: own.ndcgAt10,
      mrr: own.quality.mrr,
      baseline: { bm25: { ndcgAt10: baseline.ndcgAt10, mrr: baseline.quality.mrr } },
      queryP50Ms: percentile(times, 50),
      queryP95Ms: percentile(times, 95),
    }),
  );
}

function read([file, ...more]: readonly string[]): z.infer<typeof CodeSearchSet> {
  if (file === "--help") {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    if (file === undefined || more.length > 0) throw new Error("Name one file.");
    return CodeSearchSet.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}
