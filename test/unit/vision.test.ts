import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelRequest } from "../../server/llm/languageModel.ts";
import { createOpenAiModel, type Learned } from "../../server/llm/openai.ts";
import { seesImages } from "../../server/llm/vision.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock } from "../fakes/clock.ts";
import { run } from "../fakes/streamRun.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();

for (const name of [
  "gpt-4o-mini",
  "gpt-4.1",
  "gpt-5",
  "openai/o3",
  "claude-sonnet-4",
  "gemini-2.5-flash",
  "llava:13b",
  "llama3.2-vision:11b",
  "qwen2.5vl:7b",
  "Qwen/Qwen2-VL-7B-Instruct",
  "gemma3:12b",
  "pixtral-12b",
  "mistral-small3.1",
  "minicpm-v",
]) {
  test(`${name} takes pictures`, () => assert.equal(seesImages(name), true));
}

for (const name of [
  "gpt-3.5-turbo",
  "gpt-4",
  "o3-mini",
  "qwen2.5-coder:7b",
  "llama3.1:8b",
  "gemma3:1b",
  "mistral:7b",
  "deepseek-r1",
  "duck-1",
  "codellama",
  "revision-2",
]) {
  test(`${name} takes none`, () => assert.equal(seesImages(name), false));
}

test("a picture stands behind the words of its message; a message without one stays plain text", async () => {
  const model = connect("auto", {});
  assert.equal(model.takesImages, true);
  await run(model, REQUEST).end;
  const sent = server.requests.at(-1)?.body?.messages;
  assert.equal(sent?.[0]?.content, "You are a duck.");
  assert.deepEqual(sent?.[1]?.content, [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
  ]);
});

test("a model that refuses a picture is not sent another, unless the settings say that it takes them", async () => {
  const message = "Invalid content type: image_url is only supported by certain models";
  server.reply({ type: "status", status: 400, body: JSON.stringify({ error: { message } }) });
  const learned: Learned = {};
  const model = connect("auto", learned);
  const refused = run(model, REQUEST);
  await refused.end;
  assert.ok(refused.error instanceof DuckError && refused.error.code === "modelRefused");
  assert.equal(model.takesImages, false);
  assert.equal(connect("on", learned).takesImages, true);
});

test("a refusal for another reason teaches nothing about pictures", async () => {
  server.reply({ type: "status", status: 400, body: JSON.stringify({ error: { message: "temperature too high" } }) });
  const model = connect("auto", {});
  const refused = run(model, REQUEST);
  await refused.end;
  assert.ok(refused.error instanceof DuckError);
  assert.equal(model.takesImages, true);
});

test("the settings go before the name", () => {
  assert.equal(connect("off", {}).takesImages, false);
});

const REQUEST: ModelRequest = {
  messages: [
    { role: "system", content: "You are a duck." },
    { role: "user", content: "What is this?", images: [{ mediaType: "image/png", data: "AAAA" }] },
  ],
  question: "What is this?",
  code: [],
  maxTokens: 100,
};

function connect(images: "auto" | "on" | "off", learned: Learned) {
  return createOpenAiModel({ baseUrl: server.baseUrl, name: "gpt-4o", images }, new FakeClock(), learned);
}
