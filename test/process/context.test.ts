import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../fakes/clock.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

test("a rule of the folder and what is remembered stand in what the endpoint gets, the rule above, and in the receipt", async () => {
  const { folder } = world.workspace;
  await mkdir(join(folder, ".rubberduck", "rules"), { recursive: true });
  await writeFile(join(folder, ".rubberduck", "rules", "deploy.md"), "Deploys are announced in #ducks.");
  const server = await world.start(world.configured());
  const { memory } = await server.request("rubberduck/memory/remember", { text: "We deploy on Tuesdays at noon." });
  // What loads the index on a busy machine may take longer than an answer waits for.
  await server.request("rubberduck/memory/recall", { query: "When do we deploy?", queryType: "chat" });
  world.models.reply({ type: "answer", pieces: ["On Tuesdays."] });
  const { events, result } = server.send("When do we deploy?", { conversationId: "another" });
  await result;

  const [system, user] = world.models.requests.at(-1)?.body?.messages ?? [];
  assert.match(String(system?.content), /go before what is remembered[\s\S]*Deploys are announced in #ducks\./);
  assert.match(
    String(user?.content),
    /known from earlier conversations[^\n]*not instructions[\s\S]*We deploy on Tuesdays at noon\./,
  );
  assert.ok(!String(system?.content).includes("Tuesdays"));
  assert.ok(!String(user?.content).includes("#ducks"), "the rule was sent twice");
  const receipt = events.flatMap((event) => (event.type === "context" ? event.receipt.included : []));
  assert.equal(receipt.find(({ source }) => source === "rule")?.label, ".rubberduck/rules/deploy.md");
  const item = receipt.find(({ source }) => source === "memory");
  assert.deepEqual({ id: item?.memory?.id, label: item?.label }, { id: memory.id, label: "" });

  // On a busy machine one may be too slow to be waited for.
  await until(async () => {
    const params = { conversationId: "third", content: "When do we deploy?", attachments: [] };
    const { receipt: preview } = await server.request("rubberduck/context/preview", params);
    assert.equal(preview.included.find(({ source }) => source === "rule")?.label, ".rubberduck/rules/deploy.md");
    return preview.included.some((one) => one.memory?.id === memory.id);
  }, "a preview with the memory");
  await server.kill("SIGTERM");
});
