import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryCommand } from "../../server/commands/memory/memory.ts";
import { meant } from "../../server/commands/memory/whichMemory.ts";
import type { Memory } from "../../server/protocol/memory.ts";
import { DuckError } from "../../server/util/errors.ts";
import { nearest } from "../../server/util/nearest.ts";
import { AskedMemory } from "../fakes/askedMemory.ts";
import { memoryWith } from "../fakes/memories.ts";

const TUESDAYS = memoryWith({ id: "1a2b3c4d-0000-4000-8000-000000000001", kind: "convention" });
const HERON = memoryWith({ id: "5e6f7a8b-0000-4000-8000-000000000002", text: "The staging cluster is called heron" });

test("remember says what is remembered, from where, and how to take it back", async () => {
  const memory = new AskedMemory();
  assert.equal(
    await said(memory, "remember we deploy on Tuesdays"),
    "Remembered: “we deploy on Tuesdays”\n\n`/memory undo` takes that back.",
  );
  assert.deepEqual(memory.asked[0]?.params, { text: "we deploy on Tuesdays", conversationId: "c", turnId: "t" });
  assert.match(await said(memory, "undo"), /^Taken back/);
  assert.deepEqual(memory.memories, []);
});

test("remember says what the new one takes the place of", async () => {
  const memory = new AskedMemory([TUESDAYS]);
  const newer = memoryWith({ id: "n", text: "We deploy on Fridays", supersedes: [TUESDAYS.id] });
  memory.answers["rubberduck/memory/remember"] = () => ({ memory: newer, outcome: "superseded" });
  assert.match(await said(memory, "remember we deploy on Fridays"), /It takes the place of “We deploy on Tuesdays”\./);
});

test("what is known already is not remembered twice, and what has to wait says so", async () => {
  const memory = new AskedMemory();
  memory.answers["rubberduck/memory/remember"] = () => ({ memory: TUESDAYS, outcome: "known" });
  assert.equal(await said(memory, "remember tuesdays"), "I remember that already: “We deploy on Tuesdays”");
  const pending = { ...TUESDAYS, status: "pending" as const, because: "reads like an order" };
  memory.answers["rubberduck/memory/remember"] = () => ({ memory: pending, outcome: "remembered" });
  assert.match(await said(memory, "remember tuesdays"), /inbox \(reads like an order\)\. `\/memory approve 1a2b3c4d`/);
});

test("an incognito conversation remembers nothing and says so", async () => {
  const memory = new AskedMemory();
  await assert.rejects(said(memory, "remember this", { incognito: true }), /incognito/);
  assert.deepEqual(memory.asked, []);
});

test("forget by an id, or the beginning of one, forgets at once, does not repeat it, and says until when it can come back", async () => {
  for (const name of [TUESDAYS.id, "1a2b3c4d", "`1a2b3c4d`"]) {
    const memory = new AskedMemory([TUESDAYS, HERON]);
    const answer = await said(memory, `forget ${name}`);
    assert.equal(
      answer,
      "Forgotten: 1 memory (convention, of 2026-01-01). `/memory unforget 1a2b3c4d` brings it back until 14:32 UTC; then it is gone for good, from every file.\n\n1 message that says it stays in the conversation.",
    );
    assert.deepEqual(
      memory.memories.map(({ status }) => status),
      ["forgotten", "active"],
    );
  }
});

test("unforget brings back what was forgotten, and only that", async () => {
  const memory = new AskedMemory([TUESDAYS, HERON]);
  await said(memory, "forget 1a2b3c4d");
  assert.equal(await said(memory, "unforget 1a2b3c4d"), "Remembered again: “We deploy on Tuesdays”");
  assert.equal(memory.memories[0]?.status, "active");
  await assert.rejects(said(memory, "unforget 5e6f7a8b"), hasCode("notFound"));
});

test("forget everywhere takes the messages along", async () => {
  const memory = new AskedMemory([TUESDAYS]);
  assert.match(await said(memory, "forget 1a2b3c4d everywhere"), /^Forgotten: 1 memory and 1 message \(/);
  assert.deepEqual(memory.asked.at(-1)?.params, { ids: [TUESDAYS.id], when: "later", messages: "all" });
});

test("forget by words forgets the one memory that they can only mean", async () => {
  const memory = new AskedMemory([TUESDAYS, HERON]);
  assert.match(await said(memory, "forget that we are deploying on Tuesdays"), /^Forgotten/);
  assert.equal(memory.memories[0]?.status, "forgotten");
});

test("forget asks when several are meant, when none fits whole, and before it forgets what is pinned", async () => {
  const fridays = memoryWith({ id: "9c9c9c9c-0000-4000-8000-000000000003", text: "We deploy hotfixes on Fridays" });
  const several = new AskedMemory([TUESDAYS, fridays]);
  const answer = await said(several, "forget deploy");
  assert.match(
    answer,
    /^Which one do you mean\?\n\n1\. .*`\/memory forget 1a2b3c4d`\n2\. .*`\/memory forget 9c9c9c9c`$/,
  );
  const pinned = new AskedMemory([{ ...HERON, pinned: true }]);
  assert.match(await said(pinned, "forget the staging cluster"), /^Do you mean this\?[\s\S]*\(pinned\)/);
  const other = new AskedMemory([HERON]);
  assert.match(await said(other, "forget the staging address"), /^Do you mean this\?/);
  assert.ok([...several.memories, ...pinned.memories, ...other.memories].every(({ status }) => status === "active"));
});

test("forget of what is not remembered says so and changes nothing", async () => {
  const memory = new AskedMemory([TUESDAYS]);
  assert.match(await said(memory, "forget the holiday plans"), /^Nothing is remembered about that/);
  assert.equal(memory.memories[0]?.status, "active");
});

test("words without a telling one among them mean nothing by chance", () => {
  assert.deepEqual(meant("that", [TUESDAYS, HERON]), { candidates: [], clear: false });
});

test("the inbox is shown with why and from where; approve and reject take from it", async () => {
  const pending: Memory = {
    ...HERON,
    status: "pending",
    because: "read in a file",
    sources: [{ who: "file", at: HERON.createdAt, label: "NOTES.md:3" }],
  };
  const memory = new AskedMemory([TUESDAYS, pending]);
  assert.match(
    await said(memory, "inbox"),
    /^1 memory waits for your word:[\s\S]*heron \(waits in the inbox: read in a file\), from “NOTES.md:3”/,
  );
  assert.equal(await said(memory, "approve 5e6f7a8b"), "Remembered: “The staging cluster is called heron”");
  await assert.rejects(said(memory, "reject 5e6f7a8b"), hasCode("tooLate"));
  await said(memory, "undo");
  assert.match(await said(memory, "reject 5e6f7a8b"), /^Rejected/);
  assert.equal(await said(memory, "inbox"), "The inbox is empty.");
});

test("list shows all, or one kind in the singular or plural", async () => {
  const memory = new AskedMemory([TUESDAYS, HERON]);
  assert.equal((await said(memory, "list")).split("\n").length, 2);
  assert.equal(await said(memory, "list conventions"), "- `1a2b3c4d` **convention** We deploy on Tuesdays");
  assert.match(await said(memory, "list tasks"), /^No task is remembered yet/);
  await assert.rejects(said(memory, "list jokes"), /kinds are fact, /);
});

test("what is shown of a memory is text, whatever it says", async () => {
  const planted = memoryWith({ text: "[click](command:evil) <img src=x>\n# `now`" });
  assert.equal(
    await said(new AskedMemory([planted]), "list"),
    "- `m1` **fact** \\[click\\](command:evil) \\<img src=x\\> # \\`now\\`",
  );
});

test("search finds, says when it finds nothing, and when it looked at words alone", async () => {
  const memory = new AskedMemory([TUESDAYS, HERON]);
  assert.equal(await said(memory, "search heron"), "- `5e6f7a8b` **fact** The staging cluster is called heron");
  assert.equal(await said(memory, "search ibis"), "Nothing is remembered about “ibis”.");
  memory.answers["rubberduck/memory/recall"] = () => ({
    ...{ hits: [], muted: [], patterns: [], ms: 1 },
    lexicalOnly: "The index is being rebuilt (40%).",
  });
  assert.match(await said(memory, "search ibis"), /By words alone: The index is being rebuilt \(40%\)\./);
});

test("test reports hits, latency and what was missed; tidy what it did", async () => {
  const memory = new AskedMemory();
  memory.answers["rubberduck/memory/test"] = () => ({
    ...{ asked: 4, found: 3, recallP50Ms: 2.5, recallP95Ms: 9 },
    missed: [{ id: HERON.id, question: "What is heron?" }],
  });
  assert.match(
    await said(memory, "test"),
    /\*\*3\*\* came back[\s\S]*75%[\s\S]*2\.5 ms[\s\S]*`5e6f7a8b` “What is heron\?”/,
  );
  memory.answers["rubberduck/memory/consolidate"] = () => ({
    ...{ merged: 2, superseded: 0, expired: 1, stale: 0, promoted: 0, ms: 5 },
  });
  assert.match(await said(memory, "tidy"), /^Tidied: 2 merged, 1 expired\./);
});

test("without a subcommand there is an overview and the list of them", async () => {
  const memory = new AskedMemory();
  memory.answers["rubberduck/memory/overview"] = () => ({
    counts: { active: 11, pending: 2, stale: 1, superseded: 3, forgotten: 0 },
    ...{ pinned: 2, episodes: 340, patterns: 4, junk: { count: 1, of: 12, rate: 1 / 12 }, bytes: 1_240_000 },
    shortTerm: { held: 0, capacity: 200 },
    embedder: { state: "building", done: 4, total: 10 },
    undoable: "remembered a fact",
  });
  const answer = await said(memory, "");
  assert.match(answer, /\*\*12 things\*\* \(2 pinned, 1 stale\), and can look up 340 messages/);
  assert.match(answer, /\*\*2\*\* in the inbox/);
  assert.match(answer, /1 of 12 turned out to be junk \(8%\)/);
  assert.match(answer, /meaning follows \(4 of 10\)/);
  assert.match(answer, /`\/memory forget ID/);
});

for (const [typed, meantBy] of [
  ["serch deploy", "`/memory search deploy`"],
  ["forgett 12", "`/memory forget 12`"],
  ["when do we deploy", "`/memory search when do we deploy`"],
] as const) {
  test(`"/memory ${typed}" is answered with the nearest and the list`, async () => {
    const answer = await said(new AskedMemory(), typed);
    assert.ok(answer.includes(`Do you mean ${meantBy}?`), answer);
    assert.match(answer, /- `\/memory undo`/);
  });
}

for (const argument of ["remember", "forget", "search", "approve", "reject"]) {
  test(`"/memory ${argument}" alone says what is missing`, async () => {
    await assert.rejects(said(new AskedMemory(), argument), (error) => error instanceof DuckError);
  });
}

test("the nearest word is at most two letters off, or begins alike", () => {
  const known = ["search", "list", "undo"];
  assert.deepEqual(
    ["serach", "lst", "un", "listing", "tidy", "x"].map((word) => nearest(word, known)),
    ["search", "list", "undo", "list", undefined, undefined],
  );
});

async function said(memory: AskedMemory, argument: string, options = {}): Promise<string> {
  const message = {
    ...{ type: "accepted" as const, seq: 1, at: "", turnId: "t", operationId: "o", client: "panel" as const },
    ...{ content: `/memory ${argument}`, attachments: [], options },
  };
  const turn = { conversationId: "c", message, history: [], summaries: [], model: { kind: "offline" as const } };
  let text = "";
  const { signal } = new AbortController();
  for await (const part of memoryCommand(memory.ask).run({ argument, turn, signal })) {
    if (part.type === "text") text += part.text;
  }
  return text;
}

function hasCode(code: string) {
  return (error: unknown) => error instanceof DuckError && error.code === code;
}
