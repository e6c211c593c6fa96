import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const CODE = `export function priceOf(cents: number): string {
  return (cents / 100).toFixed(2);
}

`;
const SAID = "priceOf(1995);";

const duck = useDuck({
  files: { "src/price.ts": CODE, "src/asked.ts": CODE, ".env": "TOKEN=" },
  settings: {
    "rubberduck.completions.eagerness": "relaxed",
    "rubberduck.completions.model": "qwen2.5-coder:1.5b",
    // The list of names would take the Tab.
    "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
    "editor.suggestOnTriggerCharacters": false,
  },
});

/** What the model was asked to fill in. */
const asked = () => duck.models.requests.filter(({ url }) => url === "/v1/completions");

/** Waits until this stands in grey at the cursor: it is drawn in pieces, each in its colour. */
async function inGrey(text: string, withinMs?: number): Promise<void> {
  const pieces = duck.editor.page.locator(".ghost-text-decoration");
  await until(
    async () => {
      const shown = (await pieces.allTextContents()).join("").replaceAll("\u00a0", " ");
      if (shown !== text) throw new Error(`In grey stands "${shown}".`);
      return true;
    },
    `"${text}" in grey`,
    withinMs,
  );
}

/**
 * Types this on a line of its own until it is answered. VS Code starts what asks for suggestions in an idle moment after an editor
 * was opened, and never asks for what was typed before that.
 */
async function typeUntilGrey(text: string, grey: string): Promise<void> {
  const { keyboard } = duck.editor.page;
  await until(
    async () => {
      await keyboard.press("Shift+Home");
      await keyboard.type(text);
      await inGrey(grey, 3_000);
      return true;
    },
    `"${grey}" in grey behind "${text}"`,
    30_000,
  );
}

function suggests(text: string): void {
  const chunk = JSON.stringify({ choices: [{ index: 0, text, finish_reason: "stop" }] });
  duck.models.reply(({ url }) =>
    url === "/v1/completions"
      ? { type: "raw", chunks: [`data: ${chunk}\n\ndata: [DONE]\n\n`] }
      : { type: "answer", pieces: ["Yes."] },
  );
}

async function atTheEndOf(path: string): Promise<void> {
  const { editor } = duck;
  await editor.openFile(path);
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+End");
}

/** Waits until the language status says this, looking at it as a person does. */
async function languageStatus(text: string): Promise<void> {
  const { page } = duck.editor;
  const shown = page.locator(".hover-language-status").filter({ hasText: text }).first();
  await until(async () => {
    await page.locator('[id="status.languageStatus"]').hover();
    await shown.waitFor({ timeout: 2_000 });
    return true;
  }, `"${text}" in the language status`);
}

test("grey text at the cursor goes on while it is typed, without another question, and Tab takes it", async () => {
  const { chat, editor } = duck;
  const { page } = editor;
  suggests(SAID);
  // What is typed before the server runs is not asked about.
  await chat.ask("Are you there?");
  await chat.says("Yes.");
  await atTheEndOf("src/price.ts");
  await typeUntilGrey("const tea = ", SAID);
  const before = asked().length;
  await editor.screenshot("ghost-dark");
  await page.keyboard.type("price");
  await inGrey("Of(1995);");
  assert.equal(asked().length, before);
  await editor.screenshot("ghost-typed-through");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+s");
  const path = join(editor.workspace, "src/price.ts");
  await until(
    async () => (await readFile(path, "utf8")) === `${CODE}const tea = ${SAID}`,
    "what was suggested, in the file",
  );
  await inGrey("");
});

test("in a file of secrets nothing is asked and the language status says why; on request, only when asked", async () => {
  const { editor } = duck;
  const { page } = editor;
  suggests(SAID);
  const before = asked().length;
  await atTheEndOf(".env");
  await page.keyboard.type("abc");
  await languageStatus("holds keys or passwords");
  await editor.screenshot("ghost-none");
  assert.equal(asked().length, before);

  await editor.runCommand("RubberDuck: Choose When Code Is Suggested");
  await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "On request" }).click();
  await editor.setTheme("light");
  await atTheEndOf("src/asked.ts");
  await page.keyboard.type("const cake = ");
  await languageStatus("Suggestions are made on request");
  assert.equal(asked().length, before);
  await page.keyboard.press("Alt+\\");
  await inGrey(SAID);
  assert.equal(asked().length, before + 1);
  await editor.screenshot("ghost-light");
});
