import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isBinaryName, isIgnoredName } from "../server/workspace/ignoredNames.ts";
import { textOf } from "../server/workspace/readText.ts";
import { Corpus } from "../server/workspace/search/corpus.ts";
import { CommitHistory } from "../server/workspace/search/history.ts";
import { merge } from "../server/workspace/search/merge.ts";
import { parseQuery } from "../server/workspace/search/query.ts";
import { rank } from "../server/workspace/search/rank.ts";
import type { Segment } from "../server/workspace/search/segment.ts";
import { SegmentBuilder } from "../server/workspace/search/segmentBuilder.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";
import { type Baseline, Bm25, Grep } from "./baselines.ts";
import { type CommitQuery, Repository, type TreeFile } from "./gitCommits.ts";
import { QualityMeter } from "./ranking.ts";
import { percentile, rounded } from "./stats.ts";

const USAGE = `npm run -s bench:locate -- GIT_REPO [--commits 200]

Finds files by the subjects of commits. For the newest commits that changed one to three source files which existed before
(without merges, reverts and new versions), the tree before the commit is searched for its subject; the files that it changed
are the answer. GIT_REPO may be any clone, also bare; objects that it lacks are skipped.

Prints {"queries", "recallAt5", "recallAt10", "mrr", "baseline": {"grep", "bm25Files", "bm25Chunks"}, "files",
"indexFilesPerSecond", "queryP50Ms", "queryP95Ms", "residentMiB"}; recalls are shares from 0 to 1, residentMiB is what the
index of all those trees keeps in memory (heap and buffers); bench:index measures the whole process.`;

/** Commits before a query's that its history may know. */
const HISTORY = 1000;
const FILES_PER_SEGMENT = 1000;
const LINES_PER_CHUNK = 60;
/** What the product reads of a file at most (readText.ts). */
const MAX_BYTES = 2 ** 20;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { repository, commits } = read(process.argv.slice(2));
  const queries = repository.queries(commits);
  const trees = queries.map(({ parent }) => repository.tree(parent).filter(isIndexed));
  const index = await buildIndex(repository, trees);
  const own = new QualityMeter();
  const times: number[] = [];
  for (const [i, query] of queries.entries()) {
    index.show(trees[i] ?? []);
    const history = new CommitHistory(repository.history(query.parent, HISTORY));
    const started = performance.now();
    const parsed = parseQuery(query.subject);
    const ranked = rank(index.corpus, parsed, { limit: 10, history: history.of(parsed) });
    times.push(performance.now() - started);
    own.add(
      ranked.map(({ label }) => label),
      new Set(query.changed),
    );
  }
  const baseline = await compare(repository, queries, trees, index);
  console.log(
    JSON.stringify({
      queries: queries.length,
      ...own.quality,
      baseline,
      files: trees[0]?.length ?? 0,
      indexFilesPerSecond: Math.round(index.filesPerSecond),
      queryP50Ms: percentile(times, 50),
      queryP95Ms: percentile(times, 95),
      residentMiB: rounded(index.residentMiB),
    }),
  );
}

function read(args: string[]): { repository: Repository; commits: number } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { commits: { type: "string", default: "200" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const commits = Number(values.commits);
    if (!Number.isInteger(commits) || commits < 1) throw new Error("--commits takes a whole number from 1 on.");
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new Error("Name one git repository.");
    return { repository: new Repository(path), commits };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** What the product would index: by name; the content is judged when it is read. */
function isIndexed({ path }: TreeFile): boolean {
  return !path.split("/").some(isIgnoredName) && !isBinaryName(path) && !isSecretFile(path);
}

interface BuiltIndex {
  readonly corpus: Corpus;
  /** Makes a search see exactly this tree. */
  show(tree: readonly TreeFile[]): void;
  numberOf(file: TreeFile): number | undefined;
  readonly filesPerSecond: number;
  readonly residentMiB: number;
}

/** Every version of every file of all trees, once; a tree is then a choice of them. */
async function buildIndex(repository: Repository, trees: readonly (readonly TreeFile[])[]): Promise<BuiltIndex> {
  const before = keptMiB();
  const numbers = new Map<string, number>();
  const segments: Segment[] = [];
  let builder = new SegmentBuilder();
  let building = 0;
  for await (const { file, text } of versions(repository, trees)) {
    const started = performance.now();
    builder.add({ label: file.path, text });
    numbers.set(keyOf(file), numbers.size);
    if (builder.size === FILES_PER_SEGMENT) {
      segments.push(builder.build());
      builder = new SegmentBuilder();
    }
    building += performance.now() - started;
  }
  const started = performance.now();
  segments.push(builder.build());
  const corpus = new Corpus();
  corpus.add(merge(segments).segment);
  building += performance.now() - started;
  for (let document = 0; document < corpus.size; document++) corpus.setLive(document, false);
  let shown: number[] = [];
  return {
    corpus,
    show: (tree) => {
      for (const document of shown) corpus.setLive(document, false);
      shown = tree.flatMap((file) => numbers.get(keyOf(file)) ?? []);
      for (const document of shown) corpus.setLive(document, true);
      corpus.statistics;
    },
    numberOf: (file) => numbers.get(keyOf(file)),
    filesPerSecond: (numbers.size / building) * 1000,
    residentMiB: keptMiB() - before,
  };
}

/** Each distinct file of the trees with its text, in the order of their contents in the repository. */
async function* versions(repository: Repository, trees: readonly (readonly TreeFile[])[]) {
  const byBlob = new Map<string, Map<string, TreeFile>>();
  for (const tree of trees) {
    for (const file of tree) {
      const files = byBlob.get(file.blob) ?? new Map<string, TreeFile>();
      byBlob.set(file.blob, files.set(file.path, file));
    }
  }
  for await (const { blob, bytes } of repository.blobs([...byBlob.keys()], MAX_BYTES)) {
    const read = textOf(bytes);
    if (read.kind !== "text") continue;
    for (const file of byBlob.get(blob)?.values() ?? []) yield { file, text: read.text };
  }
}

async function compare(
  repository: Repository,
  queries: readonly CommitQuery[],
  trees: readonly (readonly TreeFile[])[],
  index: BuiltIndex,
) {
  const baselines: Record<string, Baseline> = {
    grep: new Grep(),
    bm25Files: new Bm25(),
    bm25Chunks: new Bm25(LINES_PER_CHUNK),
  };
  const labels: string[] = [];
  for await (const { file, text } of versions(repository, trees)) {
    const document = index.numberOf(file);
    if (document === undefined) continue;
    labels[document] = file.path;
    for (const baseline of Object.values(baselines)) baseline.add(document, text);
  }
  const live = trees.map((tree) => new Set(tree.map((file) => index.numberOf(file))));
  const measured = Object.entries(baselines).map(([name, baseline]) => {
    const meter = new QualityMeter();
    for (const [i, { subject, changed }] of queries.entries()) {
      const found = baseline.search(subject, (document) => live[i]?.has(document) ?? false);
      meter.add(
        found.slice(0, 100).map((document) => labels[document] ?? ""),
        new Set(changed),
      );
    }
    return [name, meter.quality];
  });
  return Object.fromEntries(measured);
}

function keyOf({ path, blob }: TreeFile): string {
  return `${path}\0${blob}`;
}

/** Heap and buffers, without what waits for the next garbage collection. */
function keptMiB(): number {
  setFlagsFromString("--expose_gc");
  runInNewContext("gc")();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
