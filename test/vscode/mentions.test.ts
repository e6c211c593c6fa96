import assert from "node:assert/strict";
import { test } from "node:test";
import { requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck({
  files: {
    "src/greet.ts": `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return \`Good day, \${name}\`;
}
`,
    "src/deep/farewell.ts": "export const farewell = 'so long';\n",
    ".env": "PASSWORD=hunter2\n",
  },
});

test("a file that is named goes along, and the receipt says so", async () => {
  const { chat } = duck;
  await mention("Where is it? @farew", /farewell\.ts/);
  await chat.button("Remove farewell.ts").waitFor();
  await duck.editor.screenshot("mention-file-chip");
  const body = await send("Where is it?");
  assert.match(body, /src\/deep\/farewell\.ts \(you named it\)[\s\S]*so long/);
  await chat.message.getByRole("button", { name: "farewell.ts" }).waitFor();
  await receiptLists(/src\/deep\/farewell\.ts/);
});

test("a folder that is named goes along as its tree", async () => {
  await mention("What is in @folder:deep", /deep/);
  const body = await send("What is in");
  assert.match(body, /src\/deep\/ \(a folder you named[\s\S]*farewell\.ts/);
  await receiptLists(/src\/deep\//);
});

test("a selection that is named goes along", async () => {
  const { editor } = duck;
  await editor.openFile("src/greet.ts");
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Home");
  await editor.page.keyboard.press("Shift+End");
  await duck.chat.button("Remove greet.ts:1").waitFor();
  await mention("What does it say? @sel", /@selection/);
  const body = await send("What does it say?");
  assert.match(body, /src\/greet\.ts:1-1 \(you named it\)[\s\S]*Says hello/);
});

/** Types a message that ends in a mention, and picks what is offered. */
async function mention(text: string, option: RegExp): Promise<void> {
  const { chat } = duck;
  await chat.box.fill("");
  await chat.box.pressSequentially(text);
  const offered = chat.frame.getByRole("listbox", { name: "Context" }).getByRole("option", { name: option });
  await offered.first().waitFor();
  await duck.editor.screenshot(`mention-popup-${text.replace(/\W+/g, "-")}`);
  await offered.first().click();
}

/** Sends what stands in the box; answers what the model's endpoint received. */
async function send(part: string): Promise<string> {
  const { chat } = duck;
  await chat.box.press("Enter");
  const { body } = await requestFor(duck, part);
  await chat.finished();
  return String(body?.messages?.at(-1)?.content);
}

async function receiptLists(label: RegExp): Promise<void> {
  const { chat } = duck;
  await chat.button(/^Receipt:/).click();
  await chat.frame.getByRole("region", { name: "Receipt" }).getByText(label).first().waitFor();
}
