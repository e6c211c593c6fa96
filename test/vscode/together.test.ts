import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { openTerminal, type Terminal } from "../fakes/terminal.ts";
import { Chat, ChatPage } from "./chat.ts";
import { until } from "./until.ts";
import { MODEL, useDuck } from "./useDuck.ts";

const duck = useDuck();
let terminal: Terminal | undefined;
afterEach(() => terminal?.kill());

/** `rubberduck chat` on the editor's store and folder. */
function inTerminal(): Terminal {
  const { workspace, storePath, profilePath } = duck.editor;
  const model = ["--base-url", duck.models.baseUrl, "--model", MODEL];
  const env = { XDG_CONFIG_HOME: join(profilePath, "config") };
  terminal = openTerminal(["chat", "--folder", workspace, "--store", storePath, ...model], env);
  return terminal;
}

/** The page of "Open in Browser". This VS Code is a page itself, so it gives the link away instead of opening it. */
async function inBrowser(): Promise<ChatPage> {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Open in Browser");
  await editor.page.getByRole("button", { name: "Copy Link" }).click();
  const link = () => editor.page.evaluate(() => navigator.clipboard.readText());
  const url = await until(async () => /^http:\/\/127\.0\.0\.1:\d+\/#.+$/.exec(await link())?.[0], "the link");
  const page = await editor.page.context().newPage();
  page.setDefaultTimeout(15_000);
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(url);
  // All of its files are in the package.
  assert.notEqual(
    await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor),
    "rgba(0, 0, 0, 0)",
  );
  return new ChatPage(page);
}

/** By the list, as a person would. */
async function goTo(chat: ChatPage, title: string): Promise<void> {
  await chat.button(/Switch conversation$/).click();
  await chat.frame.getByRole("button", { name: title }).first().click();
}

test("two windows, a browser and a terminal share a conversation; the first window's server is killed amid an answer, the others go on", async () => {
  const { chat, editor, models } = duck;
  models.reply({ type: "answer", pieces: ["From the first window."] });
  await chat.ask("Who hears this?");
  assert.equal(await chat.finished(), "From the first window.");
  const owner = await editor.serverPid();

  const window = await Chat.open(await editor.openWindow());
  await window.ready(MODEL);
  await goTo(window, "Who hears this?");
  const browser = await inBrowser();
  await goTo(browser, "Who hears this?");
  const cli = inTerminal();
  await cli.shows(MODEL);
  cli.press("\x0f");
  await cli.shows("❯ Who hears this?");
  cli.press("\r");
  await cli.shows("From the first window.");

  for (const one of [chat, window, browser]) await one.button(/^3 others are here: .*/).waitFor();
  await cli.shows("3 others");

  const everybody = [chat, window, browser];
  const says = async (text: string) => {
    for (const one of everybody) await one.says(text);
    await cli.shows(text);
  };
  models.reply({ type: "answer", pieces: ["To the second window."] });
  await window.ask("I am the second window");
  await says("To the second window.");
  models.reply({ type: "answer", pieces: ["To the browser."] });
  await browser.ask("I am the browser");
  await says("To the browser.");
  models.reply({ type: "answer", pieces: ["To the terminal."] });
  cli.press("I am the terminal\r");
  await says("To the terminal.");
  await chat.frame.getByText(/^Terminal · /).waitFor();
  await chat.frame.getByText(/^Browser · /).waitFor();
  await editor.screenshot("together");

  models.reply({ type: "answer", pieces: ["It begins, ", "and never ends."] });
  models.hold();
  models.release(2);
  await window.ask("Tell me a long story");
  await says("It begins,");
  // What nobody has read for a quarter of a second may be lost.
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(owner, "SIGKILL");
  await until(() => !editor.serverPids().includes(owner), "the first server to be gone");
  for (const one of [window, browser]) {
    await one.frame.getByText("The answer was cut off").waitFor();
    await one.says("It begins,");
  }
  models.release();
  models.reply({ type: "answer", pieces: ["We go on."] });
  await window.ask("And without the first?");
  await says("We go on.");
});
