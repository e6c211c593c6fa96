import assert from "node:assert/strict";
import { test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, updateAll, visibleTurns } from "../../server/protocol/transcript.ts";
import { until } from "../fakes/clock.ts";
import type { ScriptedRunner } from "../fakes/scriptedRunner.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";

test("JSON holds all that happened: folded again it is the same transcript, with every branch", async () => {
  const world = supervised();
  const first = await answered(world, "first", "one");
  await answered(world, "second", "two");
  await answered(world, "edited", "three", { edits: first });
  await world.supervisor.pin("c", true);
  await world.supervisor.chooseModel("c", { kind: "openai", name: "big" });
  const { text, fileName } = await world.supervisor.export("c", "json");
  const exported = JSON.parse(text) as { format: string; version: number; title: string; events: PersistedEvent[] };
  assert.equal(fileName, "first.json");
  assert.equal(exported.format, "rubberduck.conversation");
  assert.equal(exported.version, 1);
  const follower = new Follower(world.supervisor);
  const shown = await follower.until(({ caughtUp }) => caughtUp);
  const again = updateAll(emptyTranscript, exported.events);
  assert.deepEqual({ ...again, caughtUp: true }, shown);
  assert.equal(again.turns.length, 3);
  assert.deepEqual(
    visibleTurns(again).map(({ text: answer }) => answer),
    ["three"],
  );
  follower.leave();
});

test("Markdown holds what is in view: who said it and when, the model, what went along, the receipt in a line", async () => {
  const world = supervised();
  const attachments = [{ kind: "file" as const, path: "/home/me/code/greet.ts", language: "typescript", text: "x" }];
  const first = await answered(world, "# Where is `greet`?", "gone");
  const sending = finished(
    world.supervisor.send(message("Where?", { edits: first, attachments, operationId: "edit" }), unending),
  );
  await until(() => world.runner.turns.length === 2);
  const model = { kind: "openai" as const, id: "duck-1" };
  world.runner.last.emit({
    type: "context",
    receipt: {
      model,
      budgetTokens: 8000,
      usedTokens: 1842,
      included: [
        {
          source: "code",
          label: "src/greet.ts:1-9",
          tokens: 90,
          why: "matches",
          location: { path: "/home/me/code/src/greet.ts", startLine: 1, endLine: 9 },
        },
      ],
      leftOut: [],
      leftOutMore: 3,
    },
  });
  world.runner.last.say("In **greet.ts**.");
  world.runner.last.emit({
    type: "end",
    stopReason: "complete",
    model,
    usage: { promptTokens: 1842, completionTokens: 7 },
  });
  await sending;
  const { text, fileName } = await world.supervisor.export("c", "markdown");
  assert.equal(fileName, "Where-is-greet.md");
  const time = world.clock.now().toISOString().slice(0, 16).replace("T", " ");
  assert.equal(
    text,
    `# Where is greet?

## You · ${time} UTC · version 2 of 2

Where?

- Attached: greet.ts

## RubberDuck · ${time} UTC · duck-1

In **greet.ts**.

> Given to the model: 1842 of 8000 tokens; code src/greet.ts:1-9. Left out: 3. 7 answered.
`,
  );
});

test("a conversation without a message is not exported, and the error says why", async () => {
  const { supervisor } = supervised();
  await assert.rejects(supervisor.export("none", "json"), { code: "notFound", message: /nothing to export/ });
});

async function answered(
  { supervisor, runner }: ReturnType<typeof supervised<ScriptedRunner>>,
  question: string,
  answer: string,
  fields = {},
): Promise<string> {
  const before = runner.turns.length;
  const sending = finished(supervisor.send(message(question, fields), unending));
  await until(() => runner.turns.length > before);
  runner.last.say(answer);
  runner.last.finish();
  return (await sending).result.turnId;
}
