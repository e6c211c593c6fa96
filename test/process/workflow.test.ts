import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { hunksOf } from "../../server/protocol/review.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import type { ServerProcess } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const FILE = "src/greet.ts";
/** A server that starts while others do takes its time. */
const SLOW_MS = 30_000;
const EDIT = `I greet shorter.

${FILE}
<<<<<<< SEARCH
  return \`Good day, \${name}\`;
=======
  return \`Hello, \${name}\`;
>>>>>>> REPLACE
`;

test("/refactor proposes without writing, and writes what was accepted", async () => {
  const server = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: [EDIT.slice(0, 40), EDIT.slice(40)] });
  const { result } = server.send(`/refactor ${FILE} shorter`);
  const { turnId } = await result;
  const follower = server.follow();
  const { turns } = await follower.until(({ caughtUp }) => caughtUp, "the conversation");
  assert.deepEqual(stepsOf(turns.at(-1)), [
    ...["analyse done", "propose done", "check done", "review running", "apply waiting", "verify waiting"],
  ]);
  assert.match(await greeting(), /Good day/);
  await accept(server, turns.at(-1));
  const reviewed = await follower.until(
    (now) => now.turns.at(-1)?.reviews?.[0]?.state === "applied",
    "the change",
    SLOW_MS,
  );
  assert.equal(reviewed.turns.at(-1)?.accepted.turnId, turnId);
  assert.match(await greeting(), /Hello/);
  await server.kill("SIGTERM");
});

test("cancelled in the middle it stops there, proposes nothing, and changes nothing", async () => {
  const server = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: [EDIT] });
  world.models.hold();
  const { result } = server.send(`/refactor ${FILE}`);
  await world.models.nextRequest();
  await server.request("rubberduck/conversation/stop", { conversationId: "c" });
  assert.equal((await result).stopReason, "cancelled");
  const { turns } = await server.follow().until(({ caughtUp }) => caughtUp, "the conversation");
  const [turn] = turns;
  assert.deepEqual(stepsOf(turn).slice(0, 3), ["analyse done", "propose stopped", "check stopped"]);
  assert.equal(turn?.reviews, undefined);
  assert.match(await greeting(), /Good day/);
  world.models.release();
  await server.kill("SIGTERM");
});

test("killed while it proposes, it goes on from there when it is told to, without analysing again", async () => {
  const killed = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: [EDIT] });
  world.models.hold();
  killed.send(`/refactor ${FILE}`);
  await world.models.nextRequest();
  const { turns } = await killed
    .follow()
    .until((now) => stepsOf(now.turns[0]).includes("propose running"), "the proposal");
  const analysed = turns[0]?.workflow?.find(({ id }) => id === "analyse");
  await killed.kill("SIGKILL");
  world.models.release();

  const server = await world.start(world.configured());
  const follower = server.follow();
  const { turns: kept } = await follower.until(({ caughtUp }) => caughtUp, "the conversation");
  assert.equal(kept[0]?.stopReason, "interrupted");
  assert.deepEqual(stepsOf(kept[0]).slice(0, 2), ["analyse done", "propose stopped"]);
  await server.request("rubberduck/conversation/retry", {
    ...{ conversationId: "c", turnId: kept[0]?.accepted.turnId ?? "", operationId: "again", mode: "continue" as const },
  });
  const done = await follower.until(
    (now) => now.turns.length === 2 && now.turns[1]?.state === "done",
    "the answer",
    SLOW_MS,
  );
  const again = done.turns[1];
  assert.deepEqual(
    again?.workflow?.find(({ id }) => id === "analyse"),
    analysed,
  );
  assert.deepEqual(stepsOf(again).slice(0, 4), ["analyse done", "propose done", "check done", "review running"]);
  await accept(server, again);
  await follower.until((now) => now.turns.at(-1)?.reviews?.[0]?.state === "applied", "the change", SLOW_MS);
  assert.match(await greeting(), /Hello/);
  await server.kill("SIGTERM");
});

test("/model changes who answers in this conversation, and an unknown name is answered with the nearest", async () => {
  const server = await world.start(world.configured());
  world.models.models(["duck-large", "goose"]);
  const wrong = server.send("/model duck-lage");
  await wrong.result;
  assert.match(errorIn(wrong.events), /Did you mean duck-large\?/);
  await server.send("/model goose").result;
  await server.send("Hello?").result;
  assert.equal(world.models.requests.findLast(({ url }) => url.includes("chat"))?.body?.model, "goose");
  await server.kill("SIGTERM");
});

async function greeting(): Promise<string> {
  return readFile(join(world.workspace.folder, FILE), "utf8");
}

async function accept(server: ServerProcess, turn: Turn | undefined): Promise<void> {
  const [review] = turn?.reviews ?? [];
  assert.ok(turn !== undefined && review !== undefined);
  await server.request("rubberduck/edit/decide", {
    ...{ conversationId: "c", turnId: turn.accepted.turnId, proposalId: review.id, decision: "accepted" as const },
    hunkIds: hunksOf(review).map(({ id }) => id),
  });
}

function stepsOf(turn: Turn | undefined): string[] {
  return (turn?.workflow ?? []).map(({ id, state }) => `${id} ${state}`);
}

function errorIn(events: readonly ChatEvent[]): string {
  const done = events.find((event) => event.type === "done");
  return done?.type === "done" ? (done.error?.message ?? "") : "";
}
