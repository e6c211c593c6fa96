import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat } from "./chat.ts";
import { until } from "./until.ts";
import { MODEL, useDuck } from "./useDuck.ts";

const duck = useDuck();

test("a second window on the folder shows the conversation, continues it, and keeps it when the first one's server is killed", async () => {
  const { chat, editor, models } = duck;
  models.reply({ type: "answer", pieces: ["From the first."] });
  await chat.ask("Who hears this?");
  assert.equal(await chat.finished(), "From the first.");
  const first = await editor.serverPid();
  const other = await Chat.open(await editor.openWindow());
  await other.ready(MODEL);
  await other.button(/Switch conversation$/).click();
  await other.frame.getByText("Who hears this?").first().click();
  await other.says("From the first.");
  models.reply({ type: "answer", pieces: ["From the second."] });
  await other.ask("And this?");
  assert.equal(await other.finished(), "From the second.");
  await chat.says("From the second.");
  process.kill(first, "SIGKILL");
  await until(() => !editor.serverPids().includes(first), "the first server to be gone");
  models.reply({ type: "answer", pieces: ["Still here."] });
  await other.ask("Who is left?");
  assert.equal(await other.finished(), "Still here.");
  await chat.says("Still here.");
});
