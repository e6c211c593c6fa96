import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ModelError } from "../../server/llm/modelErrors.ts";
import { BASE_BACKOFF_MS, backoffMs, MAX_BACKOFF_MS, ResilientModel } from "../../server/llm/resilience.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { finished, forever, ScriptedModel, type Step, said } from "../fakes/scriptedModel.ts";
import { run } from "../fakes/streamRun.ts";

const down = new ModelError("modelUnavailable", "api.example.test answered 503.", { retryable: true });
const refused = new ModelError("keyRefused", "api.example.test answered 401.");
const answer: readonly Step[] = [said("Quack."), finished];

test("a failure before the first part is tried again and the answer arrives", async () => {
  const { model, clock, resilient } = setUp([down], [down], answer);
  clock.skipSleeps = true;
  const reply = run(resilient);
  await reply.end;
  assert.equal(reply.text, "Quack.");
  assert.equal(model.tries, 3);
  assert.deepEqual(clock.slept, [250, 500]);
});

test("after three tries the last failure is reported", async () => {
  const { model, clock, resilient } = setUp([down]);
  clock.skipSleeps = true;
  const reply = run(resilient);
  await reply.end;
  assert.equal(reply.error, down);
  assert.equal(model.tries, 3);
});

test("nothing is tried again once a part has arrived", async () => {
  for (const part of [said("Half"), { type: "reasoning", text: "Hm" } as const]) {
    const { model, resilient } = setUp([part, down], answer);
    const reply = run(resilient);
    await reply.end;
    assert.equal(reply.error, down);
    assert.equal(model.tries, 1);
    assert.deepEqual(reply.parts, [part]);
  }
});

test("what will not get better is not tried again", async () => {
  for (const code of ["keyRefused", "modelRefused", "contextTooLong", "modelProtocol"] as const) {
    const { model, resilient } = setUp([new ModelError(code, "no")], answer);
    await run(resilient).end;
    assert.equal(model.tries, 1, code);
  }
});

test("an endpoint's wish to wait is honoured up to 20 s", async () => {
  const { clock, resilient } = setUp([limited(20_000)], answer);
  clock.skipSleeps = true;
  const reply = run(resilient);
  await reply.end;
  assert.equal(reply.text, "Quack.");
  assert.deepEqual(clock.slept, [20_000]);
});

test("a longer wish to wait is an error that says how long", async () => {
  const { model, clock, resilient } = setUp([limited(3_600_000)]);
  const reply = run(resilient);
  await reply.end;
  assert(reply.error instanceof DuckError);
  assert.equal(reply.error.code, "rateLimited");
  assert.match(reply.error.message, /1 hour/);
  assert.deepEqual([model.tries, clock.slept.length], [1, 0]);
});

test("the fifth failure in a row opens the breaker and a stream then fails at once", async () => {
  const { model, resilient } = await opened(answer);
  assert.equal(resilient.breaker.state, "open");
  assert.equal(resilient.breaker.retryAt, "2026-01-02T03:04:35.000Z");
  assert.equal(resilient.breaker.lastError, down.message);
  assert.equal(model.tries, 5, "the second message stops at the fifth failure");
  const reply = run(resilient);
  await reply.end;
  assert.equal(model.tries, 5);
  assert(reply.error instanceof DuckError);
  assert.equal(reply.error.code, "modelUnavailable");
  assert.match(reply.error.message, /api\.example\.test does not answer; next try at \d\d:\d\d:\d\d\. .*503/);
});

test("after 30 s one stream is let through and its first part closes the breaker", async () => {
  const { model, clock, resilient, states } = await opened([said("Quack."), forever]);
  await clock.advance(30_000);
  assert.equal(resilient.breaker.state, "halfOpen");
  const reply = run(resilient);
  await until(() => reply.text !== "");
  await turn();
  assert.equal(resilient.breaker.state, "closed");
  assert.equal(model.tries, 6);
  assert.deepEqual(states, ["open", "halfOpen", "halfOpen", "closed"]);
  reply.stop();
  await reply.end;
});

test("while the one stream is tried, others fail at once instead of waiting for it", async () => {
  const { clock, resilient } = await opened([forever]);
  await clock.advance(30_000);
  const probe = run(resilient);
  await turn();
  const other = run(resilient);
  await other.end;
  assert.match(String(other.error), /is being tried again right now/);
  probe.stop();
  await probe.end;
});

test("a failure of the one stream opens the breaker again", async () => {
  const { model, clock, resilient } = await opened([down]);
  await clock.advance(30_000);
  await run(resilient).end;
  assert.equal(resilient.breaker.state, "open");
  assert.equal(resilient.breaker.retryAt, "2026-01-02T03:05:05.000Z");
  assert.equal(model.tries, 6);
});

test("five answers that break off open the breaker too, even when the first part closed it before", async () => {
  const { clock, resilient } = await opened([said("Half"), down]);
  await clock.advance(30_000);
  await run(resilient).end;
  assert.equal(resilient.breaker.state, "closed");
  for (let i = 0; i < 4; i++) await run(resilient).end;
  assert.equal(resilient.breaker.state, "open");
});

test("retryNow closes the breaker and forgets the failures", async () => {
  const { resilient } = await opened(answer);
  resilient.retryNow();
  assert.deepEqual(resilient.breaker, { state: "closed" });
  const reply = run(resilient);
  await reply.end;
  assert.equal(reply.text, "Quack.");
});

test("a success in between starts the count again", async () => {
  const { resilient } = setUp([said("a"), down], [said("a"), down], [said("a"), down], [said("a"), down], answer, [
    said("a"),
    down,
  ]);
  for (let i = 0; i < 9; i++) await run(resilient).end;
  assert.equal(resilient.breaker.state, "closed");
  await run(resilient).end;
  assert.equal(resilient.breaker.state, "open");
});

test("errors that are not the endpoint's fault never open the breaker", async () => {
  for (const error of [refused, new ModelError("contextTooLong", "no"), limited(undefined), new Error("a bug")]) {
    const { clock, resilient } = setUp([error]);
    clock.skipSleeps = true;
    for (let i = 0; i < 6; i++) await run(resilient).end;
    assert.equal(resilient.breaker.state, "closed", error.message);
  }
});

test("a message stopped before, during and between tries ends at once and counts for nothing", async () => {
  const reason = new Error("stopped by the user");
  for (const script of [[forever], [said("Half"), forever], [down]]) {
    const { model, clock, resilient } = setUp(script);
    for (let i = 0; i < 6; i++) {
      const reply = run(resilient);
      await until(() => clock.pending > 0);
      for (let turns = 0; turns < 5; turns++) await turn();
      reply.stop(reason);
      await reply.end;
      assert.equal(reply.error, reason);
      assert.equal(clock.pending, 0, "no timer is left");
      assert(model.signals.every((signal) => signal.aborted));
      if (script[0] === down) resilient.retryNow();
    }
    assert.equal(resilient.breaker.state, "closed");
  }
});

test("a signal that was aborted before asks nobody", async () => {
  const { model, resilient } = setUp(answer);
  const stream = resilient.stream({ messages: [], question: "", code: [], maxTokens: 1 }, AbortSignal.abort("no"));
  await assert.rejects(stream.next(), (reason) => reason === "no");
  assert.equal(model.tries, 0);
});

test("an endpoint that never answers is given up after 60 s and its request aborted", async () => {
  const { model, clock, resilient } = setUp([forever]);
  const reply = run(resilient);
  await turn();
  await clock.advance(59_999);
  assert.equal(reply.ended, false);
  await clock.advance(1);
  await reply.end;
  assert.equal((reply.error as DuckError).code, "timedOut");
  assert.match(String(reply.error), /api\.example\.test did not answer within 60 seconds/);
  assert.equal(model.signals[0]?.aborted, true);
  assert.equal(model.tries, 1, "nobody waits for another minute");
});

test("an endpoint that falls silent in its answer is given up after 30 s", async () => {
  const { clock, resilient } = setUp([said("Half"), forever]);
  const reply = run(resilient);
  await until(() => reply.text !== "");
  await clock.advance(29_999);
  assert.equal(reply.ended, false);
  await clock.advance(1);
  await reply.end;
  assert.match(String(reply.error), /stopped in the middle of its answer: nothing came for 30 seconds/);
  assert.equal(reply.text, "Half");
});

test("heartbeats keep a stream alive for five minutes, not for ever", async () => {
  const { model, clock, resilient } = setUp([forever]);
  const reply = run(resilient);
  await turn();
  for (let seconds = 0; seconds < 295; seconds += 5) {
    model.onActivity();
    await clock.advance(5000);
  }
  assert.equal(reply.ended, false);
  model.onActivity();
  await clock.advance(5000);
  await reply.end;
  assert.match(String(reply.error), /sent no text for 5 minutes/);
});

test("a reader that takes its time is not the endpoint's silence", async () => {
  const { clock, resilient } = setUp(answer);
  const stream = resilient.stream({ messages: [], question: "", code: [], maxTokens: 1 }, new AbortController().signal);
  await stream.next();
  await clock.advance(600_000);
  assert.deepEqual((await stream.next()).value, finished);
  await stream.return(undefined);
});

test("a reader that leaves ends the request and leaves no timer", async () => {
  const { model, clock, resilient } = setUp([said("Half"), forever]);
  for await (const _ of resilient.stream(
    { messages: [], question: "", code: [], maxTokens: 1 },
    new AbortController().signal,
  )) {
    break;
  }
  assert.equal(model.signals[0]?.aborted, true);
  assert.equal(clock.pending, 0);
});

test("an idle model sets no timer", async () => {
  const { clock, resilient } = setUp(answer);
  assert.equal(clock.timersSet, 0);
  await run(resilient).end;
  assert.equal(clock.pending, 0);
});

test("a disposed model leaves no timer of its breaker", async () => {
  const { clock, resilient } = await opened(answer);
  assert.equal(clock.pending, 1);
  resilient.dispose();
  assert.equal(clock.pending, 0);
});

test("the backoff lies between nothing and a bound that doubles up to its limit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const delay = backoffMs(attempt, random);
        assert(delay >= 0 && delay <= MAX_BACKOFF_MS && delay <= BASE_BACKOFF_MS * 2 ** (attempt - 1));
        assert(backoffMs(attempt + 1, random) >= delay);
      },
    ),
  );
});

function setUp(...scripts: readonly (readonly Step[])[]) {
  const clock = new FakeClock();
  const model = new ScriptedModel(...scripts);
  const resilient = new ResilientModel(model, { clock, random: () => 0.5 });
  return { clock, model, resilient };
}

/** Five failures, without time passing, have opened the breaker; the next try does `then`. */
async function opened(then: readonly Step[]) {
  const clock = new FakeClock();
  clock.skipSleeps = true;
  const model = new ScriptedModel(...Array.from({ length: 5 }, () => [down]), then);
  const resilient = new ResilientModel(model, { clock, random: () => 0 });
  const states: string[] = [];
  resilient.onDidChangeBreaker((status) => states.push(status.state));
  await run(resilient).end;
  await run(resilient).end;
  return { clock, model, resilient, states };
}

function limited(retryAfterMs: number | undefined): ModelError {
  return new ModelError("rateLimited", "slow down", { retryable: true, retryAfterMs });
}
