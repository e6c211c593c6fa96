import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { TITLE_PROMPT } from "../../server/context/titler.ts";
import type { SendOptions } from "../../server/protocol/events.ts";
import { until } from "../fakes/clock.ts";
import type { ServerProcess } from "./serverProcess.ts";
import { rawBytes, storedTexts } from "./storedTexts.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const MARK = "zqxi";
const CANARIES = ["question", "answer", "path", "text", "made", "renamed", "again", "checkpoint"].map(canary);

test("of an incognito conversation no word is written, sealed or logged; of another one every word is sealed", async () => {
  const quiet = await watched({ incognito: true });
  for (const place of ["written", "sealed", "store", "temporary", "log"] as const) {
    for (const word of CANARIES) assert.ok(!quiet[place].includes(word), `${word} is ${place}`);
  }
  assert.ok(!quiet.store.includes("secret-id") && !quiet.decrypted.includes(MARK), "not even that it was there");
  const control = await watched({});
  for (const word of CANARIES) assert.ok(control.sealed.includes(word), `${word} is seen when it is kept`);
  assert.ok(control.decrypted.includes(canary("answer")));
});

test("it answers, is followed, renamed, exported and asked again like any other, and is listed as what it is", async () => {
  const server = await world.start(world.configured());
  const follower = server.follow("x");
  await follower.until(({ caughtUp }) => caughtUp, "nothing yet");
  const choice = { kind: "openai", name: "other-model" } as const;
  await server.request("rubberduck/conversation/chooseModel", { conversationId: "x", choice });
  const { turnId } = await server.send("who?", { conversationId: "x", options: { incognito: true } }).result;
  const again = { conversationId: "x", turnId, operationId: "again", mode: "regenerate", options: {} } as const;
  await server.request("rubberduck/conversation/retry", again);
  await server.send("and when?", { conversationId: "x" }).result;
  await server.request("rubberduck/conversation/rename", { conversationId: "x", title: "Mine" });
  const { turns, modelChoice } = await follower.until(({ title }) => title === "Mine", "the new name");
  assert.deepEqual(
    turns.map(({ state, accepted }) => [state, accepted.options.incognito]),
    [
      ["done", true],
      ["done", true],
      ["done", true],
    ],
    "nobody is to learn from any of its turns",
  );
  assert.deepEqual(modelChoice, choice, "what was chosen before the first message holds");
  const { text } = await server.request("rubberduck/conversation/export", { conversationId: "x", format: "markdown" });
  assert.match(text, /# Mine[\s\S]*and when\?/);
  const [listed] = (await server.request("rubberduck/conversation/list", {})).conversations;
  assert.deepEqual([listed?.title, listed?.incognito], ["Mine", true]);
  const { hits } = await server.request("rubberduck/conversation/search", { query: "when" });
  assert.equal(hits.length, 1);
  const { suggestions } = await server.request("rubberduck/mention/complete", { query: "Mine", kind: "conversation" });
  assert.deepEqual(suggestions, [], "a mention of it would be kept");
});

test("no other window sees it, and at the next start it is gone", async () => {
  const owner = await world.start(world.configured());
  await owner.send("kept", { conversationId: "kept" }).result;
  const joined = await world.start(world.configured());
  for (const [server, conversationId] of [
    [owner, "of-owner"],
    [joined, "of-joined"],
  ] as const) {
    await server.send("hush", { conversationId, options: { incognito: true } }).result;
  }
  assert.deepEqual((await ids(owner)).sort(), ["kept", "of-owner"]);
  assert.deepEqual((await ids(joined)).sort(), ["kept", "of-joined"]);
  const { turns } = await owner.follow("of-joined").until(({ caughtUp }) => caughtUp, "an empty one");
  assert.deepEqual(turns, []);
  await joined.kill("SIGTERM");
  await owner.kill("SIGTERM");
  assert.deepEqual(await ids(await world.start(world.configured())), ["kept"]);
});

test("deleted, it is erased and cannot be restored, and its followers are told", async () => {
  const server = await world.start(world.configured());
  await server.send("hush", { conversationId: "x", options: { incognito: true } }).result;
  const follower = server.follow("x");
  await follower.until(({ caughtUp }) => caughtUp, "it is there");
  await server.request("rubberduck/conversation/delete", { conversationId: "x" });
  await follower.until(({ deleted }) => deleted, "it is gone");
  const erased = { data: { code: "notFound" }, message: /cannot be restored/ };
  await assert.rejects(server.request("rubberduck/conversation/restore", { conversationId: "x" }), erased);
  await assert.rejects(server.send("once more", { conversationId: "x" }).result, erased);
  assert.deepEqual(await ids(server), []);
});

test("a conversation that is kept does not go on incognito: the message is refused, not written", async () => {
  const server = await world.start(world.configured());
  const { turnId } = await server.send("kept", { conversationId: "x" }).result;
  const options = { incognito: true };
  const refused = { data: { code: "invalidRequest" }, message: /Begin a new one/ };
  await assert.rejects(server.send("hush", { conversationId: "x", options }).result, refused);
  const again = { conversationId: "x", turnId, operationId: "again", mode: "regenerate", options } as const;
  await assert.rejects(server.request("rubberduck/conversation/retry", again), refused);
  const { turns } = await server.follow("x").until(({ caughtUp }) => caughtUp, "what is kept");
  assert.equal(turns.length, 1);
});

test("while the store is locked it is held apart, and is not saved when the store opens", async () => {
  const first = await world.start();
  await first.send("kept", { conversationId: "kept" }).result;
  const { code } = await first.request("rubberduck/store/recoveryCode", {});
  await first.kill("SIGTERM");
  const server = await world.start(world.configured(), { osSecret: Buffer.alloc(32, "another").toString("base64") });
  await server.send("held", { conversationId: "held" }).result;
  await server.send("hush", { conversationId: "x", options: { incognito: true } }).result;
  await server.request("rubberduck/store/unlock", { kind: "recoveryCode", code });
  assert.deepEqual((await ids(server)).sort(), ["held", "kept", "x"]);
  await server.kill("SIGTERM");
  const texts = await storedTexts(world.workspace.storePath);
  assert.ok(texts.includes("held") && !texts.includes("hush"));
});

/** Letters, so that it is a word to whoever splits or folds. */
function canary(what: string): string {
  return `${MARK}${what}`;
}

async function ids(server: ServerProcess): Promise<string[]> {
  const { conversations } = await server.request("rubberduck/conversation/list", {});
  return conversations.map(({ conversationId }) => conversationId);
}

/** All that a conversation leaves behind, in a store of its own. */
async function watched(options: SendOptions) {
  const root = join(world.workspace.folder, "..", options.incognito ? "quiet" : "control");
  const [folder, storePath, temporary] = ["workspace", "store", "tmp"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [folder, temporary]) await mkdir(made, { recursive: true });
  const reports = { writes: join(root, "writes.txt"), seals: join(root, "seals.txt") };
  for (const report of Object.values(reports)) await writeFile(report, "");
  const env = {
    RUBBERDUCK_WRITES: reports.writes,
    RUBBERDUCK_SEALS: reports.seals,
    RUBBERDUCK_MARK: MARK,
    TMPDIR: temporary,
  };
  const preload = join(import.meta.dirname, "seals.cjs");
  const server = await world.startAt({ folder, storePath }, { ...world.configured(), titles: true }, { preload, env });
  world.models.reply({ type: "answer", pieces: ["plain words"] });
  const kept = server.follow("kept");
  await server.send("a kept message", { conversationId: "kept" }).result;
  await kept.until(({ titledByModel }) => titledByModel, "its title");
  await converse(server, folder, options);
  await server.kill("SIGTERM");
  world.models.release();
  return {
    written: (await readFile(reports.writes, "utf8")).replace(/^watching .*$/gm, ""),
    sealed: await readFile(reports.seals, "utf8"),
    store: await rawBytes(storePath),
    decrypted: await storedTexts(storePath),
    temporary: await rawBytes(temporary),
    log: server.logged.join("\n"),
  };
}

async function converse(server: ServerProcess, folder: string, options: SendOptions): Promise<void> {
  const conversationId = "secret-id";
  world.models.reply(({ body }) => {
    const isForTitle = JSON.stringify(body).includes(TITLE_PROMPT.slice(0, 40));
    return { type: "answer", pieces: [canary(isForTitle ? "made" : "answer")] };
  });
  const follower = server.follow(conversationId);
  const attached = { path: join(folder, canary("path")), language: "typescript", text: canary("text") };
  const selected = { kind: "selection", startLine: 1, endLine: 2, ...attached } as const;
  const pasted = { kind: "text", name: "pasted", text: canary("text") } as const;
  await server.send(canary("question"), { conversationId, options, attachments: [selected, pasted] }).result;
  await follower.until(({ title }) => title === canary("made"), "the made title");
  await server.request("rubberduck/conversation/rename", { conversationId, title: canary("renamed") });
  const { events, result } = server.send(canary("again"), { conversationId });
  await result;
  assert.ok(events.some((event) => event.type === "done"));
  world.models.reply({ type: "answer", pieces: [`${canary("checkpoint")} and so on. `, "And ", "more."] });
  world.models.hold();
  const cut = server.send("go on", { conversationId });
  await world.models.nextRequest();
  world.models.release(2);
  await until(() => cut.events.some(({ type }) => type === "text"), "the answer begins");
}
