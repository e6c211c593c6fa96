import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnPart } from "../../server/context/turn.ts";
import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import { DuckError } from "../../server/util/errors.ts";
import { useModelServer } from "../fakes/useModelServer.ts";
import { commandWorld } from "./commandWorld.ts";

const server = await useModelServer();
const SUM = "export function sum(a: number, b: number) {\n  const result = a + b;\n  return result;\n}\n";
const FILES = { "src/sum.ts": SUM, "src/other.ts": "export const x = 1;\n", "test/sum.test.ts": "sum(1, 2);\n" };
const SHORTER = edit("src/sum.ts", "  const result = a + b;\n  return result;\n", "  return a + b;\n");

test("/refactor looks around, proposes, checks, and leaves the rest to the review; nothing is written", async () => {
  server.reply({ type: "answer", pieces: ["I drop the ", "variable.\n\nsrc/sum.ts\n<<<<", SHORTER.slice(15)] });
  const { run, read } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal, steps, notes, text } = await run("/refactor src/sum.ts shorter");
  assert.deepEqual(steps, [
    "analyse done",
    "propose done",
    "check done",
    "review running",
    "apply waiting",
    "verify waiting",
  ]);
  assert.equal(notes.analyse, "no other file names it, 1 test file");
  assert.deepEqual([notes.propose, notes.check, notes.review], ["1 change", "no new problems", "1 of 1 left"]);
  assert.equal(proposal?.title, "Refactor sum.ts");
  assert.deepEqual(
    proposal?.files.map(({ label, change }) => `${change} ${label}`),
    ["modify src/sum.ts"],
  );
  assert.equal(text, "I drop the variable.\n\n");
  assert.equal(await read("src/sum.ts"), SUM);
});

test("the model is told the file, the wish, who tests it, and the form of edits", async () => {
  server.reply({ type: "answer", pieces: [SHORTER] });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal } = await run("/refactor without the variable", { open: ["src/sum.ts"] });
  assert.equal(proposal?.files.length, 1);
  const [system, user] = server.requests.at(-1)?.body?.messages ?? [];
  assert.match(system?.content ?? "", /<<<<<<< SEARCH/);
  assert.match(user?.content ?? "", /const result = a \+ b[\s\S]*The user added: without the variable/);
  assert.match(user?.content ?? "", /tested by test\/sum\.test\.ts/);
  assert.equal(user?.content.split("const result").length, 2);
});

test("a change that does not fit is asked for once more, and what fitted is kept", async () => {
  const wrong = edit("src/sum.ts", "  const total = a + b;\n", "");
  const first = `${edit("src/other.ts", "export const x = 1;\n", "export const x = 2;\n")}\n${wrong}`;
  server.reply([
    { type: "answer", pieces: [first] },
    { type: "answer", pieces: [SHORTER] },
  ]);
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const asked = server.requests.length;
  const { proposal, text } = await run("/refactor src/sum.ts");
  assert.deepEqual(
    proposal?.files.map(({ label }) => label),
    ["src/other.ts", "src/sum.ts"],
  );
  assert.equal(server.requests.length - asked, 2);
  assert.match(
    server.requests.at(-1)?.body?.messages?.at(-1)?.content ?? "",
    /src\/sum\.ts: .*not in the file[\s\S]*const total/,
  );
  assert.doesNotMatch(text, /Left out/);
});

test("what is no edit after the second time is said and shown, and never applied", async () => {
  server.reply({ type: "answer", pieces: ["src/sum.ts\n<<<<<<< SEARCH\n  return result;\n"] });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal, text, steps } = await run("/refactor src/sum.ts");
  assert.equal(proposal, undefined);
  assert.match(text, /\*\*Left out\*\*.*\n\n- src\/sum\.ts: It breaks off/);
  assert.match(text, /```\nsrc\/sum\.ts\n<<<<<<< SEARCH/);
  assert.deepEqual(steps.slice(1), [
    "propose done",
    "check skipped",
    "review skipped",
    "apply skipped",
    "verify skipped",
  ]);
});

for (const [what, path, why] of [
  ["outside the workspace", "../evil.ts", /outside|open folder/],
  ["of version control", ".git/hooks/pre-commit", /version control/],
  ["with secrets", ".env", /secrets/],
] as const) {
  test(`a change of a file ${what} is refused, and the others are proposed`, async () => {
    server.reply({ type: "answer", pieces: [`${edit(path, "", "evil\n")}\n${SHORTER}`] });
    const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
    const { proposal, text } = await run("/refactor src/sum.ts");
    assert.deepEqual(
      proposal?.files.map(({ label }) => label),
      ["src/sum.ts"],
    );
    assert.match(text, why);
  });
}

test("what fits is proposed, also when the model cannot be asked again for what does not", async () => {
  server.reply([
    { type: "answer", pieces: [SHORTER, "\n", edit("src/other.ts", "export const y = 1;\n", "")] },
    { type: "status", status: 400, body: "no" },
  ]);
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal, text, failure } = await run("/refactor src/sum.ts");
  assert.equal(failure, undefined);
  assert.deepEqual(
    proposal?.files.map(({ label }) => label),
    ["src/sum.ts"],
  );
  assert.match(text, /Left out[\s\S]*src\/other\.ts: The lines to be changed are not in the file/);
});

test("a file is created where a model left a blank line instead of nothing to be replaced", async () => {
  const pieces = [edit("src/new.ts", "\n", "export {};\n")];
  server.reply({ type: "answer", pieces });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal } = await run("/generate src/new.ts empty");
  assert.deepEqual(
    proposal?.files.map(({ label, change }) => [label, change]),
    [["src/new.ts", "create"]],
  );
});

test("of very many changes the first 500 are proposed, and of a file in which many do not fit none is", async () => {
  const many = Array.from({ length: 501 }, (_, i) => `${edit(`src/new${i}.ts`, "", "export {};\n")}\n`);
  const misfits = Array.from({ length: 25 }, (_, i) => `${edit("src/other.ts", `const no${i} = 1;\n`, "")}\n`);
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  server.reply({ type: "answer", pieces: many });
  const first = await run("/generate modules");
  assert.equal(first.proposal?.files.length, 500);
  assert.match(first.text, /more than 500 changes; the others are left out/);

  const fits = edit("src/other.ts", "export const x = 1;\n", "export const x = 2;\n");
  server.reply({ type: "answer", pieces: [SHORTER, "\n", fits, "\n", ...misfits] });
  const second = await run("/refactor src/sum.ts");
  assert.deepEqual(
    second.proposal?.files.map(({ label }) => label),
    ["src/sum.ts"],
  );
  assert.match(second.text, /src\/other\.ts: Many of the changes of this file do not fit/);
});

test("a file is created, one is deleted, and one that exists is not overwritten whole", async () => {
  const pieces = [
    edit("src/new.ts", "", "export {};\n"),
    "src/other.ts\n<<<<<<< DELETE >>>>>>>\n",
    edit("src/sum.ts", "", "gone\n"),
  ];
  server.reply({ type: "answer", pieces });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal, text } = await run("/generate a module");
  const changes = proposal?.files.map(({ label, change }) => `${change} ${label}`);
  assert.deepEqual(changes, ["create src/new.ts", "delete src/other.ts"]);
  assert.match(text, /src\/sum\.ts: The file exists/);
});

test("a change after which the file does not parse is told, with the line", async () => {
  server.reply({
    type: "answer",
    pieces: [edit("src/sum.ts", "  return result;\n", "  if (a) {\n  return result;\n")],
  });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { notes, text } = await run("/complete src/sum.ts");
  assert.equal(notes.check, "src/sum.ts would not parse at line 3");
  assert.match(text, /Look closely/);
});

test("what stands so already is nothing to change", async () => {
  server.reply({ type: "answer", pieces: ["It is fine as it is."] });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const { proposal, text, notes, failure } = await run("/fix src/sum.ts");
  assert.equal(failure, undefined);
  assert.equal(proposal, undefined);
  assert.equal(notes.propose, "nothing to change");
  assert.match(text, /there is nothing to review/);
});

test("/fix tells the model what the editor reports of the target", async () => {
  server.reply({ type: "answer", pieces: [SHORTER] });
  const problems = [{ line: 2, severity: "error" as const, message: "'result' is odd.", source: "ts" }];
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl, problems });
  const { notes } = await run("/fix src/sum.ts:1-3");
  assert.equal(notes.analyse, "1 problem known");
  assert.match(server.requests.at(-1)?.body?.messages?.at(-1)?.content ?? "", /error: 'result' is odd\. \(ts\)/);
});

test("after a crash it goes on without what was done, and asks anew instead of going on in the middle of a block", async () => {
  server.reply({ type: "answer", pieces: [SHORTER] });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const whole = await run("/refactor src/sum.ts");
  const { proposal } = whole;
  const analysed = stepsIn(whole.parts).filter(({ id, state }) => id === "analyse" && state === "done");
  const asked = server.requests.length;
  const again = await run("/refactor src/sum.ts", { workflow: analysed, continues: "I drop" });
  assert.equal(stepsIn(again.parts).filter(({ id, state }) => id === "analyse" && state === "running").length, 0);
  assert.deepEqual(again.proposal, proposal);
  assert.equal(server.requests.length, asked + 1);
  assert.doesNotMatch(JSON.stringify(server.requests.at(-1)?.body?.messages), /broke off/);
  const proposed = stepsIn(whole.parts).filter(({ state }) => state === "done");
  const last = await run("/refactor src/sum.ts", { workflow: proposed.filter(({ id }) => id !== "check") });
  assert.deepEqual(last.proposal, proposal);
  assert.equal(server.requests.length, asked + 1);
});

test("around a secret the change is proposed as it is, the step's result does not hold it, and a crash makes it anew", async () => {
  const key = `sk-proj-${"aB3dE6gH9j".repeat(5)}`;
  const file = `const KEY = "${key}";\nexport const url = "a";\nexport const more = KEY;\n`;
  server.reply({
    type: "answer",
    pieces: [edit("src/key.ts", 'export const url = "a";\n', 'export const url = "b";\n')],
  });
  const { run } = await commandWorld({ "src/key.ts": file }, { baseUrl: server.baseUrl });
  const { proposal, parts, notes } = await run("/refactor src/key.ts");
  assert.equal(proposal?.files[0]?.hunks.length, 1);
  assert.equal(notes.check, "no new problems");
  const steps = stepsIn(parts);
  assert.doesNotMatch(JSON.stringify(steps), /aB3dE6gH9j/);
  const asked = server.requests.length;
  const again = await run("/refactor src/key.ts", { workflow: steps.filter(({ state }) => state === "done") });
  assert.equal(server.requests.length, asked + 1);
  assert.deepEqual(again.proposal, proposal);
});

test("cancelled while the model answers, it stops there, and nothing is proposed", async () => {
  server.hold();
  server.reply({ type: "answer", pieces: [SHORTER] });
  const { run } = await commandWorld(FILES, { baseUrl: server.baseUrl });
  const cancel = new AbortController();
  const before = server.requests.length;
  const running = run("/refactor src/sum.ts", { signal: cancel.signal });
  while (server.requests.length === before) await server.nextRequest();
  cancel.abort(new Error("enough"));
  const { failure, proposal, steps } = await running;
  server.release();
  assert.match(String(failure), /enough/);
  assert.equal(proposal, undefined);
  assert.deepEqual(steps.slice(0, 2), ["analyse done", "propose stopped"]);
});

for (const [content, expected] of [
  ["/fix src/sum.ts", /Known problems of src\/sum\.ts:\n\n- .*2.*: error: Odd\./],
  ["/refactor src/sum.ts", /longest definitions[\s\S]*`sum`.*4 lines[\s\S]*tested by test\/sum\.test\.ts/],
  ["/test src/sum.ts", /Every function of src\/sum\.ts is named in a test\. I looked in test\/sum\.test\.ts/],
  ["/doc src/sum.ts", /No comment stands before these:\n\n- `sum`/],
  ["/complete src/todo.ts", /Unfinished places in src\/todo\.ts:[\s\S]*TODO later/],
  ["/generate a thing", /nearest that your code has[\s\S]*src\/near\.ts/],
] as const) {
  test(`without a model ${content} says what it can`, async () => {
    const hits = [{ path: "/near.ts", label: "src/near.ts", startLine: 3, endLine: 9, text: "", score: 1 }];
    const problems = [{ line: 2, severity: "error" as const, message: "Odd." }];
    const { run } = await commandWorld({ ...FILES, "src/todo.ts": "// TODO later\n" }, { hits, problems });
    const { text, proposal } = await run(content);
    assert.match(text, expected);
    assert.match(text, /No model was used/);
    assert.match(text, /Choose Model/);
    assert.equal(proposal, undefined);
  });
}

for (const [content, files, message] of [
  ["/fix nb.ipynb", { "nb.ipynb": "{}" }, /notebook/],
  ["/fix big.ts", { "big.ts": "x\n".repeat(300_000) }, /512 KiB/],
  ["/fix bin.ts", { "bin.ts": Buffer.from([1, 0, 2]) }, /not a text file/],
  ["/fix", {}, /Open a file/],
  ["/generate", {}, /Say what to write/],
] as const) {
  test(`${content} that cannot be done says why`, async () => {
    const { run } = await commandWorld(files, { baseUrl: server.baseUrl });
    const { failure } = await run(content);
    assert.ok(failure instanceof DuckError);
    assert.match(failure.message, message);
  });
}

function edit(path: string, search: string, replace: string): string {
  return `${path}\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;
}

function stepsIn(parts: readonly TurnPart[]): WorkflowStep[] {
  return parts.flatMap((part) => (part.type === "workflow" ? part.steps : []));
}
