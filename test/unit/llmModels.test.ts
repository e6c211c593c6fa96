import assert from "node:assert/strict";
import { test } from "node:test";
import type { LanguageModel } from "../../server/llm/languageModel.ts";
import { Models } from "../../server/llm/models.ts";
import type { ModelStatus } from "../../server/protocol/requests.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { startModelServer } from "../fakes/modelServer.ts";
import { run } from "../fakes/streamRun.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();

test("with nothing configured the offline model answers, and the status says what to do", () => {
  const { models } = setUp();
  assert.equal(models.pick({ kind: "default" }).model.name.kind, "offline");
  assert.match(models.status.reason, /No model is configured\. Run 'RubberDuck: Choose Model'/);
  assert.equal(models.status.configured, undefined);
});

test("a configured endpoint answers, and the status shows it without its key", async () => {
  const { models } = setUp();
  const status = models.configure({ baseUrl: server.baseUrl, name: "duck-1", apiKey: "sk-secret" });
  const host = new URL(server.baseUrl).host;
  assert.deepEqual(status, {
    model: { kind: "openai", id: "duck-1" },
    reason: `duck-1 at ${host}, as configured.`,
    configured: { baseUrl: server.baseUrl, host, name: "duck-1", hasKey: true },
    breaker: { state: "closed" },
  });
  const reply = run(models.pick({ kind: "default" }).model);
  await reply.end;
  assert.match(reply.text, /Quack/);
});

test("without a name the models can be listed but the offline one answers", async () => {
  const { models } = setUp();
  models.configure({ baseUrl: server.baseUrl });
  assert.match(models.status.reason, /No model of 127\.0\.0\.1:\d+ is chosen\. Run 'RubberDuck: Choose Model'/);
  assert.equal(models.pick({ kind: "default" }).model.name.reason, models.status.reason);
  assert.deepEqual(await models.listModels(), ["duck-1", "duck-2"]);
});

test("one message can be answered offline although a model is configured", () => {
  const { models } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  assert.deepEqual(models.pick({ kind: "offline" }).model.name, { kind: "offline", id: "offline" });
});

test("settings that cannot work are refused, and their predecessor is not used either", () => {
  const { models, statuses } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  const wrong = { baseUrl: "http://a.test/v1", name: "duck-1", apiKey: "sk-secret" };
  for (let times = 0; times < 2; times++) {
    assert.throws(() => models.configure(wrong), { code: "modelNotConfigured", message: /unencrypted/ });
  }
  assert.equal(models.pick({ kind: "default" }).model.name.kind, "offline");
  assert.match(statuses.at(-1)?.reason ?? "", /unencrypted/);
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  assert.equal(models.pick({ kind: "default" }).model.name.kind, "openai");
});

test("an endpoint that is down is passed over until its time has come, and all of it is told", async () => {
  const { models, clock, statuses } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  clock.skipSleeps = true;
  server.reply({ type: "status", status: 503 });
  await run(models.pick({ kind: "default" }).model).end;
  await run(models.pick({ kind: "default" }).model).end;

  const { model, reason } = models.pick({ kind: "default" });
  assert.equal(model.name.kind, "offline");
  assert.match(model.name.reason ?? "", /^127\.0\.0\.1:\d+ does not answer; next try at \d\d:\d\d:\d\d\.$/);
  assert.equal(reason, model.name.reason);
  assert.equal(models.status.breaker.state, "open");
  assert.match(models.status.breaker.lastError ?? "", /answered 503/);

  await clock.advance(30_000);
  assert.equal(statuses.at(-1)?.breaker.state, "halfOpen");
  server.reply();
  const reply = run(models.pick({ kind: "default" }).model);
  await reply.end;
  assert.match(reply.text, /Quack/);
  assert.deepEqual(statuses.at(-1)?.breaker, { state: "closed" });
});

test("retryNow tries the endpoint again at once", async () => {
  const { models, clock } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  clock.skipSleeps = true;
  server.reply({ type: "status", status: 503 });
  await run(models.pick({ kind: "default" }).model).end;
  await run(models.pick({ kind: "default" }).model).end;
  assert.equal(models.retryNow().model.kind, "openai");
  server.reply();
  const reply = run(models.pick({ kind: "default" }).model);
  await reply.end;
  assert.match(reply.text, /Quack/);
});

test("a reply that streams goes on when the settings change", async () => {
  const { models } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  server.hold();
  const reply = run(models.pick({ kind: "default" }).model);
  server.release(2);
  await until(() => reply.text !== "");
  models.configure({});
  assert.equal(models.pick({ kind: "default" }).model.name.kind, "offline");
  server.release();
  await reply.end;
  assert.equal(reply.text, "**Quack.** You said:\n\n> Hello?\n\n`ok`");
});

test("the same settings again change and tell nothing", () => {
  const { models, statuses } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  const { model } = models.pick({ kind: "default" });
  models.configure({ baseUrl: server.baseUrl, name: "duck-1", apiKey: "" });
  assert.equal(models.pick({ kind: "default" }).model, model);
  assert.equal(statuses.length, 1);
});

test("a learned window outlives a change of settings", async () => {
  const { models } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  const body = JSON.stringify({ error: { message: "This model's maximum context length is 4096 tokens." } });
  server.reply({ type: "status", status: 400, body });
  await run(models.pick({ kind: "default" }).model).end;
  models.configure({ baseUrl: server.baseUrl, name: "duck-2" });
  assert.equal(models.pick({ kind: "default" }).model.contextWindowTokens, 8192);
  models.configure({ baseUrl: server.baseUrl, name: "duck-1", apiKey: "sk-1" });
  assert.equal(models.pick({ kind: "default" }).model.contextWindowTokens, 4096);
});

test("a list of models that never comes is given up after ten seconds", async () => {
  const silent = await startModelServer();
  silent.models({ type: "hang" });
  const { models, clock } = setUp();
  models.configure({ baseUrl: silent.baseUrl, name: "duck-1" });
  const list = models.listModels();
  const refused = assert.rejects(list, { code: "timedOut", message: /within 10 seconds/ });
  await silent.nextRequest();
  await clock.advance(10_000);
  await refused;
  await silent.close();
});

test("where models are blocked none is asked", () => {
  const { models } = setUp("This folder is not trusted.");
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  assert.equal(models.pick({ kind: "default" }).model.name.kind, "offline");
  assert.equal(models.status.reason, "This folder is not trusted.");
});

test("a configured model that nobody asks anything sets no timer", () => {
  const { models, clock } = setUp();
  models.configure({ baseUrl: server.baseUrl, name: "duck-1" });
  void models.status;
  assert.equal(clock.timersSet, 0);
  models.dispose();
});

function setUp(blocked?: string) {
  const clock = new FakeClock();
  const offline = (reason?: string): LanguageModel => ({
    name: { kind: "offline", id: "offline", ...(reason !== undefined && { reason }) },
    contextWindowTokens: 8192,
    async *stream() {
      yield { type: "finish", reason: "complete" };
    },
  });
  const models = new Models({ offline, clock, blocked, random: () => 0 });
  const statuses: ModelStatus[] = [];
  models.onDidChangeStatus((status) => statuses.push(status));
  return { models, clock, statuses };
}

test("one setting changed is a change: what a model may be asked for besides answers is heeded at once", () => {
  const { models } = setUp();
  const settings = { baseUrl: server.baseUrl, name: "duck-1" };
  models.configure({ ...settings, learn: true });
  assert.ok(models.forLearning({ kind: "default" }));
  models.configure({ ...settings, learn: false });
  assert.equal(models.forLearning({ kind: "default" }), undefined);
});
