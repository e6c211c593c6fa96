import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat } from "../../server/context/chat.ts";
import {
  type MadeSummary,
  ModelSummarizer,
  SUMMARY_PROMPT,
  type Summarizer,
  type SummaryRequest,
} from "../../server/context/summarizer.ts";
import type { TurnPart } from "../../server/context/turn.ts";
import { Models } from "../../server/llm/models.ts";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { CompactedEvent } from "../../server/protocol/events.ts";
import { withoutTurns, withoutUndone } from "../../server/protocol/forgetting.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import { deferred } from "../../server/util/deferred.ts";
import { FakeClock, turn as settle, until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";
import { useModelServer } from "../fakes/useModelServer.ts";
import { buildContext, contextBuilder, turn } from "./contextSetup.ts";
import { made as madeSecret, seeded } from "./secrets/random.ts";

const server = await useModelServer();
const SHORT = "The user wants typed errors. They are in errors.ts.";

test("a summary is made of the oldest messages themselves, with what it took; the newest stay as they were said", async () => {
  server.reply({ type: "answer", pieces: [SHORT], usage: { prompt_tokens: 900, completion_tokens: 12 } });
  const history = talk(20);
  const made = await summarizer().summarize(due(history), unending);
  assert.equal(made?.summary, SHORT);
  assert.deepEqual(made?.usage, { promptTokens: 900, completionTokens: 12 });
  const covered = made?.turnIds ?? [];
  assert.deepEqual(
    covered,
    history.slice(0, covered.length).map(({ accepted }) => accepted.turnId),
  );
  assert.ok(covered.length >= 10 && covered.length <= 18, `${covered.length}`);
  const { messages } = server.requests.at(-1)?.body ?? {};
  assert.equal(messages?.[0]?.content, SUMMARY_PROMPT);
  const asked = String(messages?.[1]?.content);
  assert.ok(asked.includes("question 0 ") && !asked.includes("question 19 "));
});

test("nothing is asked while there is room, or without a model", async () => {
  const before = server.requests.length;
  assert.equal(await summarizer().summarize(due(talk(3)), unending), undefined);
  assert.equal(await summarizer().summarize({ ...due(talk(30)), choice: { kind: "offline" } }, unending), undefined);
  assert.equal(server.requests.length, before);
});

test("without a background call left a summary that nobody waits for is made another day, one for an answer at once", async () => {
  server.reply({ type: "answer", pieces: [SHORT] });
  const clock = new FakeClock();
  const models = configured(clock);
  while (models.backgroundCalls.take());
  const maker = new ModelSummarizer(models, clock);
  const ahead = { ...due(talk(20)), inBackground: true } as const;
  const before = server.requests.length;
  assert.equal(await maker.summarize(ahead, unending), undefined);
  assert.equal(server.requests.length, before);
  assert.equal((await maker.summarize(due(talk(20)), unending))?.summary, SHORT);
  await clock.advance(86_400_000);
  assert.equal((await maker.summarize(ahead, unending))?.summary, SHORT);
});

test("what a summary stands for counts no more, and the next one is made of the messages again, not of it", async () => {
  server.reply({ type: "answer", pieces: [SHORT] });
  const history = talk(30);
  const first = await summarizer().summarize(due(history), unending);
  const summaries = first === undefined ? [] : [first];
  assert.equal(await summarizer().isDue({ ...due(history), summaries }), false);
  const longer = [...history, ...talk(20, 30)];
  assert.equal(await summarizer().isDue({ ...due(longer), summaries }), true);
  const second = await summarizer().summarize({ ...due(longer), summaries }, unending);
  assert.ok((second?.turnIds.length ?? 0) > (first?.turnIds.length ?? 0));
  const asked = JSON.stringify(server.requests.slice(-2).map(({ body }) => body?.messages));
  assert.ok(asked.includes("question 0 ") && !asked.includes(SHORT));
});

test("more than one request can hold is summarised part by part", async () => {
  server.reply({ type: "answer", pieces: [SHORT] });
  const before = server.requests.length;
  const made = await summarizer().summarize(due(talk(200)), unending);
  const requests = server.requests.slice(before);
  assert.ok(requests.length > 1 && requests.length <= 4, `${requests.length}`);
  assert.equal(made?.summary, Array(requests.length).fill(SHORT).join("\n\n"));
});

for (const [what, reply] of [
  ["is not much shorter", { type: "answer", pieces: ["many words about it ".repeat(600)] }],
  ["is empty", { type: "answer", pieces: [" "] }],
  ["fails", { type: "status", status: 500 }],
] as const) {
  test(`a summary that ${what} is none, and is not asked for again before there is more to summarise`, async () => {
    server.reply(reply);
    const maker = summarizer();
    assert.equal(await maker.summarize(due(talk(30)), unending), undefined);
    assert.equal(await maker.isDue(due(talk(30))), false);
    assert.equal(await maker.isDue(due(talk(40))), true);
  });
}

test("a secret goes neither to the model nor into the summary", async () => {
  const key = madeSecret("ghp_{w36}", seeded(8));
  server.reply({ type: "answer", pieces: [`Key ${key}`] });
  const history = [turn(`My key is ${key}`, "I see.", "secret"), ...talk(30)];
  const made = await summarizer().summarize(due(history), unending);
  assert.ok(!JSON.stringify(server.requests.at(-1)?.body).includes(key));
  assert.match(made?.summary ?? "", /\[redacted: GitHub token\]/);
});

test("a summary stands before the question with how many messages it stands for, where all of them are in view", async () => {
  const history = talk(40);
  const summaries = [{ turnIds: history.slice(0, 20).map(({ accepted }) => accepted.turnId), summary: SHORT }];
  const { request, receipt } = await buildContext({ history, summaries });
  const item = receipt.included.find(({ source }) => source === "summary");
  assert.equal(item?.label, "Summary of 40 messages");
  assert.ok(request.messages.at(-1)?.content.includes(SHORT));
  assert.ok(!JSON.stringify(receipt).includes("typed errors"));
  const other = await buildContext({ history: history.slice(1), summaries });
  assert.ok(other.receipt.included.every(({ source }) => source !== "summary"));
});

test("when earlier messages have hardly any room left, the next answer waits for a summary and is given with it", async () => {
  server.reply({ type: "answer", pieces: [SHORT] });
  const models = configured();
  const clock = new FakeClock();
  const chat = new Chat(models, contextBuilder({}), undefined, clock, new ModelSummarizer(models, clock));
  const { accepted } = turn("And now?", "");
  const asked = { conversationId: "c", message: accepted, summaries: [], model: { kind: "default" } as const };
  const partsOf = async (history: readonly Turn[]) => {
    const parts: TurnPart[] = [];
    for await (const part of chat.answer({ turn: { ...asked, history } }, unending)) parts.push(part);
    return parts;
  };
  const parts = await partsOf(talk(20));
  assert.deepEqual(parts[0], { type: "progress", message: "Summarising earlier messages…" });
  assert.equal(parts[1]?.type, "compacted");
  const receipt = parts.find((part) => part.type === "context")?.receipt;
  assert.ok(receipt?.included.some(({ source }) => source === "summary"));
  assert.equal(parts.at(-1)?.type, "end");
  assert.ok((await partsOf(talk(6))).every(({ type }) => type !== "compacted"));
});

test("after an answer the conversation is summarised beside it; the messages stay", async () => {
  const maker = new HeldSummarizer();
  const world = supervised({ summarizer: maker });
  const follower = new Follower(world.supervisor);
  await answered(world, "First?");
  const [asked] = maker.asked;
  assert.deepEqual(
    asked?.history.map(({ accepted }) => accepted.content),
    ["First?"],
  );
  const turnIds = [asked?.history[0]?.accepted.turnId ?? ""];
  maker.made.resolve({ turnIds, summary: SHORT });
  const transcript = await follower.until(({ summaries }) => summaries.length === 1);
  assert.deepEqual(transcript.summaries, [{ turnIds, summary: SHORT }]);
  assert.equal(transcript.turns[0]?.text, "There.");
  await answered(world, "Second?");
  assert.deepEqual(world.runner.last.request.summaries, [{ turnIds, summary: SHORT }]);
  follower.leave();
  await world.supervisor.close();
});

test("the next message, and forgetting, end the making of a summary", async () => {
  const maker = new HeldSummarizer();
  const world = supervised({ summarizer: maker });
  await answered(world, "First?");
  await answered(world, "Second?");
  assert.equal(maker.signals[0]?.aborted, true);
  const turnId = maker.asked[1]?.history[0]?.accepted.turnId ?? "";
  await world.supervisor.forget("c", turnId, "later");
  assert.equal(maker.signals[1]?.aborted, true);
  maker.made.resolve({ turnIds: [turnId], summary: SHORT });
  await settle();
  const follower = new Follower(world.supervisor);
  assert.deepEqual((await follower.until(({ caughtUp }) => caughtUp)).summaries, []);
  follower.leave();
  await world.supervisor.close();
});

test("a summary goes with the first of its messages that is forgotten, from view and log, and does not come back with it", async () => {
  const maker = new HeldSummarizer();
  const world = supervised({ summarizer: maker });
  const follower = new Follower(world.supervisor);
  await answered(world, "First?");
  const turnId = maker.asked[0]?.history[0]?.accepted.turnId ?? "";
  maker.made.resolve({ turnIds: [turnId], summary: SHORT });
  await follower.until(({ summaries }) => summaries.length === 1);
  await world.supervisor.forget("c", turnId, "later");
  await follower.until(({ summaries }) => summaries.length === 0);
  await world.supervisor.unforget("c", turnId);
  const late = new Follower(world.supervisor);
  const transcript = await late.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(transcript.summaries, []);
  assert.equal(transcript.turns[0]?.text, "There.");
  follower.leave();
  late.leave();
  await world.supervisor.close();
});

test("of a log without a turn its summaries are left out, also when that was undone", () => {
  const at = "2026-01-02T03:04:05.000Z";
  const compacted: CompactedEvent = { type: "compacted", seq: 3, at, turnIds: ["a", "b"], summary: SHORT };
  assert.equal(withoutTurns(compacted, new Set(["b"])), undefined);
  assert.equal(withoutTurns(compacted, new Set(["c"])), compacted);
  const forgotten = { type: "forgotten", seq: 4, at, turnIds: ["b"], stage: "undoable" } as const;
  const remembered = { type: "remembered", seq: 5, at, turnIds: ["b"] } as const;
  const anew = { ...compacted, seq: 6 };
  assert.deepEqual(withoutUndone([compacted, forgotten, remembered, anew]), [remembered, anew]);
});

/** A conversation whose answers take about 50 tokens each. */
function talk(turns: number, from = 0): Turn[] {
  return Array.from({ length: turns }, (_, n) =>
    turn(
      `question ${n + from} about errors`,
      "an answer of some words with which it goes on ".repeat(7),
      `t${n + from}`,
    ),
  );
}

function due(history: readonly Turn[]): SummaryRequest {
  return { history, summaries: [], choice: { kind: "default" }, share: 0.75 };
}

function summarizer(): ModelSummarizer {
  return new ModelSummarizer(configured(), new FakeClock());
}

function configured(clock?: FakeClock): Models {
  const offline = () => new OfflineModel(() => ({ state: "off", files: 0, skipped: {} }));
  const models = new Models({ offline, ...(clock && { clock }) });
  models.configure({ baseUrl: server.baseUrl, name: "duck-1", contextWindowTokens: 4096 });
  return models;
}

class HeldSummarizer implements Summarizer {
  readonly made = deferred<MadeSummary>();
  readonly asked: SummaryRequest[] = [];
  readonly signals: AbortSignal[] = [];

  async isDue(): Promise<boolean> {
    return true;
  }

  summarize(request: SummaryRequest, signal: AbortSignal): Promise<MadeSummary> {
    this.asked.push(request);
    this.signals.push(signal);
    return this.made.promise;
  }
}

async function answered(
  { supervisor, runner }: ReturnType<typeof supervised<ScriptedRunner>>,
  question: string,
): Promise<void> {
  const before = runner.turns.length;
  const sending = finished(supervisor.send(message(question), unending));
  await until(() => runner.turns.length > before);
  runner.last.say("There.");
  runner.last.finish();
  await sending;
}
