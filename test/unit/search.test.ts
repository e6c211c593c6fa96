import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TurnStream } from "../../server/conversation/conversations.ts";
import { folded, marksIn, snippetOf, wordsOf } from "../../server/conversation/searchWords.ts";
import { until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { finished, message, supervised, unending } from "../fakes/supervised.ts";
import { logsOn } from "./storeWorld.ts";

test("words are found in any order, whatever their case and accents", async () => {
  const world = supervised();
  await ask(world, "a", "Where does the CAFÉ open?", "At noon, beside the naïve painter.");
  await ask(world, "b", "Something else", "Nothing of it");
  for (const query of ["open cafe", "café OPEN", "Naive noon", "  painter  "]) {
    const { hits, conversations } = await world.supervisor.search({ query }, unending);
    assert.deepEqual(
      hits.map(({ conversationId }) => conversationId),
      ["a"],
      query,
    );
    assert.equal(conversations, 2);
  }
  assert.deepEqual((await world.supervisor.search({ query: "cafe nothing" }, unending)).hits, []);
  assert.deepEqual((await world.supervisor.search({ query: "  " }, unending)).hits, []);
});

test("a word of the title and one of a message are enough together", async () => {
  const world = supervised();
  const turnId = await ask(world, "a", "Polling interval", "A little jitter, so that windows differ.");
  const { hits } = await world.supervisor.search({ query: "polling jitter" }, unending);
  assert.equal(hits[0]?.snippet?.text, "A little jitter, so that windows differ.");
  assert.deepEqual(hits[0]?.titleMarks, [[0, 7]]);
  assert.equal(hits[0]?.turnId, turnId);
});

test("the newest conversation stands first, and its newest match is the one to open", async () => {
  const world = supervised();
  const old = await ask(world, "old", "jitter one", "yes");
  await world.clock.advance(1000);
  await ask(world, "new", "jitter two", "yes");
  const newest = await ask(world, "new", "and jitter three", "no");
  const { hits } = await world.supervisor.search({ query: "jitter" }, unending);
  assert.deepEqual(
    hits.map(({ conversationId, matches, turnId }) => ({ conversationId, matches, turnId })),
    [
      { conversationId: "new", matches: 2, turnId: newest },
      { conversationId: "old", matches: 1, turnId: old },
    ],
  );
  assert.equal((await world.supervisor.search({ query: "jitter", limit: 1 }, unending)).hits.length, 1);
});

test("what was deleted, answered anew or cleared away is not found; an older branch is", async () => {
  const world = supervised();
  const first = await ask(world, "a", "first question", "alpha");
  await retry(world, "a", first, "beta");
  await ask(world, "a", "edited question", "gamma", { edits: first });
  const matches = async (query: string) =>
    (await world.supervisor.search({ query }, unending)).hits.map(({ matches: count }) => count);
  assert.deepEqual(await matches("alpha"), []);
  assert.deepEqual(await matches("beta"), [1]);
  assert.deepEqual(await matches("gamma"), [1]);
  await clear(world, "a");
  assert.deepEqual(await matches("gamma"), []);
  await ask(world, "b", "delta", "yes");
  await world.supervisor.delete("b");
  assert.deepEqual(await matches("delta"), []);
  await world.supervisor.restore("b");
  assert.deepEqual(await matches("delta"), [1]);
});

test("a log on disk is read in pieces, and what is damaged is passed over", async () => {
  const disk = new SimulatedDisk();
  const logs = logsOn(disk);
  const world = supervised({ logs });
  await ask(world, "a", "where", `${"filler ".repeat(100_000)}needle ${"filler ".repeat(100_000)}`);
  const [segment = ""] = [...disk.files().keys()].filter((path) => path.endsWith(".log"));
  const file = await disk.open(segment, "append");
  await file.write(Buffer.alloc(100, 7));
  await file.close();
  const { hits } = await world.supervisor.search({ query: "needle" }, unending);
  assert.match(hits[0]?.snippet?.text ?? "", /^…filler .*needle filler.*…$/);
  const types: string[] = [];
  const log = await logs.open("a");
  for await (const events of log.pieces(new Set(["done"]), unending)) types.push(...events.map(({ type }) => type));
  assert.deepEqual(types, ["accepted", "titled", "started"]);
  await world.supervisor.close();
});

test("a cancelled search reads no further", async () => {
  const world = supervised();
  await ask(world, "a", "jitter", "yes");
  const stop = new AbortController();
  stop.abort();
  assert.deepEqual((await world.supervisor.search({ query: "jitter" }, stop.signal)).hits, []);
});

test("marks lie on what was written, whatever folding does to its length", () => {
  const text = "Ærø: CAFE\u0301 café \u{1D400} İstanbul cafe";
  assert.deepEqual(
    marksIn(text, ["cafe"]).map(([start, end]) => text.slice(start, end).normalize("NFC")),
    ["CAFÉ", "café", "cafe"],
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", minLength: 1 }), (before, word) => {
      const [needle] = wordsOf(word);
      fc.pre(needle !== undefined);
      const whole = `${before} ${word} ${before}`;
      const marks = marksIn(whole, [needle]);
      assert.ok(marks.length > 0);
      for (const [start, end] of marks) assert.ok(start < end && end <= whole.length);
      assert.ok(snippetOf(whole, [needle]).text.length <= 162);
    }),
  );
  assert.equal(folded("ÀÉÎ"), "aei");
});

type World = ReturnType<typeof supervised<ScriptedRunner>>;

async function ask(
  world: World,
  conversationId: string,
  question: string,
  answer: string,
  fields = {},
): Promise<string> {
  const fieldsOf = { conversationId, operationId: `op-${question.replace(/\W/g, "-")}`, ...fields };
  return answered(world, world.supervisor.send(message(question, fieldsOf), unending), answer);
}

function retry(world: World, conversationId: string, turnId: string, answer: string): Promise<string> {
  const params = { conversationId, turnId, operationId: "op-retry", mode: "regenerate" as const };
  return answered(world, world.supervisor.retry(params, unending), answer);
}

async function clear(world: World, conversationId: string): Promise<void> {
  const before = world.runner.turns.length;
  const sending = finished(world.supervisor.send(message("/clear", { conversationId }), unending));
  await until(() => world.runner.turns.length > before);
  world.runner.last.emit({ type: "clear" });
  world.runner.last.finish();
  await sending;
}

async function answered(world: World, stream: TurnStream, answer: string): Promise<string> {
  const before = world.runner.turns.length;
  const sending = finished(stream);
  await until(() => world.runner.turns.length > before);
  world.runner.last.say(answer);
  world.runner.last.finish();
  const { result } = await sending;
  return result.turnId;
}
