import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { visibleTurns } from "../../server/protocol/transcript.ts";
import { DuckError } from "../../server/util/errors.ts";
import { turn as settle } from "../fakes/clock.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

/**
 * A conversation against a plain array: whatever is sent, stopped, retried, cut, crashed and resumed in whatever order,
 * the engine, a follower that stays and a follower that keeps losing its connection all show what the array says.
 */

interface ModelTurn {
  readonly content: string;
  text: string;
  state: "queued" | "running" | "done" | "withdrawn";
  stopReason?: string;
  replaced: boolean;
  readonly place: number;
}

type Step =
  | { kind: "send" }
  | { kind: "say"; text: string }
  | { kind: "finish" }
  | { kind: "fail" }
  | { kind: "stop" }
  | { kind: "withdraw" }
  | { kind: "retry"; which: number; mode: "regenerate" | "continue" }
  | { kind: "drop" }
  | { kind: "resume" }
  | { kind: "checkpoint" }
  | { kind: "crash" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "send" }) },
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 8 }).map((text): Step => ({ kind: "say", text })) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "finish" }) },
  fc.constant<Step>({ kind: "fail" }),
  fc.constant<Step>({ kind: "stop" }),
  { weight: 3, arbitrary: fc.constant<Step>({ kind: "withdraw" }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(20), fc.constantFrom("regenerate" as const, "continue" as const))
      .map(([which, mode]): Step => ({ kind: "retry", which, mode })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "drop" }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: "resume" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "checkpoint" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "crash" }) },
);

const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 3000 : 400;
let points = 0;

test("whatever happens in a conversation, all who look see what a plain array says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const run = new Run();
      for (const next of steps) await run.take(next);
      await run.end();
      points++;
    }),
    { numRuns: RUNS },
  );
  console.log(`points: ${points}`);
});

class Run {
  readonly #world = supervised();
  #supervisor = this.#world.supervisor;
  #runner = this.#world.runner;
  #steady = new Follower(this.#supervisor);
  #wandering = new Follower(this.#supervisor);
  #isConnected = true;
  readonly #model: ModelTurn[] = [];
  readonly #saved = new Map<ModelTurn, string>();
  #operations = 0;

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "send":
        return this.#accept({
          content: `message ${this.#operations}`,
          text: "",
          state: "queued",
          replaced: false,
          place: this.#model.length,
        });
      case "retry":
        return this.#retry(step.which, step.mode);
      case "say":
        if (this.#running === undefined) return;
        this.#running.text += step.text;
        this.#runner.last.say(step.text);
        return this.#check();
      case "finish":
        return this.#endTurn("complete", () => this.#runner.last.finish());
      case "fail":
        return this.#endTurn("broke", () => this.#runner.last.fail(new DuckError("modelUnavailable", "cut")));
      case "stop":
        return this.#endTurn("cancelled", () => void this.#supervisor.stop("c"));
      case "withdraw":
        return this.#withdraw();
      case "drop":
        this.#wandering.leave();
        this.#isConnected = false;
        return;
      case "resume":
        this.#wandering.leave();
        this.#wandering = Follower.resume(this.#supervisor, this.#wandering);
        this.#isConnected = true;
        return this.#check();
      case "checkpoint":
        await this.#world.clock.advance(1000);
        for (const turn of this.#model) this.#saved.set(turn, turn.text);
        return this.#check();
      case "crash":
        return this.#crash();
    }
  }

  async end(): Promise<void> {
    await this.#check();
    this.#steady.leave();
    this.#wandering.leave();
    await this.#supervisor.close();
  }

  get #running(): ModelTurn | undefined {
    return this.#model.find((turn) => turn.state === "running");
  }

  async #accept(turn: ModelTurn): Promise<void> {
    void finished(
      this.#supervisor.send(message(turn.content, { operationId: `op-${this.#operations++}` }), unending),
    ).catch(() => {});
    this.#model.push(turn);
    this.#startNext();
    await this.#check();
  }

  async #retry(which: number, mode: "regenerate" | "continue"): Promise<void> {
    const index = this.#model.length === 0 ? -1 : which % this.#model.length;
    const original = this.#model[index];
    if (original?.state !== "done" || original.replaced) return;
    const turnId = this.#steady.transcript.turns[index]?.accepted.turnId ?? "";
    const params = { conversationId: "c", turnId, operationId: `op-${this.#operations++}`, mode };
    void finished(this.#supervisor.retry(params, unending)).catch(() => {});
    original.replaced = true;
    const text = mode === "continue" ? original.text : "";
    const turn: ModelTurn = {
      content: original.content,
      text,
      state: "queued",
      replaced: false,
      place: original.place,
    };
    this.#saved.set(turn, text);
    this.#model.push(turn);
    this.#startNext();
    await this.#check();
  }

  async #endTurn(how: "complete" | "cancelled" | "broke", act: () => void): Promise<void> {
    const turn = this.#running;
    if (turn === undefined) return;
    const before = this.#steady.transcript.turns[this.#model.indexOf(turn)]?.accepted.continues ?? "";
    act();
    turn.state = "done";
    turn.stopReason = how === "broke" ? (turn.text.length > before.length ? "interrupted" : "error") : how;
    this.#startNext();
    await this.#check();
  }

  async #withdraw(): Promise<void> {
    const index = this.#model.findLastIndex((turn) => turn.state === "queued");
    const turn = this.#model[index];
    if (turn === undefined) return;
    await this.#supervisor.withdraw("c", this.#steady.transcript.turns[index]?.accepted.turnId ?? "");
    turn.state = "withdrawn";
    const replaced = this.#model.findLast(
      (other) => other !== turn && other.place === turn.place && other.replaced && !this.#isReplaced(other, turn),
    );
    if (turn.place !== index && replaced) replaced.replaced = false;
    await this.#check();
  }

  #isReplaced(other: ModelTurn, except: ModelTurn): boolean {
    const turns = this.#model.filter(
      (turn) => turn.place === other.place && turn !== except && turn.state !== "withdrawn",
    );
    return turns.indexOf(other) < turns.length - 1;
  }

  async #crash(): Promise<void> {
    const lost = this.#wandering;
    this.#steady.leave();
    this.#wandering.leave();
    const { supervisor, runner } = this.#world.restart();
    this.#supervisor = supervisor;
    this.#runner = runner;
    for (const turn of this.#model) {
      if (turn.state !== "queued" && turn.state !== "running") continue;
      turn.text = this.#saved.get(turn) ?? "";
      turn.state = "done";
      turn.stopReason = "interrupted";
    }
    this.#steady = new Follower(this.#supervisor, { snapshot: true });
    this.#wandering = Follower.resume(this.#supervisor, lost);
    this.#isConnected = true;
    await this.#check();
  }

  #startNext(): void {
    if (this.#running !== undefined) return;
    const next = this.#model.find((turn) => turn.state === "queued");
    if (next) next.state = "running";
  }

  async #check(): Promise<void> {
    const expected = JSON.stringify(this.#expected());
    for (const follower of this.#isConnected ? [this.#steady, this.#wandering] : [this.#steady]) {
      for (let tries = 0; tries < 200 && this.#shown(follower) !== expected; tries++) await settle();
      assert.equal(this.#shown(follower), expected);
    }
  }

  #expected() {
    return this.#model
      .filter((turn) => turn.state !== "withdrawn" && !turn.replaced)
      .sort((a, b) => a.place - b.place)
      .map(({ content, text, state, stopReason }) => ({ content, text, state, stopReason }));
  }

  #shown(follower: Follower): string {
    const turns = visibleTurns(follower.transcript);
    return JSON.stringify(
      turns.map(({ accepted, text, state, stopReason }) => ({ content: accepted.content, text, state, stopReason })),
    );
  }
}
