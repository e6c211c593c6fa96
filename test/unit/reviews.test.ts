import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Supervisor } from "../../server/conversation/supervisor.ts";
import { ReviewedFiles } from "../../server/edits/reviewedFiles.ts";
import { Verification } from "../../server/edits/verification.ts";
import { WritablePlaces } from "../../server/edits/writablePlaces.ts";
import type { EditMethod, EditParams, Hunk, ProposedFile, Review } from "../../server/protocol/edits.ts";
import { visibleTurns } from "../../server/protocol/transcript.ts";
import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import { Superseded } from "../../server/store/storeErrors.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { MemoryFiles } from "../fakes/memoryFiles.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

const SOURCE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

const STEPS = ["review", "apply", "verify"].map((id): WorkflowStep => ({ id, label: id, state: "waiting" }));

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "reviews-")));
  path = join(folder, "a.txt");
});

afterEach(() => rm(folder, { recursive: true }));

describe("a review", () => {
  test("what was accepted is written as one step once all is decided, and what was rejected is not", async () => {
    const { files, decide, review } = await proposed();
    await decide(["0"], "accepted");
    assert.equal(files.texts.get(path), SOURCE);
    await decide(["1"], "rejected", { reason: "six is enough" });
    assert.equal(files.texts.get(path), SOURCE.replace("two", "TWO"));
    assert.deepEqual(files.steps, ["Shout"]);
    const { state, decisions } = await review();
    assert.equal(state, "applied");
    assert.deepEqual(decisions["1"], { decision: "rejected", reason: "six is enough" });
  });

  test("why the last one was rejected can be said after the others were applied, and nothing else", async () => {
    const { files, decide, review } = await proposed();
    await decide(["0"], "accepted");
    await decide(["1"], "rejected");
    assert.equal((await review()).state, "applied");
    await decide(["1"], "rejected", { reason: "six is enough" });
    const { state, decisions } = await review();
    assert.equal(state, "applied");
    assert.deepEqual(decisions, {
      "0": { decision: "accepted" },
      "1": { decision: "rejected", reason: "six is enough" },
    });
    assert.deepEqual(files.steps, ["Shout"]);
    for (const [hunks, decision, more] of [
      [["0"], "rejected", { reason: "no" }],
      [["1"], "rejected", {}],
      [["1"], "accepted", {}],
      [["1"], null, {}],
    ] as const) {
      await assert.rejects(decide([...hunks], decision, more), { code: "tooLate" });
    }
  });

  test("rejecting all of it closes it, and one may think again", async () => {
    const { files, decide, review } = await proposed();
    await decide(["0", "1"], "rejected");
    assert.equal((await review()).state, "closed");
    await decide(["1"], null);
    assert.equal((await review()).state, "open");
    await decide(["1"], "accepted");
    assert.equal(files.texts.get(path), SOURCE.replace("six", "SIX"));
  });

  test("what somebody changed elsewhere in the file meanwhile stays", async () => {
    const { files, decide } = await proposed();
    files.texts.set(path, `zero\n${SOURCE}eight\n`);
    await decide(["0", "1"], "accepted");
    assert.equal(files.texts.get(path), `zero\n${SOURCE.replace("two", "TWO").replace("six", "SIX")}eight\n`);
  });

  test("a place that was changed meanwhile leaves all files alone, says so, and is open again", async () => {
    const { files, decide, review } = await proposed();
    files.texts.set(path, SOURCE.replace("six", "6"));
    await decide(["0", "1"], "accepted");
    assert.equal(files.texts.get(path), SOURCE.replace("six", "6"));
    const { state, outcomes, decisions } = await review();
    assert.equal(state, "open");
    assert.equal(outcomes?.[0]?.state, "refused");
    assert.match(outcomes?.[0]?.why ?? "", /./);
    assert.deepEqual(decisions, {});
    await decide(["1"], "rejected");
    await decide(["0"], "accepted");
    assert.equal(files.texts.get(path), SOURCE.replace("six", "6").replace("two", "TWO"));
  });

  test("a file that cannot be written keeps the others from being written", async () => {
    const other = join(folder, "b.txt");
    const { files, decide, review } = await proposed([file(), { ...file("9"), path: other, label: "b.txt" }]);
    files.texts.set(other, SOURCE);
    files.refused.set(other, "It is read-only.");
    await decide(["0", "1", "90", "91"], "accepted");
    assert.equal(files.texts.get(path), SOURCE);
    assert.deepEqual((await review()).outcomes, [{ path: other, state: "refused", why: "It is read-only." }]);
  });

  test("a file is created, and taken back it is gone", async () => {
    const { files, decide, ask } = await proposed([created()]);
    await decide(["0"], "accepted");
    assert.equal(files.texts.get(join(folder, "new.txt")), "new\n");
    await ask("rubberduck/edit/revert", {});
    assert.equal(files.texts.has(join(folder, "new.txt")), false);
  });

  test("taken back, the file has its old bytes where the change was, and the user's own later change", async () => {
    const { files, decide, ask, review } = await proposed();
    await decide(["0", "1"], "accepted");
    files.texts.set(path, `${files.texts.get(path)}eight\n`);
    await ask("rubberduck/edit/revert", {});
    assert.equal(files.texts.get(path), `${SOURCE}eight\n`);
    assert.equal((await review()).state, "reverted");
    assert.equal(files.steps.at(-1), "Undo: Shout");
  });

  test("what was changed at its place since cannot be taken back, and nothing is", async () => {
    const { files, decide, ask } = await proposed();
    await decide(["0", "1"], "accepted");
    const changed = files.texts.get(path)?.replace("SIX", "6") ?? "";
    files.texts.set(path, changed);
    await assert.rejects(ask("rubberduck/edit/revert", {}), { code: "tooLate", message: /Nothing was undone.*a\.txt/ });
    assert.equal(files.texts.get(path), changed);
  });

  test("a guarded file is accepted by itself and with an approval only", async () => {
    const guarded = {
      ...file("9"),
      path: join(folder, "package.json"),
      label: "package.json",
      guarded: "Scripts are run.",
    };
    const { files, decide, review } = await proposed([file(), guarded]);
    files.texts.set(guarded.path, SOURCE);
    await assert.rejects(decide(["90", "91"], "accepted"), { code: "invalidRequest", message: /by itself/ });
    await assert.rejects(decide(["0", "90"], "accepted", { approved: guarded.path }), { code: "invalidRequest" });
    await decide(["90", "91"], "accepted", { approved: guarded.path });
    await decide(["0", "1"], "accepted");
    assert.equal((await review()).state, "applied");
    assert.match(files.texts.get(guarded.path) ?? "", /TWO/);
  });

  test("a decision on what is applied, or on what is not there, is refused with what to do", async () => {
    const { decide } = await proposed();
    await assert.rejects(decide(["7"], "accepted"), { code: "notFound" });
    await decide(["0", "1"], "accepted");
    await assert.rejects(decide(["0"], "rejected"), { code: "tooLate", message: /Undo them instead/ });
  });

  test("a preview shows all but the rejected ones, and what was applied with what stood before", async () => {
    const { decide, ask } = await proposed();
    await decide(["1"], "rejected");
    const open = await ask("rubberduck/edit/preview", { path });
    assert.deepEqual(open, { before: SOURCE, after: SOURCE.replace("two", "TWO") });
    await decide(["0"], "accepted");
    assert.deepEqual(await ask("rubberduck/edit/preview", { path }), open);
  });

  test("a secret in a change is not kept, is written all the same, and is lost with the process", async () => {
    const secret = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
    const hunk = { id: "0", startLine: 2, endLine: 2, search: "two\n", replace: `${secret}\n` };
    const first = await proposed([{ ...file(), hunks: [hunk] }]);
    assert.equal((await first.review()).files[0]?.hunks[0]?.covered, true);
    assert.ok(!JSON.stringify(await first.review()).includes(secret));
    const { supervisor } = first.world.restart();
    await assert.rejects(decideOn(supervisor, ["0"], "accepted"), { code: "tooLate", message: /Ask for it again/ });
    await supervisor.close();
    await first.decide(["0"], "accepted");
    assert.match(first.files.texts.get(path) ?? "", new RegExp(secret));
  });

  test("the steps of the work go on: reviewed, applied, verified", async () => {
    const { decide, turn } = await proposed([file()], STEPS);
    await decide(["0"], "accepted");
    assert.deepEqual(noted(await turn()), ["review running 1 of 2 left", "apply waiting", "verify waiting"]);
    await decide(["1"], "rejected");
    const after = await turn(({ workflow = [] }) => workflow.every(({ state }) => state !== "waiting"));
    assert.deepEqual(noted(after).slice(0, 2), ["review done 1 of 2 accepted", "apply done 1 file"]);
    assert.match(noted(after)[2] ?? "", /verify skipped/);
  });

  test("an owner that is superseded verifies no more, and the next one says that it was stopped", async () => {
    const clock = new FakeClock();
    const verification = new Verification({ diagnostics: async () => [], symbols: async () => [] }, clock);
    const { decide, turn, supervisor, follower, world } = await proposed([file()], STEPS, verification);
    await decide(["0", "1"], "accepted");
    await until(() => clock.pending === 1, "the verification");
    assert.equal(noted(await turn()).at(-1), "verify running");
    await Promise.all([assert.rejects(follower.ended, Superseded), supervisor.abandon(new Superseded())]);
    assert.equal(clock.pending, 0);
    const again = new Follower(world.restart().supervisor);
    const { turns } = await again.until((known) => noted(known.turns[0] ?? {}).at(-1) === "verify stopped");
    assert.equal(turns[0]?.reviews?.[0]?.state, "applied");
  });
});

describe("a crash while files are written", () => {
  test("before anything was written: it is written by the next process", async () => {
    const { files, supervisor } = await crashed();
    const again = new Follower(supervisor);
    await again.until(({ turns }) => turns[0]?.reviews?.[0]?.state === "applied");
    assert.equal(files.texts.get(path), SOURCE.replace("two", "TWO").replace("six", "SIX"));
  });

  test("after it was written: it is not written twice, and can be taken back", async () => {
    const { files, supervisor } = await crashed(SOURCE.replace("two", "TWO").replace("six", "SIX"));
    const again = new Follower(supervisor);
    await again.until(({ turns }) => turns[0]?.reviews?.[0]?.state === "applied");
    assert.deepEqual(files.steps, []);
    const params = { conversationId: "c", turnId: again.transcript.turns[0]?.accepted.turnId ?? "", proposalId: "p" };
    await supervisor.edit("rubberduck/edit/revert", params, unending);
    assert.equal(files.texts.get(path), SOURCE);
  });
});

describe("going back to before a message", () => {
  test("restores the files, the newest change first, and takes the messages out of view", async () => {
    const world = await proposed();
    await world.decide(["0", "1"], "accepted");
    const { supervisor, runner, files, follower } = world;
    const next = finished(supervisor.send(message("again"), unending));
    await until(() => runner.turns.length === 2);
    runner.last.emit({ type: "proposed", proposal: { id: "p", title: "Whisper", files: [whisper()] } });
    runner.last.finish();
    const { result } = await next;
    await decideOn(supervisor, ["0"], "accepted", { turnId: result.turnId });
    assert.match(files.texts.get(path) ?? "", /two!/);
    const turnId = follower.transcript.turns[0]?.accepted.turnId ?? "";
    const params = { conversationId: "c", turnId, files: true, conversation: true };
    const checked = await supervisor.edit("rubberduck/edit/rewind", { ...params, check: true }, unending);
    assert.deepEqual(checked, { restored: ["a.txt"], kept: [] });
    assert.notEqual(files.texts.get(path), SOURCE);
    await supervisor.edit("rubberduck/edit/rewind", params, unending);
    assert.equal(files.texts.get(path), SOURCE);
    const transcript = await follower.until((known) => visibleTurns(known).length === 0);
    assert.deepEqual(
      transcript.turns.map(({ reviews }) => reviews?.[0]?.state),
      ["reverted", "reverted"],
    );
    await supervisor.edit("rubberduck/edit/rewind", params, unending);
    await supervisor.showBranch("c", turnId);
    await follower.until((known) => visibleTurns(known).length === 2);
  });

  test("the next message stands in the place of what left, and both versions are kept", async () => {
    const { supervisor, runner, follower } = await proposed();
    const turnId = follower.transcript.turns[0]?.accepted.turnId ?? "";
    await supervisor.edit(
      "rubberduck/edit/rewind",
      { conversationId: "c", turnId, files: false, conversation: true },
      unending,
    );
    const next = finished(supervisor.send(message("otherwise"), unending));
    await until(() => runner.turns.length === 2);
    assert.deepEqual(runner.last.request.history, []);
    runner.last.finish();
    const { result } = await next;
    const shown = await follower.until((known) => visibleTurns(known).length === 1);
    assert.equal(visibleTurns(shown)[0]?.accepted.turnId, result.turnId);
    await supervisor.showBranch("c", turnId);
    const back = await follower.until((known) => visibleTurns(known)[0]?.accepted.turnId === turnId);
    assert.equal(visibleTurns(back).length, 1);
  });

  test("a file that was changed at its place stays as it is and is named, the others go back", async () => {
    const other = join(folder, "b.txt");
    const { supervisor, files, decide, follower } = await proposed([
      file(),
      { ...file("9"), path: other, label: "b.txt" },
    ]);
    files.texts.set(other, SOURCE);
    await decide(["0", "1", "90", "91"], "accepted");
    const changed = files.texts.get(other)?.replace("TWO", "2") ?? "";
    files.texts.set(other, changed);
    const turnId = follower.transcript.turns[0]?.accepted.turnId ?? "";
    const params = { conversationId: "c", turnId, files: true, conversation: false };
    const { restored, kept } = await supervisor.edit("rubberduck/edit/rewind", params, unending);
    assert.deepEqual(restored, ["a.txt"]);
    assert.equal(kept[0]?.label, "b.txt");
    assert.equal(files.texts.get(path), SOURCE);
    assert.equal(files.texts.get(other), changed);
  });
});

/** A conversation with one answer that proposes to change these files. */
async function proposed(
  changed: readonly ProposedFile[] = [file()],
  steps?: readonly WorkflowStep[],
  verification?: Verification,
) {
  const files = new MemoryFiles({ [path]: SOURCE });
  const places = new WritablePlaces(new WorkspacePaths([{ path: folder, name: "w" }]), "/nowhere");
  const world = supervised({ reviewedFiles: new ReviewedFiles(files, places), ...(verification && { verification }) });
  const { supervisor, runner } = world;
  const follower = new Follower(supervisor);
  const sending = finished(supervisor.send(message("shout"), unending));
  await until(() => runner.turns.length === 1);
  if (steps) runner.last.emit({ type: "workflow", steps });
  runner.last.emit({ type: "proposed", proposal: { id: "p", title: "Shout", files: changed } });
  runner.last.finish();
  const { result } = await sending;
  const ids = { conversationId: "c", turnId: result.turnId, proposalId: "p" };
  const turn = async (is: (turn: (typeof follower.transcript.turns)[number]) => boolean = () => true) => {
    const seen = await follower.until(({ turns }) => turns[0]?.state === "done" && is(turns[0]));
    const [first] = seen.turns;
    assert.ok(first);
    return first;
  };
  const review = async (): Promise<Review> => {
    const [only] = (await turn()).reviews ?? [];
    assert.ok(only);
    return only;
  };
  return {
    world,
    supervisor,
    runner,
    files,
    follower,
    turn,
    review,
    decide: (hunkIds: readonly string[], decision: "accepted" | "rejected" | null, more: Partial<Decide> = {}) =>
      decideOn(supervisor, hunkIds, decision, { turnId: result.turnId, ...more }),
    ask: <M extends EditMethod>(method: M, params: Omit<EditParams<M>, keyof typeof ids>) =>
      supervisor.edit(method, { ...ids, ...params } as EditParams<M>, unending),
  };
}

/** All was accepted, and the process ended while it wrote. The next one runs. */
async function crashed(written = SOURCE) {
  const { files, decide, world } = await proposed();
  files.crash();
  void decide(["0", "1"], "accepted");
  await until(() => files.crashes > 0);
  files.restart();
  files.texts.set(path, written);
  return { files, ...world.restart() };
}

type Decide = EditParams<"rubberduck/edit/decide">;

async function decideOn(
  supervisor: Supervisor,
  hunkIds: readonly string[],
  decision: Decide["decision"],
  more: Partial<Decide> = {},
): Promise<void> {
  const params = { conversationId: "c", turnId: "id-1", proposalId: "p", hunkIds, decision, ...more };
  await supervisor.edit("rubberduck/edit/decide", params, unending);
}

function file(prefix = ""): ProposedFile {
  return {
    path,
    label: "a.txt",
    language: "plaintext",
    change: "modify",
    hunks: [upper(`${prefix}0`, 2), upper(`${prefix}1`, 6)],
  };
}

function upper(id: string, line: number): Hunk {
  const text = SOURCE.split("\n")[line - 1] ?? "";
  return { id, startLine: line, endLine: line, search: `${text}\n`, replace: `${text.toUpperCase()}\n` };
}

function created(): ProposedFile {
  const hunk = { id: "0", startLine: 1, endLine: 0, search: "", replace: "new\n" };
  return { path: join(folder, "new.txt"), label: "new.txt", language: "plaintext", change: "create", hunks: [hunk] };
}

function whisper(): ProposedFile {
  return { ...file(), hunks: [{ id: "0", startLine: 2, endLine: 2, search: "TWO\n", replace: "two!\n" }] };
}

function noted({ workflow = [] }: { workflow?: readonly WorkflowStep[] }): string[] {
  return workflow.map(({ id, state, note }) => [id, state, ...(note ? [note] : [])].join(" "));
}
