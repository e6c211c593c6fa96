import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "../../server/memory/learning/decide.ts";
import { Learner } from "../../server/memory/learning/learner.ts";
import { significant } from "../../server/memory/learning/significance.ts";
import type { Utterance } from "../../server/memory/learning/utterance.ts";
import type { Memory } from "../../server/protocol/memory.ts";

test("a convention is remembered as the user put it, with its source", () => {
  const [decision] = decide(user("btw, we always squash before merging into main"), [], []);
  assert(decision?.do === "remember");
  assert.equal(decision.text, "We always squash before merging into main.");
  assert.equal(decision.kind, "convention");
  assert.equal(decision.status, "active");
  assert.deepEqual(
    decision.sources.map(({ who, conversationId, seq }) => ({ who, conversationId, seq })),
    [{ who: "user", conversationId: "c1", seq: 1 }],
  );
});

for (const text of [
  "thanks!",
  "why is it so slow?",
  "rename foo to bar here",
  "maybe we should use Bun one day",
  "ok",
  "My colleague Okan's a vim guy, wants modal editing everywhere.",
  "decided to take a walk first",
  "The people at the meetup said batch is dead.",
  "someday id love to rip out the entire navigation layer",
  "specs are red on my laptop rn, gimme a sec",
]) {
  test(`nothing is learned from: ${text}`, () => {
    assert.equal(decide(user(text), [], [])[0]?.do, "nothing");
    assert.equal(significant(user(text), []), false);
  });
}

test("what an assistant says is learned once the user says yes to it, and not before", () => {
  const learned = heard([
    said("assistant", "I'd suggest a timeout of 15 seconds for the export job."),
    user("yes, exactly, do it like this everywhere"),
  ]);
  assert.equal(learned.length, 1);
  assert.deepEqual(seqs(learned[0]), [1, 2]);
  assert.match(learned[0]?.text ?? "", /timeout of 15 seconds for the export job/);
  assert.deepEqual(heard([said("assistant", "I'd suggest a timeout of 15 seconds for the export job.")]), []);
});

test("a yes that names the number that was proposed is a yes to it; to have tried it is none", () => {
  const proposal = said("assistant", "A cap of 7 frames for the rollback window would keep it within budget.");
  const [learned] = heard([proposal, user("yep 7 is the max, hardcode it")]);
  assert.deepEqual(seqs(learned), [1, 2]);
  assert.match(learned?.text ?? "", /rollback window/);
  assert.deepEqual(heard([proposal, user("ok, trying 7 right now")]), []);
  assert.deepEqual(heard([said("assistant", "I can't post to port 7443."), user("right, have a good weekend!")]), []);
});

test("what is said before a question is heard, too", () => {
  const [learned] = heard([user("Mira owns the importer, so why does CI ask me to review this one?")]);
  assert.equal(learned?.text, "Mira owns the importer.");
  assert.deepEqual(heard([user("If the importer is idle, so why does it use 3 GB?")]), []);
});

test("what is written in a hurry is read all the same", () => {
  const [first] = heard([user("dont edit strings.xml by hand, it's generated and your edits get overwritten")]);
  assert.match(first?.text ?? "", /strings\.xml/);
  const [second] = heard([user("mangrove runs on ruby 3.3.4. can you open the checkout controller?")]);
  assert.equal(second?.text, "Mangrove runs on ruby 3.3.4.");
});

test("a yes to what somebody takes to be so is a yes to that; a yes to what is asked for is none", () => {
  const [learned] = heard([
    said("assistant", "So t3.medium is the standard instance size in lodestar?"),
    user("that's right, it's the rule"),
  ]);
  assert.match(learned?.text ?? "", /^T3\.medium is the standard|t3\.medium is the standard/);
  assert.deepEqual(heard([said("assistant", "Should I bump lodestar to t3.large?"), user("yes, exactly")]), []);
});

test("what was decided this morning holds tomorrow", () => {
  const [learned] = heard([
    user("News from the platform meeting: siltstone goes to Dagster, the call was made this morning."),
  ]);
  assert.match(learned?.text ?? "", /siltstone goes to Dagster/);
});

test("what is said again is one memory with two sources, and surer", () => {
  const learned = heard([
    user("The api gateway listens on port 7443."),
    user("api gateway listens on port 7443, as said"),
  ]);
  assert.equal(learned.length, 1);
  assert.deepEqual(seqs(learned[0]), [1, 2]);
});

test("a newer statement about the same thing stands in the place of the older one", () => {
  const learned = heard([
    user("The api gateway listens on port 7443."),
    user("The web client is written in Elm."),
    user("the api gateway moved to port 9000"),
  ]);
  assert.deepEqual(
    learned.map(({ status }) => status),
    ["superseded", "active", "active"],
  );
  assert.deepEqual(learned[2]?.supersedes, [learned[0]?.id]);
});

test("what was forgotten is not learned again from the same words, but is when the user asks for it", () => {
  const [memory] = heard([user("We deploy with Nomad, never by hand.")]);
  assert(memory !== undefined);
  const known: Memory[] = [{ ...memory, status: "forgotten" }];
  assert.deepEqual(decide({ ...user("We deploy with Nomad, never by hand."), seq: 9 }, [], known), [
    { do: "nothing", why: "forgotten" },
  ]);
  const [asked] = decide({ ...user("Remember that we deploy with Nomad, never by hand."), seq: 10 }, [], known);
  assert.equal(asked?.do, "remember");
});

function heard(utterances: readonly Utterance[]): readonly Memory[] {
  let count = 0;
  const learner = new Learner(() => `m${++count}`);
  for (const [index, utterance] of utterances.entries()) learner.hear({ ...utterance, seq: index + 1 });
  return learner.memories;
}

function seqs(memory: Memory | undefined): (number | undefined)[] {
  return memory?.sources.map(({ seq }) => seq) ?? [];
}

function user(text: string): Utterance {
  return said("user", text);
}

function said(role: "user" | "assistant", text: string): Utterance {
  return { seq: 1, conversation: "c1", turnId: "t1", at: "2026-03-01T10:00:00Z", role, origin: role, text };
}
