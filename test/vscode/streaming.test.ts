import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

/** The role comes first, then the first text. */
const FIRST_PIECE = 2;

const duck = useDuck();

test("an answer appears piece by piece", async () => {
  const { chat, models } = duck;
  models.reply({ type: "answer", pieces: ["One, ", "two, ", "three."] });
  models.hold();
  await chat.ask("Count to three");
  await chat.says(`Asking ${MODEL}`);
  models.release(FIRST_PIECE);
  await chat.says("One,");
  assert.equal(await chat.words(), "One,");
  models.release(1);
  await chat.says("One, two,");
  assert.equal(await chat.words(), "One, two,");
  models.release();
  assert.equal(await chat.finished(), "One, two, three.");
});

test("stopped half way, it keeps what was said and tells the endpoint", async () => {
  const { chat, models } = duck;
  models.reply({ type: "answer", pieces: ["Half of it, ", "and the rest."] });
  models.hold();
  await chat.ask("Stop half way");
  const request = await requestFor(duck, "Stop half way");
  models.release(FIRST_PIECE);
  await chat.says("Half of it,");
  await chat.button("Stop").click();
  assert.equal(await chat.finished(), "Half of it,");
  await chat.says("Stopped. What was said is kept.");
  await request.aborted;
});

test("regenerate answers the message again, in place of the first answer", async () => {
  const { chat, models } = duck;
  models.reply([
    { type: "answer", pieces: ["The first."] },
    { type: "answer", pieces: ["The second."] },
  ]);
  await chat.ask("Say something");
  assert.equal(await chat.finished(), "The first.");
  await chat.regenerate();
  await chat.says("The second.");
  assert.equal(await chat.finished(), "The second.");
  assert.equal(await chat.frame.getByRole("article").count(), 2);
});

test("a message sent while one streams waits its turn", async () => {
  const { chat, models } = duck;
  models.reply([
    { type: "answer", pieces: ["To the first."] },
    { type: "answer", pieces: ["To the second."] },
  ]);
  models.hold();
  await chat.ask("The first message");
  await requestFor(duck, "The first message");
  await chat.ask("The second message");
  await chat.message.getByText("Queued").waitFor();
  models.release();
  await chat.says("To the second.");
  await chat.message.getByText("Queued").waitFor({ state: "detached" });
  await chat.frame.getByRole("article").filter({ hasText: "To the first." }).waitFor();
});

test("a queued message can be taken back into the box and is never sent", async () => {
  const { chat, models } = duck;
  models.hold();
  await chat.ask("Goes first");
  await requestFor(duck, "Goes first");
  await chat.ask("On second thoughts");
  await chat.button("Take back").click();
  await until(async () => (await chat.box.inputValue()) === "On second thoughts", "the message in the box");
  await chat.frame.getByRole("article", { name: /^You/ }).filter({ hasText: "On second thoughts" }).waitFor({
    state: "detached",
  });
  models.release();
  await chat.finished();
  assert.ok(!JSON.stringify(models.requests).includes("On second thoughts"));
});

test("a new conversation does not show what is under way in another one, which goes on", async () => {
  const { chat, models } = duck;
  models.reply({ type: "answer", pieces: ["Finished meanwhile."] });
  models.hold();
  await chat.ask("Take your time");
  await requestFor(duck, "Take your time");
  await chat.startAfresh();
  models.release();
  await chat.button("Conversation: New conversation. Switch conversation").click();
  await chat.button("Take your time").click();
  assert.equal(await chat.finished(), "Finished meanwhile.");
});

test("the status bar names the model", async () => {
  const { editor } = duck;
  await until(async () => (await editor.statusBar()).includes(MODEL), `${MODEL} in the status bar`);
});
