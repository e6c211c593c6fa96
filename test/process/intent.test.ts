import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

test("a mixed message runs its command and then answers what was asked besides", async () => {
  const server = await world.start(world.configured());
  world.models.reply([
    { type: "answer", pieces: ["It greets people."] },
    { type: "answer", pieces: ["Yes, it could."] },
  ]);
  const { events, result } = server.send("/explain src/greet.ts and tell me whether it could be shorter");
  await result;
  assert.deepEqual(startOf(events), { kind: "mixed", command: "explain" });
  assert.equal(endOf(events).text, "It greets people.\n\nYes, it could.");
  const [first, second] = world.models.requests.filter(({ body }) => body?.messages !== undefined).slice(-2);
  assert.match(String(first?.body?.messages?.at(-1)?.content), /Explain src\/greet\.ts/);
  assert.match(String(second?.body?.messages?.at(-1)?.content), /tell me whether it could be shorter/);
  await server.kill("SIGTERM");
});

test("where the command of a mixed message cannot be done it says so, and what was asked besides is answered", async () => {
  const server = await world.start(world.configured());
  world.models.reply([{ type: "answer", pieces: ["A burrito."] }]);
  const { events, result } = server.send("/refactor ../outside.ts and tell me what a monad is");
  await result;
  assert.deepEqual(startOf(events), { kind: "mixed", command: "refactor" });
  assert.match(String(endOf(events).text), /outside[\s\S]*\n\nA burrito\.$/);
  await server.kill("SIGTERM");
});

test("an unsure message runs nothing, and what is chosen of it runs in its place", async () => {
  const server = await world.start();
  await server.send("hello").result;
  const { events, result } = server.send("help?");
  const { turnId } = await result;
  assert.deepEqual(startOf(events), { kind: "unsure", command: undefined });
  const { text, choices = [] } = endOf(events);
  assert.equal(text, "Did you mean a command?");
  assert.deepEqual(
    choices.map(({ label }) => label),
    ["Show the commands", "Just talk"],
  );
  const as = choices[0]?.as;
  assert.ok(as);
  const chosen = server.send("help?", { edits: turnId, options: { as } });
  await chosen.result;
  assert.deepEqual(startOf(chosen.events), { kind: "command", command: "help" });
  assert.match(endOf(chosen.events).text, /`\/help`/);
  const talk = server.send("help?", { options: { as: { kind: "chat" } } });
  await talk.result;
  assert.equal(startOf(talk.events)?.kind, "chat");
  await server.kill("SIGTERM");
});

test("a command that there is not is named, with the nearest one", async () => {
  const server = await world.start();
  const { events, result } = server.send("/exlpain src/greet.ts");
  const { turnId } = await result;
  assert.equal(endOf(events).text, "There is no `/exlpain`. The nearest is `/explain`.");
  const as = endOf(events).choices?.[0]?.as;
  assert.ok(as);
  const chosen = server.send("/exlpain src/greet.ts", { edits: turnId, options: { as } });
  await chosen.result;
  assert.match(endOf(chosen.events).text, /greetPolitely/);
  await server.kill("SIGTERM");
});

test("where the rules only suspect a command the model decides, and only when it is sure", async () => {
  const server = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ['{"means": "help", "sure": true}'] });
  const sure = server.send("hmm, help");
  await sure.result;
  assert.deepEqual(startOf(sure.events), { kind: "command", command: "help" });
  for (const said of ['{"means": "help", "sure": false}', '{"means": "clear", "sure": true}', "Help them."]) {
    world.models.reply({ type: "answer", pieces: [said] });
    const unsure = server.send("hmm, help");
    await unsure.result;
    assert.equal(startOf(unsure.events)?.kind, "unsure", said);
  }
  await server.kill("SIGTERM");
});

function startOf(events: readonly ChatEvent[]) {
  const started = events.find((event) => event.type === "started");
  return started?.type === "started" ? { kind: started.kind, command: started.command } : undefined;
}

function endOf(events: readonly ChatEvent[]) {
  const done = events.at(-1);
  assert.ok(done?.type === "done", JSON.stringify(done));
  return done;
}
