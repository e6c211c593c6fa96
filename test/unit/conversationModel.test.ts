import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { settledLength } from "../../server/conversation/withoutSecrets.ts";
import { versionsOf } from "../../server/protocol/branches.ts";
import { visibleTurns } from "../../server/protocol/transcript.ts";
import { DuckError } from "../../server/util/errors.ts";
import { turn as settle } from "../fakes/clock.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

/**
 * A conversation against a plain array: whatever is sent, stopped, retried, edited, forgotten, cut, crashed and resumed in whatever
 * order, the engine, a follower that stays and a follower that keeps losing its connection all show what the array says.
 */

interface ModelTurn {
  /** Which it is, counted from 0; that of a message of its own is its place. */
  readonly id: number;
  content: string;
  text: string;
  state: "queued" | "running" | "done" | "withdrawn";
  stopReason?: string;
  replaced: boolean;
  /** Its texts are gone; with "undoable" they can come back. */
  forgotten?: "undoable" | "erased" | undefined;
  readonly place: number;
  /** What the answer was asked with, as soon as it was. */
  history?: readonly string[];
}

/** Where a message was edited: for each version the places from there to the end of its branch. */
interface Fork {
  readonly tails: (readonly number[])[];
  shown: number;
}

type Step =
  | { kind: "send" }
  | { kind: "say"; text: string }
  | { kind: "finish" }
  | { kind: "fail" }
  | { kind: "stop" }
  | { kind: "withdraw" }
  | { kind: "revise"; which: number }
  | { kind: "promote"; which: number }
  | { kind: "retry"; which: number; mode: "regenerate" | "continue" }
  | { kind: "edit"; which: number }
  | { kind: "switch"; which: number; version: number }
  | { kind: "forget"; which: number; when: "later" | "now" }
  | { kind: "unforget"; which: number }
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
  { weight: 2, arbitrary: fc.nat(5).map((which): Step => ({ kind: "revise", which })) },
  { weight: 3, arbitrary: fc.nat(5).map((which): Step => ({ kind: "promote", which })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(20), fc.constantFrom("regenerate" as const, "continue" as const))
      .map(([which, mode]): Step => ({ kind: "retry", which, mode })),
  },
  { weight: 3, arbitrary: fc.nat(20).map((which): Step => ({ kind: "edit", which })) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(20), fc.nat(5)).map(([which, version]): Step => ({ kind: "switch", which, version })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(20), fc.constantFrom("later" as const, "now" as const))
      .map(([which, when]): Step => ({ kind: "forget", which, when })),
  },
  { weight: 2, arbitrary: fc.nat(20).map((which): Step => ({ kind: "unforget", which })) },
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
  /** In the order in which they are answered. */
  readonly #model: ModelTurn[] = [];
  /** The places of the branch in view. */
  #line: readonly number[] = [];
  /** By place: what stood before it when it was written. */
  readonly #before = new Map<number, readonly number[]>();
  readonly #forks = new Map<number, Fork>();
  /** By place of an edit: the place of what it edits. */
  readonly #editedBy = new Map<number, number>();
  readonly #saved = new Map<ModelTurn, string>();
  #operations = 0;
  #revisions = 0;

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "send":
        return this.#send({});
      case "edit":
        return this.#edit(step.which);
      case "switch":
        return this.#switch(step.which, step.version);
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
      case "revise":
        return this.#revise(step.which);
      case "promote":
        return this.#promote(step.which);
      case "forget":
        return this.#forget(step.which, step.when);
      case "unforget":
        return this.#unforget(step.which);
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
        for (const turn of this.#model) {
          // A long word that may go on is not kept yet.
          const settled = turn.text.slice(0, settledLength(turn.text));
          if (settled.length > (this.#saved.get(turn)?.length ?? 0)) this.#saved.set(turn, settled);
        }
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

  async #send(fields: { edits?: string }): Promise<void> {
    const place = this.#model.length;
    const content = `message ${this.#operations}`;
    void finished(
      this.#supervisor.send(message(content, { operationId: `op-${this.#operations++}`, ...fields }), unending),
    ).catch(() => {});
    this.#model.push({ id: place, content, text: "", state: "queued", replaced: false, place });
    this.#before.set(place, this.#line);
    this.#line = [...this.#line, place];
    this.#startNext();
    await this.#check();
  }

  async #edit(which: number): Promise<void> {
    const shown = this.#shownTurns();
    const turn = shown[which % Math.max(1, shown.length)];
    if (turn === undefined || this.#model.some(({ state }) => state === "queued")) return;
    const running = this.#running;
    if (running && [running.place, ...(this.#before.get(running.place) ?? [])].includes(turn.place)) {
      running.state = "done";
      running.stopReason = "cancelled";
    }
    const index = this.#line.indexOf(turn.place);
    const fork = this.#forks.get(turn.place) ?? { tails: [[]], shown: 0 };
    fork.tails[fork.shown] = this.#line.slice(index);
    fork.shown = fork.tails.length;
    fork.tails.push([this.#model.length]);
    for (const place of [turn.place, this.#model.length]) this.#forks.set(place, fork);
    this.#line = this.#line.slice(0, index);
    this.#editedBy.set(this.#model.length, turn.place);
    await this.#send({ edits: this.#turnIdOf(turn) });
  }

  async #switch(which: number, version: number): Promise<void> {
    const place = this.#line.filter((candidate) => this.#forks.has(candidate))[which % 3];
    const fork = place === undefined ? undefined : this.#forks.get(place);
    if (place === undefined || fork === undefined) return;
    const index = this.#line.indexOf(place);
    fork.tails[fork.shown] = this.#line.slice(index);
    fork.shown = version % fork.tails.length;
    const tail = fork.tails[fork.shown] ?? [];
    this.#line = [...this.#line.slice(0, index), ...tail];
    const turn = this.#model.find(({ id }) => id === tail[0]);
    if (turn) await this.#supervisor.showBranch("c", this.#turnIdOf(turn));
    await this.#check();
  }

  #turnIdOf(turn: ModelTurn): string {
    return this.#turnOf(turn)?.accepted.turnId ?? "";
  }

  #turnOf(turn: ModelTurn) {
    return this.#steady.transcript.turns[this.#model.indexOf(turn)];
  }

  async #retry(which: number, mode: "regenerate" | "continue"): Promise<void> {
    const index = this.#model.length === 0 ? -1 : which % this.#model.length;
    const original = this.#model[index];
    if (original?.state !== "done" || original.replaced || original.forgotten) return;
    const params = {
      conversationId: "c",
      turnId: this.#turnIdOf(original),
      operationId: `op-${this.#operations++}`,
      mode,
    };
    void finished(this.#supervisor.retry(params, unending)).catch(() => {});
    original.replaced = true;
    const text = mode === "continue" ? original.text : "";
    const turn: ModelTurn = {
      id: this.#model.length,
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

  /** With all answers to the message; one that is under way or waits is left alone here. */
  async #forget(which: number, when: "later" | "now"): Promise<void> {
    const turn = this.#model[which % Math.max(1, this.#model.length)];
    const turns = this.#model.filter(({ place }) => place === turn?.place);
    if (turn === undefined || turns.some(({ state }) => state === "queued" || state === "running")) return;
    await this.#supervisor.forget("c", this.#turnIdOf(turn), when);
    for (const one of turns) one.forgotten = when === "now" ? "erased" : (one.forgotten ?? "undoable");
    await this.#check();
  }

  async #unforget(which: number): Promise<void> {
    const turn = this.#model[which % Math.max(1, this.#model.length)];
    if (turn?.forgotten === undefined) return;
    const remembering = this.#supervisor.unforget("c", this.#turnIdOf(turn));
    if (turn.forgotten === "erased") await assert.rejects(remembering, { code: "tooLate" });
    else {
      await remembering;
      for (const one of this.#model) if (one.place === turn.place) one.forgotten = undefined;
    }
    await this.#check();
  }

  async #endTurn(how: "complete" | "cancelled" | "broke", act: () => void): Promise<void> {
    const turn = this.#running;
    if (turn === undefined) return;
    const before = this.#turnOf(turn)?.accepted.continues ?? "";
    act();
    turn.state = "done";
    turn.stopReason = how === "broke" ? (turn.text.length > before.length ? "interrupted" : "error") : how;
    this.#startNext();
    await this.#check();
  }

  async #withdraw(): Promise<void> {
    const turn = this.#model.findLast((turn) => turn.state === "queued");
    if (turn === undefined) return;
    await this.#supervisor.withdraw("c", this.#turnIdOf(turn));
    turn.state = "withdrawn";
    const replaced = this.#model.findLast(
      (other) => other !== turn && other.place === turn.place && other.replaced && !this.#isReplaced(other, turn),
    );
    if (turn.place !== turn.id && replaced) replaced.replaced = false;
    if (turn.place === turn.id) this.#takeBackEdit(turn.place);
    await this.#check();
  }

  async #revise(which: number): Promise<void> {
    const turn = this.#queued(which);
    if (turn === undefined) return;
    const content = `revised ${this.#revisions++}`;
    const revising = this.#supervisor.revise("c", this.#turnIdOf(turn), content);
    if (turn.id === turn.place) {
      await revising;
      turn.content = content;
    } else await assert.rejects(revising, { code: "invalidRequest" });
    await this.#check();
  }

  async #promote(which: number): Promise<void> {
    const turn = this.#queued(which);
    if (turn === undefined) return;
    await this.#supervisor.promote("c", this.#turnIdOf(turn));
    const before = this.#before.get(turn.place) ?? [];
    const kept = turn.id === turn.place ? before.slice(0, this.#passable(turn.place, before)) : before;
    const previous = turn.id === turn.place ? kept.at(-1) : undefined;
    const from = this.#model.indexOf(turn);
    const to = Math.max(
      this.#model.findIndex(({ state }) => state === "queued"),
      this.#model.findIndex(({ id }) => id === previous) + 1,
    );
    this.#model.splice(from, 1);
    this.#model.splice(Math.min(to, from), 0, turn);
    this.#passOver(turn.place, before.slice(kept.length), kept);
    await this.#check();
  }

  /** How many of the places before this one are not passed: those up to the last that is answered or has versions. */
  #passable(place: number, before: readonly number[]): number {
    if (this.#forks.has(place)) return before.length;
    const isPassed = (candidate: number, state: ModelTurn["state"]) =>
      !this.#forks.has(candidate) && this.#model.some(({ id, state: its }) => id === candidate && its === state);
    const fixed = before.findLastIndex((one) => !isPassed(one, "queued") && !isPassed(one, "withdrawn"));
    const first = before.findIndex((one, index) => index > fixed && isPassed(one, "queued"));
    return first < 0 ? before.length : first;
  }

  #passOver(place: number, passed: readonly number[], kept: readonly number[]): void {
    const [first] = passed;
    if (first === undefined) return;
    const reordered = (places: readonly number[]) => {
      const others = places.filter((one) => one !== place);
      return others.length < places.length ? others.toSpliced(others.indexOf(first), 0, place) : places;
    };
    for (const [one, before] of this.#before) this.#before.set(one, reordered(before));
    for (const one of passed) this.#before.set(one, (this.#before.get(one) ?? []).toSpliced(kept.length, 0, place));
    this.#before.set(place, kept);
    for (const { tails } of this.#forks.values()) tails.splice(0, tails.length, ...tails.map(reordered));
    this.#line = reordered(this.#line);
  }

  #queued(which: number): ModelTurn | undefined {
    const queued = this.#model.filter(({ state }) => state === "queued");
    return queued[which % Math.max(1, queued.length)];
  }

  /** What was edited has its place again; the last edit stood nowhere but at the end of what waits. */
  #takeBackEdit(place: number): void {
    const fork = this.#forks.get(place);
    const version = fork?.tails.findIndex((tail) => tail[0] === place) ?? -1;
    const edited = this.#editedBy.get(place);
    if (fork === undefined || edited === undefined) return;
    const index = this.#line.indexOf(place);
    fork.tails.splice(version, 1);
    this.#forks.delete(place);
    if (index < 0) {
      if (fork.shown > version) fork.shown--;
      return;
    }
    fork.shown = fork.tails.findIndex((tail) => tail[0] === edited);
    this.#line = [...this.#line.slice(0, index), ...(fork.tails[fork.shown] ?? [])];
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
    if (next === undefined) return;
    next.state = "running";
    const before = this.#before.get(next.place) ?? [];
    next.history = this.#turnsAt(before).flatMap((turn) => (turn.state === "done" ? [turn.content, turn.text] : []));
  }

  async #check(): Promise<void> {
    const expected = JSON.stringify(this.#expected());
    for (const follower of this.#isConnected ? [this.#steady, this.#wandering] : [this.#steady]) {
      for (let tries = 0; tries < 200 && this.#shown(follower) !== expected; tries++) await settle();
      assert.equal(this.#shown(follower), expected);
    }
    const { history } = this.#running ?? {};
    if (history === undefined) return;
    for (let tries = 0; tries < 200 && !isDeepStrictEqual(this.#asked(), history); tries++) await settle();
    assert.deepEqual(this.#asked(), history, "the model was told something else than what stands before the message");
  }

  #asked(): string[] | undefined {
    return this.#runner.turns.at(-1)?.request.history.flatMap(({ accepted, text }) => [accepted.content, text]);
  }

  #shownTurns(): ModelTurn[] {
    return this.#turnsAt(this.#line);
  }

  #turnsAt(places: readonly number[]): ModelTurn[] {
    const turns = this.#model.filter((turn) => turn.state !== "withdrawn" && !turn.replaced && !turn.forgotten);
    return places.flatMap((place) => turns.find((turn) => turn.place === place) ?? []);
  }

  #expected() {
    const states = this.#model.map(({ state, text, forgotten }) => ({ state, text: forgotten ? "" : text, forgotten }));
    const shown = this.#shownTurns().map(({ content, text, state, stopReason, place }) => {
      const fork = this.#forks.get(place);
      const versions = fork && fork.tails.length > 1 ? `${fork.shown + 1}/${fork.tails.length}` : "";
      return { content, text, state, stopReason, versions };
    });
    return { shown, states };
  }

  #shown(follower: Follower): string {
    const { transcript } = follower;
    const all = versionsOf(transcript);
    const shown = visibleTurns(transcript).map(({ accepted: { content, turnId }, text, state, stopReason }) => {
      const found = all.get(turnId);
      const versions = found ? `${found.shown + 1}/${found.turnIds.length}` : "";
      return { content, text, state, stopReason, versions };
    });
    const states = transcript.turns.map(({ state, text, forgotten }) => ({ state, text, forgotten }));
    return JSON.stringify({ shown, states });
  }
}
