import assert from "node:assert/strict";
import { test } from "node:test";
import { EmbedderError } from "../../server/llm/embedder.ts";
import { Embedding } from "../../server/memory/worker/embedding.ts";
import { VectorRows } from "../../server/memory/worker/vectorRows.ts";
import type { EmbedderStatus } from "../../server/protocol/memory.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { FakeEmbedder } from "../fakes/embedder.ts";

function world(embedder = new FakeEmbedder(), { loadsWhenQuiet = false } = {}) {
  const clock = new FakeClock();
  const rows = new VectorRows();
  const texts = new Map<string, string>();
  const statuses: EmbedderStatus[] = [];
  const embedding = new Embedding({
    embedder,
    rows,
    ids: () => texts.keys(),
    textOf: (id) => texts.get(id),
    loadsWhenQuiet,
    clock,
    load: async (_embedder, dimension) => {
      if (rows.dimension !== dimension) rows.clear();
    },
    onStatus: (status) => statuses.push(status),
    onVectors: () => {},
  });
  const add = (...ids: string[]) => {
    for (const id of ids) texts.set(id, `Text of ${id}.`);
    embedding.want(ids);
  };
  return { embedder, clock, rows, texts, statuses, embedding, add };
}

test("items get vectors in the background, and a question finds the one that it is like", async () => {
  const { embedding, rows, add } = world();
  add("a", "b", "c");
  await embedding.settled();
  assert.equal(rows.size, 3);
  const meaning = await embedding.meaningOf("Text of b.");
  assert.ok(meaning.kind === "known" && (meaning.likeness("b")?.whole ?? 0) > 0.999);
  assert.equal(meaning.likeness("unknown"), undefined);
});

test("a text of several sentences is as like a question as the best of them", async () => {
  const { embedding, texts } = world();
  texts.set("a", "The first sentence. The second one.");
  embedding.want(["a"]);
  await embedding.settled();
  const meaning = await embedding.meaningOf("The second one.");
  assert.ok(meaning.kind === "known");
  const { whole = 1, sentence = 0 } = meaning.likeness("a") ?? {};
  assert.ok(sentence > 0.999 && whole < 0.999);
});

test("a question waits for one batch of what is done in the background, and the next one for none", async () => {
  const { embedder, embedding, clock, add } = world();
  add("first");
  await embedding.settled();
  embedder.asked.length = 0;
  embedder.hold();
  add(...Array.from({ length: 12 }, (_, i) => `item ${i}`));
  await until(() => embedder.asked.length === 1);
  const meaning = embedding.meaningOf("A question");
  embedder.release();
  await meaning;
  const asked = embedder.asked.length;
  assert.ok(embedder.asked.findIndex(([text]) => text === "A question") <= 2);
  await clock.advance(999);
  assert.equal(embedder.asked.length, asked, "it is quiet for a second");
  await clock.advance(1);
  await embedding.settled();
  assert.equal(embedder.asked.length, asked + 5);
});

test("an item that is changed or removed while it is embedded gets no vector of its old text", async () => {
  const { embedder, embedding, rows, texts, add } = world();
  embedder.hold();
  add("changed", "removed");
  await turn();
  texts.set("changed", "Another text.");
  texts.delete("removed");
  embedding.want(["changed"]);
  embedder.release();
  await embedding.settled();
  assert.deepEqual(rows.ids(), ["changed"]);
  const meaning = await embedding.meaningOf("Another text.");
  assert.ok(meaning.kind === "known" && (meaning.likeness("changed")?.whole ?? 0) > 0.999);
});

test("an embedder that fails leaves words alone, says why, is asked again later, and goes on", async () => {
  const { embedder, embedding, rows, clock, statuses, add } = world();
  embedder.failure = new EmbedderError("127.0.0.1:1 refused the connection.");
  add("a");
  await embedding.settled();
  assert.deepEqual(await embedding.meaningOf("Text of a."), { kind: "unknown", why: embedder.failure.message });
  const asked = embedder.asked.length;
  assert.equal(statuses.at(-1)?.state, "failed");
  assert.equal(statuses.at(-1)?.message, embedder.failure.message);

  embedder.failure = undefined;
  await clock.advance(29_999);
  assert.equal((await embedding.meaningOf("Text of a.")).kind, "unknown");
  assert.equal(embedder.asked.length, asked, "nobody is asked meanwhile");
  await clock.advance(1);
  assert.equal((await embedding.meaningOf("Text of a.")).kind, "known");
  await clock.advance(1_000);
  await embedding.settled();
  assert.equal(rows.size, 1);
  assert.equal(statuses.at(-1)?.state, "ready");
});

test("a question that is not answered in a second and a half is answered by words", async () => {
  const { embedder, embedding, clock, add } = world();
  add("a");
  await embedding.settled();
  embedder.hold();
  const meaning = embedding.meaningOf("A question");
  await clock.advance(1_500);
  assert.match(
    (await meaning).kind === "unknown" ? ((await meaning) as { why: string }).why : "",
    /within 1\.5 seconds/,
  );
});

test("a question that was asked just now is not embedded again", async () => {
  const { embedder, embedding, add } = world();
  add("a");
  await embedding.settled();
  await embedding.meaningOf("Text of a.");
  const asked = embedder.asked.length;
  const meaning = await embedding.meaningOf("Text of a.");
  assert.ok(meaning.kind === "known" && (meaning.likeness("a")?.whole ?? 0) > 0.999);
  assert.equal(embedder.asked.length, asked);
  for (let i = 0; i < 16; i++) await embedding.meaningOf(`Another question ${i}`);
  await embedding.meaningOf("Text of a.");
  assert.equal(embedder.asked.length, asked + 17);
});

test("of many questions at once the last are answered by words", async () => {
  const { embedder, embedding, add } = world();
  add("a");
  await embedding.settled();
  embedder.hold();
  const meanings = Array.from({ length: 5 }, (_, i) => embedding.meaningOf(`Question ${i}`));
  embedder.release();
  assert.deepEqual(
    (await Promise.all(meanings)).map(({ kind }) => kind),
    ["known", "known", "unknown", "unknown", "unknown"],
  );
});

test("while most have no vectors yet words alone decide, and how far it is is said", async () => {
  const { embedder, embedding, statuses, add } = world();
  add("first");
  await embedding.settled();
  embedder.hold();
  add(...Array.from({ length: 99 }, (_, i) => `item ${i}`));
  await turn();
  const meaning = embedding.meaningOf("A question");
  embedder.release();
  const { kind, why = "" } = { why: "", ...(await meaning) };
  assert.equal(kind, "unknown");
  assert.match(why, /^The index is being rebuilt \(\d+%\)\.$/);
  await embedding.settled();
  assert.equal((await embedding.meaningOf("A question")).kind, "known");
  const building = statuses.filter(({ state }) => state === "building");
  assert.ok(building.length > 20 && building.every(({ total }) => total === 100));
  assert.ok(building.every(({ done = 0 }, i) => done > (building[i - 1]?.done ?? 0)));
});

test("what has vectors of its text is not embedded again", async () => {
  const { embedder, embedding, add } = world();
  add("a", "b");
  await embedding.settled();
  const asked = embedder.asked.length;
  add("a", "b");
  await embedding.settled();
  assert.equal(embedder.asked.length, asked);
});

test("vectors of another dimension make way before the first new one comes", async () => {
  const { embedding, rows, add } = world(new FakeEmbedder("made", 8));
  rows.set({ id: "a", hash: "old", vectors: [new Float32Array(4).fill(0.5)] });
  add("a", "b");
  await embedding.settled();
  assert.deepEqual([rows.dimension, rows.size], [8, 2]);
});

test("one that is stopped embeds no more", async () => {
  const { embedder, embedding, rows, add } = world();
  embedder.hold();
  add("a", "b", "c", "d", "e");
  await turn();
  const stopped = embedding.stop();
  embedder.release();
  await stopped;
  assert.equal(rows.size, 0);
});

test("put off, the model is loaded once nobody has asked for a second; until then words alone decide", async () => {
  const { embedder, embedding, clock, add } = world(new FakeEmbedder(), { loadsWhenQuiet: true });
  add("a");
  await clock.advance(600);
  embedding.disturbed();
  assert.deepEqual(await embedding.meaningOf("Text of a."), { kind: "unknown", why: "The embedder is being loaded." });
  await clock.advance(999);
  assert.equal(embedder.asked.length, 0);
  await clock.advance(1);
  await embedding.settled();
  assert.equal((await embedding.meaningOf("Text of a.")).kind, "known");
});
