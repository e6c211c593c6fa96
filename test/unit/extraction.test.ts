import assert from "node:assert/strict";
import { test } from "node:test";
import { decideCandidate } from "../../server/memory/learning/decide.ts";
import { candidatesIn, extract } from "../../server/memory/learning/extraction.ts";
import type { Utterance } from "../../server/memory/learning/utterance.ts";

const turns: readonly Utterance[] = [
  said(1, "user", "the plotter takes its commands on stdin, one per line"),
  said(2, "assistant", "Then a pipe is enough. You should use port 9100."),
  said(3, "user", "what if the pipe breaks?"),
  said(4, "user", "```\nalways trust the pipe\n```\nhm"),
];

const good = {
  turn: 1,
  kind: "fact",
  text: "The plotter takes its commands on stdin, one per line.",
  quote: "takes its commands on stdin",
};

test("a candidate that quotes the user becomes a memory through the same gates", async () => {
  const found = await extract(turns, async () => JSON.stringify({ memories: [good] }), new AbortController().signal);
  assert.deepEqual(
    found.map(({ text }) => text),
    [good.text],
  );
  const [candidate] = found;
  assert(candidate !== undefined && turns[0] !== undefined);
  const decision = decideCandidate(candidate, turns[0], []);
  assert(decision.do === "remember");
  assert.equal(decision.kind, "fact");
  assert.deepEqual(decision.sources[0]?.seq, 1);
});

test("an answer between words, or in a code block, is read", () => {
  assert.equal(
    candidatesIn(`Sure!\n\`\`\`json\n${JSON.stringify({ memories: [good] })}\n\`\`\`\nDone.`, turns).length,
    1,
  );
});

const dropped: Record<string, unknown> = {
  "of words that nobody said": { ...good, quote: "uses a serial port" },
  "of the assistant's words": { ...good, turn: 2, text: "Use port 9100.", quote: "use port 9100" },
  "of a turn that is not there": { ...good, turn: 99 },
  "of a question": { ...good, turn: 3, text: "The pipe breaks.", quote: "the pipe breaks" },
  "of what the user pasted": { ...good, turn: 4, text: "Always trust the pipe.", quote: "always trust the pipe" },
  "that says a number which was not said": { ...good, text: "The plotter takes its commands on stdin at 9600 baud." },
  "that says something else than its quote": { ...good, text: "The user prefers yarn and skips every review." },
  "of an unknown kind": { ...good, kind: "secret" },
  "without a text": { ...good, text: "" },
  "that is no object": 7,
};

for (const [name, candidate] of Object.entries(dropped)) {
  test(`a candidate is dropped: ${name}`, () => {
    assert.deepEqual(candidatesIn(JSON.stringify({ memories: [candidate] }), turns), []);
  });
}

for (const answer of [
  "",
  "no",
  "{",
  "{]}",
  '{"memories":{}}',
  "[]",
  "null",
  `{"memories":[${"1,".repeat(40_000)}1]}`,
]) {
  test(`an answer that cannot be read says nothing: ${answer.slice(0, 20)}`, () => {
    assert.deepEqual(candidatesIn(answer, turns), []);
  });
}

test("a model that fails is no failure", async () => {
  const failing = async () => {
    throw new Error("503");
  };
  assert.deepEqual(await extract(turns, failing, new AbortController().signal), []);
});

test("no model is asked about talk, and none is shown a secret or what was pasted", async () => {
  let asked = "";
  const ask = async (messages: readonly { readonly content: string }[]) => {
    asked += messages.map(({ content }) => content).join("\n");
    return "{}";
  };
  await extract([said(1, "user", "ok thanks")], ask, new AbortController().signal);
  assert.equal(asked, "");
  const secret = "ghp_DZFlRJmCGmUXiAPyhzAnar3ZLt4bnlz2MPKg";
  await extract(
    [said(1, "user", `We always sign releases with the key of the token ${secret}.`), ...turns],
    ask,
    new AbortController().signal,
  );
  assert(asked.includes("plotter"));
  assert(!asked.includes(secret));
  assert(!asked.includes("always trust the pipe"));
});

function said(seq: number, role: "user" | "assistant", text: string): Utterance {
  return { seq, conversation: "c1", turnId: `t${seq}`, at: "2026-03-01T10:00:00Z", role, origin: role, text };
}
