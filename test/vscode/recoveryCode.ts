import assert from "node:assert/strict";
import type { Editor } from "./harness.ts";

/** As the dialog shows it to a person. */
export async function shownCode(editor: Editor): Promise<string> {
  await editor.runCommand("RubberDuck: Show Recovery Code");
  const dialog = editor.page.locator(".monaco-dialog-box");
  const text = await dialog.filter({ hasText: "Recovery code" }).innerText();
  await editor.screenshot("recovery-code");
  await dialog.getByRole("button", { name: "Copy" }).click();
  await dialog.waitFor({ state: "detached" });
  const [code = ""] = /([0-9A-Z]{4}-){8}[0-9A-Z]{4}/.exec(text) ?? [];
  assert.notEqual(code, "");
  return code;
}
