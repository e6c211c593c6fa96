import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EndpointSettings } from "../../server/llm/endpoint.ts";
import type { ModelRequest } from "../../server/llm/languageModel.ts";
import { createOpenAiModel, type Learned } from "../../server/llm/openai.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { DONE, delta, event, startModelServer } from "../fakes/modelServer.ts";
import { ask, run } from "../fakes/streamRun.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();

test("an answer streams as it comes, then usage, then the finish", async () => {
  server.reply({ type: "answer", pieces: ["Qu", "ack."], usage: { prompt_tokens: 3, completion_tokens: 2 } });
  const reply = run(connect());
  await reply.end;
  assert.deepEqual(reply.parts, [
    { type: "text", text: "Qu" },
    { type: "text", text: "ack." },
    { type: "usage", usage: { promptTokens: 3, completionTokens: 2 } },
    { type: "finish", reason: "complete" },
  ]);
});

test("each piece is given on before the next one comes", async () => {
  server.hold();
  const reply = run(connect());
  server.release(2);
  await until(() => reply.text === "**Quack.** ");
  server.release(1);
  await until(() => reply.text === "**Quack.** You said:\n\n");
  assert.equal(reply.ended, false);
  server.release();
  await reply.end;
  assert.equal(reply.text, "**Quack.** You said:\n\n> Hello?\n\n`ok`");
});

test("an endpoint that ignores `stream` answers in one part", async () => {
  server.reply({ type: "answer", pieces: ["Qu", "ack."], json: true });
  const reply = run(connect());
  await reply.end;
  assert.deepEqual(reply.parts[0], { type: "text", text: "Quack." });
  assert.deepEqual(reply.parts.at(-1), { type: "finish", reason: "complete" });
});

test("reasoning is kept apart from text, whatever its field is called", async () => {
  server.reply({
    type: "raw",
    chunks: [delta({ reasoning_content: "Hm" }), delta({ reasoning: "…" }), delta({ content: "Quack." }, "stop")],
  });
  const reply = run(connect());
  await reply.end;
  assert.deepEqual(reply.parts, [
    { type: "reasoning", text: "Hm" },
    { type: "reasoning", text: "…" },
    { type: "text", text: "Quack." },
    { type: "finish", reason: "complete" },
  ]);
});

test("an answer that ran into the limit says so", async () => {
  server.reply({ type: "answer", pieces: ["Quack."], finish: "length" });
  const reply = run(connect());
  await reply.end;
  assert.deepEqual(reply.parts.at(-1), { type: "finish", reason: "length" });
});

test("tool calls are put together from their pieces", async () => {
  server.reply({
    type: "raw",
    chunks: [
      delta({ tool_calls: [{ index: 0, id: "a", function: { name: "read", arguments: '{"pa' } }] }),
      delta({ tool_calls: [{ index: 1, id: "b", function: { name: "list", arguments: {} } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: 'th":"x"}' } }] }),
      delta({
        tool_calls: [
          { index: 2, function: { name: "broken", arguments: "{oops" } },
          { index: 3, id: "nameless" },
        ],
      }),
      delta({}, "tool_calls"),
    ],
  });
  const reply = run(connect());
  await reply.end;
  assert.deepEqual(reply.parts, [
    { type: "toolCall", call: { id: "a", name: "read", arguments: '{"path":"x"}' } },
    { type: "toolCall", call: { id: "b", name: "list", arguments: "{}" } },
    { type: "toolCall", call: { id: "call_2", name: "broken", arguments: "{oops" } },
    { type: "finish", reason: "complete" },
  ]);
});

test("messages of every role are sent in the API's form", async () => {
  const request: ModelRequest = {
    ...ask(""),
    messages: [
      { role: "system", content: "You are a duck." },
      { role: "user", content: "Read x." },
      { role: "assistant", content: "", toolCalls: [{ id: "a", name: "read", arguments: "{}" }] },
      { role: "tool", content: "x", toolCallId: "a" },
      { role: "assistant", content: "Done." },
    ],
  };
  await run(connect(), request).end;
  assert.deepEqual(server.requests.at(-1)?.body, {
    model: "duck-1",
    messages: [
      { role: "system", content: "You are a duck." },
      { role: "user", content: "Read x." },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "a", type: "function", function: { name: "read", arguments: "{}" } }],
      },
      { role: "tool", content: "x", tool_call_id: "a" },
      { role: "assistant", content: "Done." },
    ],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 256,
  });
});

test("what an endpoint refuses by name is left out, and remembered", async () => {
  const learned: Learned = {};
  const refuse = (message: string) =>
    ({ type: "status", status: 400, body: JSON.stringify({ error: { message } }) }) as const;
  server.reply([
    refuse("Unrecognized request argument supplied: stream_options"),
    refuse(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ),
  ]);
  const before = server.requests.length;
  const reply = run(connect({}, learned));
  await reply.end;
  await run(connect({}, learned)).end;
  assert.match(reply.text, /Quack/);
  const sent = server.requests.slice(before).map(({ body }) => Object.keys(body ?? {}).slice(3));
  assert.deepEqual(sent, [
    ["max_tokens", "stream_options"],
    ["max_tokens"],
    ["max_completion_tokens"],
    ["max_completion_tokens"],
  ]);
});

test("an endpoint that goes on refusing is not asked for ever", async () => {
  const body = JSON.stringify({ error: { message: "max_tokens max_completion_tokens stream_options" } });
  server.reply({ type: "status", status: 400, body });
  const before = server.requests.length;
  const reply = run(connect());
  await reply.end;
  assert.equal((reply.error as DuckError).code, "modelRefused");
  assert.equal(server.requests.length - before, 3);
});

test("a configured window wins over a learned one, and that over the default", () => {
  assert.equal(connect().contextWindowTokens, 8192);
  assert.equal(connect({}, { contextWindowTokens: 4096 }).contextWindowTokens, 4096);
  assert.equal(connect({ contextWindowTokens: 100_000 }, { contextWindowTokens: 4096 }).contextWindowTokens, 100_000);
});

test("a key travels as a bearer token, and without one no header is sent", async () => {
  await run(connect({ apiKey: " sk-1 " })).end;
  assert.equal(server.requests.at(-1)?.headers.authorization, "Bearer sk-1");
  await run(connect()).end;
  assert.equal(server.requests.at(-1)?.headers.authorization, undefined);
});

test("Azure gets its own header and keeps its query", async () => {
  await run(connect({ baseUrl: `${server.baseUrl}/deployments/d?api-version=2024-06-01`, apiKey: "sk-1" })).end;
  const request = server.requests.at(-1);
  assert.equal(request?.url, "/v1/deployments/d/chat/completions?api-version=2024-06-01");
  assert.equal(request?.headers["api-key"], "sk-1");
  assert.equal(request?.headers.authorization, undefined);
});

test("nothing of the environment and nothing about this machine is sent along", async () => {
  const environment = {
    OPENAI_API_KEY: "sk-env",
    OPENAI_ADMIN_KEY: "sk-admin",
    OPENAI_ORG_ID: "org",
    OPENAI_PROJECT_ID: "project",
    OPENAI_CUSTOM_HEADERS: "X-Leak: sk-leak",
    OPENAI_BASE_URL: "http://127.0.0.1:1/v1",
  };
  Object.assign(process.env, environment);
  try {
    await run(connect()).end;
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
  const headers = server.requests.at(-1)?.headers ?? {};
  assert.deepEqual(Object.keys(headers).sort(), [
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type",
    "host",
    "sec-fetch-mode",
    "user-agent",
  ]);
  assert.equal(headers["user-agent"], "RubberDuck");
});

test("the names of the models are listed", async () => {
  server.models(["a", "b"]);
  assert.deepEqual(await connect({ name: "" }).listModels(new AbortController().signal), [
    { name: "a" },
    { name: "b" },
  ]);
  server.models({ type: "raw", headers: { "content-type": "application/json" }, chunks: ["[]"] });
  await assert.rejects(connect().listModels(new AbortController().signal), { code: "modelProtocol" });
});

test("a stopped stream ends with the signal's reason and hangs up", async () => {
  server.hold();
  const reply = run(connect());
  server.release(2);
  await until(() => reply.text !== "");
  const reason = new Error("stopped by the user");
  reply.stop(reason);
  await reply.end;
  assert.equal(reply.error, reason);
  await server.requests.at(-1)?.aborted;
  server.release();
});

test("a base URL with /chat/completions or a slash at its end works all the same", async () => {
  for (const end of ["/", "/chat/completions", "/chat/completions/"]) {
    const reply = run(connect({ baseUrl: server.baseUrl + end }));
    await reply.end;
    assert.match(reply.text, /Quack/);
  }
});

test("settings that cannot work are refused in words", () => {
  for (const [settings, says] of [
    [{ baseUrl: "api.openai.com/v1" }, /must look like https/],
    [{ baseUrl: "ftp://a/v1" }, /must begin with https/],
    [{ baseUrl: "https://me:secret@a.test/v1" }, /leave out user name and password/],
    [{ baseUrl: "https://a.test/v1?key=secret" }, /leave out the part from '\?' on/],
    [{ baseUrl: "https://a.test/v1#x" }, /leave out the part from '#' on/],
    [{ baseUrl: "http://a.test/v1", apiKey: "sk-secret" }, /would travel unencrypted to a\.test/],
    [{ baseUrl: "http://127.0.0.1.a.test/v1", apiKey: "sk-secret" }, /would travel unencrypted/],
    [{ baseUrl: "https://a.test/v1", apiKey: "sk-secret\nX-Evil: 1" }, /line break/],
    [{ baseUrl: "https://a.test/v1", apiKey: "sk-schlüssel-secret" }, /letter that keys never have/],
  ] as const) {
    assert.throws(
      () => connect(settings),
      (error) =>
        error instanceof DuckError &&
        error.code === "modelNotConfigured" &&
        says.test(error.message) &&
        !error.message.includes("secret"),
      settings.baseUrl,
    );
  }
  for (const host of ["127.0.0.1:1", "127.8.8.8", "localhost", "duck.localhost", "[::1]:11434"]) {
    connect({ baseUrl: `http://${host}/v1`, apiKey: "sk-1" });
  }
});

test("a stream gives the same parts wherever its bytes are cut", async () => {
  const body = Buffer.from(
    `: hi\r\n\r\n${delta({ reasoning_content: "Hm…" })}${delta({ content: "Ente 🦆\n" }).replaceAll("\n", "\r\n")}${delta({ content: "é" }, "stop")}${event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })}${DONE}`,
  );
  const model = connect();
  server.reply({ type: "raw", chunks: [body] });
  const whole = run(model);
  await whole.end;
  assert.equal(whole.text, "Ente 🦆\né");
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(body.length), { maxLength: 12 }), async (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), body.length];
      server.reply({ type: "raw", chunks: pieces(body, ends) });
      const reply = run(model);
      await reply.end;
      assert.equal(reply.error, undefined);
      assert.deepEqual(reply.parts, whole.parts);
    }),
    { numRuns: 100 },
  );
});

test("no garbage crashes the reading: it is an answer or an error in words", async () => {
  const model = connect();
  const garbage = fc.array(
    fc.oneof(
      fc.json().map((json) => `data: ${json}\n\n`),
      fc.string(),
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom("data: ", "\r", "\n\n", "error:", HALF_CHUNK, DONE),
      fc.record({ choices: fc.array(fc.record({ delta: fc.anything(), finish_reason: fc.anything() })) }).map(event),
    ),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(garbage, async (chunks) => {
      server.reply({ type: "raw", chunks });
      const reply = run(model);
      await reply.end;
      assert(reply.error === undefined || reply.error instanceof DuckError, String(reply.error));
      if (reply.error === undefined) assert.equal(reply.parts.at(-1)?.type, "finish");
    }),
    { numRuns: 150 },
  );
});

test("a model that nobody asks anything opens no connection and sets no timer", async () => {
  const quiet = await startModelServer();
  const before = process.getActiveResourcesInfo().length;
  const clock = new FakeClock();
  createOpenAiModel({ baseUrl: quiet.baseUrl, name: "duck-1" }, clock);
  await turn();
  assert.equal(clock.timersSet, 0);
  assert.equal(await quiet.connections(), 0);
  assert(process.getActiveResourcesInfo().length <= before);
  await quiet.close();
});

const HALF_CHUNK = 'data: {"choices":[{"delta":{"content":"x"';

function connect(settings: Partial<EndpointSettings> = {}, learned?: Learned) {
  return createOpenAiModel({ baseUrl: server.baseUrl, name: "duck-1", ...settings }, new FakeClock(), learned);
}

/** One write each, with a turn of the event loop in between so that they arrive apart. */
async function* pieces(body: Buffer, ends: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const end of ends) {
    yield body.subarray(start, end);
    await turn();
    start = end;
  }
}
