import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "./until.ts";
import { requestFor, useDuck } from "./useDuck.ts";

const duck = useDuck({
  files: {
    "src/greet.ts": `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return \`Good day, \${name}\`;
}
`,
    "src/deep/farewell.ts": "export const farewell = 'so long';\n",
    "broken.json": '{ "duck": }\n',
    "gone.ts": "export const gone = 1;\n",
  },
});

const pages = createServer((_, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<html><body><nav>Menu</nav><h1>On ducks</h1><p>They <i>float</i>.</p></body></html>");
});

before(async () => {
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
});
after(() => {
  pages.closeAllConnections();
  pages.close();
});

test("a file that is named goes along, and the receipt says so", async () => {
  const { chat } = duck;
  await mention("Where is it? @farew", /farewell\.ts/);
  await chat.button("Remove farewell.ts").waitFor();
  const sent = await send("Where is it?");
  assert.match(sent, /src\/deep\/farewell\.ts \(you named it\)[\s\S]*so long/);
  await chat.message.getByRole("button", { name: "farewell.ts" }).waitFor();
  await receiptLists(/src\/deep\/farewell\.ts/);
});

test("a folder that is named goes along as its tree", async () => {
  await mention("What is in @folder:deep", /deep/);
  const sent = await send("What is in");
  assert.match(sent, /src\/deep\/ \(a folder you named[\s\S]*farewell\.ts/);
  await receiptLists(/src\/deep\//);
});

test("a selection that is named goes along", async () => {
  const { editor, chat } = duck;
  await editor.openFile("src/greet.ts");
  await editor.page.locator(".monaco-editor.focused").waitFor();
  await editor.page.keyboard.press("ControlOrMeta+Home");
  await editor.page.keyboard.press("Shift+End");
  await chat.button("Remove greet.ts:1").waitFor();
  await mention("What does it say? @sel", /@selection/);
  const sent = await send("What does it say?");
  assert.match(sent, /src\/greet\.ts:1-1 \(you named it\)[\s\S]*Says hello/);
});

test("a definition that is named goes along by itself", async () => {
  await duck.editor.runCommand("View: Close All Editors");
  await mention("How does it greet? @symbol:greetPolitely", /greetPolitely/);
  const sent = await send("How does it greet?");
  assert.match(sent, /src\/greet\.ts:2-4 \(greetPolitely, which you named\)/);
  await receiptLists(/src\/greet\.ts:2-4/);
});

test("the problems that the editor reports go along", async () => {
  await duck.editor.openFile("broken.json");
  await until(async () => /[1-9]/.test((await duck.editor.statusBar()).join("|")), "a problem in the status bar");
  await mention("What is wrong? @prob", /@problems/);
  const sent = await send("What is wrong?");
  assert.match(sent, /Problems \(what the editor reports\)[\s\S]*broken\.json:1:\d+ error: /);
  await receiptLists(/^Problems$/);
});

test("what has changed since the last commit goes along", async () => {
  const { workspace } = duck.editor;
  const run = (...args: string[]) => execFileSync("git", args, { cwd: workspace, stdio: "pipe" });
  run("init", "-q");
  run("add", "-A");
  run("-c", "user.name=duck", "-c", "user.email=duck@example.com", "commit", "-q", "-m", "first");
  const path = join(workspace, "src", "greet.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("Good day", "Good evening"));
  await mention("What did I change? @diff", /@diff.*\+1 −1/);
  const sent = await send("What did I change?");
  assert.match(sent, /Changes \(changed since the last commit\)[\s\S]*\+ {2}return `Good evening/);
  await receiptLists(/^Changes$/);
});

test("the last commands of the terminal go along with what they printed", async () => {
  const { editor } = duck;
  await editor.runCommand("Terminal: Create New Terminal");
  const marks = editor.page.locator(".terminal-command-decoration");
  await marks.first().waitFor();
  // What a command prints within its first moments does not always reach extensions.
  await editor.page.keyboard.type("sleep 0.5; echo a duck said $((40+2))");
  await editor.page.keyboard.press("Enter");
  await editor.page.locator(".codicon-terminal-decoration-success").waitFor();
  await mention("Why 42? @term", /@terminal.*exit 0/);
  const sent = await send("Why 42?");
  assert.match(sent, /Terminal \(last commands[\s\S]*\$ sleep 0\.5; echo a duck said[\s\S]*a duck said 42\n\[exit 0\]/);
  await receiptLists(/^Terminal$/);
  await editor.runCommand("Terminal: Kill the Active Terminal Instance");
});

test("what was said in a past conversation goes along", async () => {
  const { chat, models } = duck;
  models.reply({ type: "answer", pieces: ["They have waterproof feathers."] });
  await chat.ask("Why do ducks float on ponds?");
  await chat.finished();
  await chat.startAfresh();
  await mention("And swans? @conversation:ponds", /Why do ducks float/);
  const sent = await send("And swans?");
  assert.match(sent, /said in another conversation[\s\S]*User: Why do ducks float[\s\S]*waterproof feathers/);
  await receiptLists(/Why do ducks float/);
});

test("a page goes along once its whole address was shown and agreed to, and not before", async () => {
  const { chat, editor } = duck;
  let asked = 0;
  pages.on("request", () => asked++);
  const address = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/ducks?a=1`;
  const dialog = editor.page.locator(".monaco-dialog-box");
  await mention(`What floats? @${address}`, /Fetch/);
  await dialog.getByText(address).waitFor();
  await dialog.getByText("is on this computer or in your own network").waitFor();
  await editor.screenshot("mention-fetch-dialog");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await chat.frame.getByRole("alert").getByText("The page was not fetched.").waitFor();
  assert.equal(asked, 0);

  await mention(`What floats? @${address}`, /Fetch/);
  await dialog.getByRole("button", { name: "Fetch" }).click();
  await chat.button(/^Remove 127\.0\.0\.1/).waitFor();
  const sent = await send("What floats?");
  assert.match(sent, /\(fetched from the web\)[\s\S]*On ducks\s+They float\./);
  assert.doesNotMatch(sent, /Menu/);
  assert.equal(asked, 1);
  await receiptLists(/ducks\?a=1/);
});

test("a file whose tab is dragged into the panel goes along", async () => {
  const { chat, editor } = duck;
  const { page } = editor;
  await editor.openFile("gone.ts");
  const tab = page.locator(".tabs-container .tab.active");
  const from = await tab.boundingBox();
  const to = await chat.box.boundingBox();
  assert.ok(from && to);
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 60, { steps: 4 });
  // The editor keeps drags for itself unless Shift is held.
  await page.keyboard.down("Shift");
  await page.mouse.move(to.x + 30, to.y + 10, { steps: 8 });
  await chat.frame.locator(".composer-box.is-over").waitFor();
  await editor.screenshot("mention-drag");
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await editor.runCommand("View: Close All Editors");
  await chat.button("Remove gone.ts").waitFor();
  await chat.box.fill("What was dropped?");
  const sent = await send("What was dropped?");
  assert.match(sent, /gone\.ts \(you named it\)[\s\S]*export const gone = 1/);
  await receiptLists(/^gone\.ts$/);
});

test("a file that is gone is said, and the message is answered", async () => {
  const { chat, editor } = duck;
  await mention("Where did it go? @gone", /gone\.ts/);
  rmSync(join(editor.workspace, "gone.ts"));
  await chat.frame.getByTitle(/^Not sent: gone\.ts is not there any more/).waitFor();
  const sent = await send("Where did it go?");
  assert.doesNotMatch(sent, /export const gone/);
  await chat.frame.getByText("gone.ts was not sent. gone.ts is not there any more.").waitFor();
});

for (const { theme, width } of [
  { theme: "dark", width: 300 },
  { theme: "highContrast", width: 380 },
] as const) {
  test(`nothing is wider than a panel of ${width} pixels in ${theme}, with the list, chips and context open`, async () => {
    const { chat, editor } = duck;
    await editor.setTheme(theme);
    await chat.resize(width);
    const look = async (state: string): Promise<void> => {
      await editor.screenshot(`mentions-${theme}-${width}-${state}`);
      assert.equal(await chat.overflow(), 0, `${state} is too wide`);
    };
    await chat.box.pressSequentially("@");
    await chat.frame.getByRole("option", { name: /@url/ }).waitFor();
    await look("kinds");
    await mention("@gree", /greet\.ts/);
    await mention("@folder:src", /src/);
    await mention("@prob", /@problems/);
    await chat.box.pressSequentially("and @gr");
    await chat.frame.getByRole("option", { name: /^greetPolitely/ }).waitFor();
    await look("list");
    await chat.box.press("Escape");
    await chat.button(/^Context: /).click();
    await chat.frame.getByRole("region", { name: "What would be sent" }).waitFor();
    await look("preview");
    await chat.button(/^Context: /).click();
    await send("and");
    await look("sent");
  });
}

/** Types a message that ends in a mention, and picks what is offered. */
async function mention(text: string, option: RegExp): Promise<void> {
  const { chat } = duck;
  await chat.box.fill("");
  await chat.box.pressSequentially(text);
  const offered = chat.frame.getByRole("listbox", { name: "Context" }).getByRole("option", { name: option });
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
