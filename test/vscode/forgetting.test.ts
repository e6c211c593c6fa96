import assert from "node:assert/strict";
import { test } from "node:test";
import { shownCode } from "./recoveryCode.ts";
import { placesOf } from "./storePlaces.ts";
import { until } from "./until.ts";
import { requestFor, useDuck } from "./useDuck.ts";

const CANARY = "heliotrope";
const duck = useDuck();

test("a message that is forgotten now stands in no file of the store, for whoever has its key", async () => {
  const { chat, editor } = duck;
  await chat.ask(`My ${CANARY} password: where is it checked?`);
  assert.ok((await chat.finished()).includes(CANARY), "the answer repeats it");
  await chat.ask("And who calls that?");
  await chat.finished();
  const code = await shownCode(editor);
  const kinds = () => placesOf(CANARY, editor.storePath, code);
  await until(async () => (await kinds()).length === 3, "the title in the kept list, and what is recalled");
  assert.deepEqual(await kinds(), ["list", "log", "memory-items"], "the control run finds it");

  const first = chat.frame.getByRole("article", { name: /^You/ }).filter({ hasText: CANARY });
  await first.getByRole("button", { name: "Forget message and answer" }).press("Enter");
  await chat.button("Undo").waitFor();
  assert.equal(await chat.frame.getByText(CANARY).count(), 0);
  await editor.screenshot("forgotten");
  await chat.button("Undo").press("Enter");
  await first.waitFor();
  await first.press("Delete");
  await chat.button("Forget now").press("Enter");
  await chat.frame.getByText("A message was forgotten").waitFor();
  assert.deepEqual(await kinds(), []);

  await chat.ask("Is that all?");
  const { body } = await requestFor(duck, "Is that all?");
  assert.ok(JSON.stringify(body?.messages).includes("And who calls that?"));
  // The answer to the second message repeats only what that one said.
  assert.ok(!JSON.stringify(body?.messages).includes(CANARY));
  await chat.finished();
  await editor.screenshot("forgotten-for-good");
});
