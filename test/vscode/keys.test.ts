import assert from "node:assert/strict";
import { type Dirent, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { until } from "./until.ts";
import { MODEL, useDuck } from "./useDuck.ts";

const RIGHT = "sk-right-8c1f0a77";
const WRONG = "sk-wrong-5d2e9b31";

const duck = useDuck();

beforeEach(() => {
  duck.models.reply(({ headers }) =>
    headers.authorization === `Bearer ${RIGHT}`
      ? { type: "answer", pieces: ["Welcome."] }
      : { type: "status", status: 401 },
  );
});

test("a wrong key is named with its remedy, and the right one answers the message again", async () => {
  const { chat, editor } = duck;
  await editor.runCommand("RubberDuck: Set API Key");
  await enterKey(WRONG);
  await chat.ask("Let me in");
  await chat.error.getByText("The key was refused", { exact: true }).waitFor();
  await chat.error.getByText(`${host()} answered 401`).waitFor();
  await chat.error.getByRole("button", { name: "Change key" }).click();
  await enterKey(RIGHT);
  await answeredWithTheKey();
});

test("a key survives a reload", async () => {
  const { chat, editor } = duck;
  await setRightKey();
  await editor.reload();
  await chat.ready(MODEL);
  await chat.startAfresh();
  await chat.ask("Do you still know me?");
  assert.equal(await chat.finished(), "Welcome.");
});

test("a key stands in no file: no settings, no log, no conversation", async () => {
  await setRightKey();
  const places = [duck.editor.profilePath, duck.editor.workspace];
  const files = places.flatMap((place) => globSync("**", { cwd: place, withFileTypes: true })).filter(isOurs);
  assert.ok(files.some(({ name }) => name === "settings.json") && files.some(({ name }) => name.endsWith(".log")));
  const revealing = files.filter((file) => readFileSync(join(file.parentPath, file.name)).includes(RIGHT));
  assert.deepEqual(revealing, []);
});

async function setRightKey(): Promise<void> {
  await duck.editor.runCommand("RubberDuck: Set API Key");
  await enterKey(RIGHT);
  await duck.chat.ask("Let me in, please");
  await answeredWithTheKey();
}

async function enterKey(key: string): Promise<void> {
  const dialog = duck.editor.page.locator(".quick-input-widget");
  await dialog.getByText(`API key for ${host()}`).waitFor();
  const input = dialog.locator("input.input");
  assert.equal(await input.getAttribute("type"), "password");
  await input.fill(key);
  await input.press("Enter");
  await dialog.waitFor({ state: "hidden" });
}

/** The server hears of a new key a moment after it was entered. */
async function answeredWithTheKey(): Promise<void> {
  const { chat } = duck;
  await until(async () => {
    if ((await chat.finished()) === "Welcome.") return true;
    await chat.regenerate();
    return false;
  }, "an answer with the right key");
}

function host(): string {
  return new URL(duck.models.baseUrl).host;
}

/** What VS Code itself brings along cannot hold a key, and is large. */
function isOurs(file: Dirent): boolean {
  return file.isFile() && !file.parentPath.includes("extensions");
}
