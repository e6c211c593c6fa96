import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../fakes/clock.ts";
import { type ServerProcess, workspacesIn } from "./serverProcess.ts";
import { storedTexts } from "./storedTexts.ts";
import { unsealedTexts } from "./unsealedTexts.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const CONVENTION = "In zqxvkestrel we use pnpm, never npm install.";
const QUESTION = "Which package manager do we use in zqxvkestrel, pnpm or npm?";

test("what was said is remembered after kill -9, and goes along with a question in another conversation", async () => {
  const server = await world.start(world.configured());
  await server.send(CONVENTION).result;
  await learned(server);
  await server.kill();
  const next = await world.start(world.configured());
  const { memories } = await next.request("rubberduck/memory/list", {});
  assert.deepEqual(
    memories.map(({ kind, status }) => [kind, status]),
    [["convention", "active"]],
  );
  // A machine that is busy takes its time to load what is remembered, and an answer does not wait for ever.
  await next.request("rubberduck/memory/recall", { query: QUESTION, queryType: "search" });
  await next.send(QUESTION, { conversationId: "other" }).result;
  const sent = JSON.stringify(world.models.requests.map(({ body }) => body?.messages).at(-1));
  const transcript = await next.follow("other").until(({ turns }) => turns[0]?.state === "done", "it is answered");
  assert.ok(sent.includes(CONVENTION), JSON.stringify(transcript.turns[0]?.receipt));
  const item = transcript.turns[0]?.receipt?.included.find(({ memory }) => memory !== undefined);
  assert.deepEqual([item?.memory?.id, item?.label], [memories[0]?.id, ""]);
});

test("what a kill kept from being learned is learned by the next server from the log", async () => {
  const server = await world.start(world.configured());
  // Killed between the answer's end and its result it owes one, so nobody waits for that.
  server.send(CONVENTION, {}, (event) => event.type === "done" && server.process.kill("SIGKILL"));
  await server.exited;
  const next = await world.start(world.configured());
  await next.request("rubberduck/memory/overview", {});
  await learned(next);
});

test("a second window recalls, corrects and forgets through the first", async () => {
  const owner = await world.start(world.configured());
  await owner.send(CONVENTION).result;
  await learned(owner);
  const joined = await world.start(world.configured());
  const [memory] = (await joined.request("rubberduck/memory/list", {})).memories;
  assert.ok(memory);
  const text = "In zqxvkestrel we use bun";
  await joined.request("rubberduck/memory/correct", { id: memory.id, text });
  const { hits } = await owner.request("rubberduck/memory/recall", { query: QUESTION, queryType: "chat" });
  assert.equal(hits.find(({ kind }) => kind !== "episode")?.text, text);
});

test("forgotten now, with its messages, it stands in no file for anybody who has the key; without that it does", async () => {
  world.models.reply({ type: "answer", pieces: [`You said: ${CONVENTION}`] });
  const server = await world.start(world.configured());
  await server.send(CONVENTION).result;
  await learned(server);
  await server.send(QUESTION, { conversationId: "other" }).result;
  await until(async () => (await server.request("rubberduck/memory/overview", {})).episodes === 4, "all is indexed");
  const [memory] = (await server.request("rubberduck/memory/list", {})).memories;
  assert.ok(memory);
  await server.kill("SIGTERM");
  const before = await everything(world.workspace.storePath);
  assert.deepEqual(before.unopened, []);
  for (const where of ["conversations", "others"] as const) assert.ok(before[where].includes("zqxvkestrel"), where);

  const next = await world.start(world.configured());
  const traces = await next.request("rubberduck/memory/traces", { ids: [memory.id] });
  assert.deepEqual([traces.source.length, traces.quoting.length], [1, 1]);
  const forget = { ids: [memory.id], when: "now" as const, messages: "all" as const };
  const { messages } = await next.request("rubberduck/memory/forget", forget);
  assert.equal(messages, 2);
  assert.equal((await next.request("rubberduck/memory/list", {})).total, 0);
  const { hits } = await next.request("rubberduck/memory/recall", { query: QUESTION, queryType: "search" });
  assert.deepEqual(hits, []);
  assert.ok(!(await next.request("rubberduck/memory/export", {})).text.includes("zqxvkestrel"));
  const running = await everything(world.workspace.storePath);
  for (const where of ["conversations", "others"] as const) assert.ok(!running[where].includes("zqxvkestrel"), where);
  await next.kill("SIGTERM");
  const after = await everything(world.workspace.storePath);
  assert.deepEqual(after.unopened, []);
  for (const where of ["conversations", "others"] as const) assert.ok(!after[where].includes("zqxvkestrel"), where);
});

test("a locked store recalls nothing, says why it remembers nothing, and loses nothing", async () => {
  const server = await world.start(world.configured());
  await server.send(CONVENTION).result;
  await learned(server);
  await server.kill("SIGTERM");
  const other = Buffer.alloc(32, "another").toString("base64");
  const locked = await world.start(world.configured(), { osSecret: other });
  assert.equal((await locked.request("rubberduck/store/status", {})).state, "locked");
  assert.equal((await locked.request("rubberduck/memory/list", {})).total, 0);
  await assert.rejects(locked.request("rubberduck/memory/remember", { text: "something" }), /Unlock it/);
  await locked.send(QUESTION, { conversationId: "new" }).result;
  await locked.kill("SIGTERM");
  const again = await world.start(world.configured());
  assert.equal((await again.request("rubberduck/memory/list", {})).total, 1);
});

test("a damaged or missing index comes back from the logs", async () => {
  const server = await world.start(world.configured());
  await server.send(CONVENTION).result;
  await learned(server);
  await server.kill("SIGTERM");
  const { storePath } = world.workspace;
  for (const workspace of await workspacesIn(storePath)) {
    await rm(join(storePath, workspace, "derived"), { recursive: true, force: true });
  }
  const next = await world.start(world.configured());
  await until(async () => {
    const { hits } = await next.request("rubberduck/memory/recall", { query: QUESTION, queryType: "search" });
    return hits.filter(({ kind }) => kind === "episode").length > 0 && hits.some(({ kind }) => kind === "convention");
  }, "recalled again");
  assert.equal((await next.request("rubberduck/memory/list", {})).total, 1);
});

async function learned(server: ServerProcess): Promise<void> {
  await until(async () => (await server.request("rubberduck/memory/list", {})).total === 1, "it is learned");
}

async function everything(storePath: string) {
  const { texts, unopened } = await unsealedTexts(storePath);
  return { conversations: await storedTexts(storePath), others: texts, unopened };
}
