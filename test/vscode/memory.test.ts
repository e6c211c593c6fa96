import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Locator } from "playwright-core";
import { shownCode } from "./recoveryCode.ts";
import { placesOf } from "./storePlaces.ts";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

const CONVENTION = "Our tests use a fake clock and never sleep.";
const CORRECTED = "Our tests use a fake clock, except the benches.";
const duck = useDuck();

test("a convention is told, used in another conversation after a reload, corrected, and forgotten", async () => {
  const { chat, editor, models } = duck;
  // An answer that repeats the prompt would be quoted in the next one.
  models.reply({ type: "answer", pieces: ["As agreed."] });
  await chat.ask(`Remember that ${CONVENTION.charAt(0).toLowerCase()}${CONVENTION.slice(1)}`);
  await chat.finished();
  await until(async () => (await remembered()).some((text) => text.includes("fake clock")), "it to be remembered");

  await editor.reload();
  await chat.ready(MODEL);
  await recallIsReady("fake clock");
  await chat.startAfresh();
  assert.match(await askedWith("Should my tests use a fake clock or sleep?"), /fake clock and never sleep/);
  const row = await receiptRow("never sleep");
  await editor.screenshot("memory-receipt");

  await row.locator("[data-row-main]").press("F2");
  const field = chat.frame.getByRole("textbox", { name: "Correct this memory" });
  await field.fill(CORRECTED);
  await field.press("Control+Enter");
  await row.getByText("Superseded").waitFor();
  await editor.screenshot("memory-corrected");
  await chat.startAfresh();
  const asked = await askedWith("May my tests sleep on a fake clock?");
  assert.match(asked, /except the benches/);
  assert.doesNotMatch(asked, /fake clock and never sleep/);

  const corrected = await receiptRow("except the benches");
  const code = await shownCode(editor);
  const places = (text: string) => placesOf(text, editor.storePath, code);
  await until(async () => (await places("except the benches")).includes("memory-items"), "what is recalled is kept");
  assert.deepEqual(await places("except the benches"), ["memory", "memory-items"], "the control finds it");
  for (const place of ["log", "memory"]) assert.ok((await places("and never sleep")).includes(place), place);
  await corrected.locator("[data-row-main]").press("Delete");
  await forgetEverything();
  // The answer in which it went along goes, too, and with it the receipt.
  await chat.frame.getByText("Forgotten.", { exact: true }).waitFor();
  await editor.screenshot("memory-forgotten");
  const page = await memoryPage();
  const forgotten = page.getByRole("region", { name: "Forgotten" });
  await forgotten.getByRole("button", { name: "Undo" }).waitFor();
  await editor.screenshot("memory-on-its-way-out");
  await forgotten.getByRole("button", { name: "Forget now" }).click();
  await forgotten.waitFor({ state: "detached" });
  // The row goes as soon as there is no way back; the files are written anew behind it.
  for (const text of ["except the benches", "and never sleep"]) {
    await until(async () => (await places(text)).length === 0, `"${text}" to stand in no file, decrypted`);
  }
  await chat.frame.getByRole("button", { name: "Memory. Back" }).click();
  await chat.startAfresh();
  assert.doesNotMatch(await askedWith("What do the tests use for the clock?"), /except the benches/);
  assert.ok(!(await remembered()).some((text) => text.includes("except the benches")));
  assert.ok(!(await exported()).includes("except the benches"));
});

test("an incognito conversation says what it is, and is gone with its window", async () => {
  const { chat, editor } = duck;
  await editor.runCommand("RubberDuck: New Incognito Conversation");
  await chat.frame.getByRole("note").getByText("Nothing here is written or remembered.").waitFor();
  await chat.ask("Remember that my secret bird is a heliotrope.");
  await chat.finished();
  await editor.screenshot("incognito");
  assert.ok(!(await remembered()).some((text) => text.includes("heliotrope")));
  await editor.reload();
  await chat.ready(MODEL);
  await chat.frame.getByText("The incognito conversation is gone").waitFor();
  assert.equal(await chat.frame.getByText("heliotrope").count(), 0);
});

/** Asks in the conversation that is shown; answers all that was sent to the model for it. */
async function askedWith(question: string): Promise<string> {
  await duck.chat.ask(question);
  const { body } = await requestFor(duck, question);
  await duck.chat.finished();
  return JSON.stringify(body?.messages);
}

/** The row of a memory in the receipt of the last answer, which is opened. */
async function receiptRow(text: string): Promise<Locator> {
  const { chat } = duck;
  await chat.answer.getByRole("button", { name: /^Receipt: Remembered/ }).click();
  const row = chat.answer.getByRole("region", { name: "Receipt" }).getByRole("listitem").filter({ hasText: text });
  await row.first().waitFor();
  return row.first();
}

/** If it is asked what goes along: all that quotes it. */
async function forgetEverything(): Promise<void> {
  const { frame } = duck.chat;
  const question = frame.getByRole("form", { name: "Forget" });
  await question.or(frame.getByText("go for good at")).first().waitFor();
  if (!(await question.isVisible())) return;
  await question.getByRole("radio").last().check();
  await question.getByRole("button", { name: "Forget" }).click();
}

/** An answer does not wait long for a memory that is still being loaded; a search does. */
async function recallIsReady(query: string): Promise<void> {
  const { chat, editor } = duck;
  await editor.runCommand("RubberDuck: Show Memory");
  await chat.frame.getByRole("searchbox", { name: "Search memory" }).fill(query);
  await chat.frame.getByRole("meter", { name: "Relevance" }).first().waitFor({ timeout: 60_000 });
  await editor.screenshot("memory-search");
  await chat.frame.getByRole("button", { name: "Memory. Back" }).click();
}

/** What the memory page lists. The panel shows the conversation again afterwards. */
async function remembered(): Promise<string[]> {
  const { chat, editor } = duck;
  const page = await memoryPage();
  const texts = await page.getByRole("region", { name: "Long-term" }).getByRole("listitem").allInnerTexts();
  await editor.screenshot("memory-page");
  await chat.frame.getByRole("button", { name: "Memory. Back" }).click();
  return texts;
}

async function memoryPage(): Promise<Locator> {
  const { chat, editor } = duck;
  await editor.runCommand("RubberDuck: Show Memory");
  const page = chat.frame.getByRole("main", { name: "Memory" });
  await page.and(chat.frame.locator("[aria-busy=false]")).waitFor();
  return page;
}

/** Through the command and the save dialog. */
async function exported(): Promise<string> {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Export Memory");
  const path = join(editor.workspace, "memory.json");
  const input = editor.page.locator(".quick-input-widget input.input");
  await until(async () => (await input.inputValue()).includes(editor.workspace), "the save dialog");
  await input.fill(path);
  await input.press("Enter");
  return until(() => readFileSync(path, "utf8"), "the exported file");
}
