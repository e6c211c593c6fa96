import { test } from "node:test";
import { until } from "./until.ts";
import { requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck();

test("its key brings the focus from the code into the box, and Enter sends", async () => {
  const { chat, editor } = duck;
  await editor.openFile("src/greet.ts");
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Alt+d");
  await focused("Message");
  await editor.page.keyboard.type("Typed, not clicked");
  await editor.page.keyboard.press("Enter");
  await chat.message.filter({ hasText: "Typed, not clicked" }).waitFor();
  await chat.finished();
});

test("a slash opens the commands: Tab completes one, Enter runs one, Esc closes them", async () => {
  const { chat, editor } = duck;
  const { keyboard } = editor.page;
  const commands = chat.frame.getByRole("listbox", { name: "Commands" });
  await chat.box.focus();
  await keyboard.type("/");
  await commands.waitFor();
  await keyboard.press("Escape");
  await commands.waitFor({ state: "detached" });
  await keyboard.type("ex");
  await commands.getByRole("option", { name: "/explain", selected: true }).waitFor();
  await keyboard.press("Tab");
  await until(async () => (await chat.box.inputValue()) === "/explain ", "the completed command");
  await commands.waitFor({ state: "detached" });
  await chat.box.fill("");
  await keyboard.type("/he");
  await commands.getByRole("option", { name: "/help", selected: true }).waitFor();
  await keyboard.press("Enter");
  await chat.message.filter({ hasText: "/help" }).waitFor();
  await chat.says("/clear");
});

test("Esc stops the answer", async () => {
  const { chat, editor, models } = duck;
  models.hold();
  await chat.ask("Talk for hours");
  const request = await requestFor(duck, "Talk for hours");
  await chat.button("Stop").waitFor();
  await editor.page.keyboard.press("Escape");
  await chat.says("Stopped");
  await request.aborted;
});

test("the up arrow brings the last message back into an empty box", async () => {
  const { chat, editor } = duck;
  await chat.ask("With a tpyo");
  await chat.finished();
  await editor.page.keyboard.press("ArrowUp");
  await until(async () => (await chat.box.inputValue()) === "With a tpyo", "the last message in the box");
});

test("the list of conversations opens by command; arrows, F2, Delete, Undo and Enter do the rest", async () => {
  const { chat, editor } = duck;
  const { keyboard } = editor.page;
  for (const question of ["About apples", "About pears"]) {
    await chat.startAfresh();
    await chat.ask(question);
    await chat.finished();
  }
  await editor.runCommand("RubberDuck: Show Conversations");
  await focused("About pears");
  await keyboard.press("ArrowDown");
  await focused("About apples");
  await keyboard.press("F2");
  await focused("New title");
  await keyboard.type("About oranges");
  await keyboard.press("Enter");
  await focused("About oranges");
  await keyboard.press("Delete");
  await chat.frame.getByText("Deleted “About oranges”").waitFor();
  await focused("Undo");
  await keyboard.press("Enter");
  await focused("About oranges");
  await keyboard.press("Enter");
  await chat.message.filter({ hasText: "About apples" }).waitFor();
  await focused("Message");
});

/** Waits until the element of this name has the focus, in a panel that has it. */
async function focused(name: string): Promise<void> {
  const active = duck.chat.frame.locator("body:focus-within :focus");
  await until(async () => {
    const label = (await active.getAttribute("aria-label")) ?? (await active.textContent());
    return label === name;
  }, `the focus on "${name}"`);
}
