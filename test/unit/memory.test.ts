import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { MemorySetup } from "./memorySetup.ts";

const WAYS = [
  "squash commits",
  "name branches after tickets",
  "write docs first",
  "log in JSON",
  "pin packages",
  "review in pairs",
  "release on Tuesdays",
  "avoid singletons",
  "test with real clocks",
  "keep functions short",
];
const CONVENTION = "In this repo we use pnpm, never npm install.";

test("what the user says is a convention is remembered, with where it was said, and found by a question in another conversation", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  const { memories } = await setup.ask("rubberduck/memory/list", {});
  assert.deepEqual(
    memories.map(({ kind, status, sources }) => [kind, status, sources[0]?.turnId]),
    [["convention", "active", "t1"]],
  );
  const { hits } = await setup.ask("rubberduck/memory/recall", {
    query: "which package manager, pnpm or npm?",
    queryType: "chat",
    conversationId: "c2",
  });
  assert.equal(hits[0]?.id, memories[0]?.id);
  assert.ok(hits.some(({ kind }) => kind === "episode"));
});

test("telling a conversation again learns nothing twice, in this process or the next", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  setup.tell("c1");
  await setup.observing.settled();
  await setup.memory.close();
  const next = new MemorySetup(setup.disk);
  await next.ask("rubberduck/memory/overview", {});
  await next.clock.advance(2000);
  await next.observing.catchUp();
  assert.equal((await next.ask("rubberduck/memory/list", {})).total, 1);
});

test("what a crash kept from being learned is learned by the next process, from the log", async () => {
  const setup = new MemorySetup();
  await setup.write("c1", [
    {
      type: "accepted",
      turnId: "t1",
      operationId: "o",
      content: CONVENTION,
      attachments: [],
      options: {},
      client: "panel",
    },
    { type: "started", turnId: "t1", kind: "chat" },
    { type: "done", turnId: "t1", text: "Noted.", stopReason: "complete" },
  ]);
  const next = new MemorySetup(setup.disk);
  await next.observing.catchUp();
  const { hits } = await next.ask("rubberduck/memory/recall", { query: "pnpm or npm?", queryType: "search" });
  assert.deepEqual(hits.map(({ kind }) => kind).sort(), ["convention", "episode", "episode"]);
});

test("a correction wins: the old text is superseded and is not recalled", async () => {
  const setup = new MemorySetup();
  const { memory } = await setup.ask("rubberduck/memory/remember", { text: "The limiter window is 60 seconds" });
  const corrected = await setup.ask("rubberduck/memory/correct", {
    id: memory.id,
    text: "The limiter window is 90 seconds",
  });
  const { hits } = await setup.ask("rubberduck/memory/recall", { query: "limiter window", queryType: "chat" });
  assert.deepEqual(
    hits.map(({ text }) => text),
    ["The limiter window is 90 seconds"],
  );
  assert.deepEqual(corrected.memory.supersedes, [memory.id]);
  const { undone } = await setup.ask("rubberduck/memory/undo", {});
  assert.equal(undone, "Corrected a memory");
  const again = await setup.ask("rubberduck/memory/recall", { query: "limiter window", queryType: "chat" });
  assert.deepEqual(
    again.hits.map(({ text }) => text),
    ["The limiter window is 60 seconds"],
  );
});

test("a pinned one goes along with every question, a muted one not in its conversation", async () => {
  const setup = new MemorySetup();
  const { memory } = await setup.ask("rubberduck/memory/remember", {
    text: "Answers have three bullet points at most",
  });
  await setup.ask("rubberduck/memory/pin", { id: memory.id, pinned: true });
  const query = { query: "why does the build of the gateway fail", queryType: "chat" as const };
  assert.deepEqual(
    (await setup.ask("rubberduck/memory/recall", query)).hits.map(({ id }) => id),
    [memory.id],
  );
  await setup.ask("rubberduck/memory/mute", { id: memory.id, conversationId: "c1", muted: true });
  const muted = await setup.ask("rubberduck/memory/recall", { ...query, conversationId: "c1" });
  assert.deepEqual([muted.hits.length, muted.muted.map(({ id }) => id)], [0, [memory.id]]);
  const elsewhere = await setup.ask("rubberduck/memory/recall", { ...query, conversationId: "c2" });
  assert.equal(elsewhere.hits.length, 1);
});

test("ways of working go along with a question that does not name them, a fact does not; nor with thanks, nor in a search", async () => {
  const setup = new MemorySetup();
  await setup.ask("rubberduck/memory/remember", { text: "We use pnpm here, never npm", kind: "convention" });
  await setup.ask("rubberduck/memory/remember", { text: "I prefer early returns", kind: "preference", scope: "user" });
  await setup.ask("rubberduck/memory/remember", { text: "The gateway listens on port 8080", kind: "fact" });
  const recalled = async (query: string, queryType: "chat" | "search" = "chat") =>
    (await setup.ask("rubberduck/memory/recall", { query, queryType })).hits.map(({ text }) => text).sort();
  assert.deepEqual(await recalled("how do I install the dependencies?"), [
    "I prefer early returns",
    "We use pnpm here, never npm",
  ]);
  assert.deepEqual(await recalled("thanks a lot"), []);
  assert.deepEqual(await recalled("how do I install the dependencies?", "search"), []);
});

test("of many ways of working the newest eight go along, and none of another branch, pinned or not", async () => {
  const setup = new MemorySetup();
  for (const [number, pinned] of [false, true].entries()) {
    const text = `On this branch queue ${number} is drained first`;
    const { memory } = await setup.ask("rubberduck/memory/remember", { text, kind: "convention", scope: "branch" });
    if (pinned) await setup.ask("rubberduck/memory/pin", { id: memory.id, pinned });
  }
  setup.branch = "other";
  for (const name of WAYS) {
    await setup.clock.advance(60_000);
    await setup.ask("rubberduck/memory/remember", { text: `We ${name} in this house`, kind: "convention" });
  }
  const { hits } = await setup.ask("rubberduck/memory/recall", { query: "why is the sky blue?", queryType: "chat" });
  assert.deepEqual(
    hits.map(({ text }) => text),
    WAYS.toReversed()
      .slice(0, 8)
      .map((name) => `We ${name} in this house`),
  );
});

test("a pinned memory is forgotten as any other: gone at once, back with undo, gone for good after ten minutes", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  const [memory] = (await setup.ask("rubberduck/memory/list", {})).memories;
  assert.ok(memory);
  await setup.ask("rubberduck/memory/pin", { id: memory.id, pinned: true });
  const forget = { ids: [memory.id], when: "later" as const, messages: "keep" as const };
  const result = await setup.ask("rubberduck/memory/forget", forget);
  assert.deepEqual([result.memories, result.messages], [1, 0]);
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 0);
  await setup.ask("rubberduck/memory/unforget", { ids: [memory.id] });
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 1);
  await setup.ask("rubberduck/memory/forget", forget);
  await setup.clock.advance(10 * 60_000 + 1);
  while (setup.index.purged === 0) await setImmediate();
  await assert.rejects(setup.ask("rubberduck/memory/unforget", { ids: [memory.id] }), { code: "tooLate" });
  await setup.talk("c2", "t2", CONVENTION);
  const { memories } = await setup.ask("rubberduck/memory/list", {});
  assert.deepEqual(memories, [], "it is not learned again by itself");
});

test("what said a forgotten memory is recalled no more, though it stays in its conversation, until that is undone", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  const [memory] = (await setup.ask("rubberduck/memory/list", {})).memories;
  assert.ok(memory);
  const recalled = async () => {
    const { hits } = await setup.ask("rubberduck/memory/recall", { query: CONVENTION, queryType: "chat" });
    return hits.map(({ kind }) => kind).sort();
  };
  const before = await recalled();
  assert.ok(before.includes("episode"));
  await setup.ask("rubberduck/memory/forget", { ids: [memory.id], when: "later", messages: "keep" });
  assert.deepEqual(await recalled(), []);
  await setup.ask("rubberduck/memory/unforget", { ids: [memory.id] });
  assert.deepEqual(await recalled(), before);
});

test("forgetting says which messages it came from and which quote it, and takes them along when asked to", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  const [memory] = (await setup.ask("rubberduck/memory/list", {})).memories;
  assert.ok(memory);
  await setup.talk("c2", "t2", "what do we use here?", `You told me: ${memory.text}`);
  const traces = await setup.ask("rubberduck/memory/traces", { ids: [memory.id] });
  assert.deepEqual(
    [traces.source.map(({ turnId }) => turnId), traces.quoting.map(({ turnId }) => turnId)],
    [["t1"], ["t2"]],
  );
  const result = await setup.ask("rubberduck/memory/forget", { ids: [memory.id], when: "later", messages: "all" });
  assert.equal(result.messages, 2);
  assert.deepEqual(setup.forgottenTurns, ["t1", "t2"]);
  const { hits } = await setup.ask("rubberduck/memory/recall", { query: "pnpm npm", queryType: "search" });
  assert.deepEqual(hits, []);
  await setup.ask("rubberduck/memory/unforget", { ids: [memory.id] });
  await setup.observing.settled();
  const again = await setup.ask("rubberduck/memory/recall", { query: "pnpm npm", queryType: "search" });
  assert.ok(again.hits.length >= 3, "the memory and what was said");
});

test("a message that is forgotten takes along what was learned from it alone, and brings it back", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  await setup.say("c1", [{ type: "forgotten", turnIds: ["t1"], stage: "undoable" }]);
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 0);
  await setup.say("c1", [{ type: "remembered", turnIds: ["t1"] }]);
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 1);
  await setup.say("c1", [{ type: "forgotten", turnIds: ["t1"], stage: "final" }]);
  await setup.memory.purge("c1");
  assert.equal(setup.index.purged > 0, true);
  await setup.say("c1", [{ type: "remembered", turnIds: ["t1"] }]);
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 0);
});

test("a secret is masked before anything is written", async () => {
  const setup = new MemorySetup();
  const { memory } = await setup.ask("rubberduck/memory/remember", {
    text: "the staging database is postgres://app:aOSc2mlADxVxz6@db.test:5432/app",
  });
  assert.ok(!memory.text.includes("aOSc2mlADxVxz6"));
});

test("what is blank or too long is refused with what to do, and remembering it twice keeps one", async () => {
  const setup = new MemorySetup();
  await assert.rejects(setup.ask("rubberduck/memory/remember", { text: "  \n" }), { code: "invalidRequest" });
  await assert.rejects(setup.ask("rubberduck/memory/remember", { text: "x".repeat(1024 * 1024) }), /at most 2000/);
  await setup.ask("rubberduck/memory/remember", { text: "we deploy on Tuesdays" });
  const again = await setup.ask("rubberduck/memory/remember", { text: "We deploy on Tuesdays." });
  assert.equal(again.outcome, "known");
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 1);
});

test("what is remembered by hand takes the place of what says otherwise, and undo brings that back", async () => {
  const setup = new MemorySetup();
  await setup.ask("rubberduck/memory/remember", { text: "The demo of the gateway is on 20 March" });
  const { outcome } = await setup.ask("rubberduck/memory/remember", { text: "The demo of the gateway is on 27 March" });
  assert.equal(outcome, "superseded");
  const texts = async () => (await setup.ask("rubberduck/memory/list", {})).memories.map(({ text }) => text);
  assert.deepEqual(await texts(), ["The demo of the gateway is on 27 March"]);
  await setup.ask("rubberduck/memory/undo", {});
  assert.deepEqual(await texts(), ["The demo of the gateway is on 20 March"]);
});

test("a branch's memories are recalled on that branch alone, the user's in the user's own place", async () => {
  const setup = new MemorySetup();
  await setup.ask("rubberduck/memory/remember", { text: "the gateway is being rewritten", scope: "branch" });
  const found = async () =>
    (await setup.ask("rubberduck/memory/recall", { query: "gateway rewritten", queryType: "chat" })).hits.length;
  assert.equal(await found(), 1);
  setup.branch = "other";
  assert.equal(await found(), 0);
  const { memory } = await setup.ask("rubberduck/memory/remember", { text: "I prefer early returns", scope: "user" });
  assert.deepEqual(memory.scope, { kind: "user" });
  assert.ok([...setup.disk.files().keys()].some((path) => path.includes("/store/user/memory/")));
});

test("an export that is taken in elsewhere is remembered there, and one that is not ours is refused", async () => {
  const setup = new MemorySetup();
  await setup.ask("rubberduck/memory/remember", { text: "we deploy on Tuesdays" });
  const { text } = await setup.ask("rubberduck/memory/export", {});
  const other = new MemorySetup();
  assert.equal((await other.ask("rubberduck/memory/import", { text })).added, 1);
  assert.equal((await other.ask("rubberduck/memory/import", { text })).known, 1);
  await assert.rejects(other.ask("rubberduck/memory/import", { text: "[1]" }), { code: "invalidRequest" });
});

test("incognito is never looked at", async () => {
  const setup = new MemorySetup();
  await setup.say("c1", [
    {
      type: "accepted",
      turnId: "t1",
      operationId: "o",
      content: CONVENTION,
      attachments: [],
      options: { incognito: true },
      client: "panel",
    },
    { type: "started", turnId: "t1", kind: "chat" },
    { type: "done", turnId: "t1", text: "Noted.", stopReason: "complete" },
  ]);
  assert.equal((await setup.ask("rubberduck/memory/overview", {})).episodes, 0);
  assert.equal((await setup.ask("rubberduck/memory/list", {})).total, 0);
});

test("undo leaves what is being forgotten on its way out, and what was undone is not learned again", async () => {
  const setup = new MemorySetup();
  const { memory } = await setup.ask("rubberduck/memory/remember", { text: "we deploy on Tuesdays" });
  await setup.ask("rubberduck/memory/forget", { ids: [memory.id], when: "later", messages: "keep" });
  await assert.rejects(setup.ask("rubberduck/memory/undo", {}), { code: "notFound" });
  const [forgotten] = (await setup.ask("rubberduck/memory/get", { ids: [memory.id] })).memories;
  assert.equal(forgotten?.status, "forgotten");
  await setup.clock.advance(10 * 60_000 + 1);
  while (setup.index.purged === 0) await setImmediate();
  await setup.talk("c1", "t1", CONVENTION);
  await setup.ask("rubberduck/memory/undo", {});
  setup.tell("c1");
  const next = new MemorySetup(setup.disk);
  await next.observing.catchUp();
  assert.deepEqual((await next.ask("rubberduck/memory/list", {})).memories, []);
});

test("one message that is forgotten for good takes nothing along that rests on another", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", CONVENTION);
  await setup.talk("c1", "t2", "All queries in finch go through SQLAlchemy core, no raw SQL strings.");
  await setup.say("c1", [{ type: "forgotten", turnIds: ["t1"], stage: "undoable" }]);
  await setup.say("c1", [{ type: "forgotten", turnIds: ["t2"], stage: "final" }]);
  await setup.memory.purge("c1");
  await setup.say("c1", [{ type: "remembered", turnIds: ["t1"] }]);
  const { memories } = await setup.ask("rubberduck/memory/list", {});
  assert.deepEqual(
    memories.map(({ sources }) => sources[0]?.turnId),
    ["t1"],
  );
});

test("a message that waits while a later one is answered first is learned from as well", async () => {
  const setup = new MemorySetup();
  const accepted = (turnId: string, content: string) =>
    ({
      type: "accepted",
      turnId,
      operationId: turnId,
      content,
      attachments: [],
      options: {},
      client: "panel",
    }) as const;
  const done = (turnId: string) =>
    [
      { type: "started", turnId, kind: "chat" },
      { type: "done", turnId, text: "Noted.", stopReason: "complete" },
    ] as const;
  await setup.say("c1", [
    accepted("a", CONVENTION),
    accepted("b", "hm"),
    { type: "promoted", turnId: "b" },
    ...done("b"),
  ]);
  await setup.observing.keep();
  await setup.say("c1", done("a"));
  await setup.memory.close();
  const next = new MemorySetup(setup.disk);
  await next.observing.catchUp();
  assert.equal((await next.ask("rubberduck/memory/list", {})).total, 1);
});

test("what was corrected is forgotten with what stood there before, and no stage is gone back", async () => {
  const setup = new MemorySetup();
  const { memory: first } = await setup.ask("rubberduck/memory/remember", { text: "the window is 60 seconds" });
  const { memory: second } = await setup.ask("rubberduck/memory/correct", {
    id: first.id,
    text: "the window is 90 seconds",
  });
  await setup.ask("rubberduck/memory/forget", { ids: [first.id], when: "now", messages: "keep" });
  await setup.ask("rubberduck/memory/forget", { ids: [second.id], when: "later", messages: "keep" });
  await setup.ask("rubberduck/memory/unforget", { ids: [second.id] });
  const { memories } = await setup.ask("rubberduck/memory/get", { ids: [first.id, second.id] });
  assert.deepEqual(
    memories.map(({ text, status }) => [text, status]),
    [
      ["", "forgotten"],
      ["the window is 90 seconds", "active"],
    ],
  );
});

test("what an edit took out of view is not recalled, and comes back with its branch", async () => {
  const setup = new MemorySetup();
  await setup.talk("c1", "t1", "where does the jitter begin?", "In retry.");
  await setup.say("c1", [
    {
      type: "accepted",
      turnId: "t2",
      operationId: "t2",
      content: "where does the flicker begin?",
      attachments: [],
      options: {},
      client: "panel",
      edits: "t1",
    },
    { type: "started", turnId: "t2", kind: "chat" },
    { type: "done", turnId: "t2", text: "In paint.", stopReason: "complete" },
  ]);
  const found = async () => {
    const { hits } = await setup.ask("rubberduck/memory/recall", {
      query: "jitter flicker begin",
      queryType: "search",
    });
    return new Set(hits.map(({ source }) => source.turnId));
  };
  assert.deepEqual(await found(), new Set(["t2"]));
  await setup.say("c1", [{ type: "branchChosen", turnId: "t1" }]);
  assert.deepEqual(await found(), new Set(["t1"]));
});
