import assert from "node:assert/strict";
import { test } from "node:test";
import { messageText, writeConversation } from "../fakes/longConversation.ts";
import { useDuck } from "./useDuck.ts";

const MESSAGES = 10_000;

const duck = useDuck();

test("a conversation of 10,000 messages opens at its end, scrolls to its beginning and takes another message", async () => {
  const { editor, chat } = duck;
  const { frame, window } = chat;
  const title = "A year of questions";
  await writeConversation(editor, { conversationId: "long", title, messages: MESSAGES });
  await chat.button(/^Conversation: .*Switch conversation$/).click();
  await chat.button(title).click();
  const log = frame.getByRole("log");
  await log.getByText(messageText(MESSAGES / 2), { exact: true }).waitFor();
  await log.and(frame.locator('[aria-busy="false"]')).waitFor();
  assert.equal(await frame.getByRole("article").last().getAttribute("aria-setsize"), String(MESSAGES));
  await editor.screenshot("long-conversation-end");

  await log.focus();
  await window.page.keyboard.press("Home");
  await log.getByText(messageText(1), { exact: true }).waitFor();
  await window.page.keyboard.press("ControlOrMeta+f");
  const search = frame.getByRole("search");
  await search.getByRole("textbox").fill("Question 2500");
  await search.getByText("1 of 1").waitFor();
  await log.getByText(messageText(2500)).waitFor();
  await editor.screenshot("long-conversation-find");
  await search.getByRole("textbox").press("Escape");
  assert.ok((await frame.locator("*").count()) < 2000);

  await chat.ask("And one more");
  assert.match(await chat.finished(), /You said/);
  assert.equal(await frame.getByRole("article").last().getAttribute("aria-setsize"), String(MESSAGES + 2));
});
