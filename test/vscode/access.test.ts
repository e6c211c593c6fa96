import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const duck = useDuck();

const rows = () => duck.editor.page.locator(".quick-input-list .monaco-list-row");
const said = (text: string) =>
  until(async () => (await duck.editor.notifications()).some((one) => one.includes(text)), `a notification "${text}"`);

test("a token is made for a named program, copied once, listed until when it is good, and revoked", async () => {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Revoke Access Token");
  await said("There are no access tokens.");
  await editor.runCommand("RubberDuck: Create Access Token");
  const input = editor.page.locator(".quick-input-widget input.input");
  await editor.page.getByText("Who or what will use it?").waitFor();
  await input.fill("  ");
  await editor.page.getByText("It needs a name.").waitFor();
  await input.fill("Status board");
  await input.press("Enter");
  await rows().filter({ hasText: "30 days" }).click();
  await said("The token of Status board was copied. It is not shown again.");
  const token = await editor.page.evaluate(() => navigator.clipboard.readText());
  assert.match(token, /^[\w-]{43}$/);
  await editor.runCommand("RubberDuck: Revoke Access Token");
  await rows()
    .filter({ hasText: /Status board.*until \d/ })
    .click();
  await said("The token of Status board is revoked.");
});

test("the internals are a document that follows how the processes go, without a word of anybody's", async () => {
  const { chat, editor, models } = duck;
  await editor.runCommand("RubberDuck: Show Internals");
  const text = async () => (await editor.page.locator(".view-lines").innerText()).replace(/\u00a0/g, " ");
  await until(async () => /Process \d+, which has the conversations/.test(await text()), "the process");
  const endedBefore = /(\d+) complete/.exec(await text())?.[1] ?? "0";
  models.reply({ type: "answer", pieces: ["An answer about nightingales."] });
  await chat.ask("What of nightingales?");
  await chat.finished();
  await until(async () => Number(/(\d+) complete/.exec(await text())?.[1] ?? 0) > Number(endedBefore), "one turn more");
  assert.match(await text(), /followed by\s+1 panel/);
  assert.doesNotMatch(await text(), /nightingale/);
  await editor.screenshot("internals");
});
