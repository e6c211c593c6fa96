import assert from "node:assert/strict";
import { test } from "node:test";
import { Knowledge } from "../../server/completion/knowledge.ts";
import { placeIn } from "../../server/completion/place.ts";
import { ModelError } from "../../server/llm/modelErrors.ts";
import type { RecallHit } from "../../server/protocol/memory.ts";
import { FakeClock, turn } from "../fakes/clock.ts";
import { completionWorld } from "../fakes/completionWorld.ts";

const URI = "file:///src/a.ts";
const TEXT = "const answer = ";

test("a suggestion is made after a pause, is typed through without another request, and can be accepted", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "fortyTwo();\nmore", afterMs: 300 }));
  const asked = world.ask(URI, TEXT.length);
  await world.pass(2000);
  const first = await asked;
  assert.equal(first?.text, "fortyTwo();");
  world.edit(URI, TEXT.length, TEXT.length, "forty");
  const second = await world.ask(URI, TEXT.length + 5);
  assert.deepEqual(second, { id: first?.id, text: "Two();" });
  world.edit(URI, TEXT.length + 5, TEXT.length + 5, "Two();");
  world.completer.accepted(second?.id ?? "");
  await world.pass(30_000);
  const { shown, accepted, acceptedCharacters, retainedCharacters, requests } = world.completer.statistics;
  assert.deepEqual(
    { shown, accepted, acceptedCharacters, retainedCharacters, requests },
    { shown: 1, accepted: 1, acceptedCharacters: 6, retainedCharacters: 6, requests: 1 },
  );
});

test("typing on before the pause is over asks nobody; typing what a model is saying waits for it", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "fortyTwo();", afterMs: 300 }));
  const early = world.ask(URI, TEXT.length);
  await turn();
  world.edit(URI, TEXT.length, TEXT.length, "f");
  const asked = world.ask(URI, TEXT.length + 1);
  assert.equal(await early, undefined);
  assert.equal(world.requests.length, 0);
  world.says(() => ({ text: "ortyTwo();", afterMs: 300 }));
  await world.pass(500);
  world.edit(URI, TEXT.length + 1, TEXT.length + 1, "o");
  const reused = world.ask(URI, TEXT.length + 2);
  await world.pass(1000);
  assert.equal(await asked, undefined);
  assert.equal((await reused)?.text, "rtyTwo();");
  assert.equal(world.requests.length, 1);
});

test("what is asked for somewhere else breaks the request off, and its answer is never shown", async () => {
  const world = completionWorld();
  world.open(URI, `${TEXT}\n`);
  world.says(() => ({ text: "old();", afterMs: 300 }));
  const old = world.ask(URI, TEXT.length, true);
  await turn();
  world.edit(URI, 0, 0, "// ");
  const next = world.ask(URI, TEXT.length + 3, true);
  await turn();
  assert.equal(world.requests[0]?.signal.aborted, true);
  await world.pass(1000);
  assert.equal(await old, undefined);
  assert.equal((await next)?.text, "old();");
  assert.equal(world.completer.statistics.cancelled, 1);
});

test("an answer to a text that has changed meanwhile is not shown", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "old();", afterMs: 300 }));
  const asked = world.ask(URI, TEXT.length, true);
  await turn();
  world.edit(URI, 0, 5, "let");
  await world.pass(1000);
  assert.equal(await asked, undefined);
});

test("a cancelled request is answered at once, and what the model says is kept", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "kept();", afterMs: 300 }));
  const cancel = new AbortController();
  const asked = world.ask(URI, TEXT.length, true, cancel.signal);
  await turn();
  cancel.abort();
  assert.equal(await asked, undefined);
  await world.pass(1000);
  assert.equal((await world.ask(URI, TEXT.length))?.text, "kept();");
});

test("while a local model writes an answer it is not asked; who still waits when that ends is shown the suggestion", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "later();", afterMs: 300 }));
  const answer = world.traffic.begin();
  const asked = world.ask(URI, TEXT.length, true);
  await world.pass(60_000);
  assert.equal(world.requests.length, 0);
  assert.match(world.completer.status.why, /writing an answer/);
  answer[Symbol.dispose]();
  await world.pass(1000);
  assert.equal((await asked)?.text, "later();");
});

test("an answer that begins ends the request to a local model, which is made again after it, and again", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "later();", afterMs: 300 }));
  const asked = world.ask(URI, TEXT.length, true);
  for (let answers = 1; answers <= 3; answers++) {
    await world.pass(100);
    assert.equal(world.requests.length, answers);
    const answer = world.traffic.begin();
    assert.equal(world.requests.at(-1)?.signal.aborted, true);
    await world.pass(5000);
    assert.equal(world.requests.length, answers, "nobody is asked meanwhile");
    answer[Symbol.dispose]();
  }
  await world.pass(1000);
  assert.equal((await asked)?.text, "later();");
});

for (const [name, change] of [
  ["typed on", (world: ReturnType<typeof completionWorld>) => world.edit(URI, 0, 0, "// ")],
  ["given up", (_: unknown, stop: AbortController) => stop.abort()],
] as const) {
  test(`after an answer nothing is asked for somebody who has ${name} meanwhile`, async () => {
    const world = completionWorld();
    world.open(URI, TEXT);
    const stop = new AbortController();
    const answer = world.traffic.begin();
    const asked = world.ask(URI, TEXT.length, true, stop.signal);
    await world.pass(100);
    change(world, stop);
    answer[Symbol.dispose]();
    await world.pass(1000);
    assert.equal(await asked, undefined);
    assert.equal(world.requests.length, 0);
  });
}

test("a model elsewhere is asked while an answer is written", async () => {
  const world = completionWorld({ isLocal: false });
  world.open(URI, TEXT);
  world.says(() => ({ text: "now();", afterMs: 300 }));
  using _ = world.traffic.begin();
  const asked = world.ask(URI, TEXT.length, true);
  await world.pass(1000);
  assert.equal((await asked)?.text, "now();");
});

test("a model is asked thirty times in a minute and not once more, with the reason; then as often as time passes", async () => {
  const world = completionWorld();
  world.says(() => ({ text: "", afterMs: 0 }));
  let files = 0;
  /** Somewhere else each time, so that nothing is known. */
  const askAnew = async () => {
    const uri = `file:///src/${++files}.ts`;
    world.open(uri, TEXT);
    const asked = world.ask(uri, TEXT.length, true);
    await world.pass(0);
    await asked;
  };
  for (let times = 0; times < 35; times++) await askAnew();
  assert.equal(world.requests.length, 30);
  assert.match(world.completer.status.why, /30 times in a minute.*again in 2 s/);
  await world.clock.advance(2000);
  await askAnew();
  await askAnew();
  assert.equal(world.requests.length, 31);
});

test("who types without a rest, with a pause at the end of each line, is never told to wait", async () => {
  const world = completionWorld();
  world.says(() => ({ text: "", afterMs: 200 }));
  world.open(URI, TEXT);
  let length = TEXT.length;
  let missed = 0;
  for (let line = 0; line < 60; line++) {
    const typed = `\nconst value${line} = `;
    for (const sign of typed) {
      world.edit(URI, length, length, sign);
      length++;
      void world.ask(URI, length);
      await world.pass(150);
    }
    await world.pass(1500);
    if (/times in a minute/.test(world.completer.status.why)) missed++;
  }
  assert.ok(world.requests.length >= 50, "it is asked at the end of a line");
  assert.equal(missed, 0);
});

test("after an error nobody is asked for a while, and the status says what happened", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => new ModelError("modelUnavailable", "The host is down."));
  const asked = world.ask(URI, TEXT.length);
  await world.pass(1000);
  assert.equal(await asked, undefined);
  assert.match(world.completer.status.why, /The host is down/);
  await world.ask(URI, TEXT.length);
  assert.equal(world.requests.length, 1);
  world.says(() => ({ text: "back();", afterMs: 0 }));
  await world.pass(6000);
  const again = world.ask(URI, TEXT.length);
  await world.pass(2000);
  assert.equal((await again)?.text, "back();");
});

test("nothing is suggested in secret files, ignored files, restricted mode or when it is off, and the status says so", async () => {
  const world = completionWorld({ denied: ["/out/a.ts"] });
  for (const [uri, why] of [
    ["file:///.env", /keys or passwords/],
    ["file:///out/a.ts", /ignored by git/],
  ] as const) {
    world.open(uri, TEXT);
    assert.equal(await world.ask(uri, TEXT.length, true), undefined);
    assert.match(world.completer.status.why, why);
  }
  world.open(URI, TEXT);
  world.completer.configure({ eagerness: "off" });
  assert.equal(await world.ask(URI, TEXT.length, true), undefined);
  assert.equal(world.completer.status.state, "off");
  assert.equal(world.requests.length, 0);
  const restricted = completionWorld({ blocked: "Not trusted." });
  restricted.open(URI, TEXT);
  assert.equal(await restricted.ask(URI, TEXT.length, true), undefined);
  assert.equal(restricted.completer.status.why, "Not trusted.");
});

test("what is typed in a secret or an ignored file is not told from another, neither to a model nor offline", async () => {
  const line = "const warehouse_door = opensWith(4711)";
  for (const secret of ["file:///.env", "file:///out/a.ts"]) {
    const world = completionWorld({ denied: ["/out/a.ts"] });
    for (const at of ["", "x\n"]) {
      world.open(secret, `${at}${line}\n`);
      await world.ask(secret, at.length + line.length, true);
    }
    world.open(URI, TEXT);
    const asked = world.ask(URI, TEXT.length, true);
    await world.pass(100);
    await asked;
    assert.doesNotMatch(JSON.stringify(world.requests[0]?.request), /4711/);
  }
  const offline = completionWorld({ offline: "No model." });
  offline.open("file:///.env", `${line}\n`);
  offline.open(URI, "const warehouse_door = ");
  assert.equal(await offline.ask(URI, "const warehouse_door = ".length, true), undefined);
  offline.open("file:///src/other.ts", `${line}\n`);
  offline.open(URI, "const warehouse_door");
  assert.equal((await offline.ask(URI, "const warehouse_door".length, true))?.text, " = opensWith(4711)");
});

test("on request means only when somebody asks", async () => {
  const world = completionWorld();
  world.open(URI, TEXT);
  world.says(() => ({ text: "asked();", afterMs: 0 }));
  world.completer.configure({ eagerness: "onRequest" });
  assert.equal(await world.ask(URI, TEXT.length), undefined);
  const asked = world.ask(URI, TEXT.length, true);
  await world.pass(100);
  assert.equal((await asked)?.text, "asked();");
});

test("without a model a line goes on as all lines that begin so do, and not where they differ", async () => {
  const world = completionWorld({ offline: "No model is configured." });
  world.open("file:///src/b.ts", "import { strict } from 'node:assert';\nreturn answered(1);\nreturn answered(2);\n");
  const text = "import { strict ";
  world.open(URI, text);
  assert.equal((await world.ask(URI, text.length))?.text, "} from 'node:assert';");
  world.edit(URI, 0, text.length, "return answered(");
  assert.equal(await world.ask(URI, 16), undefined);
  assert.match(world.completer.status.why, /No model is configured/);
});

test("what is remembered and what stands elsewhere goes along as comments, without secrets, the next time", async () => {
  const token = `ghp_${"a1B2".repeat(9)}`;
  const hit = { path: "/src/b.ts", label: "src/b.ts", startLine: 1, endLine: 1, text: `b("${token}")`, score: 1 };
  const world = completionWorld({ found: [hit], recalled: [{ text: "Quotes are double." }] });
  world.open(URI, TEXT);
  for (const reply of ["one();", "two();"]) {
    world.says(() => ({ text: reply, afterMs: 0 }));
    const asked = world.ask(URI, TEXT.length, true);
    await world.pass(100);
    await asked;
    world.completer.reset();
  }
  const { beside, prefix } = world.requests[1]?.request ?? { beside: "", prefix: "" };
  assert.match(beside, /\/\/ Remembered: Quotes are double\./);
  assert.match(beside, /\/\/ From src\/b\.ts:/);
  assert.ok(!beside.includes(token));
  assert.equal(prefix, TEXT);
});

test("what is fetched while something is forgotten is not kept", async () => {
  const recalls = [Promise.withResolvers<RecallHit[]>(), Promise.withResolvers<RecallHit[]>()];
  let asked = 0;
  const knowledge = new Knowledge({
    code: { status: { state: "ready", files: 1, skipped: {}, message: "" }, search: async () => [] },
    recall: async () => ({ hits: (await recalls[asked++]?.promise) ?? [], muted: [], patterns: [], ms: 0 }),
    label: (path) => path,
    clock: new FakeClock(),
  });
  const place = placeIn(
    { uri: URI, path: "/src/a.ts", language: "typescript", version: 1, text: () => TEXT },
    TEXT.length,
  );
  assert.ok(place);
  assert.deepEqual(knowledge.at(place).remembered, []);
  knowledge.forget();
  recalls[0]?.resolve([{ text: "The door opens with 4711." } as RecallHit]);
  await turn();
  assert.deepEqual(knowledge.at(place).remembered, []);
  recalls[1]?.resolve([{ text: "Quotes are double." } as RecallHit]);
  await turn();
  assert.deepEqual(knowledge.at(place).remembered, ["Quotes are double."]);
});
