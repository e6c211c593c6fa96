import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { TurnParts, TurnRequest, TurnRun, TurnRunner } from "../../server/context/turn.ts";
import type { ConversationSummary } from "../../server/protocol/requests.ts";
import { keptList } from "../../server/store/keptList.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { DuckError } from "../../server/util/errors.ts";
import { silentLog } from "../../server/util/log.ts";
import { until } from "../fakes/clock.ts";
import { finished, message, supervised, unending } from "../fakes/supervised.ts";

const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 1000 : 60;
const QUIET_MS = 3000;
const keys = keysOf("0".repeat(32), randomBytes(32));
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-list-"));
});
after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

test("a start reads only the logs that have changed since the list was kept", async () => {
  const world = await keeping();
  await world.say("a", "First");
  await world.say("b", "Second");
  await world.quiet();
  const list = await world.supervisor.list();
  world.crash();
  assert.deepEqual(await world.supervisor.list(), list);
  assert.deepEqual(world.logs.opened, []);
  await world.say("b", "More");
  world.crash();
  assert.equal((await world.supervisor.list())[0]?.messages, 4);
  assert.deepEqual(world.logs.opened, ["b"]);
});

test("what a start had to read is kept for the next", async () => {
  const world = await keeping();
  await world.say("a", "First");
  world.crash();
  await world.supervisor.list();
  await world.supervisor.close();
  world.crash();
  assert.equal((await world.supervisor.list()).length, 1);
  assert.deepEqual(world.logs.opened, []);
});

test("the list is kept on closing, with the answer that closing cut short", async () => {
  const world = await keeping();
  world.runner.thinks = true;
  const stream = world.supervisor.send(message("Hello"), unending);
  await stream.next();
  await world.supervisor.close();
  world.crash();
  const [summary] = await world.supervisor.list();
  assert.deepEqual({ messages: summary?.messages, answering: summary?.answering }, { messages: 2, answering: false });
  assert.deepEqual(world.logs.opened, []);
});

test("nothing is kept of a conversation while it is answered", async () => {
  const world = await keeping();
  world.runner.thinks = true;
  const stream = world.supervisor.send(message("Hello"), unending);
  await stream.next();
  await world.clock.advance(QUIET_MS);
  world.crash();
  await world.supervisor.list();
  assert.deepEqual(world.logs.opened, ["c"]);
});

test("the list is kept also while another conversation goes on without a pause", async () => {
  const world = await keeping();
  await world.say("a", "First");
  for (let second = 0; second < 5; second++) {
    await world.say("b", `Word ${second}`);
    await world.clock.advance(1000);
  }
  await until(async () => (await world.list.read())?.some(({ summary }) => summary.conversationId === "a") ?? false);
  await world.supervisor.close();
});

test("a deleted conversation leaves the kept list", async () => {
  const world = await keeping();
  await world.say("a", "First");
  await world.quiet();
  await world.supervisor.delete("a");
  await world.quiet();
  world.crash();
  assert.deepEqual(await world.supervisor.list(), []);
  assert.deepEqual(await world.list.read(), []);
});

test("a kept list that is damaged costs a reading, and nothing else", async () => {
  const world = await keeping();
  await world.say("a", "First");
  await world.quiet();
  const [name = ""] = (await readdir(join(world.folder, "derived"))).filter((file) => file.startsWith("list-"));
  await writeFile(join(world.folder, "derived", name), "no list");
  world.crash();
  assert.equal((await world.supervisor.list()).length, 1);
});

test("a message that was refused but stands in the log is not left out of the list", async () => {
  const world = await keeping();
  await world.say("a", "First");
  await world.quiet();
  world.logs.refuses = true;
  await assert.rejects(world.say("a", "Second"), { code: "storeFailed" });
  world.logs.refuses = false;
  await world.supervisor.rename("a", "Renamed");
  await world.quiet();
  world.crash();
  assert.deepEqual(await world.supervisor.list(), await unkept(world.logs));
});

test("whatever is written, left, deleted or cut short, the kept list says what the logs say", async () => {
  const steps = fc.array(
    fc.record({
      what: fc.constantFrom("say", "rename", "pin", "quiet", "delete", "restore", "crash", "close"),
      id: fc.constantFrom("a", "b", "c"),
    }),
    { maxLength: 20, size: "max" },
  );
  let points = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const world = await keeping();
      let words = 0;
      for (const { what, id } of taken) {
        const has = (await world.supervisor.list()).some(({ conversationId }) => conversationId === id);
        if (what === "say" && !(await world.logs.isTrashed(id))) await world.say(id, `word ${++words}`);
        if (what === "rename" && has) await world.supervisor.rename(id, `title ${++words}`);
        if (what === "pin" && has) await world.supervisor.pin(id, true);
        if (what === "quiet") await world.quiet();
        if (what === "delete" && has) await world.supervisor.delete(id);
        if (what === "restore" && (await world.logs.isTrashed(id))) await world.supervisor.restore(id);
        if (what === "close") await world.supervisor.close();
        if (what === "close" || what === "crash") world.crash();
        if (what === "crash" || what === "close")
          assert.deepEqual(byId(await world.supervisor.list()), byId(await unkept(world.logs)));
      }
      points++;
    }),
    { numRuns: RUNS },
  );
  console.log(`points: ${points}`);
});

/** Logs that say which of them were opened, and that can write and fail all the same. */
class WatchedLogs extends MemoryLogs {
  readonly opened: string[] = [];
  refuses = false;

  override async open(conversationId: string) {
    this.opened.push(conversationId);
    const log = await super.open(conversationId);
    const append: typeof log.append = async (events, options) => {
      await log.append(events, options);
      if (this.refuses) throw new DuckError("storeFailed", "The disk said no.");
    };
    return { ...log, append };
  }
}

function byId(list: readonly ConversationSummary[]): ConversationSummary[] {
  return [...list].sort((a, b) => a.conversationId.localeCompare(b.conversationId));
}

/** What a start without a kept list reads. */
async function unkept(logs: MemoryLogs) {
  return supervised({ logs }).supervisor.list();
}

/** Answers at once, unless it is to think for ever. */
class QuickRunner implements TurnRunner {
  thinks = false;

  async run(_request: TurnRequest, signal: AbortSignal): Promise<TurnRun> {
    return { kind: "chat", parts: this.#parts(signal) };
  }

  async *#parts(signal: AbortSignal): TurnParts {
    if (this.thinks) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    yield { type: "text", text: "Yes." };
    yield { type: "end", stopReason: "complete" };
  }
}

async function keeping() {
  const folder = await mkdtemp(join(root, "w-"));
  const list = keptList({ fs: nodeFileSystem, keys, folder, logger: silentLog });
  const logs = new WatchedLogs();
  const runner = new QuickRunner();
  const { clock, restart, ...started } = supervised({ logs, list, runner });
  let { supervisor } = started;
  return {
    folder,
    list,
    logs,
    runner,
    clock,
    get supervisor() {
      return supervisor;
    },
    crash() {
      ({ supervisor } = restart());
      logs.opened.length = 0;
    },
    async say(conversationId: string, text: string) {
      const operationId = `op-${text.replaceAll(" ", "-")}`;
      await finished(supervisor.send(message(text, { conversationId, operationId }), unending));
      await supervisor.whenIdle();
    },
    /** Long enough for the list to be kept. */
    async quiet() {
      await clock.advance(QUIET_MS);
      await list.read();
    },
  };
}
