import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerProcess } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

test("told to remember and to forget in plain words, without a model, it does and says what it did", async () => {
  const server = await world.start();
  assert.match(
    await answer(server, "Remember that we deploy on Tuesdays", "first"),
    /^Remembered: “we deploy on Tuesdays”/,
  );
  const { memories } = await server.request("rubberduck/memory/list", {});
  assert.deepEqual(
    memories.map(({ text, sources }) => [text, sources[0]?.conversationId]),
    [["we deploy on Tuesdays", "first"]],
  );
  const forgotten = await answer(server, "please forget what I said about deploying on Tuesdays", "second");
  assert.match(forgotten, /^Forgotten: 1 memory \(/);
  assert.doesNotMatch(forgotten, /Tuesdays/);
  assert.equal((await server.request("rubberduck/memory/list", {})).total, 0);
  const [, again = ""] = /`(\/memory unforget \S+)`/.exec(forgotten) ?? [];
  assert.match(await answer(server, again, "second"), /^Remembered again/);
  assert.equal((await server.request("rubberduck/memory/list", {})).total, 1);
});

test("an incognito conversation is told to remember: it says why it does not", async () => {
  const server = await world.start();
  const { events, result } = server.send("Remember that we deploy on Tuesdays", { options: { incognito: true } });
  assert.equal((await result).stopReason, "error");
  assert.match(JSON.stringify(events), /This conversation is incognito/);
  assert.equal((await server.request("rubberduck/memory/list", {})).total, 0);
});

async function answer(server: ServerProcess, content: string, conversationId: string): Promise<string> {
  const { events, result } = server.send(content, { conversationId });
  assert.equal((await result).stopReason, "complete");
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
