import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import { until } from "../fakes/clock.ts";
import { useWorld } from "./world.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const world = useWorld();

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "newer-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The same build with another number. */
async function build(version: string): Promise<URL> {
  for (const name of await readdir(DIST)) {
    if (name !== "server.js") await symlink(join(DIST, name), join(folder, name));
  }
  const code = await readFile(join(DIST, "server.js"), "utf8");
  const [own, other] = [packageJson.version, version].map((number) => JSON.stringify(number)) as [string, string];
  assert.ok(code.includes(own), "the version is written into the bundle");
  await writeFile(join(folder, "server.js"), code.replaceAll(own, other));
  return pathToFileURL(join(folder, "server.js"));
}

test("a newer build waits for the older one's answer to end, takes over, and both windows go on", async () => {
  const { models } = world;
  const older = await world.start(world.configured());
  models.reply({ type: "answer", pieces: ["It begins", " and ends."] });
  models.hold();
  models.release(1);
  const sending = older.send("Tell me", { conversationId: "c" });
  const newer = await world.start(world.configured(), { script: await build("99.0.0") });
  const along = newer.follow("c");
  await along.until(({ turns }) => turns.length === 1, "the message in the newer window");
  await until(() => newer.logged.some((line) => line.includes("takes over when it is idle")));
  // Longer than a process that is there for one command alone.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const owns = (line: string) => line.includes("this process owns the conversations");
  assert.ok(!newer.logged.some(owns));
  models.release();
  assert.equal((await sending.result).stopReason, "complete");
  await until(() => newer.logged.some(owns));
  await along.until(({ turns: [turn] }) => turn?.text === "It begins and ends.", "the whole answer");
  for (const [window, words] of [
    [older, "To the older."],
    [newer, "To the newer."],
  ] as const) {
    models.reply({ type: "answer", pieces: [words] });
    const { stopReason } = await window.send(`From it: ${words}`, {
      conversationId: "c",
      operationId: words.replace(/\W+/g, "-"),
    }).result;
    assert.equal(stopReason, "complete");
    await along.until(({ turns }) => turns.at(-1)?.text === words, words);
  }
});
