import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, test } from "node:test";
import { DONE, delta, startModelServer } from "../fakes/modelServer.ts";
import { Ledger } from "./ledger.ts";
import { quickStarts } from "./quickStarts.ts";
import { ServerProcess, type TemporaryWorkspace, temporaryWorkspace } from "./serverProcess.ts";

/**
 * The built server, killed at any moment while eight conversations stream: whatever it said was accepted is there after the
 * next start, once, and all of it can be read.
 */
const KILLS = process.env.RUBBERDUCK_NIGHTLY ? 500 : 60;
/** At the same time, each with a store of its own. */
const LANES = 3;
const CONVERSATIONS = 8;
/** After so many kills others are talked in, so that what has to be compared stays short. */
const KILLS_A_STORY = 5;
/** Events of all streams together before the kill comes, at most: a few turns. */
const MOST_EVENTS = 200;

let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.equal(points, KILLS);
});

test("killed at any moment, the server has every message that it accepted, once, and reads all of it", async (context) => {
  const models = await startModelServer();
  context.after(() => models.close());
  models.reply(() => ({ type: "raw", chunks: manyPieces() }));
  const model = { baseUrl: models.baseUrl, name: "m" };
  const { options, dispose } = await quickStarts(model);
  context.after(dispose);
  const share = Math.ceil(KILLS / LANES);
  const shares = Array.from({ length: LANES }, (_, lane) => Math.min(share, KILLS - lane * share));
  await Promise.all(shares.map((kills) => lane((workspace) => ServerProcess.start(workspace, model, options), kills)));
});

/** Kills the servers of one store, one after another. */
async function lane(start: (workspace: TemporaryWorkspace) => Promise<ServerProcess>, kills: number): Promise<void> {
  const workspace = await temporaryWorkspace();
  let server = await start(workspace);
  try {
    let ledger = story(0);
    for (let kill = 0; kill < kills; kill++) {
      if (kill % KILLS_A_STORY === 0) ledger = story(kill);
      await talkUntilKilled(server, ledger, kill);
      server = await start(workspace);
      await ledger.compare(server);
      points++;
    }
    assert.ok(ledger.acknowledged > 0);
  } finally {
    await server.kill();
    await workspace.dispose();
  }
}

function story(kill: number): Ledger {
  return new Ledger(Array.from({ length: CONVERSATIONS }, (_, index) => `c${kill}-${index}`));
}

/** The moment is counted in events, from the first message on. */
async function talkUntilKilled(server: ServerProcess, ledger: Ledger, kill: number): Promise<void> {
  let left = randomInt(MOST_EVENTS);
  const count = () => {
    if (left-- === 0) server.process.kill("SIGKILL");
  };
  const talk = async (conversationId: string) => {
    for (let message = 0; server.process.signalCode === null && !server.process.killed; message++) {
      await ledger.send(server, conversationId, `${conversationId}-${kill}-${message}`, count);
    }
  };
  const talking = ledger.conversations.map(talk);
  count();
  await server.exited;
  await Promise.all(talking);
}

/** An answer that takes a while, without any timer. */
async function* manyPieces(): AsyncGenerator<string> {
  yield delta({ role: "assistant", content: "" });
  for (let piece = 0; piece < PIECES; piece++) {
    yield delta({ content: `word ${piece} ` });
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield delta({}, "stop");
  yield DONE;
}

const PIECES = 12;
