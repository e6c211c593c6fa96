import assert from "node:assert/strict";
import { test } from "node:test";
import { useDuck } from "./useDuck.ts";

const duck = useDuck({
  extensions: ["lender"],
  files: {
    "src/a.ts": "export const a = 1;\n",
    "src/b.ts": "export const b = 2;\n",
    "src/c.ts": "export const c = 3;\n",
    "src/d.slow": "nobody finds what is in here\n",
  },
});

const read = (path: string) => ({ name: "read_file", arguments: { path } });

test("a model reads three files before it answers: the steps are shown, folded, and in the receipt", async () => {
  const { chat, models, editor } = duck;
  models.reply([
    { type: "calls", pieces: ["Let me see."], calls: [read("src/a.ts"), read("src/b.ts")] },
    { type: "calls", calls: [read("src/c.ts")] },
    { type: "answer", pieces: ["They are **1**, 2 and 3."] },
  ]);
  await chat.ask("Which numbers are these?");
  await chat.says("They are 1, 2 and 3.");
  assert.equal(await chat.finished(), "Let me see.They are 1, 2 and 3.");
  const last = models.requests.at(-1)?.body?.messages ?? [];
  assert.deepEqual(
    last.flatMap(({ role, content }) => (role === "tool" ? [/export const ./.exec(content)?.[0]] : [])),
    ["export const a", "export const b", "export const c"],
  );
  const steps = chat.answer.getByRole("region", { name: "Steps" });
  const fold = steps.getByRole("button", { name: "3 steps: a.ts, b.ts, c.ts" });
  assert.equal(await steps.getByRole("listitem").count(), 0);
  await editor.screenshot("tools-folded");
  await fold.click();
  assert.deepEqual(await stepTexts(), [
    "Done: Read src/a.ts:1 1 line",
    "Done: Read src/b.ts:1 1 line",
    "Done: Read src/c.ts:1 1 line",
  ]);
  await chat.answer.getByRole("button", { name: /^Receipt/ }).click();
  const receipt = chat.answer.getByRole("region", { name: "Receipt" });
  await receipt.getByRole("button", { name: /^Looked at/ }).click();
  await receipt.getByRole("button", { name: "Read src/b.ts:1" }).waitFor();
  await editor.screenshot("tools-open");
  await receipt.getByRole("button", { name: "Read src/b.ts:1" }).click();
  await editor.page.locator(".tabs-container .tab.active").filter({ hasText: "b.ts" }).waitFor();
});

test("stopped in the middle of a step, the step is stopped, and what was said is kept", async () => {
  const { chat, models, editor } = duck;
  models.reply([
    { type: "calls", pieces: ["I'll look at the first."], calls: [read("src/a.ts")] },
    { type: "calls", calls: [{ name: "symbols", arguments: { path: "src/d.slow" } }] },
  ]);
  await chat.ask("What is in the slow one?");
  const running = chat.answer.locator('[aria-current="step"]');
  await running.getByText("Symbols of src/d.slow").waitFor();
  await editor.screenshot("tools-running");
  await chat.button("Stop").click();
  await chat.says("Stopped. What was said is kept.");
  assert.equal(await chat.finished(), "I'll look at the first.");
  await chat.button("2 steps: a.ts, Symbols of src/d.slow").click();
  await editor.screenshot("tools-stopped");
  assert.deepEqual(await stepTexts(), ["Done: Read src/a.ts:1 1 line", "Symbols of src/d.slow Stopped"]);
});

async function stepTexts(): Promise<string[]> {
  const texts = await duck.chat.answer.getByRole("region", { name: "Steps" }).getByRole("listitem").allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, " "));
}
