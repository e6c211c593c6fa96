import assert from "node:assert/strict";
import { test } from "node:test";
import type { MadeTitle, Titler } from "../../server/context/titler.ts";
import { ModelTitler, TITLE_PROMPT } from "../../server/context/titler.ts";
import { Models } from "../../server/llm/models.ts";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { TurnResult } from "../../server/protocol/requests.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import { deferred } from "../../server/util/deferred.ts";
import { FakeClock, turn as settle, until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { finished, message, supervised, unending } from "../fakes/supervised.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();

test("a short model call makes the title, and says what it took and cost", async () => {
  server.reply({ type: "answer", pieces: ['"Retry before ', 'the first token."'], usage: USAGE });
  const made = await titler({ prices: { "duck-1": { prompt: 2, completion: 10 } } }).title(TURN, DEFAULT, unending);
  assert.deepEqual(made, {
    title: "Retry before the first token",
    usage: { promptTokens: 50, completionTokens: 5, costUsd: 0.00015 },
  });
  const { body } = server.requests.at(-1) ?? {};
  assert.equal(body?.messages?.[0]?.content, TITLE_PROMPT);
  assert.equal(body?.max_tokens, 32);
});

test("prices that the endpoint states go with its answers; without any there is no cost", async () => {
  const listed = { object: "list", data: [{ id: "duck-1", pricing: { prompt: "0.000002", completion: "0.00001" } }] };
  server.models({ type: "raw", headers: { "content-type": "application/json" }, chunks: [JSON.stringify(listed)] });
  const models = configured({});
  const duck = { kind: "openai", id: "duck-1" } as const;
  assert.equal(models.priceOf(duck), undefined);
  await models.listModels();
  assert.deepEqual(models.priceOf(duck), { prompt: 2, completion: 10 });
  assert.equal(models.priceOf({ kind: "openai", id: "other" }), undefined);
  server.models(["duck-1", "duck-2"]);
});

for (const [what, pieces] of [
  ["a whole answer instead", ["Sure. Here is a title:\n\nRetry"]],
  ["nothing", [" "]],
  ["far too much", ["word ".repeat(400)]],
] as const) {
  test(`of ${what} no title is made`, async () => {
    server.reply({ type: "answer", pieces });
    assert.equal(await titler({}).title(TURN, DEFAULT, unending), undefined);
  });
}

test("a failing endpoint makes no title, and the breaker does not hear of it", async () => {
  server.reply({ type: "status", status: 500 });
  const models = configured({});
  const maker = new ModelTitler(models, new FakeClock());
  for (let tries = 0; tries < 6; tries++) assert.equal(await maker.title(TURN, DEFAULT, unending), undefined);
  assert.equal(models.status.breaker.state, "closed");
});

test("nothing is asked where it is turned off, or offline", async () => {
  const before = server.requests.length;
  assert.equal(await titler({ titles: false }).title(TURN, DEFAULT, unending), undefined);
  assert.equal(await titler({}).title(TURN, { kind: "offline" }, unending), undefined);
  assert.equal(server.requests.length, before);
});

test("without a background call left for the day no title is asked for", async () => {
  server.reply({ type: "answer", pieces: ["A title"] });
  const models = configured({});
  const made = new ModelTitler(models, new FakeClock());
  assert.equal((await made.title(TURN, DEFAULT, unending))?.title, "A title");
  while (models.backgroundCalls.take());
  const before = server.requests.length;
  assert.equal(await made.title(TURN, DEFAULT, unending), undefined);
  assert.equal(server.requests.length, before);
});

test("a secret goes neither to the model nor into the title", async () => {
  const key = `sk-${"proj-"}${"a1B2c3D4e5".repeat(4)}`;
  server.reply({ type: "answer", pieces: [`Key ${key}`] });
  const turn = { ...TURN, accepted: { ...TURN.accepted, content: `My key is ${key}` } };
  const made = await titler({}).title(turn, DEFAULT, unending);
  assert.ok(!JSON.stringify(server.requests.at(-1)?.body).includes(key));
  assert.ok(!(made?.title ?? "").includes(key));
});

test("the conversation takes the title after its first answer, which never waits for it", async () => {
  const maker = new HeldTitler();
  const world = supervised({ titler: maker });
  const { result } = await answered(world, "Where is it?");
  assert.equal(result.stopReason, "complete");
  assert.equal((await world.supervisor.list())[0]?.title, "Where is it?");
  maker.made.resolve({ title: "A better title" });
  await settle();
  assert.equal((await world.supervisor.list())[0]?.title, "A better title");
  await answered(world, "And then?");
  assert.equal(maker.signals.length, 1, "it was asked again");
  await world.supervisor.close();
});

test("the next message ends the making of a title, and a renamed conversation keeps its name", async () => {
  const maker = new HeldTitler();
  const world = supervised({ titler: maker });
  await answered(world, "Where is it?");
  await world.supervisor.rename("c", "Mine");
  maker.made.resolve({ title: "A better title" });
  await settle();
  assert.equal((await world.supervisor.list())[0]?.title, "Mine");
  const other = new HeldTitler();
  const second = supervised({ titler: other });
  await answered(second, "Where is it?");
  await answered(second, "And then?");
  assert.equal(other.signals[0]?.aborted, true);
  await world.supervisor.close();
  await second.supervisor.close();
});

const DEFAULT = { kind: "default" } as const;
const USAGE = { prompt_tokens: 50, completion_tokens: 5 };

const TURN: Turn = {
  accepted: {
    type: "accepted",
    turnId: "t1",
    operationId: "t1",
    seq: 1,
    at: "",
    content: "When is it tried again?",
    attachments: [],
    options: {},
    client: "panel",
  },
  state: "done",
  text: "Before the first token.",
};

function configured(fields: object): Models {
  const models = new Models({ offline: () => new OfflineModel(() => ({ state: "off", files: 0, skipped: {} })) });
  models.configure({ baseUrl: server.baseUrl, name: "duck-1", titles: true, ...fields });
  return models;
}

function titler(fields: object): ModelTitler {
  return new ModelTitler(configured(fields), new FakeClock());
}

class HeldTitler implements Titler {
  readonly made = deferred<MadeTitle>();
  readonly signals: AbortSignal[] = [];

  title(_turn: Turn, _choice: object, signal: AbortSignal): Promise<MadeTitle> {
    this.signals.push(signal);
    return this.made.promise;
  }
}

async function answered(
  { supervisor, runner }: ReturnType<typeof supervised<ScriptedRunner>>,
  question: string,
): Promise<{ readonly result: TurnResult }> {
  const before = runner.turns.length;
  const sending = finished(supervisor.send(message(question), unending));
  await until(() => runner.turns.length > before);
  runner.last.say("There.");
  runner.last.finish();
  return sending;
}
