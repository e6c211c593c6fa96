import assert from "node:assert/strict";
import { test } from "node:test";
import type { PersistedEvent, Receipt } from "../../server/protocol/events.ts";
import {
  emptyTranscript,
  placesInView,
  type Transcript,
  updateAll,
  visibleTurns,
} from "../../server/protocol/transcript.ts";
import type { JsonFile } from "../../server/store/jsonFile.ts";
import { type KeptSummary, keptList } from "../../server/store/keptList.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { silentLog } from "../../server/util/log.ts";
import { until } from "../fakes/clock.ts";
import { filesWith, identitiesIn } from "../fakes/foundText.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";
import { KEYS, logsOn, WORKSPACE } from "./storeWorld.ts";

const CANARY = "canary";
const MINUTE_MS = 60_000;

test("a forgotten message is gone for all who look, and its place is left", async () => {
  const world = storeWorld();
  const { supervisor } = world;
  const watching = new Follower(supervisor);
  const turnId = await world.say(`${CANARY}: where is it?`, `the ${CANARY} is here`);
  await world.say("And then?", "Then this.");
  const half = await watching.until(({ turns }) => turns.length === 2);
  await supervisor.forget("c", turnId, "later");
  const resumed = new Follower(supervisor, { lastSeq: 2 });
  const lookers = [watching, resumed, new Follower(supervisor), new Follower(supervisor, { snapshot: true })];
  for (const looker of lookers) {
    const transcript = await looker.until(({ caughtUp, lastSeq }) => caughtUp && lastSeq > half.lastSeq);
    assert.ok(!JSON.stringify(transcript).includes(CANARY));
    assert.deepEqual(
      placesInView(transcript).map(({ forgotten }) => forgotten),
      looker === resumed ? [undefined] : ["undoable", undefined],
    );
    looker.leave();
  }
  for (const looker of lookers.slice(1)) assert.ok(!JSON.stringify(looker.events).includes(CANARY), "not even sent");
  assert.deepEqual((await supervisor.search({ query: CANARY }, unending)).hits, []);
  for (const format of ["json", "markdown"] as const) {
    assert.ok(!JSON.stringify(await supervisor.export("c", format)).includes(CANARY), format);
  }
  const [summary] = await supervisor.list();
  assert.deepEqual([summary?.title, summary?.messages, summary?.forgetting], ["And then?", 2, true]);
});

test("the receipts of later answers do not quote it, nor one that is just being made; undone, they do again", async () => {
  const world = storeWorld();
  const { supervisor, runner } = world;
  const watching = new Follower(supervisor);
  const turnId = await world.say(CANARY, "one");
  const late = finished(supervisor.send(message("two", { operationId: "two" }), unending));
  await until(() => runner.turns.length === 2);
  runner.last.emit({ type: "context", receipt: receiptQuoting(turnId) });
  await watching.until(({ turns }) => turns[1]?.receipt !== undefined);
  await supervisor.forget("c", turnId, "later");
  const bare = await watching.until(({ turns }) => turns[0]?.forgotten !== undefined);
  assert.ok(!JSON.stringify([bare, (await world.look()).transcript]).includes(CANARY));
  runner.last.say("so far");
  await supervisor.unforget("c", turnId);
  const { turns } = await watching.until(({ turns: [first] }) => first?.forgotten === undefined);
  assert.ok(JSON.stringify(turns[1]?.receipt).includes(CANARY));
  assert.equal(turns[1]?.text, "so far");
  await supervisor.forget("c", turnId, "now");
  runner.last.emit({ type: "context", receipt: receiptQuoting(turnId) });
  runner.last.finish();
  await late;
  await supervisor.close();
  assert.deepEqual(world.canaries(), []);
  watching.leave();
});

test("later messages are answered without it", async () => {
  const world = storeWorld();
  await world.say("First", "one");
  const turnId = await world.say(CANARY, "two");
  await world.supervisor.forget("c", turnId, "later");
  await world.say("Third", "three");
  const { history } = world.runner.last.request;
  assert.deepEqual(
    history.map(({ accepted }) => accepted.content),
    ["First"],
  );
});

test("what was forgotten comes back as it was when that is undone, for all who look", async () => {
  const world = storeWorld();
  const { supervisor } = world;
  const watching = new Follower(supervisor);
  const turnId = await world.say(`# ${CANARY} title`, "answer");
  await world.say("And then?", "Then this.");
  const before = await watching.until(
    ({ turns }) => turns.length === 2 && turns.every(({ state }) => state === "done"),
  );
  await supervisor.forget("c", turnId, "later");
  const late = new Follower(supervisor);
  await late.until(({ caughtUp }) => caughtUp);
  await supervisor.unforget("c", turnId);
  const restarted = world.restart().supervisor;
  const lookers = [watching, late, new Follower(supervisor), new Follower(restarted, { snapshot: true })];
  for (const looker of lookers) {
    const { turns, title } = await looker.until(
      ({ turns, title }) =>
        title === before.title &&
        turns.every(({ state, forgotten }) => state === "done" && !forgotten) &&
        turns.length === 2,
    );
    assert.deepEqual(plain(turns), plain(before.turns));
    assert.equal(title, `${CANARY} title`);
    looker.leave();
  }
  const { text } = await restarted.export("c", "json");
  const { events } = JSON.parse(text) as { events: PersistedEvent[] };
  assert.deepEqual(plain(updateAll(emptyTranscript, events).turns), plain(before.turns));
  await world.clock.advance(30 * MINUTE_MS);
  assert.ok(world.canaries().length > 0, "and nothing becomes final");
});

test("after ten minutes it stands in no file of the store; a jump of the clock does not shorten them", async () => {
  const world = storeWorld();
  const turnId = await world.say(`${CANARY}: where is it?`, `the ${CANARY} is here`);
  await world.say("And then?", "Then this.");
  await world.quiet();
  assert.deepEqual(world.kindsOfCanaries(), ["conversations", "derived"], "the control run finds it");
  await world.supervisor.forget("c", turnId, "later");
  const { now } = world.clock;
  world.clock.now = () => new Date(now.call(world.clock).getTime() + 365 * 24 * 60 * MINUTE_MS);
  await world.clock.advance(9 * MINUTE_MS);
  assert.ok(world.kindsOfCanaries().includes("conversations"));
  await world.clock.advance(2 * MINUTE_MS);
  await until(() => world.canaries().length === 0, "the end of the canary");
  await world.quiet();
  assert.deepEqual(world.canaries(), []);
  await assert.rejects(world.supervisor.unforget("c", turnId), { code: "tooLate" });
  const { transcript } = await world.look();
  assert.deepEqual(
    placesInView(transcript).map(({ forgotten }) => forgotten),
    ["erased", undefined],
  );
  assert.deepEqual(
    visibleTurns(transcript).map(({ text }) => text),
    ["Then this."],
  );
  assert.equal((await world.supervisor.list())[0]?.forgetting, undefined);
});

test("with now, it stands in no file once that is answered", async () => {
  const world = storeWorld();
  const turnId = await world.say(`${CANARY}: where is it?`, `the ${CANARY} is here`);
  await world.supervisor
    .retry({ conversationId: "c", turnId, operationId: "again", mode: "regenerate" }, unending)
    .next();
  world.runner.last.say(`again the ${CANARY}`);
  await world.quiet();
  await world.supervisor.forget("c", turnId, "now");
  assert.deepEqual(world.canaries(), []);
  await world.say("And then?", "Then this.");
  const { transcript } = await world.look(world.restart().supervisor);
  assert.deepEqual(
    transcript.turns.map(({ forgotten }) => forgotten),
    ["erased", "erased", undefined],
  );
  assert.equal(transcript.title, "And then?");
});

test("a reply in flight is stopped first, a message that waits is taken back", async () => {
  const world = storeWorld();
  const { supervisor, runner } = world;
  const running = supervisor.send(message(`${CANARY} one`, { operationId: "one" }), unending);
  const accepted = (await running.next()).value as { turnId: string };
  const ended = finished(running);
  await until(() => runner.turns.length === 1);
  runner.last.say(`${CANARY} so far`);
  const waiting = supervisor.send(message(`${CANARY} two`, { operationId: "two" }), unending);
  const waits = (await waiting.next()).value as { turnId: string };
  await supervisor.forget("c", waits.turnId, "later");
  assert.equal((await finished(waiting)).events.at(-1)?.type, "withdrawn");
  await supervisor.forget("c", accepted.turnId, "now");
  assert.ok(runner.last.signal.aborted);
  assert.equal((await ended).result.stopReason, "cancelled");
  assert.equal(runner.turns.length, 1);
  const { transcript } = await world.look();
  assert.ok(!JSON.stringify(transcript).includes(CANARY));
});

test("what was said in another version of an edited message, and behind it, stays readable", async () => {
  const world = storeWorld();
  const first = await world.say("First", "one");
  await world.say("Second", "two");
  const edited = await world.say(CANARY, "three", { edits: first });
  await world.supervisor.forget("c", edited, "now");
  await world.supervisor.showBranch("c", first);
  const { transcript } = await world.look();
  assert.deepEqual(
    visibleTurns(transcript).map(({ accepted }) => accepted.content),
    ["First", "Second"],
  );
});

test("a search that finds a file of a log moved away meanwhile reads the log again", async () => {
  const world = storeWorld();
  await world.say("needle", "answer");
  await world.supervisor.list();
  let isMoved = false;
  world.disk.trouble = ({ name, path }) => {
    if (isMoved || name !== "open" || !path.endsWith(".log")) return undefined;
    isMoved = true;
    const bytes = world.disk.files().get(path);
    world.disk.put(path.replace("00000001-000001", "00000001-000002"), bytes);
    world.disk.put(path, undefined);
    return undefined;
  };
  await world.supervisor.search({ query: "needle" }, unending);
  assert.ok(isMoved);
});

test("a message that was forgotten is neither asked again nor edited, and its operation stays known", async () => {
  const world = storeWorld();
  const turnId = await world.say(CANARY, "one");
  await world.supervisor.forget("c", turnId, "now");
  const retry = { conversationId: "c", turnId, operationId: "again", mode: "regenerate" } as const;
  await assert.rejects(world.supervisor.retry(retry, unending).next(), { code: "tooLate" });
  const edit = message("Better", { edits: turnId });
  await assert.rejects(world.supervisor.send(edit, unending).next(), { code: "tooLate" });
  const { result } = await finished(world.supervisor.send(message(CANARY, { operationId: "op-0" }), unending));
  assert.equal(result.turnId, turnId);
  await assert.rejects(world.supervisor.forget("c", "nobody", "now"), { code: "notFound" });
});

test("a restart begins the ten minutes anew, also for a conversation that nobody opens", async () => {
  const world = storeWorld();
  const turnId = await world.say(CANARY, "one");
  await world.supervisor.forget("c", turnId, "later");
  await world.clock.advance(9 * MINUTE_MS);
  const { supervisor } = world.restart();
  await supervisor.list();
  await world.clock.advance(9 * MINUTE_MS);
  assert.ok(world.canaries().length > 0);
  await world.clock.advance(2 * MINUTE_MS);
  await until(() => world.canaries().length === 0, "the end of the canary");
});

test("a disk that refuses says so to who asked, shows nothing meanwhile, and is tried again", async () => {
  const world = storeWorld();
  const turnId = await world.say(CANARY, "one");
  let isFull = true;
  world.disk.trouble = ({ name, path }) =>
    isFull && name === "write" && path.includes("snapshot") ? { effect: "none", fault: "ENOSPC" } : undefined;
  await assert.rejects(world.supervisor.forget("c", turnId, "now"), { code: "storeFailed", message: /ENOSPC/ });
  const { transcript } = await world.look();
  assert.equal(transcript.turns[0]?.forgotten, "final");
  assert.ok(world.canaries().length > 0);
  isFull = false;
  await world.clock.advance(2 * MINUTE_MS);
  await until(() => world.canaries().length === 0, "the end of the canary");
});

test("a process that was killed before the files were written anew leaves it to the next", async () => {
  const world = storeWorld();
  const turnId = await world.say(CANARY, "one");
  world.disk.trouble = ({ path }) => (path.includes("snapshot") ? { effect: "none", fault: "end" } : undefined);
  await assert.rejects(world.supervisor.forget("c", turnId, "now"));
  const next = storeWorld(world.disk.otherProcess());
  assert.ok(next.canaries().length > 0);
  await next.look();
  await next.clock.advance(1);
  await until(() => next.canaries().length === 0, "the end of the canary");
});

test("a conversation that is deleted takes nothing that was forgotten to the trash", async () => {
  const world = storeWorld();
  const turnId = await world.say(CANARY, "one");
  await world.say("Second", "two");
  await world.supervisor.forget("c", turnId, "later");
  await world.supervisor.delete("c");
  assert.deepEqual(world.canaries(), []);
  await world.supervisor.restore("c");
  const { transcript } = await world.look();
  assert.deepEqual(
    visibleTurns(transcript).map(({ text }) => text),
    ["two"],
  );
});

/** A supervisor over an encrypted store on a simulated disk. */
function storeWorld(disk = new SimulatedDisk()) {
  const place = { fs: disk, keys: KEYS, folder: WORKSPACE, logger: silentLog };
  const list: JsonFile<readonly KeptSummary[]> = keptList(place);
  const world = supervised<ScriptedRunner>({ logs: logsOn(disk), list });
  const say = async (question: string, answer: string, fields = {}): Promise<string> => {
    const before = world.runner.turns.length;
    const sending = finished(
      world.supervisor.send(message(question, { operationId: `op-${before}`, ...fields }), unending),
    );
    await until(() => world.runner.turns.length > before);
    world.runner.last.say(answer);
    world.runner.last.finish();
    return (await sending).result.turnId;
  };
  const look = async (supervisor = world.supervisor): Promise<{ transcript: Transcript }> => {
    const follower = new Follower(supervisor, { snapshot: true });
    const transcript = await follower.until(({ caughtUp, earlier }) => caughtUp && earlier === 0);
    follower.leave();
    return { transcript };
  };
  /** Until the list is kept. */
  const quiet = async () => {
    await world.clock.advance(5000);
    await list.read();
  };
  const identities = new Map();
  const canaries = () => {
    const files = disk.files();
    for (const [name, identity] of identitiesIn(files, KEYS, "c")) identities.set(name, identity);
    const sealed = [...files].filter(([, bytes]) => {
      const unsealed = unsealFile(KEYS, "conversation list", bytes);
      return unsealed.kind === "ok" && unsealed.bytes.includes(CANARY);
    });
    return [...filesWith(CANARY, files, KEYS, "c", identities), ...sealed.map(([path]) => path)];
  };
  const kindsOfCanaries = () => [...new Set(canaries().map((path) => path.split("/")[3]))].sort();
  return { ...world, disk, say, look, quiet, canaries, kindsOfCanaries };
}

function receiptQuoting(turnId: string): Receipt {
  const item = { source: "history", label: `“${CANARY}”`, tokens: 3, why: "just before", turnId } as const;
  const model = { kind: "openai", id: "duck-1" } as const;
  return { model, budgetTokens: 100, usedTokens: 3, included: [item], leftOut: [item], leftOutMore: 0 };
}

/** As JSON carries it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
