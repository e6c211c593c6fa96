import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ModelServer, startModelServer } from "../fakes/modelServer.ts";
import { Chat } from "./chat.ts";
import { type Editor, openEditor } from "./harness.ts";
import { shownCode } from "./recoveryCode.ts";
import { until } from "./until.ts";
import { MODEL } from "./useDuck.ts";

test("in a fresh profile the recovery code brings the old conversations back, and what was asked while locked is kept", async (context) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "duck-")));
  const storePath = join(folder, "..", `${folder.split("/").at(-1)}-store`);
  const models = await startModelServer();
  context.after(async () => {
    await models.close();
    for (const path of [folder, storePath]) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  });
  await writeFile(join(folder, "hello.ts"), "export const hello = 1;\n");

  const code = await inEditor({ folder, storePath, models }, async (editor, chat) => {
    await chat.ask("The old question");
    await chat.finished();
    await until(
      async () => (await editor.notifications()).some((text) => /encrypted/.test(text)),
      "the code is offered",
    );
    await editor.screenshot("recovery-offered");
    return shownCode(editor);
  });

  await inEditor({ folder, storePath, models }, async (editor, chat) => {
    const { page } = editor;
    const locked = chat.frame.getByRole("status").filter({ hasText: "Your conversations are locked" });
    await locked.waitFor();
    await chat.ask("Asked while locked");
    await chat.finished();
    await editor.screenshot("locked");

    await chat.button("Enter recovery code").click();
    const input = page.locator(".quick-input-widget input.input");
    await input.fill(code.slice(0, -1));
    await page.keyboard.press("Enter");
    await page
      .getByText(/a letter is wrong or missing/)
      .first()
      .waitFor();
    await editor.screenshot("recovery-slip");
    await input.fill(code.toLowerCase());
    await page.keyboard.press("Enter");
    await locked.waitFor({ state: "detached" });

    await chat.message.filter({ hasText: "Asked while locked" }).waitFor();
    await chat.ask("And on it goes");
    await chat.finished();
    await editor.reload();
    await chat.ready(MODEL);
    await chat.message.filter({ hasText: "And on it goes" }).waitFor();
    assert.equal(await locked.count(), 0, "no code is asked for any more");
    await chat.frame.getByRole("button", { name: /Switch conversation$/ }).click();
    for (const title of ["The old question", "Asked while locked"]) {
      await chat.frame.getByRole("button", { name: title }).first().waitFor();
    }
    await editor.screenshot("unlocked");
  });
});

interface World {
  readonly folder: string;
  readonly storePath: string;
  readonly models: ModelServer;
}

/** An editor with a profile of its own, on the same folder and store. */
async function inEditor<T>(
  { folder, storePath, models }: World,
  steps: (editor: Editor, chat: Chat) => Promise<T>,
): Promise<T> {
  const editor = await openEditor({
    workspace: folder,
    settings: {
      "rubberduck.store.path": storePath,
      "rubberduck.model.baseUrl": models.baseUrl,
      "rubberduck.model.name": MODEL,
    },
  });
  try {
    editor.page.setDefaultTimeout(15_000);
    const chat = await Chat.open(editor);
    await chat.ready(MODEL);
    return await steps(editor, chat);
  } catch (error) {
    await editor.screenshot("failed-locked");
    throw error;
  } finally {
    await editor.dispose();
  }
}
