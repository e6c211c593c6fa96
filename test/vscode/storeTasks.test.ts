import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const duck = useDuck();

test("the store is verified: whole, with a report to read", async () => {
  await duck.chat.ask("What is kept?");
  await duck.chat.finished();
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Verify Store");
  await said(/^The store is whole\.$/);
  await editor.screenshot("store-verified");
  await editor.page.getByRole("button", { name: "Show Report" }).first().click();
  const report = editor.page.locator(".editor-instance .view-lines").filter({ hasText: /The.store.is.whole:/ });
  await report.waitFor();
  await editor.page.getByRole("tab", { name: /^Store report 1\.txt/ }).waitFor();
  await editor.screenshot("store-report");
});

test("everything is exported to a file, after it was said that it is not encrypted", async () => {
  await duck.chat.ask("What is exported?");
  await duck.chat.finished();
  const { editor } = duck;
  const path = join(dirname(editor.storePath), "all.jsonl");
  await editor.runCommand("RubberDuck: Export Everything");
  const dialog = editor.page.locator(".monaco-dialog-box");
  await dialog.filter({ hasText: "It is not encrypted" }).waitFor();
  await editor.screenshot("store-export");
  await dialog.getByRole("button", { name: "Choose a File" }).click();
  await choose(path);
  await said(/conversations were exported to .*all\.jsonl, unencrypted\.$/);
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const conversations = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "conversation");
  const contents = conversations.flatMap(({ messages }) => messages.map((one: { content: string }) => one.content));
  assert.ok(contents.includes("What is exported?"));
});

test("the store moves to a folder: what was said is there, what is said goes there, the old one is kept", async () => {
  await duck.chat.ask("Said before the move");
  await duck.chat.finished();
  const { editor } = duck;
  const to = join(dirname(editor.storePath), "moved");
  await mkdir(to);
  const before = (await readdir(editor.storePath, { recursive: true })).filter((name) => !name.includes("epochs"));
  await editor.runCommand("RubberDuck: Move to a New Store");
  await choose(to);
  await said(/The store is .*moved now\. The old one is still in .*store; nothing in it was changed\.$/);
  await editor.screenshot("store-moved");
  await duck.chat.message.filter({ hasText: "Said before the move" }).waitFor();
  await duck.chat.ask("Said after the move");
  await duck.chat.finished();
  const after = await readdir(editor.storePath, { recursive: true });
  assert.deepEqual(
    before.filter((name) => name.endsWith(".log") && !after.includes(name)),
    [],
  );
  await until(
    async () => (await readdir(to, { recursive: true })).some((name) => name.includes("epochs")),
    "an owner there",
  );
});

/** In VS Code's own file dialog. */
async function choose(path: string): Promise<void> {
  const { page } = duck.editor;
  const input = page.locator(".quick-input-widget input.input");
  await input.waitFor();
  const rows = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: /^user$/ });
  // Its own proposal may come late and take the place of what is entered; that counts once its folder was listed.
  await until(async () => {
    if ((await input.inputValue()) === path) return rows.isVisible();
    await input.fill(path);
    return false;
  }, "the path in the dialog, and its folder listed");
  // The first Enter may only complete the name of a folder.
  await until(async () => {
    if (!(await input.isVisible())) return true;
    if ((await input.inputValue()).startsWith(path)) await page.keyboard.press("Enter");
    else await input.fill(path);
    return false;
  }, "the dialog closes");
}

function said(what: RegExp): Promise<unknown> {
  return until(
    async () => (await duck.editor.notifications()).some((text) => what.test(text)),
    `said: ${what}`,
    30_000,
  );
}
