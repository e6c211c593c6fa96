import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { TurnParts, TurnRequest, TurnRunner } from "../../server/context/turn.ts";
import type { TurnStream } from "../../server/conversation/conversations.ts";
import { ShortTermTally } from "../../server/memory/shortTerm.ts";
import { turnsBefore } from "../../server/protocol/branches.ts";
import { withoutUndone } from "../../server/protocol/forgetting.ts";
import { emptyTranscript, type Turn, updateAll } from "../../server/protocol/transcript.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { finished, message, supervised, unending } from "../fakes/supervised.ts";

const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 600 : 60;

test("what was said last is read without the log, also by the first message after a start", async () => {
  const logs = new MemoryLogs();
  const before = world(logs);
  for (const words of ["one", "two", "three"]) await before.say(words);
  assert.deepEqual(before.tally.stats, { held: 6, capacity: 200, hitRate: 1 });
  await before.supervisor.close();
  assert.equal(before.tally.stats.held, 0);
  const after = world(logs);
  await after.say("four");
  assert.deepEqual(after.histories.at(-1), ["one", "two", "three"]);
  assert.deepEqual(after.tally.stats, { held: 8, capacity: 200, hitRate: 1 });
});

test("an edit and a new answer are read from the log, what follows them is not", async () => {
  const { say, retry, histories, tally } = world();
  for (const words of ["one", "two", "three"]) await say(words);
  await say("two again", 1);
  assert.equal(tally.stats.hitRate, 3 / 4);
  await say("four");
  assert.equal(tally.stats.hitRate, 4 / 5);
  await retry(0);
  await say("five");
  await say("six");
  assert.equal(tally.stats.hitRate, 5 / 8);
  assert.deepEqual(histories.at(-1), ["one", "two again", "four", "five"]);
});

test("two hundred messages and answers are held, and what summaries stand for is left out of no answer", async () => {
  const { say, histories, tally } = world();
  for (let index = 0; index < 105; index++) await say(`${index}`);
  assert.deepEqual([tally.stats.held, tally.stats.hitRate], [200, 1]);
  assert.deepEqual([histories.at(-1)?.length, histories.at(-1)?.[0]], [104, "0"]);
});

test("law: whatever was said, edited, asked again, taken back, forgotten or shown, what is read is what the log says", async () => {
  const action = fc.record({
    what: fc.constantFrom(
      ...(["say", "say", "say", "edit", "retry", "forget", "unforget", "show", "clear", "restart", "queue"] as const),
    ),
    which: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const logs = new MemoryLogs();
      let current = world(logs);
      for (const [index, { what, which }] of actions.entries()) {
        const refused = () => {};
        if (what === "say") await current.say(`m${index}`);
        else if (what === "edit") await current.say(`e${index}`, which).catch(refused);
        else if (what === "retry") await current.retry(which).catch(refused);
        else if (what === "clear") await current.say("/clear");
        else if (what === "queue") await current.queue([`a${index}`, `b${index}`, `c${index}`], which);
        else if (what === "restart") {
          await current.supervisor.close();
          current = world(logs);
        } else await current.change(what, which).catch(refused);
        assert.deepEqual(current.wrong, []);
      }
      await current.supervisor.close();
    }),
    { numRuns: RUNS },
  );
});

/** A conversation that is answered at once; each read of what stands before a message is held against the log. */
function world(logs = new MemoryLogs()) {
  const histories: string[][] = [];
  /** Messages that were answered with something else than what the log says. */
  const wrong: string[] = [];
  const tally = new ShortTermTally();
  let held = Promise.resolve();
  const fromLog = async () => updateAll(emptyTranscript, withoutUndone((await (await logs.open("c")).read()).events));
  const idsOf = (turns: readonly Turn[]) => turns.map(({ accepted, text }) => [accepted.turnId, text]);
  async function* answer({ message: { content, ...accepted }, history }: TurnRequest): TurnParts {
    const expected = turnsBefore(await fromLog(), { content, ...accepted }).filter(({ state }) => state === "done");
    if (!isDeepStrictEqual(idsOf(history), idsOf(expected))) wrong.push(content);
    histories.push(history.map((turn) => turn.accepted.content));
    await held;
    if (content === "/clear") yield { type: "clear" };
    yield { type: "text", text: `answer to ${content}` };
    yield { type: "end", stopReason: "complete" };
  }
  const runner: TurnRunner = { run: async (request) => ({ kind: "chat", parts: answer(request) }) };
  const { supervisor } = supervised({ runner, logs, tally, ids: `w${worlds++}` });
  let operations = 0;
  const operationId = () => `op-${worlds}-${operations++}`;
  const turnAt = async (which: number) => {
    const { turns } = await fromLog();
    return turns[which % Math.max(1, turns.length)]?.accepted.turnId ?? "none";
  };
  const send = (content: string, edits?: string) =>
    supervisor.send(message(content, { operationId: operationId(), ...(edits !== undefined && { edits }) }), unending);
  const answered = async (stream: TurnStream): Promise<void> => {
    await finished(stream);
  };
  return {
    supervisor,
    histories,
    wrong,
    tally,
    say: async (content: string, edited?: number): Promise<void> => {
      await answered(send(content, edited === undefined ? undefined : await turnAt(edited)));
    },
    retry: async (which: number): Promise<void> => {
      const turnId = await turnAt(which);
      const params = { conversationId: "c", turnId, operationId: operationId(), mode: "regenerate" as const };
      await answered(supervisor.retry(params, unending));
    },
    /** Three messages at once, of which one is put first or taken back while it waits. */
    queue: async (contents: readonly string[], which: number): Promise<void> => {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      const streams = contents.map((content) => send(content));
      const accepted = await Promise.all(streams.map((stream) => stream.next()));
      const ids = accepted.map(({ value }) => ("turnId" in value ? (value.turnId ?? "") : ""));
      if (which % 3 === 1) await supervisor.promote("c", ids[2] ?? "");
      if (which % 3 === 2) await supervisor.withdraw("c", ids[1] ?? "");
      release();
      await Promise.all(streams.map(answered));
    },
    change: async (what: "forget" | "unforget" | "show", which: number): Promise<void> => {
      const turnId = await turnAt(which);
      if (what === "forget") await supervisor.forget("c", turnId, "later");
      else if (what === "unforget") await supervisor.unforget("c", turnId);
      else await supervisor.showBranch("c", turnId);
    },
  };
}

let worlds = 0;
