import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, updateAll, visibleTurns } from "../../server/protocol/transcript.ts";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck();

test("an edited message is answered without what came after it, and the old version can be shown again", async () => {
  const { chat, models, editor } = duck;
  await chat.ask("Where does the jitter begin?");
  await chat.finished();
  await chat.ask("And where does it end?");
  await chat.finished();
  await chat.box.press("ArrowUp");
  await chat.box.press("Escape");
  const first = chat.frame.getByRole("article", { name: /^You/ }).filter({ hasText: "Where does the jitter begin?" });
  await first.getByRole("button", { name: "Edit and ask again" }).press("Enter");
  assert.equal(await chat.box.inputValue(), "Where does the jitter begin?");
  await editor.screenshot("conversations-editing");
  await chat.ask("Where does the flicker begin?");
  const { body } = await requestFor(duck, "Where does the flicker begin?");
  assert.doesNotMatch(JSON.stringify(body?.messages), /jitter|And where/);
  await chat.finished();
  assert.equal(await chat.frame.getByText("And where does it end?").count(), 0);
  await editor.screenshot("conversations-versions");
  await chat.button("Previous version").press("Enter");
  await chat.message.filter({ hasText: "And where does it end?" }).waitFor();
  await chat.ask("Is that all?");
  const next = await requestFor(duck, "Is that all?");
  assert.match(JSON.stringify(next.body?.messages), /jitter.*And where does it end/);
  assert.doesNotMatch(JSON.stringify(next.body?.messages), /flicker/);
  await chat.finished();
  assert.ok(models.requests.length > 0);
});

test("a search finds the message and opens it; a deleted conversation comes back", async () => {
  const { chat, editor } = duck;
  await chat.ask("How is the naïve parser tested?");
  await chat.finished();
  await editor.runCommand("RubberDuck: Show Conversations");
  const search = chat.frame.getByRole("searchbox", { name: "Search conversations" });
  await search.fill("PARSER naive");
  await chat.frame.getByText(/^1 of \d+ conversation/).waitFor();
  assert.deepEqual(await chat.frame.locator("mark").first().innerText(), "naïve");
  await editor.screenshot("conversations-search");
  await search.press("Enter");
  await chat.message.filter({ hasText: "naïve parser" }).waitFor();

  await editor.runCommand("RubberDuck: Show Conversations");
  const row = chat.button("How is the naïve parser tested?").first();
  await row.press("Delete");
  await chat.button("Undo").waitFor();
  await search.fill("naive parser");
  await chat.frame.getByText(/^None of \d+ conversation/).waitFor();
  await search.press("Escape");
  await chat.button("Undo").press("Enter");
  await row.waitFor();
  await editor.screenshot("conversations-list");
  await row.press("Enter");
  await chat.message.filter({ hasText: "naïve parser" }).waitFor();
});

test("a conversation is exported whole as JSON, and readable as Markdown", async () => {
  const { chat, editor } = duck;
  await chat.ask("What shall be exported?");
  const said = await chat.finished();
  const json = JSON.parse(await exportAs("JSON", "exported.json")) as { events: PersistedEvent[] };
  const transcript = updateAll(emptyTranscript, json.events);
  assert.deepEqual(
    visibleTurns(transcript).map(({ accepted }) => accepted.content),
    ["What shall be exported?"],
  );
  const markdown = await exportAs("Markdown", "exported.md");
  assert.match(markdown, /^# What shall be exported\?\n\n## You · .* UTC\n\nWhat shall be exported\?/);
  assert.match(markdown, new RegExp(`## RubberDuck · .* · ${MODEL}\\n\\n`));
  assert.ok(said.includes("You said") && markdown.includes("You said"));
  await editor.screenshot("conversations-exported");
});

test("another model is chosen for one conversation only", async () => {
  const { chat, editor } = duck;
  await chat.button(`Model: ${MODEL}`).click();
  await editor.screenshot("conversations-model");
  await chat.frame.getByRole("menuitemradio", { name: "duck-2" }).click();
  await chat.button("Model: duck-2").waitFor();
  await chat.ask("Who answers this?");
  assert.equal((await requestFor(duck, "Who answers this?")).body?.model, "duck-2");
  await chat.finished();
  await chat.startAfresh();
  await chat.button(`Model: ${MODEL}`).waitFor();
});

/** Through the command, the quick pick and the save dialog, as a person would. */
async function exportAs(format: string, fileName: string): Promise<string> {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Export Conversation");
  const { page } = editor;
  await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: format }).first().click();
  const path = join(editor.workspace, fileName);
  const input = page.locator(".quick-input-widget input.input");
  await until(async () => (await input.inputValue()).includes(editor.workspace), "the save dialog");
  await input.fill(path);
  await input.press("Enter");
  return until(() => readFileSync(path, "utf8"), "the exported file");
}
