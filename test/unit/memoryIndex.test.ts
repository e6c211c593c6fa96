import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, until } from "../fakes/clock.ts";
import { asking, embeddedInTheBackground, idsOf, memory, memoryIndex, place, said } from "./memoryIndexSetup.ts";

test("what was told is recalled by the next question", async (t) => {
  const index = memoryIndex(t);
  void index.add(said("a", "We deploy on Fridays.", "The database is called Heron."));
  void index.setMemories([memory("m1", "The release branch is cut on Thursdays.")]);
  assert.equal((await idsOf(index, "What is the database called?"))[0], "a:1:user");
  assert.equal((await idsOf(index, "When is the release branch cut?"))[0], "m1");
  assert.deepEqual(await index.texts(["m1", "unknown"]), [memory("m1", "The release branch is cut on Thursdays.")]);
});

test("without an embedder it says that words alone were compared", async (t) => {
  const index = memoryIndex(t);
  const { lexicalOnly } = await index.recall(asking("anything"));
  assert.match(lexicalOnly ?? "", /words alone/);
  assert.equal(index.status.state, "off");
});

test("meaning finds what shares no word with the question, once its vector is there", async (t) => {
  const index = memoryIndex(t, { embedder: { kind: "embedded" } });
  await index.add(said("a", "My favourite code editor is Vim.", "The train leaves at noon."));
  await index.recall(asking("anything"));
  await embeddedInTheBackground();
  await until(
    async () => (await idsOf(index, "Which programs do you prefer writing software with?"))[0] === "a:0:user",
  );
  const { lexicalOnly } = await index.recall(asking("Which programs do you prefer?"));
  assert.equal(lexicalOnly, undefined);
  const { model, ...status } = index.status;
  assert.deepEqual(status, { state: "ready", dimension: 512 });
});

test("a conversation, a memory or an item that is removed is not recalled", async (t) => {
  const index = memoryIndex(t);
  await index.setSession("a", "1", said("a", "The database is called Heron.", "Heron runs on port 5432."));
  await index.setSession("b", "1", said("b", "Heron is backed up nightly."));
  await index.setMemories([memory("m1", "Heron is a Postgres."), memory("m2", "Heron is slow.")]);
  await index.remove(["a:0:user"]);
  await index.removeSession("b");
  await index.setMemories([memory("m2", "Heron is slow.")]);
  assert.deepEqual((await idsOf(index, "Heron")).toSorted(), ["a:1:user", "m2"]);
  assert.deepEqual(await index.known(), new Map([["a", "1"]]));
});

test("what was kept is there after a start, with the marks that it was made from", async (t) => {
  const kept = place(t);
  const first = memoryIndex(t);
  first.keepIn(kept);
  await first.setSession("a", "mark 1", said("a", "We deploy on Fridays."));
  await first.add(said("b", "The database is called Heron."), { session: "b", mark: "mark 2" });
  await first.setMemories([memory("m1", "Heron is a Postgres.")]);
  await first.close();

  const second = memoryIndex(t);
  second.keepIn(kept);
  assert.deepEqual(
    await second.known(),
    new Map([
      ["a", "mark 1"],
      ["b", "mark 2"],
    ]),
  );
  assert.deepEqual((await idsOf(second, "Heron")).toSorted(), ["b:0:user", "m1"]);
});

test("kept with another key it is none", async (t) => {
  const kept = place(t);
  const first = memoryIndex(t);
  first.keepIn(kept);
  await first.setSession("a", "1", said("a", "We deploy on Fridays."));
  await first.close();
  const second = memoryIndex(t);
  second.keepIn({ ...kept, key: Buffer.alloc(32, 7) });
  assert.deepEqual(await second.known(), new Map());
});

test("what cannot be kept is said in the log, and recalled all the same", async (t) => {
  const warnings: string[] = [];
  const index = memoryIndex(t, { log: { ...silentLog, warn: (message) => warnings.push(message) } });
  index.keepIn({ ...place(t), folder: import.meta.filename });
  await index.setSession("a", "1", said("a", "The database is called Heron."));
  await index.flush();
  assert.match(warnings.join(), /could not be kept: (EEXIST|ENOTDIR)/);
  assert.deepEqual(await idsOf(index, "Heron"), ["a:0:user"]);
  await assert.rejects(index.purge(), /EEXIST|ENOTDIR/);
});

test("a worker that nobody asks ends after five minutes, and what it held is there for the next question", async (t) => {
  const clock = new FakeClock();
  const index = memoryIndex(t, { clock });
  index.keepIn(place(t));
  await index.setSession("a", "1", said("a", "The database is called Heron."));
  const threads = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  await clock.advance(5 * 60_000);
  await until(() => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length < threads);
  assert.deepEqual(await idsOf(index, "Heron"), ["a:0:user"]);
});

test("a worker whose changes are kept nowhere does not end", async (t) => {
  const clock = new FakeClock();
  const index = memoryIndex(t, { clock });
  await index.setSession("a", "1", said("a", "The database is called Heron."));
  for (let i = 0; i < 3; i++) await clock.advance(5 * 60_000);
  assert.deepEqual(await idsOf(index, "Heron"), ["a:0:user"]);
});

test("a worker that crashes starts again and is told what was not kept yet", async (t) => {
  const index = memoryIndex(t, { workerUrl: crashing() });
  await index.setSession("a", "1", said("a", "The database is called Heron."));
  const texts = index.texts(["crash once"]);
  await index.add(said("b", "Heron is slow."));
  await texts;
  assert.deepEqual((await idsOf(index, "Heron")).toSorted(), ["a:0:user", "b:0:user"]);
});

test("a worker that crashes again and again is given up, and recall says why nothing is found", async (t) => {
  const index = memoryIndex(t, { workerUrl: crashing() });
  await index.add(said("a", "The database is called Heron."));
  assert.deepEqual(await index.texts(["crash"]), []);
  const { ranked, lexicalOnly } = await index.recall(asking("Heron"));
  assert.deepEqual(ranked, []);
  assert.match(lexicalOnly ?? "", /The memory index stopped: it ended with code 7. Reload the window/);
  assert.equal(index.status.state, "failed");
  await assert.rejects(index.purge(), /stopped/);
});

/** The worker, but that it ends when it is asked for the text of "crash", or for the first time for that of "crash once". */
function crashing(): URL {
  const flag = join(tmpdir(), `memoryIndex-${randomUUID()}`);
  const worker = new URL("../../server/memory/worker/memoryWorker.ts", import.meta.url);
  const script = `
    import { existsSync, rmSync, writeFileSync } from "node:fs";
    import { parentPort } from "node:worker_threads";
    await import(${JSON.stringify(worker.href)});
    parentPort.on("message", ({ kind, params }) => {
      if (kind !== "texts") return;
      if (params[0] === "crash") process.exit(7);
      const flag = ${JSON.stringify(flag)};
      if (existsSync(flag)) return rmSync(flag);
      writeFileSync(flag, "");
      process.exit(7);
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}
