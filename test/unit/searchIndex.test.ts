import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Batch } from "../../server/workspace/search/batch.ts";
import { Corpus } from "../../server/workspace/search/corpus.ts";
import { merge } from "../../server/workspace/search/merge.ts";
import { parseQuery } from "../../server/workspace/search/query.ts";
import { rank } from "../../server/workspace/search/rank.ts";
import { type NewDocument, SegmentBuilder } from "../../server/workspace/search/segmentBuilder.ts";

function corpusOf(documents: readonly NewDocument[]): Corpus {
  const corpus = new Corpus();
  const batch = new Batch(corpus);
  for (const document of documents) batch.put(document);
  batch.flush();
  return corpus;
}

function found(corpus: Corpus, query: string, options: Partial<Parameters<typeof rank>[2]> = {}): string[] {
  return rank(corpus, parseQuery(query), { limit: 10, ...options }).map(({ label }) => label);
}

const document = fc.record({
  label: fc.constantFrom("a.ts", "src/b.py", "lib/c.go", "d.md"),
  text: fc
    .array(fc.constantFrom("apple", "bananaSplit", "// cherry", "\n", "import './a'", '"date"', "日本"), {
      maxLength: 80,
    })
    .map((words) => words.join(" ")),
});

test("whatever is put, replaced and dropped in whatever order, the index is as if only the rest had been put", () => {
  const change = fc.oneof(
    document.map((put) => ({ put, drop: undefined })),
    fc.constantFrom("a.ts", "src/b.py", "d.md").map((drop) => ({ put: undefined, drop })),
    fc.constant({ put: undefined, drop: undefined }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const corpus = new Corpus();
      const batch = new Batch(corpus);
      const rest = new Map<string, NewDocument>();
      for (const { put, drop } of changes) {
        if (put !== undefined) {
          batch.put(put);
          rest.set(put.label, put);
        } else if (drop !== undefined) {
          batch.drop(drop);
          rest.delete(drop);
        } else batch.flush();
      }
      batch.flush();
      const fresh = corpusOf([...rest.values()]);
      const scores = (of: Corpus) =>
        rank(of, parseQuery("apple banana split cherry date"), { limit: 10 }).map(
          ({ label, score }) => `${label} ${score.toFixed(9)}`,
        );
      assert.deepEqual(scores(corpus).toSorted(), scores(fresh).toSorted());
      assert.deepEqual(corpus.statistics, fresh.statistics);
      corpus.compact();
      assert.deepEqual(scores(corpus).toSorted(), scores(fresh).toSorted());
    }),
    { numRuns: 200 },
  );
});

test("a merged segment has all that its parts have, and nothing that was dropped", () => {
  const segments = ["apple pear", "apple", "plum"].map((text, i) => {
    const builder = new SegmentBuilder();
    builder.add({ label: `${i}.ts`, text });
    return builder.build();
  });
  segments[1]?.setLive(0, false);
  const { segment, numbers } = merge(segments);
  assert.deepEqual(segment.data.labels, ["0.ts", "2.ts"]);
  assert.deepEqual(
    numbers.map((of) => [...of]),
    [[0], [-1], [1]],
  );
  const having: number[] = [];
  segment.visit("plum", (number) => having.push(number));
  assert.deepEqual(having, [1]);
});

test("a file whose name is asked for comes before one that only mentions it", () => {
  const corpus = corpusOf([
    { label: "src/server.ts", text: "// the parser is called here\n" },
    { label: "src/parser.ts", text: "export function run() {}\n// a parser\n" },
    ...Array.from({ length: 20 }, (_, i) => ({ label: `src/other${i}.ts`, text: "export const other = 1;\n" })),
  ]);
  assert.deepEqual(found(corpus, "what does the parser do?"), ["src/parser.ts", "src/server.ts"]);
});

test("the area that a subject names decides between files that say the same", () => {
  const text = "export function keepHash() {}\n";
  const corpus = corpusOf([
    { label: "src/history/hash.ts", text },
    { label: "src/router/hash.ts", text },
  ]);
  assert.equal(found(corpus, "fix(router): keep the hash")[0], "src/router/hash.ts");
  assert.equal(found(corpus, "history: keep the hash")[0], "src/history/hash.ts");
});

test("documentation, generated files and locks come last, unless they are asked for", () => {
  const text = "retry the request\n";
  const corpus = corpusOf(
    ["docs/retry.md", "package-lock.json", "src/retry.ts", "test/retry.test.ts"].map((label) => ({ label, text })),
  );
  assert.equal(found(corpus, "retry the request")[0], "src/retry.ts");
  assert.equal(found(corpus, "retry the request")[1], "test/retry.test.ts");
  assert.equal(found(corpus, "guide: document how to retry the request")[0], "docs/retry.md");
});

test("a file that was changed for the same reason before comes first, then one that was changed lately", () => {
  const text = "export const value = 1; // cache\n";
  const corpus = corpusOf([
    { label: "src/one.ts", text },
    { label: "src/two.ts", text },
  ]);
  const history = (label: string) => ({ told: label === "src/two.ts" ? 1 : 0, recency: 0 });
  assert.equal(found(corpus, "cache", { history })[0], "src/two.ts");
  const recently = (label: string) => ({ told: 0, recency: label === "src/two.ts" ? 1 : 0 });
  assert.equal(found(corpus, "cache", { history: recently })[0], "src/two.ts");
});

test("a file near to where the user is comes before its equal elsewhere", () => {
  const text = "export const value = 1; // cache\n";
  const corpus = corpusOf([
    { label: "a/cache.ts", text },
    { label: "b/cache.ts", text },
  ]);
  assert.equal(found(corpus, "cache", { near: ["b/open.ts"] })[0], "b/cache.ts");
});

test("a file that a good one imports gains over its equal", () => {
  const body = "export const helper = 1; // upload\n";
  const corpus = corpusOf([
    { label: "lib/first.ts", text: body },
    { label: "lib/other.ts", text: body },
    {
      label: "src/upload.ts",
      text: 'import { helper } from "../lib/other.ts";\nexport function upload() { upload(); }\n',
    },
  ]);
  assert.deepEqual(found(corpus, "upload"), ["src/upload.ts", "lib/other.ts", "lib/first.ts"]);
});

test("only files that are admitted are ranked", () => {
  const corpus = corpusOf(["a/x.ts", "b/x.ts"].map((label) => ({ label, text: "apple\n" })));
  assert.deepEqual(found(corpus, "apple", { admits: (label) => label.startsWith("b/") }), ["b/x.ts"]);
});

test("the chunk that answers is named, wherever in a long file it is", () => {
  const lines = Array.from({ length: 600 }, (_, i) =>
    i === 400 ? "export function findNeedle() {}" : `const line${i} = ${i};`,
  );
  const [first] = rank(corpusOf([{ label: "hay.ts", text: lines.join("\n") }]), parseQuery("find needle"), {
    limit: 1,
  });
  const block = first?.chunks[0]?.block ?? 0;
  assert.ok(block * 15 <= 400 && 400 < (block + 4) * 15, `block ${block}`);
});
