import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { realPlace } from "../../server/store/place.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { Store } from "../../server/store/store.ts";
import type { StoreKeys } from "../../server/store/storeKeys.ts";
import { silentLog } from "../../server/util/log.ts";
import { filesWith, identitiesIn } from "../fakes/foundText.ts";
import { shownCode } from "./recoveryCode.ts";
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
  const kinds = async () => (await placesOf(CANARY, editor.storePath, code)).sort();
  await until(async () => (await kinds()).length === 2, "the title in the kept list");
  assert.deepEqual(await kinds(), ["list", "log"], "the control run finds it");

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

/** In what kinds of files of the store a text stands, read with the recovery code in a copy of it. */
async function placesOf(text: string, storePath: string, code: string): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), "duck-store-"));
  try {
    await cp(storePath, copy, { recursive: true });
    const keys = await keysIn(copy, code);
    const files = await filesIn(copy);
    const found = new Set<string>();
    for (const path of files.keys()) {
      const [, conversationId] = /\/conversations\/([^/]+)\//.exec(path) ?? [];
      if (conversationId === undefined) continue;
      const identities = identitiesIn(files, keys, conversationId);
      assert.ok(identities.size > 0);
      if (filesWith(text, files, keys, conversationId, identities).length > 0) found.add("log");
    }
    for (const [path, bytes] of files) {
      if (!basename(path).startsWith("list-")) continue;
      const unsealed = unsealFile(keys, "conversation list", bytes);
      assert.equal(unsealed.kind, "ok");
      if (unsealed.kind === "ok" && unsealed.bytes.includes(text)) found.add("list");
    }
    return [...found];
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function keysIn(path: string, code: string): Promise<StoreKeys> {
  const fs = nodeFileSystem;
  const keyFolder = join(path, "no-keys");
  const store = new Store({
    path,
    fs,
    keyFolder,
    keepsKey: false,
    place: realPlace,
    osSecret: "late",
    logger: silentLog,
  });
  await store.opened();
  await store.unlock({ kind: "recoveryCode", code });
  return store.keys();
}

async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
}
