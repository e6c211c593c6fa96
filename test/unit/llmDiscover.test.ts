import assert from "node:assert/strict";
import { test } from "node:test";
import { discover } from "../../server/llm/discover.ts";
import { FakeClock, turn } from "../fakes/clock.ts";

test("model servers are found by their lists, each asked once and told nothing", async () => {
  const asked: [string, RequestInit | undefined][] = [];
  const found = await discover({
    clock: new FakeClock(),
    fetch: async (input, init) => {
      asked.push([String(input), init]);
      return Response.json(
        String(input).endsWith("/api/tags")
          ? { models: [{ name: "qwen3:8b", size: 1 }] }
          : { object: "list", data: [{ id: "m", object: "model" }] },
      );
    },
  });
  assert.deepEqual(found, [
    { label: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", models: ["qwen3:8b"] },
    { label: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", models: ["m"] },
    { label: "llama.cpp", baseUrl: "http://127.0.0.1:8080/v1", models: ["m"] },
    { label: "vLLM", baseUrl: "http://127.0.0.1:8000/v1", models: ["m"] },
  ]);
  assert.deepEqual(
    asked.map(([url]) => url),
    [
      "http://127.0.0.1:11434/api/tags",
      "http://127.0.0.1:1234/v1/models",
      "http://127.0.0.1:8080/v1/models",
      "http://127.0.0.1:8000/v1/models",
    ],
  );
  for (const [, init] of asked) assert.deepEqual(Object.keys(init ?? {}).sort(), ["redirect", "signal"]);
});

test("whatever else answers there is not offered", async () => {
  const others = [
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    () => Response.json({ data: [{ id: "no object: list" }] }),
    () => new Response(`{"object":"list","data":[${" ".repeat(2 ** 21)}]}`),
    () => Response.json({ object: "list", data: [] }, { status: 401 }),
    () => Promise.reject(new TypeError("fetch failed")),
  ];
  for (const other of others) {
    assert.deepEqual(await discover({ clock: new FakeClock(), fetch: async () => other() }), []);
  }
});

test("who does not answer within half a second is not waited for", async () => {
  const clock = new FakeClock();
  const hang: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  let found: unknown;
  const search = discover({ clock, fetch: hang }).then((endpoints) => {
    found = endpoints;
  });
  await clock.advance(499);
  await turn();
  assert.equal(found, undefined);
  await clock.advance(1);
  await search;
  assert.deepEqual(found, []);
  assert.equal(clock.pending, 0);
});
