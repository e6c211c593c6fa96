import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat } from "./chat.ts";
import type { Theme } from "./harness.ts";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck({
  files: {
    "src/greet.ts": `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return \`Good day, \${name}\`;
}
`,
    "notes.ts": "",
  },
});

test("without a folder it says what is missing and what to do", async () => {
  const window = await duck.editor.openWindow("nothing");
  try {
    const chat = await Chat.open(window);
    await chat.ready(MODEL);
    await chat.frame.getByText("Open a folder to ask about its code.").waitFor();
  } finally {
    await window.page.close();
  }
});

test("a selection is shown as a chip and goes along with the message", async () => {
  const { chat } = duck;
  await selectTwoLines();
  await chat.button("Remove greet.ts:1–2").waitFor();
  await chat.ask("Quite so?");
  const { body } = await requestFor(duck, "Quite so?");
  assert.match(JSON.stringify(body), /src\/greet\.ts:1-2[^0-9].*Says hello to somebody by name/);
  await chat.message.getByRole("button", { name: "greet.ts:1–2" }).waitFor();
});

test("a chip that was removed sends nothing of the file", async () => {
  const { chat } = duck;
  await selectTwoLines();
  await chat.button("Remove greet.ts:1–2").click();
  await chat.button("Remove greet.ts:1–2").waitFor({ state: "detached" });
  await chat.ask("Indeed?");
  const { body } = await requestFor(duck, "Indeed?");
  assert.doesNotMatch(JSON.stringify(body), /greet/);
  await chat.finished();
  assert.equal(await chat.message.getByRole("button", { name: /greet/ }).count(), 0);
});

test("code of an answer can be copied, inserted at the cursor and opened as a new file", async () => {
  const { chat, editor, models } = duck;
  models.reply({ type: "answer", pieces: ["Like this:\n\n```ts\nconst duck = 1;\n```\n"] });
  await editor.openFile("notes.ts");
  await chat.ask("Show me some code");
  await chat.finished();
  const code = chat.frame.getByRole("figure", { name: "Code, TypeScript" });
  const act = async (name: string): Promise<void> => {
    await code.hover();
    await code.getByRole("button", { name }).click();
  };
  await act("Copy");
  await until(async () => {
    await chat.box.press("ControlOrMeta+v");
    return (await chat.box.inputValue()).includes("const duck = 1;");
  }, "the copied code");

  await act("Insert at cursor");
  await shown("notes.ts", "const duck = 1;");

  await act("Open as new file");
  await shown("Untitled-1", "const duck = 1;");
  await until(async () => (await editor.statusBar()).includes("TypeScript"), "the language of the new file");
});

test("the box grows with what is written, and leaves room for the conversation", async () => {
  const { chat } = duck;
  const height = (): Promise<number> => chat.box.evaluate((box) => box.clientHeight);
  const empty = await height();
  await chat.box.fill("one\ntwo\nthree");
  const grown = await height();
  assert.ok(grown > 2 * empty, `${empty} pixels became ${grown}`);
  await chat.box.fill("line\n".repeat(100));
  const page = await chat.frame.locator("html").evaluate((html) => html.clientHeight);
  assert.ok((await height()) < page / 2);
});

const LOOKS: readonly { readonly theme: Theme; readonly width: number; readonly shot: string }[] = [
  { theme: "dark", width: 380, shot: "panel-dark" },
  { theme: "light", width: 380, shot: "panel-light" },
  { theme: "highContrast", width: 380, shot: "panel-hc" },
  { theme: "dark", width: 300, shot: "panel-300-dark" },
];

for (const { theme, width, shot } of LOOKS) {
  test(`nothing is wider than a panel of ${width} pixels in ${theme}`, async () => {
    const { chat, editor, models } = duck;
    const look = async (state: string): Promise<void> => {
      await editor.screenshot(`${shot}-${state}`);
      assert.equal(await chat.overflow(), 0, `${state} is too wide`);
    };
    await editor.setTheme(theme);
    await chat.resize(width);
    await look("welcome");

    models.reply({ type: "answer", pieces: WIDE });
    models.hold();
    await chat.ask("Where is greetPolitely, and what would it look like if it were a great deal longer than it is?");
    models.release(WIDE.length);
    await chat.says("One column");
    await look("streaming");

    models.release();
    await chat.finished();
    await chat.button(/^Receipt:/).click();
    await chat.frame.getByRole("region", { name: "Receipt" }).waitFor();
    await look("receipt");

    models.reply({ type: "status", status: 400, body: JSON.stringify({ error: { message: "x".repeat(150) } }) });
    await chat.regenerate();
    await chat.error.waitFor();
    await look("error");

    await chat.error.getByRole("button", { name: "Answer offline" }).click();
    await chat.says("No model was used.");
    await look("offline");
  });
}

/** Everything that could be wider than a narrow panel. */
const WIDE = [
  "It is in [src/greet.ts:2](src/greet.ts:2), see `src/a/rather/deep/folder/with/many/levels/and/a/long/name/greet.ts:2`",
  ` and https://example.com/${"a-long-address/".repeat(6)}:\n\n`,
  `\`\`\`ts\nexport const greetings = [${'"Good day", '.repeat(12)}];\n\`\`\`\n\n`,
  `1. A list\n   - with ${"averylongword".repeat(8)}\n\n`,
  "| One column | Another column | A third column | A fourth |\n|---|---|---|---|\n| a | b | c | d |\n\n",
  "And so on.",
];

async function selectTwoLines(): Promise<void> {
  const { editor } = duck;
  await editor.openFile("src/greet.ts");
  const { keyboard } = editor.page;
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await keyboard.press("ControlOrMeta+Home");
  await keyboard.press("Shift+ArrowDown");
  await keyboard.press("Shift+End");
}

/** Waits until the active editor is this file and holds this text. */
async function shown(file: string, text: string): Promise<void> {
  const { page } = duck.editor;
  await page.locator(".tabs-container .tab.active").filter({ hasText: file }).waitFor();
  await until(async () => {
    const lines = await page.locator(".editor-instance .view-lines").allTextContents();
    return lines.join("\n").replaceAll("\u00a0", " ").includes(text);
  }, `"${text}" in ${file}`);
}
