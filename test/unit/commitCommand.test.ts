import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { git } from "../../server/workspace/git.ts";
import { useModelServer } from "../fakes/useModelServer.ts";
import { commandWorld } from "./commandWorld.ts";
import { commitAll } from "./mentionWorld.ts";

const server = await useModelServer();
const FILES = { "src/a.ts": "one\n", "src/b c.ts": "two\n", "src/old.ts": "three\n" };

test("without a model /commit says which files are staged, in a block to copy", async () => {
  const world = await changed();
  await git(world.folder, ["add", "src/a.ts"]);
  const { text } = await world.run("/commit");
  assert.match(text, /For the staged changes:\n\n```\nChange src\/a\.ts\n```\n\n\*\*No model was used\*\*/);
});

test("with nothing staged it is for all changes", async () => {
  const world = await changed();
  const { text } = await world.run("/commit");
  assert.match(text, /Nothing is staged/);
  assert.match(
    text,
    /Change 3 files in src\n\n- src\/a\.ts \(change, \+2 -1\)\n- src\/b c\.ts \(change, \+1 -1\)\n- src\/old\.ts \(delete, \+0 -1\)/,
  );
});

test("a model is given the changes without their secrets, and the hint", async () => {
  const world = await changed({ baseUrl: server.baseUrl });
  const key = `ghp_${"a1B2".repeat(9)}`;
  await world.write({ "src/a.ts": `const token = "${key}";\n` });
  server.reply({ type: "answer", pieces: ["```\nUse a token\n```"] });
  const { text } = await world.run("/commit closes 12");
  const told = JSON.stringify(server.requests.at(-1)?.body?.messages);
  assert.match(text, /```\nUse a token\n```$/);
  assert.match(told, /diff --git a\/src\/a\.ts[\s\S]*closes 12/);
  assert.ok(!told.includes(key));
});

test("where nothing has changed, and where there is no repository, it says so", async () => {
  const world = await commandWorld(FILES);
  assert.match(String((await world.run("/commit")).failure), /not a git repository|notFound|git/);
  await commitAll(world);
  assert.match((await world.run("/commit")).text, /Nothing that git knows has changed/);
});

test("new files that were not added are named, but for secret ones; with something staged they are not", async () => {
  const world = await changed();
  await world.write({ "src/new.ts": "new\n", ".env": "KEY=1\n" });
  const { text } = await world.run("/commit");
  assert.match(text, /Not in it: what is new and not added yet \(src\/new\.ts\)/);
  await git(world.folder, ["add", "src/a.ts"]);
  assert.doesNotMatch((await world.run("/commit")).text, /Not in it/);
});

async function changed(options: { baseUrl?: string } = {}) {
  const world = await commandWorld(FILES, options);
  await commitAll(world);
  await world.write({ "src/a.ts": "uno\ndue\n", "src/b c.ts": "zwei\n" });
  await rm(join(world.folder, "src/old.ts"));
  return world;
}
