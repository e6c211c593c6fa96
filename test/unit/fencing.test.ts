import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { Membership } from "../../server/conversation/membership.ts";
import { SharedConversations } from "../../server/conversation/shared.ts";
import { Supervisor } from "../../server/conversation/supervisor.ts";
import { Gateway } from "../../server/gateway/gateway.ts";
import { DEFAULT_LIMITS } from "../../server/gateway/limits.ts";
import { Listener } from "../../server/gateway/listener.ts";
import { ownerLink } from "../../server/gateway/ownerLink.ts";
import { SendLimit } from "../../server/gateway/sendLimit.ts";
import { topics } from "../../server/gateway/topics.ts";
import { joinedHandlers, register } from "../../server/handlers.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Ownership } from "../../server/store/ownership.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

let root: string;
let made: SharedConversations[];
const root32 = randomBytes(32);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-"));
  made = [];
});
afterEach(async () => {
  for (const conversations of made.reverse()) await conversations.close();
  await rm(root, { recursive: true, force: true });
});

/** What of a server process has to do with conversations; several in one process here. */
function start(name: string, version = "1.0.0") {
  const clock = new FakeClock();
  clock.skipSleeps = true;
  const runner = new ScriptedRunner();
  const logger = silentLog;
  let ids = 0;
  const folder = join(root, "ws");
  const gateway = new Gateway({
    route: topics({
      owned: () => membership.ownedSoon(),
      serveOwner: (peer, supervisor) => {
        const release = async () => {
          await supervisor.standStill();
          return {};
        };
        const info = async () => ({ pid: 1, version, residentBytes: 1, conversationsLive: 1, cpuMs: 1 });
        const owner = { "rubberduck/server/info": info, "rubberduck/owner/release": release };
        register(peer, { ...joinedHandlers(supervisor), ...owner }, logger);
      },
      serveClient: () => {},
      sends: new SendLimit(DEFAULT_LIMITS.messagesPerHour, clock),
      newId: () => "",
    }),
    verify: async () => undefined,
    userName: "ana",
    limits: DEFAULT_LIMITS,
    clock,
    logger,
  });
  const membership: Membership = new Membership({
    ownership: new Ownership({
      fs: nodeFileSystem,
      workspace: folder,
      runtime: join(root, "run"),
      wire: ownerLink,
      clock,
    }),
    createSupervisor: (fence) =>
      new Supervisor({
        logs: new EncryptedLogs({ fs: nodeFileSystem, folder, keys: keysOf("0".repeat(32), root32), logger, ...fence }),
        isSuperseded: fence.isSuperseded,
        hybrid: runner,
        clock,
        newId: () => `${name}-${++ids}`,
        logger,
      }),
    gateway: new Listener({ gateway, access: NOBODY, clock, logger }),
    onJoined: () => {},
    version,
    clock,
    logger,
  });
  const conversations = new SharedConversations(membership);
  made.push(conversations);
  return { conversations, runner, clock };
}

/** No page is open anywhere. */
const NOBODY = { reload: () => {}, portOfPages: async () => undefined, listensAt: async () => {} };

/** The owner's socket cannot be found: who comes takes over, and the owner does not hear of it. */
function vanish(): Promise<void> {
  return hide(".sock");
}

/** The owner's socket is there, but proves nothing, as if the process hung: who comes takes over. */
function silence(): Promise<void> {
  return hide(".token");
}

async function hide(ending: string): Promise<void> {
  for (const name of await readdir(join(root, "run"))) {
    if (name.endsWith(ending)) await rename(join(root, "run", name), join(root, "run", `${name}.away`));
  }
}

async function say(process: ReturnType<typeof start>, content: string, by = process): Promise<string> {
  const before = by.runner.turns.length;
  const sending = finished(process.conversations.send(message(content), unending));
  await until(() => by.runner.turns.length > before, `an answer to ${content}`);
  by.runner.last.finish();
  return (await sending).result.turnId;
}

test("what a superseded owner is sent is accepted by the new owner, once", async () => {
  const first = start("first");
  await say(first, "before");
  await vanish();
  const second = start("second");
  await say(second, "taken over");
  assert.equal(await second.conversations.role(), "own");
  assert.match(await say(first, "after", second), /^second-/);
  assert.equal(await first.conversations.role(), "joined");
  assert.equal(first.runner.turns.length, 1, "it answers nothing more itself");
  const follower = new Follower(second.conversations, { snapshot: true });
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns.map(({ accepted, state }) => [accepted.content, state]),
    [
      ["before", "done"],
      ["taken over", "done"],
      ["after", "done"],
    ],
  );
  follower.leave();
});

test("a reply that streams at a superseded owner ends, unsaid; whoever watched it there goes on at the new one", async () => {
  const first = start("first");
  const watching = new Follower(first.conversations, { snapshot: true });
  const sending = finished(first.conversations.send(message("tell me"), unending));
  await until(() => first.runner.turns.length === 1);
  first.runner.last.say("Once upon");
  await watching.until(({ turns }) => turns[0]?.text === "Once upon");
  await first.clock.advance(1000);
  await vanish();
  const second = start("second");
  const late = new Follower(second.conversations, { snapshot: true });
  await late.until(({ caughtUp }) => caughtUp);
  first.runner.last.say(" a time, unheard");
  first.runner.last.finish();
  const { result } = await sending;
  assert.equal(result.stopReason, "interrupted");
  await until(async () => (await first.conversations.role()) === "joined");
  for (const follower of [watching, late]) {
    const { turns } = await follower.until(({ turns: [turn] }) => turn?.state === "done");
    assert.equal(turns.length, 1);
    assert.equal(turns[0]?.stopReason, "interrupted");
    assert.equal(turns[0]?.text, "Once upon");
  }
  await say(second, "go on");
  for (const follower of [watching, late]) {
    await follower.until(({ turns }) => turns.at(-1)?.accepted.content === "go on" && turns.at(-1)?.state === "done");
    follower.leave();
  }
});

test("what a superseded owner wrote too late is in no window, and no number is given twice", async () => {
  const first = start("first");
  await say(first, "before");
  await vanish();
  const second = start("second");
  await say(second, "taken over");
  await say(first, "late", second);
  await second.conversations.close();
  made.splice(made.indexOf(second.conversations), 1);
  const third = start("third");
  const follower = new Follower(third.conversations);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns.map(({ accepted }) => [accepted.turnId, accepted.content]),
    [
      ["first-1", "before"],
      ["second-1", "taken over"],
      ["second-2", "late"],
    ],
  );
  const numbers = follower.events.flatMap((event) => ("seq" in event && event.type !== "caughtUp" ? [event.seq] : []));
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
  );
  follower.leave();
});

test("a superseded owner that had not written yet does not write behind the new owner", async () => {
  const first = start("first");
  const watching = new Follower(first.conversations);
  await watching.until(({ caughtUp }) => caughtUp);
  await vanish();
  const second = start("second");
  await say(second, "taken over");
  await say(first, "late", second);
  await say(second, "going on");
  watching.leave();
  await second.conversations.close();
  made.splice(made.indexOf(second.conversations), 1);
  const follower = new Follower(start("third").conversations);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns.map(({ accepted }) => accepted.content),
    ["taken over", "late", "going on"],
  );
  follower.leave();
});

test("even what it has accepted before is not acknowledged again by a superseded owner", async () => {
  const first = start("first");
  const turnId = await say(first, "before");
  await vanish();
  const second = start("second");
  await say(second, "taken over");
  const again = await finished(first.conversations.send(message("before"), unending));
  assert.equal(again.result.turnId, turnId);
  assert.equal(await first.conversations.role(), "joined", "the new owner has said so");
});

test("an owner that was only slow hears at once that another has taken over, and shows what is said there", async () => {
  const first = start("first");
  await say(first, "before");
  const watching = new Follower(first.conversations, { snapshot: true });
  await watching.until(({ caughtUp }) => caughtUp);
  await silence();
  const second = start("second");
  await say(second, "taken over");
  const { turns } = await watching.until(({ turns: [, next] }) => next?.state === "done");
  assert.equal(turns[1]?.accepted.content, "taken over");
  assert.equal(await first.conversations.role(), "joined");
  watching.leave();
});

test("whoever only looks on is told after a moment that another window owns the conversations, and asks again", async () => {
  const first = start("first");
  await say(first, "before");
  const second = start("second");
  second.clock.skipSleeps = false;
  await silence();
  const watching = finished(second.conversations.subscribe({ conversationId: "c", lastSeq: 0 }, unending));
  const refused = assert.rejects(watching, { code: "storeBusy", message: /Another window owns/ });
  await until(() => second.clock.slept.length >= 2);
  await second.clock.advance(2500);
  await refused;
  const again = new Follower(second.conversations);
  const { turns } = await again.until(({ caughtUp }) => caughtUp);
  assert.equal(turns[0]?.accepted.content, "before");
  assert.equal(await second.conversations.role(), "own");
  again.leave();
});

/** So much time passes that a process is not there for a command alone; in steps in which owners answer its pings. */
async function settle({ clock }: ReturnType<typeof start>): Promise<void> {
  for (let step = 0; step < 12; step++) {
    await clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a newer build takes over from an older one once its answer has ended; what is sent meanwhile is accepted once", async () => {
  const older = start("older", "1.9.0");
  await say(older, "before");
  const watching = new Follower(older.conversations, { snapshot: true });
  const sending = finished(older.conversations.send(message("tell me"), unending));
  await until(() => older.runner.turns.length === 2);
  const newer = start("newer", "1.10.0");
  newer.clock.skipSleeps = false;
  const along = new Follower(newer.conversations, { snapshot: true });
  await along.until(({ turns }) => turns.length === 2);
  older.runner.last.say("Once upon");
  await along.until(({ turns: [, turn] }) => turn?.text === "Once upon");
  await settle(newer);
  assert.equal(await newer.conversations.role(), "joined");
  older.runner.last.finish();
  assert.equal((await sending).result.stopReason, "complete");
  assert.match(await say(older, "after", newer), /^newer-/);
  assert.equal(await newer.conversations.role(), "own");
  assert.equal(await older.conversations.role(), "joined");
  for (const follower of [watching, along]) {
    const { turns } = await follower.until(({ turns: [, , turn] }) => turn?.state === "done");
    assert.deepEqual(
      turns.map(({ accepted }) => accepted.content),
      ["before", "tell me", "after"],
    );
    follower.leave();
  }
});

for (const [theirs, ours] of [
  ["1.0.0", "1.0.0"],
  ["1.1.0", "1.0.0"],
  ["unknown", "1.0.0"],
]) {
  test(`of version ${ours}, it leaves the conversations with an owner of version ${theirs}`, async () => {
    const first = start("first", theirs);
    await say(first, "before");
    const second = start("second", ours);
    second.clock.skipSleeps = false;
    await say(second, "to the first", first);
    await settle(second);
    assert.equal(await second.conversations.role(), "joined");
  });
}

test("an owner that waits to be followed begins nothing, and goes on by itself when nobody comes", async () => {
  const { supervisor, clock, runner } = supervised();
  await supervisor.standStill();
  const sending = finished(supervisor.send(message("hello"), unending));
  await clock.advance(2_999);
  assert.equal(runner.turns.length, 0);
  await clock.advance(1);
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await sending;
  await supervisor.close();
});
