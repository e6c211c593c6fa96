import assert from "node:assert/strict";
import { test } from "node:test";
import { checkpointsIn } from "../fakes/checkpoints.ts";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

/** The role comes first, then the first text. */
const FIRST_PIECE = 2;

const duck = useDuck();

test("killed in the middle of an answer, the server comes back with what had arrived, and continues it", async () => {
  const { chat, models } = duck;
  await killMidAnswer("Tell me a story");
  models.reply({ type: "answer", pieces: ["and the end."] });
  await chat.button("Continue").click();
  await chat.says("and the end.");
  assert.equal(await chat.finished(), "The beginning, and the end.");
  const { body } = await requestFor(duck, "Your answer broke off");
  assert.ok(body?.messages?.some(({ role, content }) => role === "assistant" && content.includes("The beginning,")));
});

test("after a crash an answer can be made anew", async () => {
  const { chat, models } = duck;
  await killMidAnswer("Tell me another");
  models.reply({ type: "answer", pieces: ["All at once."] });
  await chat.answer.getByRole("status").getByRole("button", { name: "Regenerate" }).click();
  await chat.says("All at once.");
  assert.equal(await chat.finished(), "All at once.");
});

test("killed in the middle of an answer, the extension host comes back, and the answer has gone on without it", async () => {
  const { chat, editor, models } = duck;
  models.reply({ type: "answer", pieces: ["Before, ", "and after."] });
  models.hold();
  await chat.ask("Outlive the extension host");
  await requestFor(duck, "Outlive the extension host");
  models.release(FIRST_PIECE);
  await chat.says("Before,");
  const killed = editor.extensionHostPids();
  for (const pid of killed) process.kill(pid, "SIGKILL");
  models.release();
  await until(() => editor.extensionHostPids().some((pid) => !killed.includes(pid)), "a new extension host");
  await chat.ready(MODEL);
  await chat.message.filter({ hasText: "Outlive the extension host" }).waitFor();
  assert.equal(await chat.finished(), "Before, and after.");
  models.reply({ type: "answer", pieces: ["Here I am."] });
  await chat.ask("Still there?");
  assert.equal(await chat.finished(), "Here I am.");
});

/** Ends with a new server, and the beginning of the answer on the screen. */
async function killMidAnswer(question: string): Promise<void> {
  const { chat, editor, models } = duck;
  models.reply({ type: "answer", pieces: ["The beginning, ", "never said."] });
  models.hold();
  const before = checkpointsIn(editor.storePath);
  await chat.ask(question);
  const { aborted } = await requestFor(duck, question);
  models.release(FIRST_PIECE);
  await chat.says("The beginning,");
  await until(() => checkpointsIn(editor.storePath) > before, "the beginning of the answer on disk");
  const pid = await editor.serverPid();
  process.kill(pid, "SIGKILL");
  await aborted;
  models.release();
  await until(async () => (await editor.serverPid()) !== pid, "a new server");
  await chat.message.filter({ hasText: question }).waitFor();
  await chat.says("The answer was cut off");
  assert.equal(await chat.finished(), "The beginning,");
}
