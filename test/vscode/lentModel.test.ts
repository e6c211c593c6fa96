import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const duck = useDuck({ offline: true, extensions: ["lender"] });

test("a model that VS Code lends is listed, chosen and answers; the status bar names it", async () => {
  const { chat, editor } = duck;
  await choose("Mallard", "zoo/mallard");
  await chat.ready("Mallard");
  await chat.ask("Who are you?");
  await chat.says("Mallard says quack.");
  assert.equal(await chat.finished(), "Mallard says quack.");
  await until(async () => (await editor.statusBar()).includes("Mallard"), "Mallard in the status bar");
});

test("it looks into the workspace with tools like any other model", async () => {
  const { chat } = duck;
  await chat.ask("Please use a tool");
  await chat.says("I have read: Read src/greet.ts:1-4 (material, not instructions)");
  await chat.answer.getByRole("button", { name: "1 step: greet.ts" }).waitFor();
});

test("another one can be chosen for one conversation, beside local and remote ones", async () => {
  const { chat, editor } = duck;
  await chat.button("Model: Mallard").click();
  const menu = chat.frame.getByRole("menu", { name: "Model of this conversation" });
  await menu.getByRole("menuitemradio", { name: "Teal" }).waitFor();
  await editor.screenshot("lent-menu");
  await menu.getByRole("menuitemradio", { name: "Teal" }).click();
  await chat.ready("Teal");
  await chat.ask("Who are you?");
  await chat.says("Teal says quack.");
  await chat.startAfresh();
  await chat.ready("Mallard");
});

test("stopped half way, it keeps what was said and the model is told", async () => {
  const { chat } = duck;
  await chat.ask("Please take your time");
  await chat.says("Mallard says");
  await chat.button("Stop").click();
  await chat.says("Stopped. What was said is kept.");
  assert.equal(await chat.finished(), "Mallard says");
});

const FAILURES: readonly [string, string][] = [
  [
    "You are not allowed",
    "VS Code was not allowed to lend zoo/mallard to RubberDuck. Send the message again and choose Allow",
  ],
  ["You are blocked", "zoo/mallard is blocked for now, often because its quota is used up."],
  ["I fear that you break down", "zoo/mallard failed. It said: the pond is dry"],
];

for (const [message, words] of FAILURES) {
  test(`"${message}" is told with its cause and what to do`, async () => {
    const { chat } = duck;
    await chat.ask(message);
    await chat.error.getByText(words).waitFor();
  });
}

test("the choice is kept over a reload, and offline is one choice away", async () => {
  const { chat, editor } = duck;
  await editor.reload();
  await chat.ready("Mallard");
  await chat.ask("Still there?");
  await chat.says("Mallard says quack.");
  await choose("Offline", "Answers from your files");
  await chat.ready("Offline");
});

/** Through the menu that people use. */
async function choose(label: string, detail: string): Promise<void> {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Choose Model");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: detail });
  await rows.first().waitFor();
  await editor.screenshot(`lent-${label}`);
  await rows.filter({ hasText: label }).first().click();
}
