import assert from "node:assert/strict";
import { test } from "node:test";
import { requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck({
  files: {
    "src/greet.ts": "export function greetPolitely(name: string) {\n  return name;\n}\n",
    ".rubberduck/commands/praise.md":
      "---\ndescription: Say what is good about something\narguments: what\n---\nPraise $ARGUMENTS in $FILE, with three reasons.\n",
  },
});

test("a command of the user's own is offered, runs by what its file says, and is recent from then on", async () => {
  const { chat, editor } = duck;
  const { keyboard } = editor.page;
  const commands = chat.frame.getByRole("listbox", { name: "Commands" });
  await editor.openFile("src/greet.ts");
  // A file that opens late takes the focus: what is typed goes to the box itself.
  await chat.box.pressSequentially("/exp");
  await commands.getByRole("option", { name: /\/explain.*fits TypeScript/ }).waitFor();
  await chat.box.fill("");
  await chat.box.pressSequentially("/pra");
  await commands.getByRole("option", { name: /\/praise.*Say what is good/, selected: true }).waitFor();
  await editor.screenshot("slash-suggestions");
  await keyboard.press("Tab");
  await keyboard.type("the greeting");
  await keyboard.press("Enter");
  await requestFor(duck, "Praise the greeting in src/greet.ts, with three reasons.");
  assert.match(await chat.finished(), /Praise the greeting in src\/greet\.ts/);
  await chat.box.click();
  await keyboard.type("/pra");
  await commands.getByRole("option", { name: /\/praise.*recent/ }).waitFor();
  await chat.box.fill("");
});

test("behind a command the files of the folder are completed", async () => {
  const { chat, editor } = duck;
  const { keyboard } = editor.page;
  await chat.box.click();
  await keyboard.type("/explain gree");
  await chat.frame.getByRole("option", { name: /src\/greet\.ts/ }).waitFor();
  await keyboard.press("Tab");
  assert.equal(await chat.box.inputValue(), "/explain src/greet.ts");
});
