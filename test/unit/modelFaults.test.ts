import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, before, test } from "node:test";
import type { EndpointSettings } from "../../server/llm/endpoint.ts";
import { createOpenAiModel, type Learned, preload } from "../../server/llm/openai.ts";
import { ResilientModel } from "../../server/llm/resilience.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { delta, type ModelServer, startModelServer } from "../fakes/modelServer.ts";
import { run } from "../fakes/streamRun.ts";
import { contextWordings } from "./faults/contextWordings.ts";
import { documentFaults } from "./faults/document.ts";
import { type Fault, KEY, type Outcome } from "./faults/fault.ts";
import { httpFaults } from "./faults/http.ts";
import { streamFaults } from "./faults/stream.ts";

/**
 * Every way in which we know endpoints to fail, against a real server on loopback and a fake clock. Each point shows one
 * fault in one form: the message names the cause, what arrived is kept, nothing is asked again after the first part, the
 * breaker opens for the endpoint's own faults and recovers, and the key is in no message.
 */
let points = 0;
let server: ModelServer;

before(async () => {
  await preload();
  server = await startModelServer();
});

after(async () => {
  await server.close();
  console.log(`points: ${points}`);
  assert(points >= 62);
});

for (const fault of httpFaults) {
  point(`streaming, ${fault.name}`, () => check(fault));
  point(`not streaming, ${fault.name}`, () => checkList(fault));
}
for (const fault of streamFaults) point(`streaming, ${fault.name}`, () => check(fault));
for (const fault of documentFaults) point(`as one document, ${fault.name}`, () => check(fault));

for (const { server: name, status = 400, body, window } of contextWordings) {
  point(`a prompt larger than the window, in the words of ${name}`, async () => {
    const learned: Learned = {};
    const { model, clock } = connect({}, learned);
    clock.skipSleeps = true;
    server.reply({ type: "status", status, body: JSON.stringify(body) });
    const reply = run(model);
    await reply.end;
    assertFailed(reply.error, { code: "contextTooLong", says: /larger than the context window/ });
    assert.equal(learned.contextWindowTokens, window);
    assert.equal(
      connect({}, learned).model.contextWindowTokens,
      window ?? 8192,
      "remembered by whoever keeps `learned`",
    );
    assert.equal(model.breaker.state, "closed");
  });
}

for (const [name, settings, says] of [
  ["a host that does not exist", { baseUrl: `http://${"a".repeat(64)}.test/v1` }, /was not found\. Check the base URL/],
  [
    "a port where nobody listens",
    { baseUrl: "http://127.0.0.1:1/v1" },
    /refused the connection\. Is the model server running\?|bad port/,
  ],
] as const) {
  point(name, async () => {
    const { model, clock } = connect(settings);
    clock.skipSleeps = true;
    const reply = run(model);
    await reply.end;
    assertFailed(reply.error, { code: "modelUnavailable", says });
    await run(model).end;
    assert.equal(model.breaker.state, "open");
  });
}

point("https to a server that speaks http", async () => {
  const { model } = connect({ baseUrl: server.baseUrl.replace("http:", "https:") });
  const reply = run(model);
  await reply.end;
  assertFailed(reply.error, { code: "modelUnavailable", says: /does not speak https.*http:\/\// });
});

for (const [name, behave, says] of [
  [
    "a server that speaks something else",
    (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"),
    /does not speak HTTP/,
  ],
  ["a server that hangs up", (socket: Socket) => socket.destroy(), /closed the connection/],
] as const) {
  point(name, async () => {
    const plain = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => behave(socket));
    });
    plain.listen(0, "127.0.0.1");
    await once(plain, "listening");
    const { model, clock } = connect({ baseUrl: `http://127.0.0.1:${(plain.address() as AddressInfo).port}/v1` });
    clock.skipSleeps = true;
    const reply = run(model);
    await reply.end;
    plain.close();
    assertFailed(reply.error, { code: "modelUnavailable", says });
  });
}

for (const [header, value, waitedMs] of [
  ["retry-after", "2", 2000],
  ["retry-after", "Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
  ["retry-after-ms", "1500", 1500],
] as const) {
  point(`${header}: ${value} is waited for, then the answer comes`, async () => {
    const { model, clock } = connect();
    clock.skipSleeps = true;
    server.reply([{ type: "status", status: 429, headers: { [header]: value } }]);
    const reply = run(model);
    await reply.end;
    assert.match(reply.text, /Quack/);
    assert.deepEqual(clock.slept, [waitedMs]);
  });
}

point("a redirect to another host that listens: it hears nothing", async () => {
  const other = await startModelServer();
  server.reply({ type: "status", status: 307, headers: { location: `${other.baseUrl}/chat/completions` } });
  const reply = run(connect().model);
  await reply.end;
  assertFailed(reply.error, { code: "modelProtocol", says: /not followed/ });
  assert.deepEqual([other.requests.length, await other.connections()], [0, 0]);
  await other.close();
});

point("a slow drip that never makes a line", async () => {
  const { clock, model } = connect();
  server.reply({ type: "raw", chunks: ticks(clock, () => "x") });
  const reply = run(model);
  while (!reply.ended) await beat(clock);
  assertFailed(reply.error, { code: "timedOut", says: /sent no text for 5 minutes/ });
  assert.equal(clock.monotonicMs(), 300_000);
});

point("heartbeats without end after the first text", async () => {
  const { clock, model } = connect();
  server.reply({ type: "raw", chunks: ticks(clock, (n) => (n === 0 ? delta({ content: "Half" }) : ": ping\n\n")) });
  const reply = run(model);
  while (!reply.ended) await beat(clock);
  assertFailed(reply.error, { code: "timedOut", says: /sent no text for 5 minutes/ });
  assert.equal(reply.text, "Half");
});

point("heartbeats before a late answer", async () => {
  const { clock, model } = connect();
  server.reply({
    type: "raw",
    chunks: ticks(clock, (n) => (n < 10 ? ": ping\n\n" : delta({ content: "Quack." }, "stop"))),
  });
  const reply = run(model);
  // How many of the pings arrive in one beat is up to the machine.
  while (reply.text === "" && !reply.ended) await beat(clock);
  assert.equal(reply.text, "Quack.");
  reply.stop();
  await reply.end;
});

point("an answer without end: read up to 64 MiB and not kept in memory", async () => {
  let sent = 0;
  function* endless() {
    for (;;) {
      const piece = delta({ content: "x".repeat(65_536) });
      sent += piece.length;
      yield piece;
    }
  }
  server.reply({ type: "raw", chunks: endless() });
  const { model } = connect();
  let received = 0;
  let error: unknown;
  const memory = process.memoryUsage().rss;
  let peak = memory;
  try {
    const request = { messages: [], question: "", code: [], maxTokens: 1 };
    for await (const part of model.stream(request, new AbortController().signal)) {
      if (part.type === "text") received += part.text.length;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  } catch (caught) {
    error = caught;
  }
  assertFailed(error, { code: "modelProtocol", says: /an answer without end \(more than 64 MiB\)/ });
  const mib = 2 ** 20;
  assert(received > 60 * mib && received <= 64 * mib);
  assert(sent < 80 * mib, "the server is not read ahead of the reader");
  assert(peak - memory < 200 * mib, `grew by ${Math.round((peak - memory) / mib)} MiB`);
});

/** The streamed form: through resilience, as a conversation uses it. */
async function check(fault: Fault): Promise<void> {
  const { model, clock } = connect(fault.keyless ? { apiKey: undefined } : {});
  clock.skipSleeps = true;
  server.reply(fault.reply);
  const requestsBefore = server.requests.length;
  const elapsedMs = await checkOnce(fault, model, clock);
  if (fault.silence) assert.equal(elapsedMs, fault.silence.ms);
  assert.equal(server.requests.length - requestsBefore, fault.expect.requests ?? 1, "requests of one message");
  if (fault.costly || fault.expect.code === undefined) return;

  for (let messages = 1; messages < 5 && model.breaker.state === "closed"; messages++)
    await checkOnce(fault, model, clock);
  assert.equal(model.breaker.state, fault.expect.opensBreaker ? "open" : "closed", "breaker after five messages");
  server.reply();
  await clock.advance(30_000);
  const healed = run(model);
  await healed.end;
  assert.match(healed.text, /Quack/, String(healed.error));
  assert.equal(model.breaker.state, "closed");
}

/** One message; returns the fake time it took. */
async function checkOnce(fault: Fault, model: ResilientModel, clock: FakeClock): Promise<number> {
  const startedMs = clock.monotonicMs();
  const asked = server.requests.length;
  // A cut throws away what is still on its way, so it waits until the text has arrived.
  const { reply: script, expect } = fault;
  const holdsCut = script.type === "raw" && script.ending === "cut" && expect.text !== undefined;
  if (holdsCut) server.hold();
  const reply = run(model);
  if (holdsCut) {
    server.release(1);
    await until(() => reply.text === expect.text, "the text");
    server.release();
  }
  if (fault.silence) {
    const { after: text, ms } = fault.silence;
    await until(() => server.requests.length > asked && reply.text === text, "the text");
    await settled(clock);
    await clock.advance(ms);
  }
  await reply.end;
  assertOutcome(reply.error, reply.text, fault.expect);
  return clock.monotonicMs() - startedMs;
}

/** The form without a stream: the list of models, asked once. */
async function checkList(fault: Fault): Promise<void> {
  const clock = new FakeClock();
  const model = createOpenAiModel(settingsFor(fault.keyless ? { apiKey: undefined } : {}), clock);
  server.models(fault.reply);
  const stop = new AbortController();
  const asked = server.requests.length;
  const list = model.listModels(stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  await until(() => server.requests.length > asked);
  // Silence is bounded by whoever asks (models.ts), by its signal.
  if (fault.silence) stop.abort(new DuckError("timedOut", "It did not send its list."));
  assertOutcome(await list, "", { ...fault.expect, says: fault.silence ? /did not send/ : fault.expect.says });
  assert.equal(server.requests.length - asked, 1);
}

function point(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    await body();
    points++;
  });
}

function settingsFor(changes: Partial<EndpointSettings>): EndpointSettings {
  return {
    baseUrl: server.baseUrl,
    name: "duck-1",
    apiKey: changes.baseUrl?.startsWith("http:") ? undefined : KEY,
    ...changes,
  };
}

function connect(changes: Partial<EndpointSettings> = {}, learned: Learned = {}) {
  const clock = new FakeClock();
  const model = new ResilientModel(createOpenAiModel(settingsFor(changes), clock, learned), { clock, random: () => 0 });
  return { model, clock };
}

function assertOutcome(error: unknown, text: string, expect: Outcome): void {
  if (expect.code === undefined) assert.equal(error, undefined);
  else assertFailed(error, { code: expect.code, says: expect.says });
  assert.equal(text, expect.text ?? "");
}

function assertFailed(error: unknown, expect: Required<Pick<Outcome, "code">> & Pick<Outcome, "says">): void {
  assert(error instanceof DuckError, `not a DuckError: ${error}`);
  assert.equal(error.code, expect.code, error.message);
  if (expect.says) assert.match(error.message, expect.says);
  assert(!error.message.includes(KEY), "the key is in the message");
  assert(error.message.length < 500, "a foreign text is in the message");
  assert(!/[\p{Cc}\p{Cf}]/u.test(error.message), "control characters are in the message");
}

/** Waits until bytes that are on their way have set the watchdog's timer for the last time. */
async function settled(clock: FakeClock): Promise<void> {
  let seen: number;
  do {
    seen = clock.timersSet;
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (clock.timersSet !== seen);
}

/** One chunk for each `beat`. */
async function* ticks(clock: FakeClock, chunk: (n: number) => string): AsyncGenerator<string> {
  for (let n = 0; ; n++) {
    if (n > 0) await clock.sleep(BEAT_MS);
    yield chunk(n);
  }
}

const BEAT_MS = 20_000;

/** Lets the last chunk arrive, then moves time on to the next. */
async function beat(clock: FakeClock): Promise<void> {
  await settled(clock);
  await clock.advance(BEAT_MS);
}
