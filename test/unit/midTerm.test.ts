import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { keptPatterns } from "../../server/memory/keptPatterns.ts";
import { MidTerm } from "../../server/memory/midTerm.ts";
import type { NotedTurn } from "../../server/memory/patternExtractor.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, turn as settled } from "../fakes/clock.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

const DAY = 24 * 60 * 60_000;
const FOLDER = "/store/workspace";

test("what was asked three times is kept and known at the next start, what was asked twice is not", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  for (const id of ["1", "2", "3"]) mid.note(turn(id, `Please write tests for part ${id}`));
  for (const id of ["4", "5"]) mid.note(turn(id, `Rename part ${id}`));
  await mid.close();
  const [kept, ...others] = await world.start().all();
  assert.deepEqual([kept?.kind, kept?.label, kept?.frequency], ["intent", "asks for tests", 3]);
  assert.deepEqual(
    kept?.examples.map(({ turnId }) => turnId),
    ["3", "2", "1"],
  );
  assert.deepEqual(others, []);
});

test("what was told again after a kill is not counted twice, and what was held in memory alone is back", async () => {
  const world = await emptyWorld();
  const first = world.start();
  const turns = ["1", "2", "3"].map((id) => turn(id, `Please write tests for ${id}`));
  const twice = ["4", "5"].map((id) => turn(id, `Rename ${id}`));
  for (const each of [...turns, ...twice]) first.note(each);
  await first.extract();
  first.note(turn("6", "lost with the process"));
  const second = world.start();
  for (const each of [...turns, ...twice, ...turns, turn("7", "Rename 7")]) second.note(each);
  await second.extract();
  assert.deepEqual(counts(await second.all()), { "asks for tests": 3, "asks to rename something": 3 });
});

test("turns are looked at after a minute of silence, after five minutes of talk, and when fifty wait; else no timer runs", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  assert.equal(world.clock.pending, 0);
  for (const id of ["1", "2", "3"]) mid.note(turn(id, "/x Explain it", "x"));
  await world.clock.advance(59_000);
  assert.deepEqual(await mid.all(), []);
  await world.clock.advance(1_000);
  await settled();
  assert.equal((await mid.all()).length, 2);
  assert.equal(world.clock.pending, 0, "idle again");
  for (let minute = 0; minute < 10; minute++) {
    mid.note(turn(`later ${minute}`, "Rename it"));
    await world.clock.advance(30_000);
  }
  await settled();
  assert.ok("asks to rename something" in counts(await mid.all()), "five minutes of talk");
  for (let index = 0; index < 50; index++) mid.note(turn(`many ${index}`, "Review it"));
  await settled();
  assert.equal(Math.round(counts(await mid.all())["asks for a review"] ?? 0), 50);
});

test("a habit fades by half in 14 days and is gone in the end; a clock that jumps takes a day at most", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  for (let index = 0; index < 8; index++) mid.note(turn(`${index}`, "Explain it"));
  await mid.extract();
  world.clock.set(500 * DAY);
  assert.ok((counts(await mid.all())["asks for an explanation"] ?? 0) > 7.5);
  world.clock.set(-1000 * DAY);
  assert.equal(counts(await mid.all())["asks for an explanation"], 8);
  world.clock.set(500 * DAY);
  const pass = async (days: number) => {
    for (let day = 0; day < days; day++) {
      world.clock.set(DAY);
      mid.note(turn(`${world.clock.now().getTime()}`, "Hm."));
      await mid.extract();
    }
  };
  await pass(14);
  assert.equal((counts(await mid.all())["asks for an explanation"] ?? 0).toFixed(3), "4.000");
  await pass(29);
  assert.deepEqual(await mid.all(), []);
});

test("of a message that was forgotten nothing stands in memory or in a file, of an earlier generation neither", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  for (const id of ["1", "2", "3"]) mid.note(turn(id, `Explain zqxv${id} in \`secretSymbol\``));
  await mid.extract();
  for (const id of ["4", "5", "6"]) mid.note(turn(id, `Explain other ${id}`));
  await mid.extract();
  assert.ok(world.decrypted().includes("zqxv3"), "an earlier generation has it");
  mid.note(turn("7", "Explain zqxv7"));
  await mid.forget("c", ["1", "2", "3", "7"]);
  await mid.close();
  for (const word of ["zqxv", "secretSymbol"]) assert.ok(!world.decrypted().includes(word), word);
  const [left, ...others] = await mid.all();
  assert.deepEqual(
    left?.examples.map(({ turnId }) => turnId),
    ["6", "5", "4"],
  );
  assert.deepEqual(others, []);
  await mid.forget("c");
  assert.deepEqual(await world.start().all(), []);
  assert.ok(!world.decrypted().includes("other"));
});

test("what a question touches is found by file, symbol, error, command and what it asks for", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  for (const id of ["1", "2", "3"]) {
    const attachments = [
      { kind: "file", path: "/w/server/llm/openai.ts", language: "typescript", mentioned: true },
      { kind: "file", path: "/w/open.ts", language: "typescript" },
      { kind: "terminal", text: "TypeError: x is not a function\n    at y:12" },
    ] as const;
    mid.note({ ...turn(id, "Fix `parseHeader`, run `npm test`"), attachments });
  }
  await mid.extract();
  const labels = (query: string) => mid.matching(query).map(({ label }) => label);
  assert.deepEqual(labels("what is in openai?"), ["server/llm/openai.ts"]);
  assert.deepEqual(labels("who calls parseHeader"), ["parseHeader"]);
  assert.deepEqual(labels("I see TypeError: x is not a function"), ["TypeError: x is not a function"]);
  assert.deepEqual(labels("should npm test pass?"), ["npm test"]);
  assert.deepEqual(labels("repair that"), ["asks to fix something"]);
  assert.deepEqual(labels("thanks"), []);
});

test("a file that cannot be written costs nothing but that it is written later", async () => {
  const world = await emptyWorld();
  const mid = world.start();
  world.disk.trouble = ({ mutates }) => (mutates ? { effect: "none", fault: "ENOSPC" } : undefined);
  for (const id of ["1", "2", "3"]) mid.note(turn(id, "Explain it"));
  await mid.extract();
  assert.equal(counts(await mid.all())["asks for an explanation"], 3);
  world.disk.trouble = () => undefined;
  mid.note(turn("4", "Explain it"));
  await mid.extract();
  assert.equal(counts(await world.start().all())["asks for an explanation"], 4);
});

test("however turns are cut into looks and told again, each counts once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { maxLength: 30 }),
      async (told) => {
        const world = await emptyWorld();
        let mid = world.start();
        for (const [id, isCut] of told) {
          mid.note(turn(`${id}`, "Explain it"));
          if (isCut) {
            await mid.close();
            mid = world.start();
          }
        }
        await mid.close();
        const different = new Set(told.map(([id]) => id)).size;
        const [pattern] = await mid.all();
        // What is held in memory alone may be lost at a start, and is never counted twice.
        assert.ok((pattern?.frequency ?? 0) <= different);
        if (!told.some(([, isCut]) => isCut)) assert.equal(pattern?.frequency, different >= 3 ? different : undefined);
      },
    ),
    { numRuns: 40 },
  );
});

async function emptyWorld() {
  const keys = keysOf("0".repeat(32), randomBytes(32));
  const disk = new SimulatedDisk();
  await disk.makeFolder(FOLDER);
  const clock = new FakeClock();
  const label = (path: string) => path.replace("/w/", "");
  const start = () =>
    new MidTerm({
      file: keptPatterns({ fs: disk, keys, folder: FOLDER, logger: silentLog }),
      label,
      clock,
      logger: silentLog,
    });
  const decrypted = () =>
    [...disk.files()]
      .map(([, bytes]) => unsealFile(keys, "patterns", bytes))
      .map((unsealed) => (unsealed.kind === "ok" ? String(unsealed.bytes) : ""))
      .join("\n");
  return { disk, clock, start, decrypted };
}

function turn(turnId: string, text: string, command?: string): NotedTurn {
  return { conversationId: "c", turnId, at: "2026-01-02T03:04:05.000Z", text, command, attachments: [] };
}

function counts(patterns: readonly { label: string; frequency: number }[]): Record<string, number> {
  return Object.fromEntries(patterns.map(({ label, frequency }) => [label, frequency]));
}
