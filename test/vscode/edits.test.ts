import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const ORDERS = `/** What an order costs, in cents. */
export function total(order: { cents: number; count: number }): number {
  return order.cents * order.count;
}

export function isFree(cents: number): boolean {
  return cents == 0;
}

export function label(name: string): string {
  return "Order of " + name;
}

export function last(): string {
  return "the last";
}

export function greet(name: string): string {
  return "Good day, " + name;
}
`;
const CRLF = "\uFEFFexport const a = 1;   \r\nexport const b = 2;\r\nexport const c = 3;";

const duck = useDuck({
  files: {
    "src/orders.ts": ORDERS,
    "src/windows.ts": CRLF,
    "src/dirty.ts": "export const a = 1;\nexport const b = 2;\n",
  },
});

const block = (path: string, search: string, replace: string) =>
  `${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;

async function goTo(path: string, line: number): Promise<void> {
  const { editor } = duck;
  await editor.openFile(path);
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Home");
  for (let at = 1; at < line; at++) await editor.page.keyboard.press("ArrowDown");
}

function onDisk(path: string): Promise<string> {
  return readFile(join(duck.editor.workspace, path), "utf8");
}

/** Waits until the active editor holds this text. */
async function shows(text: string): Promise<void> {
  const { page } = duck.editor;
  await until(async () => {
    const lines = await page.locator(".editor-instance .view-lines").allTextContents();
    return lines.join("\n").replaceAll("\u00a0", " ").includes(text);
  }, `"${text}" in the editor`);
}

/** Asks at the cursor for what the model is made to answer. */
async function askHere(text: string): Promise<void> {
  const { page } = duck.editor;
  await page.keyboard.press("ControlOrMeta+i");
  const input = page.locator(".quick-input-widget input.input");
  await input.fill(text);
  await input.press("Enter");
}

const lens = (text: string) => duck.editor.page.locator(".codelens-decoration a").filter({ hasText: text });

test("from the lightbulb to a diff: one change accepted, one rejected, and undone as one", async () => {
  const { chat, editor, models } = duck;
  const { page } = editor;
  models.reply({
    type: "answer",
    pieces: [
      "Two things.\n\n",
      block("src/orders.ts", "  return cents == 0;", "  return cents === 0;"),
      block("src/orders.ts", '  return "Good day, " + name;', '  const day = "Good day, ";\n  return day + name;'),
    ],
  });
  await goTo("src/orders.ts", 7);
  const rows = page.locator(".action-widget .monaco-list-row");
  await until(async () => {
    if (!(await rows.first().isVisible())) await page.keyboard.press("ControlOrMeta+.");
    await rows.first().waitFor({ timeout: 3000 });
    return true;
  }, "the menu of code actions");
  await rows.filter({ hasText: "Refactor isFree…" }).click();
  const input = page.locator(".quick-input-widget input.input");
  await input.fill("be strict");
  await input.press("Enter");

  await lens("Accept all 2").waitFor();
  await editor.screenshot("edits-in-place");
  await lens("Show diff").first().click();
  await page.locator(".tabs-container .tab.active").filter({ hasText: "RubberDuck: proposed" }).waitFor();
  await shows("return cents === 0;");
  await editor.screenshot("edits-diff");
  assert.equal(await onDisk("src/orders.ts"), ORDERS);

  await page.keyboard.press("ControlOrMeta+Alt+Enter");
  await chat.frame.getByText("1 of 2 left").waitFor();
  await page.getByRole("button", { name: "Reject All Changes of This File" }).click();
  await page
    .locator(".tabs-container .tab.active")
    .filter({ hasText: /^orders\.ts$/ })
    .waitFor();
  const accepted = ORDERS.replace("cents == 0", "cents === 0");
  await until(async () => (await onDisk("src/orders.ts")) === accepted, "the accepted change on the disk");
  await shows("return cents === 0;");
  await editor.screenshot("edits-applied");

  await page.locator(".monaco-editor.focused").waitFor();
  await page.keyboard.press("ControlOrMeta+z");
  await shows("return cents == 0;");
  await page.keyboard.press("ControlOrMeta+s");
  await until(async () => (await onDisk("src/orders.ts")) === ORDERS, "the file as it was");
});

test("what is accepted is written byte for byte, whatever is set to happen on save", async () => {
  const { editor, models } = duck;
  await editor.setSettings({
    "files.insertFinalNewline": true,
    "files.trimTrailingWhitespace": true,
    "editor.formatOnSave": true,
  });
  models.reply({ type: "answer", pieces: [block("src/windows.ts", "export const b = 2;", "export const b = 22;")] });
  await goTo("src/windows.ts", 2);
  await askHere("make it larger");
  await lens("Accept").first().waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Alt+Enter");
  const wanted = CRLF.replace("b = 2;", "b = 22;");
  await until(async () => (await onDisk("src/windows.ts")) === wanted, "the change on the disk");
  await shows("b = 22;");
});

test("a file with unsaved changes keeps them, takes the change, and stays unsaved", async () => {
  const { chat, editor, models } = duck;
  const { page } = editor;
  models.reply({ type: "answer", pieces: [block("src/dirty.ts", "export const b = 2;", "export const b = 3;")] });
  await goTo("src/dirty.ts", 1);
  await page.keyboard.type("const mine = 0;\n");
  await askHere("raise b");
  await lens("Accept").first().waitFor();
  await page.keyboard.press("ControlOrMeta+Alt+Enter");
  await chat.frame.getByText("Applied to 1 file").waitFor();
  assert.equal(await onDisk("src/dirty.ts"), "export const a = 1;\nexport const b = 2;\n");
  await page.keyboard.press("ControlOrMeta+s");
  await until(
    async () => (await onDisk("src/dirty.ts")) === "const mine = 0;\nexport const a = 1;\nexport const b = 3;\n",
    "both changes on the disk",
  );
});
