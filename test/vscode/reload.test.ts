import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

/** The role comes first, then the first text. */
const FIRST_PIECE = 2;

const duck = useDuck();

test("an answer goes on while the window is reloaded, and the new window sees it finish", async () => {
  const { chat, editor, models } = duck;
  const before = await editor.serverPid();
  models.reply({ type: "answer", pieces: ["Before, ", "and after."] });
  models.hold();
  await chat.ask("Outlive the window");
  await requestFor(duck, "Outlive the window");
  models.release(FIRST_PIECE);
  await chat.says("Before,");
  await editor.reload();
  await chat.ready(MODEL);
  await chat.says("Before,");
  assert.ok(editor.serverPids().includes(before), "the server that answers is still there");
  models.release();
  assert.equal(await chat.finished(), "Before, and after.");
  await until(() => !editor.serverPids().includes(before), "the old server to end, its work done");
  models.reply({ type: "answer", pieces: ["Here I am."] });
  await chat.ask("Still there?");
  assert.equal(await chat.finished(), "Here I am.");
});

test("a draft is kept over a reload, and so is the conversation", async () => {
  const { chat, editor } = duck;
  await chat.ask("Remember this");
  await chat.finished();
  await chat.box.fill("Half a thou");
  await editor.reload();
  await chat.ready(MODEL);
  await chat.message.filter({ hasText: "Remember this" }).waitFor();
  assert.equal(await chat.box.inputValue(), "Half a thou");
});

test("an index that was paused is paused in the reloaded window, too, until it is told to go on", async () => {
  const { chat, editor } = duck;
  await chat.ask("What is read of the code?");
  await chat.finished();
  await editor.runCommand("RubberDuck: Pause Reading Code");
  await editor.reload();
  await chat.ready(MODEL);
  await editor.openFile("src/greet.ts");
  const status = editor.page.locator("[id='status.languageStatus']");
  await status.hover();
  await editor.page
    .getByText(/Paused: \d+ files? (is|are) searched/)
    .first()
    .waitFor();
  await editor.screenshot("index-paused");
  await editor.runCommand("RubberDuck: Resume Reading Code");
});
