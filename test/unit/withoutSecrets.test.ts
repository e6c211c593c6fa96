import assert from "node:assert/strict";
import { test } from "node:test";
import { settledLength } from "../../server/conversation/withoutSecrets.ts";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { DuckError } from "../../server/util/errors.ts";
import { formatEntry } from "../../server/util/log.ts";
import { turn as settle, until } from "../fakes/clock.ts";
import { Follower, finished, message, supervised, unending } from "../fakes/supervised.ts";
import { made, seeded } from "./secrets/random.ts";

const random = seeded(7);
const token = () => made("ghp_{w36}", random);

test("a message, what came with it and its title are kept without their secrets", async () => {
  const secret = token();
  const { supervisor, runner, logs } = supervised();
  const selection = { kind: "selection" as const, path: "/ws/a.ts", language: "typescript", startLine: 1, endLine: 1 };
  const fields = { attachments: [{ ...selection, text: `key = ${secret}` }] };
  const sending = finished(supervisor.send(message(`does ${secret} work?`, fields), unending));
  await until(() => runner.turns.length === 1);
  assert.equal(runner.last.request.message.content, "does [redacted: GitHub token] work?");
  runner.last.finish();
  await sending;
  const kept = await written(logs);
  assert.match(kept, /"title":"does \[redacted: GitHub token\] work\?"/);
  assert.match(kept, /"text":"key = \[redacted: GitHub token\]"/);
  assert(!kept.includes(secret));
  await supervisor.close();
});

test("the same message sent again with the same id is still the same message", async () => {
  const { supervisor, runner } = supervised();
  const asked = message("what about this?", { content: `what about ${token()}?` });
  const first = finished(supervisor.send(asked, unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  const again = await finished(supervisor.send(asked, unending));
  assert.equal(again.result.turnId, (await first).result.turnId);
  await supervisor.close();
});

test("a secret in an answer is covered when it is done, and everything behind it stays in its place", async () => {
  const secret = token();
  const { supervisor, runner, logs, clock } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  const said = `the key is ${secret} and that is all`;
  for (const piece of [said.slice(0, 20), said.slice(20, 41), said.slice(41)]) {
    runner.last.say(piece);
    await settle();
    await clock.advance(1000);
  }
  runner.last.emit({ type: "step", step: { id: "s1", tool: "x", label: `Look for ${secret}`, state: "running" } });
  runner.last.finish();
  const done = (await sending).events.at(-1);
  assert.ok(done?.type === "done");
  assert.match(done.text, /^the key is \[redacted: GitHub token\]•+ and that is all$/);
  assert.equal(done.text.length, said.length);
  const kept = await written(logs);
  assert(!kept.includes(secret.slice(0, 12)), "not even its beginning, at a checkpoint");
  assert.match(
    kept,
    new RegExp(`"label":"Look for \\[redacted: GitHub token\\]","state":"running","offset":${said.length}`),
  );
  await supervisor.close();
});

test("an answer that a crash cut short comes back without its secret", async () => {
  const secret = token();
  const { supervisor, runner, clock, restart } = supervised();
  const sending = supervisor.send(message("hello"), unending);
  void finished(sending).catch(() => {});
  await until(() => runner.turns.length === 1);
  runner.last.say(`it is ${secret} `);
  await settle();
  await clock.advance(1000);
  const follower = new Follower(restart().supervisor);
  const { turns } = await follower.until(({ caughtUp }) => caughtUp);
  assert.match(turns[0]?.text ?? "", /^it is \[redacted: GitHub token\]•+ $/);
  follower.leave();
});

test("a name that a person gives, and an error, are kept without secrets", async () => {
  const secret = token();
  const { supervisor, runner, logs } = supervised();
  const sending = finished(supervisor.send(message("hello"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.fail(new DuckError("modelUnavailable", `The endpoint said: no such key ${secret}.`));
  await sending;
  await supervisor.rename("c", `about ${secret}`);
  const kept = await written(logs);
  assert.match(kept, /no such key \[redacted: GitHub token\]/);
  assert.match(kept, /"title":"about \[redacted: GitHub token\]"/);
  assert(!kept.includes(secret));
  await supervisor.close();
});

test("a word that may go on is not settled; short ones and blanks are", () => {
  assert.equal(settledLength("one two thre"), 12);
  assert.equal(settledLength(`the key is ${token().slice(0, 20)}`), 11);
  assert.equal(settledLength(`the key is ${token()} `), 52);
  assert.equal(settledLength(""), 0);
});

test("a line of the log has no secret, in its words, its error or the cause of that", () => {
  const secret = token();
  const cause = new Error(`401 for ${secret}`);
  const entry = formatEntry(`asked with ${secret}`, new Error(`refused ${secret}`, { cause }));
  assert(!entry.includes(secret));
  assert.match(entry, /asked with \[redacted: GitHub token\]\nError: refused \[redacted/);
  assert.match(entry, /caused by: .*\[redacted/s);
});

async function written(logs: ConversationLogs): Promise<string> {
  const { events } = await (await logs.open("c")).read();
  return JSON.stringify(events);
}
