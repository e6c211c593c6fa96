import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorClient } from "../../server/editorClient.ts";
import type { ModelRequest } from "../../server/llm/languageModel.ts";
import { Models } from "../../server/llm/models.ts";
import { OfflineModel } from "../../server/llm/offline.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { FakeEditor, noSuchMethod } from "../fakes/editorPeer.ts";
import { ask, run } from "../fakes/streamRun.ts";

const LENT = { id: "zoo/duck-4", name: "Duck 4", contextWindowTokens: 16_000 };

test("a lent model's answer streams as it comes, and ends when the editor says so", async () => {
  const { editor, model } = lend();
  const asked = editor.next();
  const reply = run(model);
  const { params, tell, answer } = await asked;
  assert.deepEqual(params, {
    id: "zoo/duck-4",
    messages: [{ role: "user", content: "Hello?" }],
    tools: [],
    partialResultToken: "ask-1",
  });
  tell({ type: "text", text: "Qu" });
  await until(() => reply.text === "Qu");
  assert.equal(reply.ended, false);
  tell({ type: "text", text: "ack." });
  answer({});
  await reply.end;
  assert.equal(reply.text, "Quack.");
  assert.deepEqual(reply.parts.at(-1), { type: "finish", reason: "complete" });
  assert.equal(editor.listening, 0);
});

test("its calls of tools come through, and it is offered them", async () => {
  const { editor, model } = lend();
  const asked = editor.next();
  const tools = [{ name: "look", description: "Looks.", parameters: { type: "object" } }];
  const reply = run(model, { ...ask("Hello?"), tools });
  const { params, tell, answer } = await asked;
  assert.deepEqual((params as { tools: unknown }).tools, tools);
  const call = { id: "1", name: "look", arguments: "{}" };
  tell({ type: "toolCall", call });
  answer({});
  await reply.end;
  assert.deepEqual(reply.parts[0], { type: "toolCall", call });
});

const WITHOUT_TOOLS: readonly [string, Partial<ModelRequest>, "off" | "auto"][] = [
  ["when the settings say so", {}, "off"],
  ["after the last step", { noMoreCalls: true }, "auto"],
];

for (const [when, fields, tools] of WITHOUT_TOOLS) {
  test(`it is offered no tools ${when}`, async () => {
    const { editor, model } = lend({ tools });
    const asked = editor.next();
    const reply = run(model, { ...ask("?"), tools: [{ name: "look", description: "", parameters: {} }], ...fields });
    const { params, answer } = await asked;
    assert.deepEqual((params as { tools: unknown }).tools, []);
    answer({});
    await reply.end;
  });
}

test("stopped, it ends at once and the editor's request is cancelled", async () => {
  const { editor, model } = lend();
  const asked = editor.next();
  const reply = run(model);
  const { token, tell } = await asked;
  tell({ type: "text", text: "Half" });
  await until(() => reply.text === "Half");
  reply.stop("enough");
  await reply.end;
  assert.equal(reply.error, "enough");
  await until(() => token.isCancellationRequested);
  await until(() => editor.listening === 0);
});

test("the editor that goes away ends the answer with a cause; what was said stays said", async () => {
  const { editor, model, client } = lend();
  const asked = editor.next();
  const reply = run(model);
  (await asked).tell({ type: "text", text: "Half" });
  await until(() => reply.text === "Half");
  client.leave();
  await reply.end;
  assert.ok(reply.error instanceof DuckError && reply.error.code === "modelUnavailable");
  assert.match(reply.error.message, /editor window that was asked is closed/);
  const later = run(model);
  await later.end;
  assert.equal(editor.asked.length, 1);
});

for (const code of ["keyRefused", "rateLimited", "modelNotConfigured", "modelUnavailable"] as const) {
  test(`the editor's ${code} is told in its words and not tried again`, async () => {
    const { editor, model } = lend();
    const asked = editor.next();
    const reply = run(model);
    (await asked).answer({ error: { code, message: "What to do." } });
    await reply.end;
    assert.ok(reply.error instanceof DuckError);
    assert.deepEqual([reply.error.code, reply.error.message], [code, "What to do."]);
    assert.equal(editor.asked.length, 1);
  });
}

test("garbage from the editor is not heard, and a garbage result is a bug, not an answer", async () => {
  const { editor, model } = lend();
  const asked = editor.next();
  const reply = run(model);
  const { tell, answer } = await asked;
  for (const value of [null, 7, {}, { type: "text" }, { type: "text", text: 7 }, { type: "toolCall", call: {} }])
    tell(value);
  answer({ error: "no" });
  await reply.end;
  assert.deepEqual(reply.parts, []);
  assert.ok(reply.error instanceof Error && !(reply.error instanceof DuckError));
});

test("an editor that lends nothing and never answers is given up on", async () => {
  const { editor, model, clock } = lend();
  const asked = editor.next();
  const reply = run(model);
  const { token } = await asked;
  await turn();
  await clock.advance(300_000);
  await reply.end;
  assert.ok(reply.error instanceof DuckError && reply.error.code === "timedOut");
  await until(() => token.isCancellationRequested);
});

test("an editor that does not know the request fails it", async () => {
  const { editor, client } = lend();
  const asked = editor.next();
  const symbols = client.symbols({ query: "Duck" }, new AbortController().signal);
  (await asked).fail(noSuchMethod());
  await assert.rejects(symbols, /Unhandled method/);
});

test("problems and symbols are asked of the editor, and what it answers is checked", async () => {
  const { editor, client } = lend();
  const { signal } = new AbortController();
  let asked = editor.next();
  const problems = client.diagnostics("/ws/a.ts", signal);
  const diagnostic = { path: "/ws/a.ts", line: 1, severity: "error", message: "no" };
  (await asked).answer({ diagnostics: [diagnostic] });
  assert.deepEqual(await problems, [diagnostic]);
  assert.deepEqual(editor.asked[0]?.params, { path: "/ws/a.ts" });
  asked = editor.next();
  const symbols = client.symbols({ query: "Duck" }, signal);
  (await asked).answer({ symbols: [{ name: "Duck" }] });
  await assert.rejects(symbols);
});

test("the configured lent model answers, and the status names it", () => {
  const { models } = lend();
  const { model, reason, lent } = models.status;
  assert.deepEqual(model, { kind: "editor", id: "zoo/duck-4", label: "Duck 4" });
  assert.equal(reason, "Duck 4, lent by VS Code, as chosen.");
  assert.deepEqual(lent, [LENT]);
  assert.equal(models.pick({ kind: "editor", id: "zoo/duck-4" }).model.name.kind, "editor");
});

test("a model that is not lent any more is answered for offline, with the reason", () => {
  const { models } = lend();
  models.lend([]);
  assert.equal(models.status.model.kind, "offline");
  assert.match(models.status.reason, /does not lend zoo\/duck-4 now/);
  models.lend([LENT]);
  assert.equal(models.status.model.kind, "editor");
});

test("in restricted mode nothing is asked of the editor", () => {
  const { models, editor } = lend({ blocked: "Not trusted." });
  assert.deepEqual([models.status.model.kind, models.status.reason], ["offline", "Not trusted."]);
  assert.equal(models.pick({ kind: "editor", id: "zoo/duck-4" }).model.name.kind, "offline");
  assert.equal(editor.asked.length, 0);
});

function lend({ tools = "auto", blocked }: { tools?: "auto" | "off"; blocked?: string } = {}) {
  const editor = new FakeEditor();
  const client = new EditorClient(editor);
  const clock = new FakeClock();
  const offline = (reason?: string) => new OfflineModel(() => ({ state: "ready", files: 0, skipped: {} }), reason);
  const models = new Models({ offline, clock, lender: client, ...(blocked && { blocked }) });
  models.lend([LENT]);
  models.configure({ editorModel: LENT.id, tools });
  return { editor, client, clock, models, model: models.pick({ kind: "default" }).model };
}
