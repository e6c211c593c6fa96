import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "../fakes/clock.ts";
import { asking, embeddedInTheBackground, memoryIndex, place, said } from "../unit/memoryIndexSetup.ts";

const DIST = join(import.meta.dirname, "../../dist");
const BUILT = { workerUrl: pathToFileURL(join(DIST, "memoryWorker.js")), modelFolder: join(DIST, "embedder") };
const QUESTION = asking("Which programs do you prefer writing software with?");

test("the worker as it is packaged embeds, keeps vectors, and finds them after a start", async (t) => {
  const kept = place(t);
  const first = memoryIndex(t, { ...BUILT, embedder: { kind: "embedded" } });
  first.keepIn(kept);
  await first.setSession("a", "1", said("a", "My favourite code editor is Vim.", "The train leaves at noon."));
  await first.recall(QUESTION);
  await embeddedInTheBackground();
  await until(async () => (await first.recall(QUESTION)).ranked[0]?.id === "a:0:user");
  await first.close();
  assert.deepEqual(
    readdirSync(kept.folder).map((name) => name.replace(/[0-9a-f]{16}/, "*")),
    ["memory-items-*.bin", "memory-vectors-0.bin"],
  );

  const second = memoryIndex(t, { ...BUILT, embedder: { kind: "embedded" } });
  second.keepIn(kept);
  await until(async () => (await second.recall(QUESTION)).ranked[0]?.id === "a:0:user");
  assert.equal(second.status.state, "ready");
});
