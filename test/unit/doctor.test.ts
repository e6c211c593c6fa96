import assert from "node:assert/strict";
import { test } from "node:test";
import { runDoctor } from "../../server/doctor/doctor.ts";
import type { DoctorSources } from "../../server/doctor/sources.ts";
import type { MemoryOverview } from "../../server/protocol/memory.ts";
import type { ModelStatus } from "../../server/protocol/requests.ts";
import type { StoreStatus } from "../../server/protocol/store.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn } from "../fakes/clock.ts";

const unending = { clock: new FakeClock(), signal: new AbortController().signal };

test("where all works every check is ok and nothing is to be done", async () => {
  const checks = await runDoctor(sources(), unending);
  assert.deepEqual(
    checks.map(({ id, state }) => `${id} ${state}`),
    ["folder ok", "model ok", "index ok", "store ok", "keys ok", "memory ok"],
  );
  assert.ok(checks.every(({ remedy }) => remedy === undefined));
});

test("three faults at once are told apart, each with its cause, what to do, and the command that does it", async () => {
  const checks = await runDoctor(
    sources({
      listModels: async () => {
        throw new DuckError("keyRefused", "models.test refused the key.");
      },
      store: async () => ({ ...OPEN, state: "locked", message: "/store is locked: its key is not here." }),
      index: () => ({ state: "failed", files: 0, skipped: {}, message: "The code index stopped: out of memory." }),
    }),
    unending,
  );
  const problems = checks.filter(({ state }) => state === "problem");
  assert.deepEqual(
    problems.map(({ id, command }) => `${id} ${command}`),
    [
      "model rubberduck.setKey",
      "index rubberduck.rebuildIndex",
      "store rubberduck.enterRecoveryCode",
      "keys rubberduck.enterRecoveryCode",
    ],
  );
  assert.match(problems[0]?.finding ?? "", /refused the key/);
  assert.match(problems[1]?.finding ?? "", /out of memory/);
});

test("an endpoint that is down, one without the model, and none at all are three different things", async () => {
  const down = await modelCheck({
    listModels: async () => {
      throw new DuckError("modelUnavailable", "models.test cannot be reached.");
    },
  });
  assert.deepEqual([down?.state, down?.finding], ["problem", "models.test cannot be reached."]);
  const missing = await modelCheck({ listModels: async () => ["other"] });
  assert.equal(missing?.state, "warning");
  assert.match(missing?.finding ?? "", /does not list duck-1/);
  const { configured: _, ...none } = MODEL;
  const reason = "No model is configured. Run 'RubberDuck: Choose Model'.";
  const unset = await modelCheck({ model: () => ({ ...none, model: { kind: "offline", id: "offline" }, reason }) });
  assert.equal(unset?.finding, "No model is configured: answers come from your files.");
});

test("in restricted mode nobody is asked, and that is no problem", async () => {
  const blocked = "This folder is not trusted. Trust it.";
  const checks = await runDoctor(
    sources({ blocked, listModels: () => Promise.reject(new Error("asked all the same")) }),
    unending,
  );
  assert.deepEqual(
    checks.slice(0, 2).map(({ state }) => state),
    ["warning", "warning"],
  );
});

test("a check that breaks is a problem of its own and keeps no other from being made", async () => {
  const checks = await runDoctor(sources({ memory: () => Promise.reject(new Error("boom")) }), unending);
  const memory = checks.find(({ id }) => id === "memory");
  assert.deepEqual([memory?.state, memory?.command], ["problem", "rubberduck.showOutput"]);
  assert.equal(checks.filter(({ state }) => state === "ok").length, 5);
});

test("what memory lost, and an embedder that fails, are problems; a full inbox is a warning", async () => {
  const overview = (changes: Partial<MemoryOverview>) => async () => ({ ...OVERVIEW, ...changes });
  assert.equal((await memoryCheck(overview({ unreadable: 2 })))?.command, "rubberduck.verifyStore");
  const failed = await memoryCheck(overview({ embedder: { state: "failed", message: "No memory left." } }));
  assert.match(failed?.finding ?? "", /No memory left\. .* by their words/);
  const full = await memoryCheck(overview({ counts: { ...OVERVIEW.counts, pending: 51 } }));
  assert.equal(full?.state, "warning");
});

test("a check that never ends is a problem when its time is up, and the others are told with it", async () => {
  const clock = new FakeClock();
  const never = () => new Promise<never>(() => {});
  const running = runDoctor(sources({ ...NO_FOLDER, memory: never }), { ...unending, clock });
  await clock.advance(5000);
  const checks = await running;
  const { state, finding, command } = checks.at(-1) ?? {};
  assert.deepEqual(
    [state, finding, command],
    ["problem", "There was no answer within 5 seconds.", "rubberduck.restartServer"],
  );
  assert.equal(checks.filter((check) => check.state === "ok").length, 4);
  assert.equal(clock.pending, 0);
});

test("each check has its own time, and what it waits for is told to end", async () => {
  const clock = new FakeClock();
  const stopped: string[] = [];
  const never = (name: string) => (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        stopped.push(name);
        reject(signal.reason);
      });
    });
  let isDone = false;
  const both = sources({ ...NO_FOLDER, memory: never("memory"), listModels: never("model") });
  const running = runDoctor(both, { ...unending, clock }).finally(() => {
    isDone = true;
  });
  await clock.advance(5000);
  assert.deepEqual([stopped, isDone], [["memory"], false]);
  await clock.advance(7000);
  const problems = (await running).filter(({ state }) => state === "problem");
  assert.deepEqual(stopped, ["memory", "model"]);
  assert.deepEqual(
    problems.map(({ finding }) => finding),
    ["There was no answer within 12 seconds.", "There was no answer within 5 seconds."],
  );
});

test("who leaves ends all of it", async () => {
  const leaving = new AbortController();
  const running = runDoctor(sources({ memory: () => new Promise(() => {}) }), { ...unending, signal: leaving.signal });
  await turn();
  leaving.abort(new Error("left"));
  await assert.rejects(running, /left/);
});

test("without its store nothing is remembered, and it is said once what is broken", async () => {
  const store = async () => ({ ...OPEN, state: "unavailable" as const, message: "/store is no folder." });
  const checks = await runDoctor(sources({ store, memory: () => Promise.reject(new Error("asked")) }), unending);
  assert.deepEqual(
    checks.filter(({ state }) => state !== "ok").map(({ id, state }) => `${id} ${state}`),
    ["store problem", "keys warning", "memory warning"],
  );
});

/** Looking at the disk takes time that is not the clock's. */
const NO_FOLDER = { folders: [] };

const MODEL: ModelStatus = {
  model: { kind: "openai", id: "duck-1" },
  reason: "duck-1 at models.test, as configured.",
  configured: { baseUrl: "https://models.test/v1", host: "models.test", name: "duck-1", hasKey: true },
  breaker: { state: "closed" },
};

const OPEN: StoreStatus = { state: "open", path: "/store", remedies: [], warnings: [], isNew: false };

const OVERVIEW: MemoryOverview = {
  counts: { active: 3, pending: 0, stale: 0, superseded: 0, forgotten: 0 },
  ...{ pinned: 0, episodes: 8, patterns: 0, bytes: 0 },
  shortTerm: { held: 0, capacity: 200 },
  junk: { count: 0, of: 3, rate: 0 },
  embedder: { state: "ready", model: "use-lite" },
};

function sources(changes: Partial<DoctorSources> = {}): DoctorSources {
  return {
    folders: [import.meta.dirname],
    blocked: undefined,
    model: () => MODEL,
    listModels: async () => ["duck-1", "duck-2"],
    index: () => ({ state: "ready", files: 12, skipped: { "too large": 1 } }),
    store: async () => OPEN,
    memory: async () => OVERVIEW,
    ...changes,
  };
}

async function modelCheck(changes: Partial<DoctorSources>) {
  return (await runDoctor(sources(changes), unending)).find(({ id }) => id === "model");
}

async function memoryCheck(memory: DoctorSources["memory"]) {
  return (await runDoctor(sources({ memory }), unending)).find(({ id }) => id === "memory");
}
