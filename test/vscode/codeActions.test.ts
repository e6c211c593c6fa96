import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck({
  files: {
    "src/greet.ts": `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  const greeting = "Good day";
  return greeting + ", " + name;
}

export function leave(): string {
  return "Bye";
}
`,
  },
});

/** Puts the cursor at the beginning of this line of the file. */
async function goTo(path: string, line: number): Promise<void> {
  const { editor } = duck;
  await editor.openFile(path);
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Home");
  for (let at = 1; at < line; at++) await editor.page.keyboard.press("ArrowDown");
}

/** Opens the menu of code actions, and returns what it offers. */
async function lightbulb(): Promise<string[]> {
  const { page } = duck.editor;
  const rows = page.locator(".action-widget .monaco-list-row");
  // Pressed again, the keys would take the first action.
  await until(async () => {
    if (!(await rows.first().isVisible())) await page.keyboard.press("ControlOrMeta+.");
    await rows.first().waitFor({ timeout: 3000 });
    return true;
  }, "the menu of code actions");
  return rows.allInnerTexts();
}

async function choose(title: string): Promise<void> {
  const { page } = duck.editor;
  await page.locator(".action-widget .monaco-list-row").filter({ hasText: title }).click();
}

test("the lightbulb offers what can be done about a function, and explains it in the panel", async () => {
  const { chat, editor } = duck;
  await goTo("src/greet.ts", 4);
  const offered = await lightbulb();
  await editor.screenshot("lightbulb");
  for (const title of [
    "Refactor greetPolitely…",
    "Document greetPolitely",
    "Explain greetPolitely",
    "Generate tests",
  ]) {
    assert.ok(
      offered.some((row) => row.includes(title)),
      `${title} is not among ${offered.join(" | ")}`,
    );
  }
  await editor.page.keyboard.press("Escape");
  await chat.box.fill("a draft");
  await goTo("src/greet.ts", 4);
  await lightbulb();
  await choose("Explain greetPolitely");
  await chat.message.filter({ hasText: "/explain" }).waitFor();
  const { body } = await requestFor(duck, "Explain");
  assert.match(JSON.stringify(body), /src\/greet\.ts:2-5[^0-9]/);
  await chat.finished();
  assert.equal(await chat.box.inputValue(), "a draft");
});

test("the menu of the editor has what can be done, in a submenu of its own", async () => {
  const { editor } = duck;
  await goTo("src/greet.ts", 3);
  await editor.page.keyboard.press("Shift+F10");
  await editor.page.getByRole("menuitem", { name: "RubberDuck" }).hover();
  await editor.page.getByRole("menuitem", { name: "Generate Tests" }).waitFor();
  await editor.screenshot("editor-menu");
  await editor.page.keyboard.press("Escape");
  await editor.page.keyboard.press("Escape");
});
