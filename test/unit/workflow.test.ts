import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TurnPart } from "../../server/context/turn.ts";
import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import { DuckError } from "../../server/util/errors.ts";
import { type Outcome, type Outputs, type Task, type TaskPart, work } from "../../server/workflow/workflow.ts";
import { FakeClock } from "../fakes/clock.ts";

/** Tasks in an order in which each needs only earlier ones; a task takes some ticks, and may fail. */
const plans = fc
  .array(fc.record({ ticks: fc.nat(4), fails: fc.boolean(), needs: fc.array(fc.nat(7), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) =>
    all.map(({ ticks, fails, needs }, index) => ({
      ...{ id: `t${index}`, ticks, fails: fails && index % 3 === 2 },
      needs: [...new Set(needs.filter((need) => need < index))].map((need) => `t${need}`),
    })),
  );

for (const isCancelled of [false, true]) {
  test(`a task starts after all that it needs, at most once${isCancelled ? ", and a cancelled work leaves none running" : ""}`, () =>
    fc.assert(
      fc.asyncProperty(plans, fc.nat(12), async (plan, cancelAfter) => {
        const begun: string[] = [];
        const done = new Set<string>();
        const undone: string[] = [];
        const order: string[] = [];
        const running = new Set<string>();
        const tasks = plan.map(
          ({ id, ticks, fails, needs }): Task => ({
            ...{ id, label: id, needs },
            async *run(_outputs, signal) {
              assert.ok(needs.every((need) => done.has(need)));
              begun.push(id);
              running.add(id);
              try {
                for (let tick = 0; tick < ticks; tick++) {
                  await Promise.resolve();
                  signal.throwIfAborted();
                  yield { type: "progress", message: id };
                }
                if (fails) throw new DuckError("invalidRequest", `${id} failed`);
                done.add(id);
                order.push(id);
                return { output: JSON.stringify(id) };
              } finally {
                running.delete(id);
              }
            },
            async undo() {
              undone.push(id);
            },
          }),
        );
        const cancel = new AbortController();
        const told = new Map<string, WorkflowStep>();
        let parts = 0;
        const ended = await read(work(tasks, { clock: new FakeClock(), signal: cancel.signal }), (part) => {
          if (part.type === "workflow") for (const step of part.steps) told.set(step.id, step);
          if (isCancelled && parts++ === cancelAfter) cancel.abort(new Error("enough"));
        });
        assert.equal(new Set(begun).size, begun.length);
        assert.equal(running.size, 0);
        if (cancel.signal.aborted) return assert.deepEqual(undone, order.toReversed());
        assert.equal(
          ended.failure !== undefined,
          plan.some(({ id, fails }) => fails && begun.includes(id)),
        );
        assert.deepEqual(undone, []);
        for (const { id, needs } of plan) {
          const { state } = told.get(id) ?? {};
          const isBlocked = needs.some((need) => told.get(need)?.state !== "done");
          assert.equal(state === "skipped", isBlocked);
          assert.equal(state === "done", done.has(id));
        }
      }),
      { numRuns: 150 },
    ));
}

test("what needs nothing of each other runs at the same time, and each tells how long it took", async () => {
  const clock = new FakeClock();
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const task = (id: string): Task => ({
    ...{ id, label: id },
    async *run() {
      yield { type: "progress", message: id };
      if (++waiting === 2) {
        await clock.advance(70);
        both.resolve();
      }
      await both.promise;
      return { output: "1" };
    },
  });
  const parts: TurnPart[] = [];
  const { outputs } = await read(work([task("a"), task("b")], { clock, signal: unending }), (part) => parts.push(part));
  assert.deepEqual(
    [...(outputs ?? [])],
    [
      ["a", "1"],
      ["b", "1"],
    ],
  );
  assert.ok(
    stepsIn(parts)
      .filter(({ state }) => state === "done")
      .every(({ durationMs }) => durationMs === 70),
  );
});

test("all tasks are told at the start, and one that is for later goes on waiting", async () => {
  const parts: TurnPart[] = [];
  const tasks = [said("propose", ["Half"]), { id: "review", label: "Review", needs: ["propose"] }];
  await read(work(tasks, { clock: new FakeClock(), signal: unending }), (part) => parts.push(part));
  const [first] = parts;
  assert.ok(first?.type === "workflow");
  assert.deepEqual(
    first.steps.map(({ id, state }) => `${id} ${state}`),
    ["propose waiting", "review waiting"],
  );
  assert.equal(stepsIn(parts).findLast(({ id }) => id === "review")?.state, "waiting");
  assert.deepEqual(
    parts.filter(({ type }) => type === "text"),
    [{ type: "text", text: "Half" }],
  );
});

test("what was done before a crash is not done again, and is given to what needs it", async () => {
  const given: string[] = [];
  const tasks: Task[] = [
    { ...said("analyse", []), run: () => assert.fail("it was done") },
    {
      ...{ id: "propose", label: "Propose", needs: ["analyse"] },
      async *run(outputs) {
        yield { type: "progress", message: "Proposing" };
        given.push(outputs.get("analyse") ?? "");
        return { output: "2" };
      },
    },
  ];
  const finished: WorkflowStep[] = [
    { id: "analyse", label: "Analyse", state: "done", output: "1", note: "3 uses" },
    { id: "propose", label: "Propose", state: "stopped" },
  ];
  const parts: TurnPart[] = [];
  await read(work(tasks, { clock: new FakeClock(), signal: unending, finished }), (part) => parts.push(part));
  assert.deepEqual(given, ["1"]);
  assert.equal(stepsIn(parts)[0]?.note, "3 uses");
});

test("who stops to listen stops the work", async () => {
  let isStopped = false;
  const task: Task = {
    ...{ id: "a", label: "A" },
    async *run(_outputs, signal) {
      yield { type: "text", text: "begun" };
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      isStopped = true;
      return { output: "" };
    },
  };
  for await (const part of work([task], { clock: new FakeClock(), signal: unending })) {
    if (part.type === "text") break;
  }
  assert.ok(isStopped);
});

const unending = new AbortController().signal;

function said(id: string, texts: readonly string[]): Task {
  return {
    ...{ id, label: id },
    async *run(): AsyncGenerator<TaskPart, Outcome> {
      for (const text of texts) yield { type: "text", text };
      return { output: "{}" };
    },
  };
}

function stepsIn(parts: readonly TurnPart[]): WorkflowStep[] {
  return parts.flatMap((part) => (part.type === "workflow" ? part.steps : []));
}

async function read(
  parts: AsyncGenerator<TurnPart, Outputs>,
  onPart: (part: TurnPart) => void,
): Promise<{ outputs?: Outputs; failure?: unknown }> {
  try {
    for (;;) {
      const next = await parts.next();
      if (next.done) return { outputs: next.value };
      onPart(next.value);
    }
  } catch (failure) {
    return { failure };
  }
}
