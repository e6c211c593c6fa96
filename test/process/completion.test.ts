import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { useWorld } from "./world.ts";

const world = useWorld();
const TEXT = "const answer = ;\n";
const POSITION = { line: 0, character: "const answer = ".length };

test("a model that fills in the middle is asked in its own marks, and its line is suggested", async () => {
  const server = await world.start({ ...world.configured(), name: "qwen2.5-coder:1.5b" });
  const text = 'data: {"choices":[{"index":0,"text":"fortyTwo()","finish_reason":null}]}\n\ndata: [DONE]\n\n';
  world.models.reply({ type: "raw", chunks: [text] });
  const path = join(world.workspace.folder, "src/answer.ts");
  await server.open(path, "typescript", TEXT);
  const [suggestion] = await server.suggestions(path, POSITION);
  assert.equal(suggestion?.insertText, "fortyTwo()");
  const { url, body } = world.models.requests.at(-1) ?? {};
  assert.equal(url, "/v1/completions");
  assert.match(
    String(body?.prompt),
    /^<\|fim_prefix\|>\/\/ Path: src\/answer\.ts\nconst answer = <\|fim_suffix\|>;\n<\|fim_middle\|>$/,
  );
  assert.ok(Array.isArray(body?.stop) && body.stop.includes("\n"));
});

test("nothing is asked for a secret file, and the status says why", async () => {
  const server = await world.start({ ...world.configured(), name: "qwen2.5-coder:1.5b" });
  const path = join(world.workspace.folder, ".env");
  await server.open(path, "dotenv", "TOKEN=");
  assert.deepEqual(await server.suggestions(path, { line: 0, character: 6 }), []);
  assert.match((await server.request("rubberduck/completion/status", {})).why, /keys or passwords/);
  assert.equal(world.models.requests.length, 0);
});
