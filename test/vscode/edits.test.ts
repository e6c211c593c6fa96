import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
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

const ONE = "export const one = 1;\n\nexport const more = 11;\n\n// the end\n";
const NOTEBOOK =
  '{"cells":[{"cell_type":"code","execution_count":null,"metadata":{},"outputs":[],"source":["a = 1"]}],"metadata":{},"nbformat":4,"nbformat_minor":5}\n';

const duck = useDuck({
  files: {
    "src/orders.ts": ORDERS,
    "src/windows.ts": CRLF,
    "src/dirty.ts": "export const a = 1;\nexport const b = 2;\n",
    "src/one.ts": ONE,
    "src/two.ts": "export const two = 2;\n",
    "src/old.ts": "export const old = 0;\n",
    "src/fixed.ts": "export const fixed = 1;\n",
    "src/notes.ipynb": NOTEBOOK,
    ".vscode/settings.json": "{}\n",
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
  // The editor draws the lenses that it remembers of a file before it asks for those that there are.
  await chat.frame.getByText("no new problems").nth(1).waitFor();
  await until(async () => (await lens("Accept").count()) === 0, "no lens of what is applied");
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

async function absent(path: string): Promise<boolean> {
  return readFile(join(duck.editor.workspace, path)).then(
    () => false,
    () => true,
  );
}

test("two files are one undo step; going back to before a message restores files and conversation, and brings back", async () => {
  const { chat, editor, models } = duck;
  const { page } = editor;
  const raised = ONE.replace("one = 1;", "one = 100;");
  models.reply([
    {
      type: "answer",
      pieces: [
        "Both.\n\n",
        block("src/one.ts", "export const one = 1;", "export const one = 100;"),
        block("src/two.ts", "export const two = 2;", "export const two = 200;"),
      ],
    },
    {
      type: "answer",
      pieces: [
        "A new one for an old one.\n\n",
        "src/new.ts\n<<<<<<< SEARCH\n=======\nexport const fresh = 1;\n>>>>>>> REPLACE\n\n",
        "src/old.ts\n<<<<<<< DELETE >>>>>>>\n",
      ],
    },
  ]);
  await goTo("src/one.ts", 1);
  await chat.ask("/refactor @src/one.ts raise both");
  await chat.button("Accept rest").click();
  await chat.says("Applied to 2 files");
  await until(async () => (await onDisk("src/one.ts")) === raised, "the first file on the disk");
  assert.equal(await onDisk("src/two.ts"), "export const two = 200;\n");

  await goTo("src/one.ts", 1);
  await page.keyboard.press("ControlOrMeta+z");
  await shows("one = 1;");
  await editor.openFile("src/two.ts");
  await shows("two = 2;");
  await page.locator(".monaco-editor.focused").waitFor();
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await shows("two = 200;");
  await editor.runCommand("File: Save All Files");
  await goTo("src/one.ts", 5);
  await page.keyboard.press("End");
  await page.keyboard.type(", and mine");
  await page.keyboard.press("ControlOrMeta+s");
  const mine = raised.replace("the end", "the end, and mine");
  await until(async () => (await onDisk("src/one.ts")) === mine, "the user's own line on the disk");

  await chat.ask("/generate a fresh module in place of the old one");
  await chat.button("Accept rest").click();
  await chat.says("Applied to 2 files");
  await until(() => absent("src/old.ts"), "the old file gone");
  assert.equal(await onDisk("src/new.ts"), "export const fresh = 1;\n");

  const first = chat.frame.getByRole("article", { name: /^You/ }).filter({ hasText: "raise both" });
  await first.hover();
  await first.getByRole("button", { name: "Go back to before this message" }).click();
  const choices = chat.frame.getByRole("group", { name: "Go back to before this message" });
  await choices.getByText(/^Goes back: /).waitFor();
  await chat.resize(300);
  await editor.screenshot("checkpoint-asked-300");
  assert.equal(await chat.overflow(), 0);
  await choices.getByRole("button", { name: "Files and conversation" }).click();
  await chat.frame.getByText("2 messages left the view").waitFor();
  await editor.screenshot("checkpoint-restored-300");
  const restored = mine.replace("one = 100;", "one = 1;");
  await until(async () => (await onDisk("src/one.ts")) === restored, "the first file as it was, with the user's line");
  assert.equal(await onDisk("src/two.ts"), "export const two = 2;\n");
  assert.equal(await onDisk("src/old.ts"), "export const old = 0;\n");
  assert(await absent("src/new.ts"));
  await chat.button("Bring back").click();
  await chat.says("Taken back in 2 files");
  await first.waitFor();
});

test("what runs by itself is shown and accepted apart; what cannot be written is told, and nothing of it is lost", async () => {
  const { chat, editor, models } = duck;
  const { page } = editor;
  const settings = ".vscode/settings.json";
  await chmod(join(editor.workspace, "src/fixed.ts"), 0o444);
  models.reply({
    type: "answer",
    pieces: [
      block("src/two.ts", "export const two = 2;", "export const two = 22;"),
      block(settings, "{}", '{ "task.allowAutomaticTasks": "on" }'),
      block("src/fixed.ts", "export const fixed = 1;", "export const fixed = 2;"),
      block("src/notes.ipynb", NOTEBOOK.trimEnd(), "gone"),
    ],
  });
  await chat.ask("/refactor @src/two.ts twenty-two");
  const outcome = chat.answer;
  await outcome.getByText(/src\/fixed\.ts: It is read-only/).waitFor();
  await outcome.getByText(/src\/notes\.ipynb: It is a notebook/).waitFor();
  const guarded = chat.frame.getByRole("group", { name: settings, exact: true });
  await guarded.getByText(/may run programs when it is opened/).waitFor();
  await editor.screenshot("guarded");
  await chat.button("Accept rest").click();
  await chat.frame.getByLabel("Line 1, accepted").waitFor();
  assert.equal(await onDisk(settings), "{}\n");
  await guarded.getByRole("button", { name: "Show its changes" }).click();
  await guarded.getByText("task.allowAutomaticTasks").first().waitFor();
  await chat.resize(300);
  await editor.runCommand("Preferences: Toggle between Light/Dark Themes");
  await page.locator(".monaco-workbench.vs:not(.vs-dark)").waitFor();
  await editor.screenshot("guarded-shown-300-light");
  assert.equal(await chat.overflow(), 0);
  await guarded.getByRole("button", { name: "Accept this file" }).click();
  await chat.says("Applied to 2 files");
  await until(async () => (await onDisk(settings)).includes("allowAutomaticTasks"), "the approved file on the disk");
  assert.equal(await onDisk("src/fixed.ts"), "export const fixed = 1;\n");
  assert.equal(await onDisk("src/notes.ipynb"), NOTEBOOK);

  const asked = models.requests.length;
  await editor.runCommand("File: New Untitled Text File");
  await page.locator(".monaco-editor.focused").waitFor();
  await page.keyboard.type("const draft = 1;");
  await page.keyboard.press("ControlOrMeta+i");
  await until(() => editor.notifications().then((all) => all.some((text) => /save/i.test(text))), "what to do");
  await editor.screenshot("edits-untitled");
  assert.equal(models.requests.length, asked);
  await shows("const draft = 1;");
});
