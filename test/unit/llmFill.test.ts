import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointFiller, type FillRequest } from "../../server/llm/fill.ts";
import { systemClock } from "../../server/util/clock.ts";
import type { Reply } from "../fakes/modelServer.ts";
import { useModelServer } from "../fakes/useModelServer.ts";

const server = await useModelServer();
const REQUEST: FillRequest = {
  ...{ beside: "// beside\n", prefix: "const a = ", suffix: ";\n", language: "typescript" },
  ...{ oneLine: true, maxTokens: 32 },
};
const RAW = "/v1/completions";
const CHAT = "/v1/chat/completions";
const REFUSED: Reply = { type: "status", status: 400, body: '{"error":{"message":"does not support insert"}}' };

for (const [model, prompt, end] of [
  ["qwen2.5-coder:1.5b", "<|fim_prefix|>// beside\nconst a = <|fim_suffix|>;\n<|fim_middle|>", "<|endoftext|>"],
  [
    "deepseek-coder-v2:16b",
    "<｜fim▁begin｜>// beside\nconst a = <｜fim▁hole｜>;\n<｜fim▁end｜>",
    "<｜end▁of▁sentence｜>",
  ],
  ["codellama:7b-code", "<PRE> // beside\nconst a =  <SUF>;\n <MID>", "<EOT>"],
  ["starcoder2:3b", "<fim_prefix>// beside\nconst a = <fim_suffix>;\n<fim_middle>", "<|endoftext|>"],
  ["granite-code:3b", "<fim_prefix>// beside\nconst a = <fim_suffix>;\n<fim_middle>", "<|endoftext|>"],
  ["granite4:1b", "<|fim_prefix|>// beside\nconst a = <|fim_suffix|>;\n<|fim_middle|>", "<|end_of_text|>"],
  ["codegemma:2b-code", "<|fim_prefix|>// beside\nconst a = <|fim_suffix|>;\n<|fim_middle|>", "<|file_separator|>"],
  ["codestral-22b", "[SUFFIX];\n[PREFIX]// beside\nconst a = ", "</s>"],
] as const) {
  test(`${model} is asked in the marks of its family, and stops at the end of a line or of the text`, async () => {
    server.reply(raw("42"));
    assert.equal(await filled(fillerOf(model)), "42");
    const { url, body } = server.requests.at(-1) ?? {};
    assert.deepEqual([url, body?.prompt], [RAW, prompt]);
    const stop = body?.stop as readonly string[];
    assert.deepEqual([stop.slice(0, 2), stop.length <= 4], [["\n", end], true]);
  });
}

test("a model that is only known to chat is told in words", async () => {
  server.reply({ type: "answer", pieces: ["4", "2"] });
  assert.equal(await filled(fillerOf("some-chat-model")), "42");
  assert.equal(server.requests.at(-1)?.url, CHAT);
});

test("what an endpoint refuses is not asked again: marks, then its own way to insert, then chat", async () => {
  const asked = server.requests.length;
  server.reply([REFUSED, REFUSED, { type: "answer", pieces: ["42"] }, { type: "answer", pieces: ["43"] }]);
  const filler = fillerOf("qwen2.5-coder:1.5b");
  assert.deepEqual([await filled(filler), await filled(filler)], ["42", "43"]);
  const requests = server.requests.slice(asked);
  assert.deepEqual(
    requests.map(({ url, body }) => [url, body?.suffix !== undefined]),
    [
      [RAW, false],
      [RAW, true],
      [CHAT, false],
      [CHAT, false],
    ],
  );
});

test("two that are refused at once pass no way over", async () => {
  const asked = server.requests.length;
  let both: () => void = () => {};
  const together = new Promise<void>((resolve) => {
    both = resolve;
  });
  server.reply(async ({ body }) => {
    if (body?.suffix !== undefined) return raw("42");
    if (server.requests.length - asked === 2) both();
    await together;
    return REFUSED;
  });
  const filler = fillerOf("qwen2.5-coder:1.5b");
  assert.deepEqual(await Promise.all([filled(filler), filled(filler)]), ["42", "42"]);
  assert.equal(server.requests.slice(asked).filter(({ url }) => url === CHAT).length, 0);
});

test("an endpoint that is down, or too busy, is not a refusal: the way stays", async () => {
  server.reply([{ type: "status", status: 503 }, raw("42")]);
  const filler = fillerOf("qwen2.5-coder:1.5b");
  await assert.rejects(filled(filler));
  assert.equal(await filled(filler), "42");
  assert.equal(server.requests.at(-1)?.url, RAW);
});

function fillerOf(name: string): EndpointFiller {
  return new EndpointFiller({ baseUrl: server.baseUrl, name }, systemClock);
}

async function filled(filler: EndpointFiller): Promise<string> {
  let text = "";
  for await (const piece of filler.fill(REQUEST, new AbortController().signal)) text += piece;
  return text;
}

function raw(text: string): Reply {
  const chunk = JSON.stringify({ choices: [{ index: 0, text, finish_reason: "stop" }] });
  return { type: "raw", chunks: [`data: ${chunk}\n\ndata: [DONE]\n\n`] };
}
