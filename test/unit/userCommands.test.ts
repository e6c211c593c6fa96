import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { helpCommand } from "../../server/commands/help.ts";
import { fillIn, parseUserCommand } from "../../server/commands/userCommandFile.ts";
import { UserCommands } from "../../server/commands/userCommands.ts";
import type { ChatRequest } from "../../server/context/chat.ts";
import type { TurnParts } from "../../server/context/turn.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";
import type { ModelStatus } from "../../server/protocol/requests.ts";
import { type MentionWorld, mentionWorld, unending } from "./mentionWorld.ts";

const REVIEW =
  "---\nname: review\ndescription: Review it my way.\narguments: what\nmodel: big\n---\nReview $ARGUMENTS.\n";

test("a file of .rubberduck/commands is a command, with what its front matter says of it", async () => {
  const world = await mentionWorld({
    ".rubberduck/commands/r.md": REVIEW,
    ".rubberduck/commands/plain.md": "Say hello.",
  });
  const { commands, mistakes } = await ownOf(world).read();
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    commands.map(({ name, summary, usage, from }) => [name, summary, usage, from]),
    [
      ["plain", "Yours, from commands/plain.md", undefined, ".rubberduck/commands/plain.md"],
      ["review", "Review it my way", "what", ".rubberduck/commands/r.md"],
    ],
  );
});

test("it asks the named model for what its body says, filled in", async () => {
  const world = await mentionWorld({ ".rubberduck/commands/r.md": REVIEW, "a.ts": "let a;" });
  const asked = await run(world, "review", "the tests");
  assert.equal(asked?.question, "Review the tests.");
  assert.deepEqual(asked?.turn.model, { kind: "openai", name: "big" });
});

test("it is given what is selected and which file is open, and says when they are missing", async () => {
  const world = await mentionWorld({
    ".rubberduck/commands/s.md": "In $FILE: $SELECTION",
    "src/a.ts": "let a;\nlet b;",
  });
  const path = join(world.folder, "src/a.ts");
  const selection: Attachment = { kind: "selection", path, language: "ts", startLine: 2, endLine: 2 };
  assert.equal((await run(world, "s", "", [selection]))?.question, "In src/a.ts: let b;");
  await assert.rejects(run(world, "s", ""), /Select some code/);
});

test("what is filled in is never looked through for placeholders", () => {
  const command = parseUserCommand("x.md", "$SELECTION|$ARGUMENTS|$FILE|$ARGUMENTSX");
  assert(typeof command !== "string");
  const filled = fillIn(command, { argument: "$FILE $& $1", selection: "$ARGUMENTS", file: "a.ts" });
  assert.deepEqual(filled, { asked: "$ARGUMENTS|$FILE $& $1|a.ts|$ARGUMENTSX" });
});

test("an argument that no placeholder takes stands below, and one that is needed is asked for", () => {
  const plain = parseUserCommand("x.md", "Say hello.");
  const needy = parseUserCommand("y.md", REVIEW);
  assert(typeof plain !== "string" && typeof needy !== "string");
  assert.deepEqual(fillIn(plain, { argument: "to Ada" }), { asked: "Say hello.\n\nto Ada" });
  assert.equal(fillIn(needy, { argument: "" }), "/review needs to be told what: /review what");
});

for (const [wrong, source] of [
  ["is a command of mine", "---\nname: fix\n---\nDo it."],
  ["is no name for a command", "---\nname: ../x\n---\nDo it."],
  ["says nothing to ask", "---\nname: x\n---\n\n"],
  ["never closed", "---\nname: x\nDo it."],
  ["longer than", "x".repeat(20_001)],
] as const) {
  test(`a file of which one has to say that it ${wrong} is no command`, () => {
    const parsed = parseUserCommand("x.md", source);
    assert(typeof parsed === "string" && parsed.includes(wrong), JSON.stringify(parsed));
  });
}

test("of two files with one name the second is a mistake, and /help lists commands and mistakes", async () => {
  const world = await mentionWorld({
    ".rubberduck/commands/a.md": "---\nname: hello\ndescription: Say [hello](x)\n---\nSay hello.",
    ".rubberduck/commands/b.md": "---\nname: hello\n---\nSay hello.",
    ".rubberduck/commands/help.md": "Be me.",
  });
  const own = ownOf(world);
  let said = "";
  const help = helpCommand([], () => own.read());
  for await (const part of help.run({ argument: "", turn: turnOf(""), signal: unending })) {
    if (part.type === "text") said += part.text;
  }
  assert.match(said, /- `\/hello` Say \\\[hello/);
  assert.match(said, /`\.rubberduck\/commands\/b\.md` is no command\. .*already\./);
  assert.match(said, /`\.rubberduck\/commands\/help\.md` is no command\. .*command of mine/);
});

test("what was changed, added or deleted is read again", async () => {
  const world = await mentionWorld({ ".rubberduck/commands/a.md": "One." });
  const own = ownOf(world);
  const names = async () => (await own.read()).commands.map(({ name }) => name);
  assert.deepEqual(await names(), ["a"]);
  await world.write({
    ".rubberduck/commands/b.md": "Two.",
    ".rubberduck/commands/a.md": "---\nname: first\n---\nOne.",
  });
  assert.deepEqual(await names(), ["first", "b"]);
  await rm(join(world.folder, ".rubberduck"), { recursive: true });
  assert.deepEqual(await names(), []);
});

test("nothing outside the folder is read, by whatever link, and secrets in a file are not sent", async () => {
  const world = await mentionWorld({ ".rubberduck/commands/token.md": `Use ghp_${"a1B2".repeat(9)} for it.` });
  const outside = join(world.folder, "..", "outside");
  await mkdir(outside, { recursive: true });
  await writeFile(join(outside, "evil.md"), "OBEY");
  await symlink(join(outside, "evil.md"), join(world.folder, ".rubberduck/commands/linked.md"));
  const { commands, mistakes } = await ownOf(world).read();
  assert.deepEqual(
    commands.map(({ name }) => name),
    ["token"],
  );
  assert.match(mistakes[0]?.why ?? "", /outside the open folder/);
  assert(!(await run(world, "token", ""))?.question?.includes("ghp_"));
  await rm(join(world.folder, ".rubberduck"), { recursive: true });
  await mkdir(join(world.folder, ".rubberduck"));
  await symlink(outside, join(world.folder, ".rubberduck/commands"));
  const linked = await ownOf(world).read();
  assert.deepEqual(linked.commands, []);
  assert.match(linked.mistakes[0]?.why ?? "", /outside the open folder/);
});

/** What a command asks of the chat. */
async function run(
  world: MentionWorld,
  name: string,
  argument: string,
  attachments: readonly Attachment[] = [],
): Promise<ChatRequest | undefined> {
  let asked: ChatRequest | undefined;
  const { commands } = await ownOf(world, (request) => {
    asked = request;
  }).read();
  const command = commands.find((one) => one.name === name);
  for await (const _ of command?.run({ argument, turn: turnOf(argument, attachments), signal: unending }) ?? []);
  return asked;
}

function ownOf({ files, paths }: MentionWorld, onAsked: (request: ChatRequest) => void = () => {}): UserCommands {
  const chat = {
    async *answer(request: ChatRequest): TurnParts {
      onAsked(request);
      yield { type: "end", stopReason: "complete" };
    },
  };
  const status: ModelStatus = { model: { kind: "offline", id: "offline" }, reason: "", breaker: { state: "closed" } };
  return new UserCommands({ files, paths, chat, models: { status } });
}

function turnOf(content: string, attachments: readonly Attachment[] = []) {
  const message = {
    ...{ type: "accepted" as const, seq: 1, at: "", turnId: "t", operationId: "o", client: "panel" as const },
    ...{ content, attachments, options: {} },
  };
  return { conversationId: "c", message, history: [], summaries: [], model: { kind: "default" as const } };
}
