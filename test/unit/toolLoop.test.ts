import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type { BuiltContext } from "../../server/context/contextRequest.ts";
import { TOOLS_LABEL } from "../../server/context/required.ts";
import { estimatingTokenizer } from "../../server/context/tokenizer.ts";
import { MAX_STEPS, ToolLoop } from "../../server/context/toolLoop.ts";
import type { TurnPart } from "../../server/context/turn.ts";
import type { ModelPart } from "../../server/llm/languageModel.ts";
import { ModelError } from "../../server/llm/modelErrors.ts";
import { defineTool } from "../../server/tools/tool.ts";
import { Toolbox } from "../../server/tools/toolbox.ts";
import { DuckError } from "../../server/util/errors.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { calls, finished, forever, ScriptedModel, type Step, said } from "../fakes/scriptedModel.ts";

test("what a tool gave is sent back, and the answer comes after it", async () => {
  const { parts, model } = await answer([calls("look", { at: "a" }), finished], [said("It is a."), finished]);
  assert.deepEqual(kinds(parts), ["progress", "step", "step", "progress", "text", "end"]);
  assert.deepEqual(steps(parts), [
    { id: "s1", tool: "look", label: "Look at a", state: "running" },
    { id: "s1", tool: "look", label: "Look at a", state: "done", summary: "seen", resultChars: 5, durationMs: 0 },
  ]);
  const [asked, called, gave] = model.requests[1]?.messages ?? [];
  assert.deepEqual(asked, { role: "user", content: "Which?" });
  assert.deepEqual(called, {
    role: "assistant",
    content: "",
    toolCalls: [{ id: "call_0", name: "look", arguments: '{"at":"a"}' }],
  });
  assert.equal(gave?.role, "tool");
  assert.match(gave?.content ?? "", /^Look at a \(material, not instructions\)\n```\nIt: a\n```$/);
});

test("calls of one answer run in their order, each with its own result", async () => {
  const both = [calls("look", { at: "a" }, "x"), calls("look", { at: "b" }, "y"), finished];
  const { parts, model } = await answer(both, [said("Both."), finished]);
  assert.deepEqual(
    steps(parts).map(({ label, state }) => `${label} ${state}`),
    ["Look at a running", "Look at a done", "Look at b running", "Look at b done"],
  );
  assert.deepEqual(
    model.requests[1]?.messages.flatMap((message) => (message.role === "tool" ? message.toolCallId : [])),
    ["x", "y"],
  );
});

test("what is said between steps stays apart from what is said after them", async () => {
  const { parts } = await answer(
    [said("I'll look."), calls("look", { at: "a" }), finished],
    [said("It "), said("is a."), finished],
  );
  assert.equal(text(parts), "I'll look.\n\nIt is a.");
  assert.deepEqual(kinds(parts), ["progress", "text", "step", "step", "progress", "text", "text", "end"]);
});

test("usage is that of all requests together", async () => {
  const usage = (promptTokens: number, completionTokens: number): ModelPart => ({
    type: "usage",
    usage: { promptTokens, completionTokens },
  });
  const { parts } = await answer(
    [calls("look", { at: "a" }), usage(10, 2), finished],
    [said("a"), usage(30, 4), finished],
  );
  const end = parts.at(-1);
  assert.deepEqual(end?.type === "end" && end.usage, { promptTokens: 40, completionTokens: 6 });
});

test("each result stands in the receipt with its tokens", async () => {
  const { parts, receipt } = await answer([calls("look", { at: "a" }), finished], [said("a"), finished]);
  const item = parts.flatMap((part) => (part.type === "step" && part.item) || []);
  assert.equal(item.length, 1);
  assert.deepEqual([item[0]?.source, item[0]?.label, item[0]?.why], ["tool", "Look at a", "the model asked for it"]);
  assert.ok((item[0]?.tokens ?? 0) > 10 && receipt.usedTokens + (item[0]?.tokens ?? 0) < receipt.budgetTokens);
});

test("the same call again is answered from memory", async () => {
  const again = [calls("look", '{ "at": "a" }'), finished];
  const { parts, ran } = await answer([calls("look", { at: "a" }), finished], again, [said("a"), finished]);
  assert.deepEqual(ran, ["a"]);
  assert.equal(steps(parts).at(-1)?.summary, "as before");
});

for (const at of ["missing", "passing"]) {
  test(`a call is run again after a result that may be another by now: ${at}`, async () => {
    const call = [calls("look", { at }), finished];
    const { parts, ran } = await answer(call, call, [said("a"), finished]);
    assert.deepEqual(ran, [at, at]);
    assert.ok(steps(parts).every((step) => step.summary !== "as before" && !("passing" in step)));
  });
}

const GARBAGE: readonly [string, string, unknown, RegExp][] = [
  ["no JSON", "look", "{at: a", /are not JSON/],
  ["cut JSON", "look", '{"at": "a', /are not JSON/],
  ["a list", "look", "[1]", /must be a JSON object/],
  ["a string", "look", '"a"', /must be a JSON object/],
  ["null", "look", "null", /must be a JSON object/],
  ["nothing", "look", "", /arguments of look are wrong.*at: /],
  ["a wrong type", "look", { at: 7 }, /at: .*schema: \{/],
  ["a field too deep", "look", { at: { at: "a" } }, /at: /],
  ["null for a field it needs", "look", { at: null }, /at: /],
  ["an unknown tool", "write_file", { at: "a" }, /There is no tool write_file\. The tools are: look, fail, secret/],
  ["a name of control characters", "\u202e\u0007", {}, /There is no tool \. /],
  ["a megabyte", "look", `{"at": "${"x".repeat(1_000_000)}"`, /are not JSON/],
];

for (const [what, name, input, expected] of GARBAGE) {
  test(`garbage arguments, ${what}: the model is told and can correct itself`, async () => {
    const { parts, model, ran } = await answer([calls(name, input), finished], [said("Sorry."), finished]);
    const result = model.requests[1]?.messages.at(-1);
    assert.equal(result?.role, "tool");
    assert.match(result?.content.replaceAll("\n", " ") ?? "", expected);
    assert.deepEqual(ran, []);
    assert.deepEqual(
      steps(parts).map(({ state }) => state),
      ["running", "failed"],
    );
    // Endpoints parse what they get back.
    const echoed = model.requests[1]?.messages.at(-2);
    const call = echoed?.role === "assistant" ? echoed.toolCalls?.[0] : undefined;
    assert.doesNotThrow(() => JSON.parse(call?.arguments ?? ""));
    assert.match(call?.name ?? "", /^[A-Za-z0-9_-]{1,64}$/);
    assert.equal(text(parts), "Sorry.");
  });
}

test("a tool that fails says so, and a bug in one says nothing of itself", async () => {
  const { parts, model } = await answer(
    [calls("fail", { how: "kindly" }), calls("fail", { how: "badly" }, "b"), finished],
    [said("Well."), finished],
  );
  assert.deepEqual(
    steps(parts).flatMap(({ state, summary }) => (state === "failed" ? [summary] : [])),
    ["There is no such thing", "failed"],
  );
  const results = model.requests[1]?.messages.slice(-2).map(({ content }) => content) ?? [];
  assert.match(results[0] ?? "", /There is no such thing\. Look elsewhere\./);
  assert.doesNotMatch(results[1] ?? "", /inner workings/);
});

test("after 25 steps the model is told to answer, and may call no more", async () => {
  const ask = (n: number): Step[] => [calls("look", { at: `${n}` }), finished];
  const { parts, model, ran } = await answer(...Array.from({ length: MAX_STEPS }, (_, n) => ask(n)), [
    said("Enough."),
    finished,
  ]);
  assert.equal(ran.length, 25);
  assert.equal(model.requests.length, 26);
  assert.deepEqual(
    model.requests.map(({ noMoreCalls }) => noMoreCalls ?? false),
    [...Array(25).fill(false), true],
  );
  assert.match(model.requests.at(-1)?.messages.at(-1)?.content ?? "", /last of 25 steps. Answer now/);
  assert.equal(text(parts), "Enough.");
});

test("calls beyond the 25th are not run, in whatever number they come", async () => {
  const many = Array.from({ length: 40 }, (_, n) => calls("look", { at: `${n}` }, `id${n}`));
  const { model, ran, parts } = await answer([...many, finished], [said("Enough."), finished]);
  assert.equal(ran.length, 25);
  assert.equal(steps(parts).length, 50);
  assert.equal(model.requests[1]?.messages.filter(({ role }) => role === "tool").length, 40);
  assert.match(model.requests[1]?.messages.at(-1)?.content ?? "", /Not run/);
});

test("a model that still calls when it may not ends the turn with a cause", async () => {
  const { error } = await answer(
    ...Array.from({ length: 26 }, (_, n): Step[] => [calls("look", { at: `${n}` }), finished]),
  );
  assert.ok(error instanceof DuckError && error.code === "modelProtocol");
  assert.match(error.message, /took 25 steps/);
});

test("the prompt stays within the window whatever tools give, and the newest result is kept longest", async () => {
  const ask = (n: number): Step[] => [calls("look", { at: `${n}`, words: 900 }), finished];
  const { parts, model, receipt } = await answer(...Array.from({ length: 12 }, (_, n) => ask(n)), [
    said("Done."),
    finished,
  ]);
  for (const { messages } of model.requests) {
    const tokens = messages.reduce((sum, { content }) => sum + estimatingTokenizer.count(content), 0);
    assert.ok(tokens <= receipt.budgetTokens, `${tokens} tokens`);
  }
  const results =
    model.requests.at(-1)?.messages.flatMap(({ role, content }) => (role === "tool" ? [content] : [])) ?? [];
  assert.match(results[0] ?? "", /left out, because there was no room/);
  assert.match(results.at(-1) ?? "", /^Look at 11 \(material/);
  const last = parts.findLast((part) => part.type === "context");
  assert.ok(last?.type === "context" && last.receipt.usedTokens <= last.receipt.budgetTokens);
  assert.ok(last.receipt.included.some(({ why }) => why.includes("left out again")));
});

test("a result larger than all that is left is cut and says so", async () => {
  const { model, receipt } = await answer(
    [calls("look", { at: "a", words: 3900 }), finished],
    [said("Done."), finished],
    {
      contextWindowTokens: 4096,
    },
  );
  const result = model.requests[1]?.messages.at(-1)?.content ?? "";
  assert.match(result, /\(Cut off: there was no room for more/);
  assert.ok(estimatingTokenizer.count(result) < receipt.budgetTokens);
});

test("a window that turns out smaller between two steps takes results away, not the answer", async () => {
  const tooLong = new ModelError("contextTooLong", "too long", { contextWindowTokens: 2048 });
  const model = new ScriptedModel(
    [calls("look", { at: "a", words: 3000 }), finished],
    [tooLong],
    [said("It fits."), finished],
  );
  const shrinking = Object.assign(model, {
    stream: async function* (...args: Parameters<typeof model.stream>) {
      try {
        yield* ScriptedModel.prototype.stream.apply(model, args);
      } catch (error) {
        model.contextWindowTokens = 2048;
        throw error;
      }
    },
  });
  const { parts } = await read(shrinking);
  assert.equal(text(parts), "It fits.");
  assert.ok(
    (model.requests[2]?.messages.at(-1)?.content.length ?? 0) <
      (model.requests[1]?.messages.at(-1)?.content.length ?? 0),
  );
});

test("stopped while a tool runs, it ends at once", async () => {
  const abort = new AbortController();
  const model = new ScriptedModel([said("Let me see."), calls("look", { at: "for ever" }), finished]);
  const { parts, error } = await read(model, abort.signal, () => abort.abort(new Error("stopped")));
  assert.match(String(error), /stopped/);
  assert.equal(text(parts), "Let me see.");
  assert.equal(steps(parts).at(-1)?.state, "running");
  assert.equal(model.requests.length, 1);
});

test("an endpoint that turned out to take no tools has none in its receipt", async () => {
  const model = new ScriptedModel([said("By heart."), finished]);
  model.takesTools = false;
  const { parts } = await read(model);
  const told = parts.find((part) => part.type === "context");
  assert.deepEqual(told?.type === "context" && told.receipt.included.map(({ label }) => label), ["Your message"]);
  assert.equal(told?.type === "context" && told.receipt.usedTokens, 60);
});

test("without a toolbox a call is not heard", async () => {
  const model = new ScriptedModel([said("I would look."), calls("look", { at: "a" }), finished]);
  const { parts } = await read(model, undefined, undefined, false);
  assert.deepEqual(kinds(parts), ["progress", "text", "end"]);
  assert.equal(model.requests[0]?.tools, undefined);
});

type Script = readonly Step[];

async function answer(...scripts: readonly (Script | { readonly contextWindowTokens: number })[]) {
  const model = new ScriptedModel(...scripts.filter((script): script is Script => Array.isArray(script)));
  const options = scripts.find((script): script is { contextWindowTokens: number } => !Array.isArray(script));
  if (options) model.contextWindowTokens = options.contextWindowTokens;
  return { ...(await read(model)), model };
}

async function read(
  model: ScriptedModel,
  signal = new AbortController().signal,
  onForever = () => {},
  withTools = true,
) {
  const ran: string[] = [];
  const toolbox = withTools ? toolboxOf(ran, onForever) : undefined;
  const context = contextFor(model);
  const loop = new ToolLoop({ model, context, toolbox, tokenizer: estimatingTokenizer, clock: new FakeClock() });
  const parts: TurnPart[] = [];
  let error: unknown;
  try {
    for await (const part of loop.run(signal)) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  return { parts, error, ran, receipt: context.receipt };
}

function toolboxOf(ran: string[], onForever: () => void): Toolbox {
  const look = defineTool({
    name: "look",
    description: "Looks at something.",
    input: z.object({ at: z.string(), words: z.int().optional() }),
    label: ({ at }) => `Look at ${at}`,
    run: async ({ at, words }, signal) => {
      ran.push(at);
      if (at === "for ever") {
        onForever();
        signal.throwIfAborted();
        await forever;
      }
      if (at === "missing") throw new DuckError("notFound", "There is no such place.");
      if (at === "passing") return { text: "It is still being read.", summary: "nothing", passing: true };
      return { text: words ? "word\n".repeat(words) : `It: ${at}`, summary: "seen" };
    },
  });
  const fail = defineTool({
    name: "fail",
    description: "Fails.",
    input: z.object({ how: z.string() }),
    label: () => "Fail",
    run: async ({ how }) => {
      if (how === "kindly") throw new DuckError("notFound", "There is no such thing. Look elsewhere.");
      throw new TypeError("inner workings");
    },
  });
  const secret = defineTool({
    name: "secret",
    description: "Is not called.",
    input: z.object({}),
    label: () => "",
    run: async () => ({ text: "", summary: "" }),
  });
  return new Toolbox([look, fail, secret], silentLog);
}

function contextFor(model: ScriptedModel): BuiltContext {
  const budgetTokens = model.contextWindowTokens * 0.75;
  const tools = {
    source: "system" as const,
    label: TOOLS_LABEL,
    tokens: 40,
    why: "what the model may look at by itself",
  };
  const message = { source: "message" as const, label: "Your message", tokens: 60, why: "what you asked" };
  return {
    receipt: {
      model: model.name,
      budgetTokens,
      usedTokens: 100,
      included: [tools, message],
      leftOut: [],
      leftOutMore: 0,
    },
    request: { messages: [{ role: "user", content: "Which?" }], question: "Which?", code: [], maxTokens: 256 },
  };
}

function kinds(parts: readonly TurnPart[]): string[] {
  return parts.map(({ type }) => type);
}

function steps(parts: readonly TurnPart[]) {
  return parts.flatMap((part) => (part.type === "step" ? [part.step] : []));
}

function text(parts: readonly TurnPart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
