import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndpointSettings } from "../../server/llm/endpoint.ts";
import { createOpenAiModel, type Learned } from "../../server/llm/openai.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock } from "../fakes/clock.ts";
import { ask, run } from "../fakes/streamRun.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();

const tools = [{ name: "look", description: "Looks.", parameters: { type: "object", properties: {} } }];

test("tools are offered in the API's form, and taken away with a choice of none", async () => {
  await run(connect(), { ...ask("?"), tools }).end;
  assert.deepEqual(server.requests.at(-1)?.body?.tools, [
    {
      type: "function",
      function: { name: "look", description: "Looks.", parameters: { type: "object", properties: {} } },
    },
  ]);
  assert.equal(server.requests.at(-1)?.body?.tool_choice, undefined);
  await run(connect(), { ...ask("?"), tools, noMoreCalls: true }).end;
  assert.equal(server.requests.at(-1)?.body?.tool_choice, "none");
});

test("calls that come in pieces are put together", async () => {
  server.reply({
    type: "calls",
    pieces: ["I'll look."],
    calls: [
      { name: "look", arguments: { at: "a" } },
      { name: "look", arguments: "{garbage" },
    ],
  });
  const reply = run(connect(), { ...ask("?"), tools });
  await reply.end;
  assert.equal(reply.text, "I'll look.");
  assert.deepEqual(
    reply.parts.flatMap((part) => (part.type === "toolCall" ? [part.call] : [])),
    [
      { id: "call_0", name: "look", arguments: '{"at":"a"}' },
      { id: "call_1", name: "look", arguments: "{garbage" },
    ],
  );
});

/** In the words of those who say it. */
const REFUSALS: readonly [string, number, string][] = [
  ["Ollama", 400, "registry.ollama.ai/library/gemma:2b does not support tools"],
  ["vLLM", 400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
  ["llama.cpp", 500, "tools param requires --jinja flag"],
  ["an older OpenAI", 400, "Unrecognized request argument supplied: tools"],
  ["FastAPI", 422, "body -> tools: extra fields not permitted"],
];

for (const [who, status, words] of REFUSALS) {
  test(`an endpoint that refuses tools as ${who} does is asked again without, and remembered`, async () => {
    server.reply(({ body }) =>
      body?.tools === undefined
        ? { type: "answer", pieces: ["Quack."] }
        : { type: "status", status, body: JSON.stringify({ error: { message: words } }) },
    );
    const learned: Learned = {};
    const model = connect({}, learned);
    assert.equal(model.takesTools, true);
    const before = server.requests.length;
    const reply = run(model, { ...ask("?"), tools });
    await reply.end;
    assert.equal(reply.text, "Quack.");
    assert.equal(server.requests.length - before, 2);
    assert.equal(model.takesTools, false);
    assert.equal(connect({}, learned).takesTools, false);
    await run(model, { ...ask("?"), tools }).end;
    assert.equal(server.requests.length - before, 3);
  });
}

test("a server that fails for another reason keeps its tools", async () => {
  server.reply({ type: "status", status: 500, body: JSON.stringify({ error: { message: "out of memory" } }) });
  const model = connect();
  await run(model, { ...ask("?"), tools }).end;
  assert.equal(model.takesTools, true);
});

test("with the setting on a refusal is shown, with off no tools are sent", async () => {
  server.reply({ type: "status", status: 400, body: JSON.stringify({ error: { message: "no tools here" } }) });
  const insists = connect({ tools: "on" });
  const reply = run(insists, { ...ask("?"), tools });
  await reply.end;
  assert.ok(reply.error instanceof DuckError && reply.error.code === "modelRefused");
  assert.equal(insists.takesTools, true);
  server.reply();
  const never = connect({ tools: "off" });
  assert.equal(never.takesTools, false);
  await run(never, { ...ask("?"), tools }).end;
  assert.equal(server.requests.at(-1)?.body?.tools, undefined);
});

test("each thing that an endpoint refuses is left out once", async () => {
  server.reply(({ body }) => {
    const refused = ["tools", "stream_options", "max_tokens"].find((field) => body?.[field] !== undefined);
    if (refused === undefined) return { type: "answer" };
    return { type: "status", status: 400, body: JSON.stringify({ error: { message: `unknown field ${refused}` } }) };
  });
  const before = server.requests.length;
  const reply = run(connect(), { ...ask("?"), tools });
  await reply.end;
  assert.equal(reply.text, "Quack.");
  assert.equal(server.requests.length - before, 4);
});

function connect(settings: Partial<EndpointSettings> = {}, learned: Learned = {}) {
  return createOpenAiModel({ baseUrl: server.baseUrl, name: "duck-1", ...settings }, new FakeClock(), learned);
}
