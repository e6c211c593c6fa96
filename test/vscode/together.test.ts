import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openTerminal, type Terminal } from "../fakes/terminal.ts";
import { Chat, ChatPage } from "./chat.ts";
import { until } from "./until.ts";
import { MODEL, useDuck } from "./useDuck.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const duck = useDuck();
let terminal: Terminal | undefined;
afterEach(() => terminal?.kill());

/** Arguments of the command line for the editor's store and folder. */
const where = () => ["--folder", duck.editor.workspace, "--store", duck.editor.storePath];
const environment = () => ({ XDG_CONFIG_HOME: join(duck.editor.profilePath, "config") });

function inTerminal(): Terminal {
  const model = ["--base-url", duck.models.baseUrl, "--model", MODEL];
  terminal = openTerminal(["chat", ...where(), ...model], environment());
  return terminal;
}

/** The page of "Open in Browser". */
async function inBrowser(): Promise<ChatPage> {
  const page = await duck.editor.page.context().newPage();
  page.setDefaultTimeout(15_000);
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(await link());
  // All of its files are in the package.
  const background = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  assert.notEqual(background, "rgba(0, 0, 0, 0)");
  return new ChatPage(page);
}

/** A served VS Code is a page itself, so it gives the link away instead of opening it; a desktop's would go to the user's browser. */
async function link(): Promise<string> {
  const { editor } = duck;
  if (process.env.RUBBERDUCK_EDITOR === "desktop") {
    const env = { ...process.env, ...environment() };
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, "access", "link", ...where()], { env });
    return stdout.trim();
  }
  await editor.runCommand("RubberDuck: Open in Browser");
  await editor.page.getByRole("button", { name: "Copy Link" }).click();
  const copied = () => editor.page.evaluate(() => navigator.clipboard.readText());
  return until(async () => /^http:\/\/127\.0\.0\.1:\d+\/#.+$/.exec(await copied())?.[0], "the link");
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
