import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { EmbedderError } from "../../server/llm/embedder.ts";
import { EndpointEmbedder } from "../../server/llm/endpointEmbedder.ts";
import { FakeClock, until } from "../fakes/clock.ts";

interface Request {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: string[] };
}
interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** undefined: no answer at all. */
  readonly body: unknown;
}

/** An endpoint on 127.0.0.1 that answers as told. */
async function endpoint(t: TestContext, reply: (request: Request, index: number) => Reply | undefined) {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    let text = "";
    for await (const piece of incoming) text += piece;
    const { url = "", headers } = incoming;
    const request = { url, authorization: headers.authorization, body: JSON.parse(text) };
    requests.push(request);
    const answer = reply(request, requests.length - 1);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests };
}

function openAi(...embeddings: unknown[]): Reply {
  return { body: { data: embeddings.map((embedding, index) => ({ object: "embedding", index, embedding })) } };
}

const fails = (message: RegExp) => (error: unknown) => error instanceof EmbedderError && message.test(error.message);

function embedderAt(baseUrl: string, clock = new FakeClock(), apiKey?: string): EndpointEmbedder {
  clock.skipSleeps = true;
  return new EndpointEmbedder({ kind: "endpoint", baseUrl, model: "small", apiKey }, clock);
}

test("a batch is asked for at once, in order, blank texts left out, and every vector has length 1", async (t) => {
  const { origin, requests } = await endpoint(t, () => ({
    body: {
      data: [
        { index: 1, embedding: [0, 2] },
        { index: 0, embedding: [3, 4] },
      ],
    },
  }));
  const embedder = embedderAt(`${origin}/v1`, undefined, "key-1");
  assert.deepEqual(await embedder.embed(["one", " ", "two"]), [
    Float32Array.of(0.6, 0.8),
    Float32Array.of(0, 0),
    Float32Array.of(0, 1),
  ]);
  assert.deepEqual(requests, [
    {
      url: "/v1/embeddings",
      authorization: "Bearer key-1",
      body: { model: "small", input: ["one", "two"], encoding_format: "float" },
    },
  ]);
  assert.equal(embedder.dimension, 2);
  assert.deepEqual(await embedder.embed([]), []);
});

test("Ollama is asked in its own way", async (t) => {
  const { origin, requests } = await endpoint(t, () => ({ body: { embeddings: [[0, 1]] } }));
  for (const baseUrl of [origin, `${origin}/api`, `${origin}/api/`]) {
    assert.deepEqual(await embedderAt(baseUrl).embed(["one"]), [Float32Array.of(0, 1)]);
  }
  assert.deepEqual(new Set(requests.map(({ url }) => url)), new Set(["/api/embed"]));
  assert.deepEqual(requests[0]?.body, { model: "small", input: ["one"] });
});

const USELESS: Record<string, [Reply, RegExp]> = {
  "too few vectors": [openAi([1, 2]), /1 vectors for 2 texts.*embedding model/],
  "too many vectors": [openAi([1, 2], [1, 2], [1, 2]), /3 vectors for 2 texts/],
  "a number that is none": [{ body: '{"data":[{"embedding":[NaN,1]},{"embedding":[1,1]}]}' }, /vectors of numbers/],
  "null for a number": [openAi([null, 1], [1, 1]), /vectors of numbers/],
  "a number that is endless": [
    { body: '{"data":[{"embedding":[1e999,1]},{"embedding":[1,1]}]}' },
    /vectors of numbers/,
  ],
  "nothing but zeros": [openAi([0, 0], [1, 1]), /all zeros/],
  "vectors of two lengths": [openAi([1, 2], [1, 2, 3]), /vectors of 3 numbers after such of 2/],
  "an empty vector": [openAi([], []), /vectors of numbers/],
  "a chat answer": [{ body: { choices: [] } }, /vectors of numbers/],
  "no JSON": [{ body: "oops" }, /vectors of numbers/],
  "a web page": [{ body: "<html>", headers: { "content-type": "text/html" } }, /web page/],
  "a refused key": [{ status: 401, body: {} }, /asks for a key. Check the settings of the embedder/],
  "an unknown model": [{ status: 404, body: { error: "model not found" } }, /no model "small".*Check the settings/],
  "a redirect": [{ status: 302, body: "", headers: { location: "http://localhost:9/v1" } }, /It was not followed/],
};
for (const [what, [reply, message]] of Object.entries(USELESS)) {
  test(`${what} is an error that says what to do`, async (t) => {
    const { origin, requests } = await endpoint(t, () => reply);
    await assert.rejects(embedderAt(`${origin}/v1`).embed(["one", "two"]), fails(message));
    assert.equal(requests.length, 1, "another try would be of no use");
  });
}

test("a dimension that changes is an error, and what came before stands", async (t) => {
  const { origin } = await endpoint(t, (_, index) => openAi(index === 0 ? [1, 0] : [1, 0, 0]));
  const embedder = embedderAt(`${origin}/v1`);
  await embedder.embed(["one"]);
  await assert.rejects(embedder.embed(["two"]), fails(/vectors of 3 numbers after such of 2/));
  assert.equal(embedder.dimension, 2);
});

test("a server that is busy or fails is asked three times", async (t) => {
  const clock = new FakeClock();
  const { origin, requests } = await endpoint(t, (_, index) =>
    index < 2 ? { status: 503, body: {} } : openAi([1, 0]),
  );
  assert.equal((await embedderAt(`${origin}/v1`, clock).embed(["one"])).length, 1);
  assert.equal(requests.length, 3);
  assert.deepEqual(clock.slept, [500, 1000]);
});

test("one that asks to wait for long is not waited for", async (t) => {
  const { origin, requests } = await endpoint(t, () => ({ status: 429, body: {}, headers: { "retry-after": "60" } }));
  await assert.rejects(embedderAt(`${origin}/v1`).embed(["one"]), fails(/too many requests/));
  assert.equal(requests.length, 1);
});

test("one that never answers is given up after 20 seconds, or when nobody waits any more", async (t) => {
  const clock = new FakeClock();
  const { origin, requests } = await endpoint(t, () => undefined);
  const embedder = embedderAt(`${origin}/v1`, clock);
  const late = assert.rejects(embedder.embed(["one"]), fails(/did not answer within 20 seconds/));
  await until(() => requests.length === 1);
  await clock.advance(20_000);
  await late;
  const given = new AbortController();
  const up = assert.rejects(embedder.embed(["one"], given.signal), /given up/);
  await until(() => requests.length === 2);
  given.abort(new Error("given up"));
  await up;
  assert.equal(clock.pending, 0);
});

test("one that is not there says so", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(embedderAt(`http://127.0.0.1:${port}/v1`).embed(["one"]), fails(/refused the connection/));
});

test("a long text is cut, and half a character at the cut mended", async (t) => {
  const { origin, requests } = await endpoint(t, () => openAi([1, 0]));
  await embedderAt(`${origin}/v1`).embed([`${"x".repeat(1999)}🦆${"y".repeat(1024 * 1024)}`]);
  assert.equal(requests[0]?.body.input[0], `${"x".repeat(1999)}\ufffd`);
});

test("settings that cannot work are an error before anybody is asked", () => {
  const make = (baseUrl: string, model: string, apiKey?: string) => () =>
    new EndpointEmbedder({ kind: "endpoint", baseUrl, model, apiKey });
  assert.throws(make("nonsense", "small"), fails(/base URL of the embedder/));
  assert.throws(make("http://127.0.0.1/v1", " "), fails(/No embedding model/));
  assert.throws(make("http://example.com/v1", "small", "key"), fails(/unencrypted/));
});
