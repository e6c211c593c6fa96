import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "../../server/protocol/events.ts";
import { answerParts, duration, stepsLine } from "../../webview/steps.ts";
import { Follower, message, supervised, unending } from "../fakes/supervised.ts";

const begun = { id: "s1", tool: "read_file", label: "Read a.ts", state: "running" as const };
const ended = { ...begun, state: "done" as const, summary: "3 lines", resultChars: 12, durationMs: 5 };
const item = { source: "tool" as const, label: "Read a.ts", tokens: 40, why: "the model asked for it" };
const receipt = {
  model: { kind: "openai" as const, id: "duck" },
  budgetTokens: 1000,
  usedTokens: 100,
  included: [],
  leftOut: [],
  leftOutMore: 0,
};

test("a step is told when it begins and when it has ended, at its place in the answer", async () => {
  const { supervisor, runner, follower } = await asked();
  runner.last.say("Let me see.");
  runner.last.emit({ type: "step", step: begun });
  const running = await follower.until(({ turns }) => turns[0]?.steps?.length === 1);
  assert.deepEqual(running.turns[0]?.steps, [{ ...begun, offset: 11 }]);
  runner.last.emit({ type: "step", step: ended });
  runner.last.say("\n\nIt is a.");
  runner.last.finish();
  const done = await follower.until(({ turns }) => turns[0]?.state === "done");
  assert.deepEqual(done.turns[0]?.steps, [{ ...ended, offset: 11 }]);
  follower.leave();
  await supervisor.close();
});

test("what a step gave adds to the receipt, and its tokens to what was used", async () => {
  const { runner, follower } = await asked();
  runner.last.emit({ type: "context", receipt });
  runner.last.emit({ type: "step", step: begun });
  runner.last.emit({ type: "step", step: ended, item });
  runner.last.finish();
  const { turns } = await follower.until(({ turns }) => turns[0]?.state === "done");
  assert.deepEqual(turns[0]?.receipt, { ...receipt, usedTokens: 140, included: [item] });
  follower.leave();
});

test("stopped in the middle of a step, the step is stopped and what was said is kept", async () => {
  const { supervisor, runner, follower } = await asked();
  runner.last.say("Let me see.");
  runner.last.emit({ type: "step", step: begun });
  await follower.until(({ turns }) => turns[0]?.steps?.length === 1);
  await supervisor.stop("c");
  const { turns } = await follower.until(({ turns }) => turns[0]?.state === "done");
  assert.equal(turns[0]?.steps?.[0]?.state, "stopped");
  assert.equal(turns[0]?.text, "Let me see.");
  assert.equal(turns[0]?.stopReason, "cancelled");
  follower.leave();
});

test("after a crash in the middle of a step, the steps are there and the last one is stopped", async () => {
  const world = await asked();
  world.runner.last.emit({ type: "step", step: begun });
  world.runner.last.emit({ type: "step", step: ended });
  world.runner.last.emit({ type: "step", step: { ...begun, id: "s2", label: "Read b.ts" } });
  await world.follower.until(({ turns }) => turns[0]?.steps?.length === 2);
  const again = new Follower(world.restart().supervisor);
  const { turns } = await again.until(({ caughtUp }) => caughtUp);
  assert.deepEqual(
    turns[0]?.steps?.map(({ label, state }) => [label, state]),
    [
      ["Read a.ts", "done"],
      ["Read b.ts", "stopped"],
    ],
  );
  again.leave();
  world.follower.leave();
});

test("somebody who comes back in the middle of a step sees it run", async () => {
  const { supervisor, runner, follower } = await asked();
  runner.last.say("Let me see.");
  runner.last.emit({ type: "step", step: begun });
  await follower.until(({ turns }) => turns[0]?.steps?.length === 1);
  const late = new Follower(supervisor);
  const { turns } = await late.until(({ caughtUp }) => caughtUp);
  assert.equal(turns[0]?.steps?.[0]?.state, "running");
  assert.equal(turns[0]?.text, "Let me see.");
  late.leave();
  follower.leave();
});

const step = (id: string, offset: number, path?: string): Step => ({
  ...ended,
  id,
  offset,
  label: path ? `Read ${path}` : "Search “x”",
  ...(path && { location: { path: `/ws/${path}`, startLine: 1, endLine: 2 } }),
});

test("an answer shows words and steps in the order in which they came", () => {
  const parts = answerParts({ text: "First.\n\nThen.", steps: [step("s1", 6), step("s2", 6), step("s3", 13)] });
  assert.deepEqual(
    parts.map((part) => (part.kind === "text" ? [part.text.trim(), part.isLast] : part.steps.map(({ id }) => id))),
    [["First.", false], ["s1", "s2"], ["Then.", false], ["s3"]],
  );
  assert.deepEqual(answerParts({ text: "Only words." }), [{ kind: "text", text: "Only words.", isLast: true }]);
  assert.deepEqual(answerParts({ text: "" }), []);
});

test("steps beyond the end of a text that a crash cut short are still shown", () => {
  const parts = answerParts({ text: "Fir", steps: [step("s1", 6)] });
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ["text", "steps"],
  );
});

test("the folded line names what was looked at, each once", () => {
  const steps = [step("s1", 0, "src/a.ts"), step("s2", 0, "b.ts"), step("s3", 0, "src/a.ts"), step("s4", 0)];
  assert.equal(stepsLine(steps.slice(0, 1)), "1 step: a.ts");
  assert.equal(stepsLine(steps), "4 steps: a.ts, b.ts, Search “x”");
  assert.equal(stepsLine([...steps, step("s5", 0, "c.ts")]), "5 steps: a.ts, b.ts, Search “x” and 1 more");
});

test("only time worth telling is told", () => {
  assert.deepEqual([duration(undefined), duration(999), duration(1234)], ["", "", "1.2 s"]);
});

/** A message that is being answered, and somebody who follows. */
async function asked() {
  const world = supervised();
  const follower = new Follower(world.supervisor);
  const stream = world.supervisor.send(message("Which?"), unending);
  void (async () => {
    for await (const _ of stream);
  })();
  await follower.until(({ turns }) => turns[0]?.state === "running");
  return { ...world, follower };
}
