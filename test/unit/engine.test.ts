import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleTurns } from "../../server/protocol/transcript.ts";
import type { EventLog } from "../../server/store/eventLog.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { deferred } from "../../server/util/deferred.ts";
import { DuckError } from "../../server/util/errors.ts";
import { turn as settle, until } from "../fakes/clock.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

test("a message is accepted, answered piece by piece, and done", async () => {
  const { supervisor, runner } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("Hi ");
  await settle();
  runner.last.say("there");
  runner.last.finish();
  const { events, result } = await sending;
  assert.deepEqual(
    events.map((event) => event.type),
    ["accepted", "started", "text", "text", "done"],
  );
  assert.equal(result.stopReason, "complete");
  assert.equal(result.seq, 1);
  await supervisor.close();
});

test("a message is on disk before anybody hears that it was accepted", async () => {
  const logs = new HeldLogs();
  const { supervisor } = supervised({ logs });
  const follower = new Follower(supervisor);
  await follower.until(({ caughtUp }) => caughtUp);
  const sending = finished(supervisor.send(message("hello"), unending));
  await settle();
  assert.equal(follower.transcript.turns.length, 0);
  logs.release();
  await follower.until(({ turns }) => turns.length === 1);
  assert.deepEqual(logs.durable, ["accepted", "titled"]);
  await supervisor.close();
  await sending;
});

test("a message that could not be written is refused with the cause, and the next one works", async () => {
  const logs = new HeldLogs();
  logs.release();
  logs.failure = new DuckError("storeFailed", "no space left (/somewhere). Free some space.");
  const { supervisor, runner } = supervised({ logs });
  await assert.rejects(finished(supervisor.send(message("lost"), unending)), {
    code: "storeFailed",
    message: /no space left/,
  });
  logs.failure = undefined;
  const sending = finished(supervisor.send(message("kept"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  const { events } = await sending;
  assert.equal(events.at(0)?.type, "accepted");
  assert.equal((await supervisor.list())[0]?.messages, 2);
  await supervisor.close();
});

test("the disk fills up during an answer: the answer is shown, the failure is said, and it is written later", async () => {
  const logs = new HeldLogs();
  logs.release();
  const { supervisor, runner, restart } = supervised({ logs });
  const sending = finished(supervisor.send(message("first"), unending));
  await until(() => runner.turns.length === 1);
  logs.failure = new DuckError("storeFailed", "no space left");
  runner.last.say("all of it");
  runner.last.finish();
  const { events } = await sending;
  const done = events.at(-1);
  assert.ok(done?.type === "done" && done.text === "all of it");
  assert.equal(done.error?.code, "storeFailed");
  logs.failure = undefined;
  const next = finished(supervisor.send(message("second"), unending));
  await until(() => runner.turns.length === 2);
  runner.last.finish();
  await next;
  await supervisor.close();
  const follower = new Follower(restart().supervisor);
  const transcript = await follower.until(({ caughtUp }) => caughtUp);
  assert.equal(transcript.turns[0]?.text, "all of it");
  assert.equal(transcript.turns[0]?.stopReason, "complete");
  follower.leave();
});

test("an answer that could not be saved is saved as soon as there is room, and that is told", async () => {
  const logs = new HeldLogs();
  logs.release();
  const { supervisor, runner, clock, restart } = supervised({ logs });
  const follower = new Follower(supervisor);
  const sending = finished(supervisor.send(message("first"), unending));
  await until(() => runner.turns.length === 1);
  logs.failure = new DuckError("storeFailed", "no space left");
  runner.last.say("all of it");
  runner.last.finish();
  await sending;
  await clock.advance(5000);
  await follower.until(({ turns }) => turns[0]?.error?.code === "storeFailed");
  logs.failure = undefined;
  await clock.advance(5000);
  const { turns } = await follower.until(({ turns: [turn] }) => turn?.stopReason === "complete");
  assert.equal(turns[0]?.error, undefined);
  follower.leave();
  const reader = new Follower(restart().supervisor);
  assert.equal((await reader.until(({ caughtUp }) => caughtUp)).turns[0]?.text, "all of it");
  reader.leave();
});

test("a reply goes on when whoever asked for it leaves", async () => {
  const { supervisor, runner } = supervised();
  const leaving = new AbortController();
  const sending = finished(supervisor.send(message("hello"), leaving.signal));
  await until(() => runner.turns.length === 1);
  leaving.abort();
  await sending;
  runner.last.say("still here");
  runner.last.finish();
  const follower = new Follower(supervisor);
  const transcript = await follower.until(({ turns }) => turns[0]?.state === "done");
  assert.equal(transcript.turns[0]?.text, "still here");
  follower.leave();
  await supervisor.close();
});

test("a cancelled reply keeps what was said", async () => {
  const { supervisor, runner } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("half of");
  await settle();
  assert.equal(await supervisor.stop("c"), true);
  const { events, result } = await sending;
  const done = events.at(-1);
  assert.equal(result.stopReason, "cancelled");
  assert.ok(done?.type === "done" && done.text === "half of" && done.error === undefined);
  assert.equal(runner.last.signal.aborted, true);
  assert.equal(await supervisor.stop("c"), false);
  await supervisor.close();
});

test("two sends at once are answered one after the other, in the order in which they were accepted", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  const first = finished(supervisor.send(message("first"), unending));
  const second = finished(supervisor.send(message("second"), unending));
  await follower.until(({ turns }) => turns[0]?.state === "running" && turns[1]?.state === "queued");
  assert.equal(runner.turns.length, 1);
  runner.last.finish();
  await first;
  await until(() => runner.turns.length === 2);
  assert.equal(runner.last.request.message.content, "second");
  assert.deepEqual(
    runner.last.request.history.map((turn) => turn.accepted.content),
    ["first"],
  );
  runner.last.finish();
  await second;
  follower.leave();
  await supervisor.close();
});

test("a waiting message can be taken back, one that is being answered cannot", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  const first = finished(supervisor.send(message("first"), unending));
  const second = finished(supervisor.send(message("second"), unending));
  const { turns } = await follower.until((transcript) => transcript.turns.length === 2 && runner.turns.length === 1);
  const [running, waiting] = turns.map((turn) => turn.accepted.turnId);
  await assert.rejects(supervisor.withdraw("c", running ?? ""), { code: "tooLate" });
  await supervisor.withdraw("c", waiting ?? "");
  const { result } = await second;
  assert.equal(result.stopReason, undefined);
  runner.last.finish();
  await first;
  assert.equal(runner.turns.length, 1);
  assert.equal(visibleTurns(follower.transcript).length, 1);
  follower.leave();
  await supervisor.close();
});

test("a waiting message says what it was given to say, and nothing of it is lost when that comes too late", async () => {
  const { supervisor, runner, restart } = supervised();
  const follower = new Follower(supervisor);
  const first = finished(supervisor.send(message("first"), unending));
  const attachments = [{ kind: "file" as const, path: "/w/a.ts", language: "typescript" }];
  const second = finished(supervisor.send(message("second", { attachments }), unending));
  const { turns } = await follower.until((transcript) => transcript.turns.length === 2 && runner.turns.length === 1);
  const [running = "", waiting = ""] = turns.map((turn) => turn.accepted.turnId);
  await assert.rejects(supervisor.revise("c", running, "too late"), { code: "tooLate" });
  await assert.rejects(supervisor.revise("c", waiting, " "), { code: "blankMessage" });
  const secret = `ghp_${"a1B2".repeat(9)}`;
  await supervisor.revise("c", waiting, `better, with ${secret}`);
  const again = finished(supervisor.send(message("second", { attachments }), unending));
  runner.last.finish();
  await first;
  await until(() => runner.turns.length === 2);
  const { content, attachments: kept } = runner.last.request.message;
  assert.match(content, /^better, with \[redacted/);
  assert.deepEqual(kept, attachments);
  assert.ok(!JSON.stringify(follower.events).includes(secret));
  await assert.rejects(supervisor.revise("c", waiting, "later"), { code: "tooLate" });
  runner.last.finish();
  assert.equal((await second).result.turnId, (await again).result.turnId);
  follower.leave();
  await supervisor.close();
  const later = new Follower(restart().supervisor, { snapshot: true });
  const { turns: reopened } = await later.until(({ caughtUp }) => caughtUp);
  assert.equal(reopened[1]?.accepted.content, content);
  later.leave();
});

test("a message that was put before the others that wait is answered before them, and they know of it", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  const sent = ["first", "second", "third", "fourth"].map((content) =>
    finished(supervisor.send(message(content), unending)),
  );
  const { turns } = await follower.until((transcript) => transcript.turns.length === 4 && runner.turns.length === 1);
  const [running = "", , , last = ""] = turns.map((turn) => turn.accepted.turnId);
  await assert.rejects(supervisor.promote("c", running), { code: "tooLate" });
  await supervisor.promote("c", last);
  const asked: string[][] = [];
  for (let answered = 1; answered <= 4; answered++) {
    await until(() => runner.turns.length === answered);
    const { history, message } = runner.last.request;
    asked.push([...history.map(({ accepted }) => accepted.content), message.content]);
    runner.last.finish();
  }
  await Promise.all(sent);
  const order = ["first", "fourth", "second", "third"];
  assert.deepEqual(
    asked,
    order.map((_, index) => order.slice(0, index + 1)),
  );
  assert.deepEqual(
    visibleTurns(follower.transcript).map(({ accepted }) => accepted.content),
    order,
  );
  follower.leave();
  await supervisor.close();
});

test("stopping a message that still waits takes it back", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  const first = finished(supervisor.send(message("first"), unending));
  const second = finished(supervisor.send(message("second"), unending));
  const { turns } = await follower.until((transcript) => transcript.turns.length === 2 && runner.turns.length === 1);
  assert.equal(await supervisor.stop("c", turns[1]?.accepted.turnId), true);
  assert.equal((await second).result.stopReason, undefined);
  runner.last.finish();
  await first;
  assert.equal(runner.turns.length, 1);
  follower.leave();
  await supervisor.close();
});

test("the same operation id again answers with the same turn, and with other content is refused", async () => {
  const { supervisor, runner } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  const again = finished(supervisor.send(message("hello"), unending));
  await assert.rejects(finished(supervisor.send(message("other", { operationId: "op-hello" }), unending)), {
    code: "operationConflict",
  });
  runner.last.finish();
  assert.equal((await again).result.turnId, (await sending).result.turnId);
  assert.equal(runner.turns.length, 1);
  await supervisor.close();
});

test("a blank message and one that is too large are refused with what to do", async () => {
  const { supervisor } = supervised();
  await assert.rejects(finished(supervisor.send(message(" \n "), unending)), { code: "blankMessage" });
  const paste = message("x".repeat(50 * 1024 * 1024));
  await assert.rejects(finished(supervisor.send(paste, unending)), {
    code: "messageTooLarge",
    message: /50\.0 MiB.*file/,
  });
});

test("an answer that breaks off keeps what arrived and says why; one that never began is an error", async () => {
  const { supervisor, runner } = supervised();
  const cut = finished(supervisor.send(message("cut"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("so far");
  runner.last.fail(new DuckError("modelUnavailable", "The endpoint closed the connection."));
  const done = (await cut).events.at(-1);
  assert.ok(done?.type === "done" && done.stopReason === "interrupted" && done.text === "so far");
  assert.equal(done.error?.message, "The endpoint closed the connection.");
  const failed = finished(supervisor.send(message("failed"), unending));
  await until(() => runner.turns.length === 2);
  runner.last.fail(new Error("a bug with private details"));
  const error = (await failed).events.at(-1);
  assert.ok(error?.type === "done" && error.stopReason === "error" && error.error?.code === "internal");
  assert.doesNotMatch(error.error.message, /private/);
  await supervisor.close();
});

test("after a crash the part of an answer that had arrived is there, marked as interrupted", async () => {
  const { supervisor, runner, clock, restart } = supervised();
  const follower = new Follower(supervisor);
  void finished(supervisor.send(message("hello"), unending));
  void finished(supervisor.send(message("waiting"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("first second, ");
  await follower.until(({ turns }) => turns[0]?.text === "first second, ");
  await clock.advance(1000);
  runner.last.say("lost");
  await follower.until(({ turns }) => turns[0]?.text === "first second, lost");
  const after = new Follower(restart().supervisor);
  const { turns } = await after.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns.map(({ text, state, stopReason }) => ({ text, state, stopReason })),
    [
      { text: "first second, ", state: "done", stopReason: "interrupted" },
      { text: "", state: "done", stopReason: "interrupted" },
    ],
  );
});

test("a client that resumes gets what it missed and the reply from where it was", async () => {
  const { supervisor, runner } = supervised();
  const before = new Follower(supervisor);
  void finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("one ");
  await before.until(({ turns }) => turns[0]?.text === "one ");
  before.leave();
  runner.last.say("two ");
  await settle();
  const after = Follower.resume(supervisor, before);
  await after.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    after.events.map((event) => (event.type === "text" ? [event.offset, event.text] : event.type)),
    [[4, "two "], "caughtUp"],
  );
  runner.last.say("three");
  runner.last.finish();
  const { turns } = await after.until((transcript) => transcript.turns[0]?.state === "done");
  assert.equal(turns[0]?.text, "one two three");
  after.leave();
  await supervisor.close();
});

test("regenerating answers the same message with what stood before it, and replaces the answer in view", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  for (const content of ["first", "second", "third"]) {
    const sending = finished(supervisor.send(message(content), unending));
    await until(() => runner.turns.at(-1)?.request.message.content === content);
    runner.last.say(`answer to ${content}`);
    runner.last.finish();
    await sending;
  }
  const second = follower.transcript.turns[1]?.accepted.turnId ?? "";
  const params = { conversationId: "c", turnId: second, operationId: "again", mode: "regenerate" as const };
  const retrying = finished(supervisor.retry(params, unending));
  await until(() => runner.turns.length === 4);
  assert.equal(runner.last.request.message.content, "second");
  assert.deepEqual(
    runner.last.request.history.map((turn) => turn.accepted.content),
    ["first"],
  );
  runner.last.say("better");
  runner.last.finish();
  await retrying;
  const { turns } = await follower.until(({ turns }) => turns[3]?.state === "done");
  assert.equal(turns.length, 4);
  assert.deepEqual(
    visibleTurns(follower.transcript).map((turn) => turn.text),
    ["answer to first", "better", "answer to third"],
  );
  follower.leave();
  await supervisor.close();
});

test("continuing an interrupted answer keeps its text in front", async () => {
  const { supervisor, runner } = supervised();
  const cut = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("Once upon ");
  runner.last.fail(new DuckError("modelUnavailable", "cut"));
  const { turnId } = (await cut).result;
  const params = { conversationId: "c", turnId, operationId: "go-on", mode: "continue" as const };
  const retrying = finished(supervisor.retry(params, unending));
  await until(() => runner.turns.length === 2);
  assert.equal(runner.last.request.message.continues, "Once upon ");
  runner.last.say("a time");
  runner.last.finish();
  const done = (await retrying).events.at(-1);
  assert.ok(done?.type === "done" && done.text === "Once upon a time" && done.stopReason === "complete");
  await supervisor.close();
});

test("a conversation deleted while it streams stops, tells its followers, and can be restored", async () => {
  const { supervisor, runner } = supervised();
  const follower = new Follower(supervisor);
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("half");
  await settle();
  await supervisor.delete("c");
  assert.equal((await sending).events.at(-1)?.type, "done");
  await follower.ended;
  assert.equal(follower.transcript.deleted, true);
  assert.deepEqual(await supervisor.list(), []);
  await assert.rejects(finished(supervisor.send(message("more"), unending)), { code: "notFound" });
  await supervisor.restore("c");
  const [restored] = await supervisor.list();
  assert.equal(restored?.title, "hello");
  const again = new Follower(supervisor);
  const { turns } = await again.until(({ caughtUp }) => caughtUp);
  assert.equal(turns[0]?.text, "half");
  again.leave();
  await supervisor.close();
});

test("clearing hides what came before from view and context, and keeps it in the log", async () => {
  const { supervisor, runner, logs } = supervised();
  const follower = new Follower(supervisor);
  const first = finished(supervisor.send(message("first"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await first;
  const clearing = finished(supervisor.send(message("/clear"), unending));
  await until(() => runner.turns.length === 2);
  runner.last.emit({ type: "clear" });
  runner.last.finish();
  await clearing;
  assert.deepEqual(visibleTurns(follower.transcript), []);
  const next = finished(supervisor.send(message("next"), unending));
  await until(() => runner.turns.length === 3);
  assert.deepEqual(runner.last.request.history, []);
  runner.last.finish();
  await next;
  const { events } = await (await logs.open("c")).read();
  assert.ok(events.some((event) => event.type === "accepted" && event.content === "first"));
  follower.leave();
  await supervisor.close();
});

test("a conversation that nobody uses for ten minutes is let go and comes back from its log", async () => {
  const { supervisor, runner, clock } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await sending;
  assert.equal(supervisor.live, 1);
  await clock.advance(21 * 60_000);
  await until(() => supervisor.live === 0);
  const follower = new Follower(supervisor);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.equal(turns[0]?.accepted.content, "hello");
  follower.leave();
  await supervisor.close();
});

test("a title is made from the first words and stays when the user gives one", async () => {
  const { supervisor, runner } = supervised();
  const sending = finished(
    supervisor.send(message("## Why is `retry` only done before the first token, and never after it?"), unending),
  );
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await sending;
  assert.equal((await supervisor.list())[0]?.title, "Why is retry only done before the first token, and never…");
  await supervisor.rename("c", "Retries");
  assert.equal((await supervisor.list())[0]?.title, "Retries");
  await supervisor.close();
});

test("the log keeps the path of an attached file, not its text; the answer gets the text", async () => {
  const { supervisor, runner, logs } = supervised();
  const attachments = [{ kind: "file" as const, path: "/ws/a.ts", language: "typescript", text: "a whole file" }];
  const sending = finished(supervisor.send(message("hello", { attachments }), unending));
  await until(() => runner.turns.length === 1);
  assert.deepEqual(runner.last.request.message.attachments, attachments);
  runner.last.finish();
  await sending;
  const { events } = await (await logs.open("c")).read();
  assert.ok(!JSON.stringify(events).includes("a whole file"));
  assert.ok(JSON.stringify(events).includes("/ws/a.ts"));
  await supervisor.close();
});

test("the first words of an answer outlive a crash a quarter of a second later", async () => {
  const { supervisor, runner, clock, restart } = supervised();
  const follower = new Follower(supervisor);
  void finished(supervisor.send(message("why?"), unending)).catch(() => {});
  await until(() => runner.turns.length === 1);
  await clock.advance(1100);
  runner.last.say("Because it floats. ");
  await follower.until(({ turns }) => turns[0]?.text === "Because it floats. ");
  await clock.advance(250);
  follower.leave();
  const again = new Follower(restart().supervisor, { snapshot: true });
  const [turn] = (await again.until(({ caughtUp }) => caughtUp)).turns;
  assert.equal(turn?.text, "Because it floats. ");
  again.leave();
});

test("text that comes while a checkpoint is being written is not lost", async () => {
  const logs = new HeldLogs();
  logs.release();
  const { supervisor, runner, clock } = supervised({ logs });
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("AAA");
  await settle();
  const write = logs.hold();
  await clock.advance(1000);
  runner.last.say("BBB");
  await settle();
  write.release();
  await settle();
  runner.last.say("CCC");
  runner.last.finish();
  const done = (await sending).events.at(-1);
  assert.ok(done?.type === "done" && done.text === "AAABBBCCC");
  await supervisor.close();
});

test("a message sent while its conversation is being deleted is refused, and the conversation can be restored", async () => {
  const { supervisor, runner } = supervised();
  const first = finished(supervisor.send(message("first"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  await first;
  const deleting = supervisor.delete("c");
  await assert.rejects(finished(supervisor.send(message("too late"), unending)), { code: "notFound" });
  await deleting;
  await supervisor.restore("c");
  assert.equal((await supervisor.list())[0]?.messages, 2);
  await supervisor.close();
});

test("an answer whose last write failed is written when the conversation is closed", async () => {
  const logs = new HeldLogs();
  logs.release();
  const { supervisor, runner, restart } = supervised({ logs });
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  logs.failure = new DuckError("storeFailed", "no space left");
  runner.last.say("kept");
  runner.last.finish();
  await sending;
  logs.failure = undefined;
  await supervisor.close();
  const follower = new Follower(restart().supervisor);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.equal(turns[0]?.text, "kept");
  follower.leave();
});

test("a message that was refused but is in the file, and its retry, are one message with the retry's answer", async () => {
  const logs = new HeldLogs();
  logs.release();
  const { supervisor, runner, restart } = supervised({ logs });
  logs.failureAfterWriting = new DuckError("storeFailed", "the disk did not sync");
  await assert.rejects(finished(supervisor.send(message("hello"), unending)), { code: "storeFailed" });
  logs.failureAfterWriting = undefined;
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.say("answered");
  runner.last.finish();
  await sending;
  await supervisor.close();
  const follower = new Follower(restart().supervisor);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns.map(({ text, stopReason }) => [text, stopReason]),
    [["answered", "complete"]],
  );
  follower.leave();
});

test("waiting for quiet waits for a message that is just being written", async () => {
  const logs = new HeldLogs();
  const { supervisor, runner } = supervised({ logs });
  const sending = finished(supervisor.send(message("hello"), unending));
  await settle();
  let isQuiet = false;
  const quiet = supervisor.whenIdle().then(() => {
    isQuiet = true;
  });
  await settle();
  assert.equal(isQuiet, false);
  logs.release();
  await until(() => runner.turns.length === 1);
  assert.equal((await supervisor.list())[0]?.answering, true);
  assert.equal(isQuiet, false);
  runner.last.finish();
  await sending;
  await quiet;
  await supervisor.close();
});

/** Logs whose writes wait to be released, or fail. */
class HeldLogs extends MemoryLogs {
  readonly durable: string[] = [];
  failure: Error | undefined;
  failureAfterWriting: Error | undefined;
  #gate = deferred<void>();

  /** Lets writes go, until the next {@link hold}. */
  release(): void {
    this.#gate.resolve();
  }

  hold(): { release: () => void } {
    const gate = deferred<void>();
    this.#gate = gate;
    return { release: () => gate.resolve() };
  }

  override async open(conversationId: string): Promise<EventLog> {
    const log = await super.open(conversationId);
    return {
      ...log,
      append: async (events, options) => {
        await this.#gate.promise;
        if (this.failure) throw this.failure;
        if (options.durable) this.durable.push(...events.map((event) => event.type));
        await log.append(events, options);
        if (this.failureAfterWriting) throw this.failureAfterWriting;
      },
    };
  }
}

test("what a model was thinking when the server crashed is kept but for its last second, without secrets", async () => {
  const { supervisor, runner, clock, restart } = supervised();
  const follower = new Follower(supervisor);
  void finished(supervisor.send(message("why?"), unending)).catch(() => {});
  await until(() => runner.turns.length === 1);
  const secret = `ghp_${"a1B2".repeat(9)}`;
  for (const text of [`Not ${secret} again. `, "It floats. ", "It is"]) {
    runner.last.emit({ type: "reasoning", text });
    await follower.until(({ turns }) => turns[0]?.reasoning?.text.endsWith(text) === true);
    await clock.advance(text === "It is" ? 600 : 1300);
  }
  follower.leave();
  const again = new Follower(restart().supervisor, { snapshot: true });
  const [turn] = (await again.until(({ caughtUp }) => caughtUp)).turns;
  assert.equal(turn?.stopReason, "interrupted");
  assert.match(turn?.reasoning?.text ?? "", /^Not \[redacted: GitHub token\]•+ again\. It floats\. $/);
  again.leave();
});

test("what a model thinks is told as it comes, kept with the turn up to 64 KB, and never sent to a model again", async () => {
  const { supervisor, runner, clock, restart } = supervised();
  const follower = new Follower(supervisor);
  void finished(supervisor.send(message("why?"), unending));
  await follower.until(({ turns }) => turns[0]?.state === "running");
  runner.last.emit({ type: "reasoning", text: "Let me see. " });
  await follower.until(({ turns }) => turns[0]?.reasoning !== undefined);
  await clock.advance(2000);
  runner.last.emit({ type: "reasoning", text: "It floats." });
  await follower.until(({ turns }) => turns[0]?.reasoning?.text === "Let me see. It floats.");

  const late = new Follower(supervisor);
  const resumed = await late.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(resumed.turns[0]?.reasoning, { text: "Let me see. It floats.", ms: 2000 });

  runner.last.say("Because.");
  await follower.until(({ turns }) => turns[0]?.text === "Because.");
  await clock.advance(5000);
  runner.last.emit({ type: "reasoning", text: "x".repeat(70_000) });
  runner.last.finish();
  const { turns } = await follower.until(({ turns }) => turns[0]?.state === "done");
  assert.equal(turns[0]?.reasoning?.text.length, 65_536);
  assert.equal(turns[0]?.reasoning?.ms, 2000);

  void finished(supervisor.send(message("and then?"), unending));
  await follower.until(({ turns }) => turns[1]?.state === "running");
  assert.equal(runner.last.request.history[0]?.text, "Because.");
  runner.last.finish();
  await follower.until(({ turns }) => turns[1]?.state === "done");
  await supervisor.close();
  const again = new Follower(restart().supervisor);
  assert.equal((await again.until(({ caughtUp }) => caughtUp)).turns[0]?.reasoning?.ms, 2000);
});
