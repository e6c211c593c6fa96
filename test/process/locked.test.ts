import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatStoreFile, parseStoreFile } from "../../server/store/storeVersion.ts";
import { configBeside } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** The frame with the role, then the first words. */
const FIRST_PIECE = 2;

const world = useWorld();
const freshProfile = () => ({ osSecret: randomBytes(32).toString("base64") });

test("in a fresh profile the store is locked: what stands in it is refused, and a new conversation is kept in memory", async () => {
  await leaveBehind("the old one", "old");
  const server = await world.start(world.configured(), freshProfile());
  assert.equal((await server.request("rubberduck/store/status", {})).state, "locked");
  await assert.rejects(server.send("go on", { conversationId: "old" }).result, { data: { code: "storeLocked" } });
  await assert.rejects(server.request("rubberduck/store/recoveryCode", {}), { data: { code: "storeLocked" } });
  assert.equal((await server.send("hello", { conversationId: "new" }).result).stopReason, "complete");
  const { conversations } = await server.request("rubberduck/conversation/list", {});
  assert.deepEqual(
    conversations.map(({ conversationId }) => conversationId),
    ["new"],
  );
  assert.ok(!(await everythingIn(world.workspace.storePath)).includes("new"), "nothing of it is in the store");
});

test("unlocked in the middle of an answer: it goes on to its end, is kept, and so is the old conversation", async () => {
  const code = await leaveBehind("the old one", "old");
  const profile = freshProfile();
  const server = await world.start(world.configured(), profile);
  world.models.reply({ type: "answer", pieces: ["slowly ", "but ", "surely"] });
  world.models.hold();
  const sending = server.send("a question", { conversationId: "new" });
  const follower = server.follow("new");
  world.models.release(FIRST_PIECE);
  await follower.until(({ turns }) => turns[0]?.text.startsWith("slowly") === true, "the answer begins");

  assert.equal((await server.request("rubberduck/store/unlock", { kind: "recoveryCode", code })).state, "open");
  const old = await server.follow("old").until(({ caughtUp }) => caughtUp, "the old conversation");
  assert.equal(old.turns[0]?.accepted.content, "the old one");
  world.models.release();
  assert.equal((await sending.result).stopReason, "complete");

  const next = await server.send("and on it goes", { conversationId: "new" }).result;
  assert.equal(next.stopReason, "complete");
  await follower.until(
    ({ turns }) => turns.length === 2 && turns[1]?.state === "done",
    "the same follower sees the next",
  );
  await server.kill("SIGKILL");

  const again = await world.start(world.configured(), profile);
  assert.equal((await again.request("rubberduck/store/status", {})).state, "open", "no code is asked for any more");
  const { turns } = await again.follow("new").until(({ caughtUp }) => caughtUp, "the new conversation");
  assert.deepEqual(turns.map(({ text }) => text).slice(0, 1), ["slowly but surely"]);
  assert.equal(turns.length, 2);
});

test("a wrong code and a slip in the code are told apart, and nothing is unlocked", async () => {
  const code = await leaveBehind("the old one", "old");
  const server = await world.start(undefined, freshProfile());
  const unlock = (typed: string) => server.request("rubberduck/store/unlock", { kind: "recoveryCode", code: typed });
  await assert.rejects(unlock(code.slice(2)), { data: { code: "wrongKey" }, message: /nine groups/ });
  await assert.rejects(unlock("not a code"), { data: { code: "wrongKey" } });
  assert.equal((await server.request("rubberduck/store/status", {})).state, "locked");
});

test("two windows are locked: unlocked in one, the other joins it and brings along what it kept in memory", async () => {
  const code = await leaveBehind("the old one", "old");
  const one = await world.start(undefined, freshProfile());
  const two = await world.start(undefined, freshProfile());
  await one.send("of one", { conversationId: "first" }).result;
  await two.send("of two", { conversationId: "second" }).result;
  await one.request("rubberduck/store/unlock", { kind: "recoveryCode", code });
  assert.equal((await one.request("rubberduck/conversation/list", {})).conversations.length, 2);
  assert.equal((await two.request("rubberduck/store/status", {})).state, "open");
  const { turns } = await two.follow("second").until(({ caughtUp }) => caughtUp, "its own conversation");
  assert.equal(turns[0]?.accepted.content, "of two");
  const titles = (await one.request("rubberduck/conversation/list", {})).conversations.map(({ title }) => title);
  assert.deepEqual(titles.sort(), ["of one", "of two", "the old one"]);
});

test("a new store takes the place of a locked one, which stays beside it, and what was kept in memory goes into the new one", async () => {
  const code = await leaveBehind("the old one", "old");
  const profile = freshProfile();
  const server = await world.start(undefined, profile);
  await server.send("hello", { conversationId: "new" }).result;
  const { movedTo } = await server.request("rubberduck/store/startAnew", {});
  const followed = await server.follow("new").until(({ caughtUp }) => caughtUp, "the conversation");
  assert.equal(followed.turns[0]?.accepted.content, "hello");
  await server.kill("SIGKILL");
  const again = await world.start(undefined, profile);
  const { conversations } = await again.request("rubberduck/conversation/list", {});
  assert.deepEqual(
    conversations.map(({ title }) => title),
    ["hello"],
  );
  await again.kill("SIGKILL");

  await rm(world.workspace.storePath, { recursive: true });
  await rename(movedTo, world.workspace.storePath);
  const old = await world.start(undefined, freshProfile());
  await old.request("rubberduck/store/unlock", { kind: "recoveryCode", code });
  assert.equal((await old.request("rubberduck/conversation/list", {})).conversations[0]?.title, "the old one");
});

test("a store of a newer version is read and not written, and a new conversation is kept in memory beside it", async () => {
  await leaveBehind("the old one", "old");
  const path = join(world.workspace.storePath, "store.json");
  const file = parseStoreFile(await readFile(path));
  assert.ok(file);
  await writeFile(path, formatStoreFile({ ...file, formatVersion: { major: 2, minor: 0 } }));
  const before = await everythingIn(world.workspace.storePath);

  const server = await world.start();
  const { state, message } = await server.request("rubberduck/store/status", {});
  assert.equal(state, "readOnly");
  assert.match(message ?? "", /newer RubberDuck.*Update/);
  const { turns } = await server.follow("old").until(({ caughtUp }) => caughtUp, "the old conversation");
  assert.equal(turns[0]?.accepted.content, "the old one");
  await assert.rejects(server.send("go on", { conversationId: "old" }).result, { data: { code: "storeReadOnly" } });
  await assert.rejects(server.request("rubberduck/conversation/delete", { conversationId: "old" }));
  await server.send("hello", { conversationId: "new" }).result;
  const { conversations } = await server.request("rubberduck/conversation/list", {});
  assert.deepEqual(conversations.map(({ title }) => title).sort(), ["hello", "the old one"]);
  await server.kill("SIGTERM");
  assert.equal(await everythingIn(world.workspace.storePath), before);
});

test("a store's folder that is a file: conversations are kept in memory, with what to do", async () => {
  await writeFile(world.workspace.storePath, "a file");
  const server = await world.start();
  const { state, message } = await server.request("rubberduck/store/status", {});
  assert.equal(state, "unavailable");
  assert.match(message ?? "", /rubberduck\.store\.path/);
  assert.equal((await server.send("hello", { conversationId: "new" }).result).stopReason, "complete");
  assert.equal((await server.request("rubberduck/conversation/list", {})).conversations.length, 1);
  assert.equal(await readFile(world.workspace.storePath, "utf8"), "a file");
  await rm(world.workspace.storePath);
  assert.equal((await server.request("rubberduck/store/status", {})).state, "open");
  await server.follow("new").until(({ turns }) => turns[0]?.accepted.content === "hello", "it is in the store now");
  await server.kill("SIGKILL");
  const again = await world.start();
  assert.equal((await again.request("rubberduck/conversation/list", {})).conversations[0]?.title, "hello");
});

test("where no secret can be kept, the key is in a file in the user's configuration, and that is said", async () => {
  const first = await world.start(undefined, { osSecret: null });
  await first.send("hello").result;
  const { warnings } = await first.request("rubberduck/store/status", {});
  const keys = join(configBeside(world.workspace.storePath), "rubberduck", "keys");
  const [name = ""] = await readdir(keys);
  assert.ok(warnings.some((warning) => warning.includes(join(keys, name))));
  await first.kill("SIGKILL");
  const second = await world.start(undefined, { osSecret: null });
  assert.equal((await second.request("rubberduck/conversation/list", {})).conversations.length, 1);
  await second.kill("SIGKILL");
  await rm(keys, { recursive: true });
  const third = await world.start(undefined, { osSecret: null });
  assert.equal((await third.request("rubberduck/store/status", {})).state, "locked");
});

test("the command line says that a store is locked with exit code 3, and opens it with the code from a file or the environment", async () => {
  const code = await leaveBehind("the old one", "old");
  const locked = await ask([]);
  assert.equal(locked.code, 3);
  assert.match(locked.stderr, /--recovery-code-file/);
  const file = join(world.workspace.folder, "code.txt");
  await writeFile(file, `${code}\n`);
  assert.equal((await ask(["--recovery-code-file", file])).code, 0);
  assert.equal((await ask([], { RUBBERDUCK_RECOVERY_CODE: code })).code, 0);
  const slipped = await ask([], { RUBBERDUCK_RECOVERY_CODE: code.slice(1) });
  assert.equal(slipped.code, 3);
  assert.match(slipped.stderr, /nine groups/);
  assert.equal((await ask([])).code, 3, "no key was left behind");
});

test("a store that the command line made has its key in a file; an editor without that file is locked out, one with it is not", async () => {
  const asked = await ask([]);
  assert.equal(asked.code, 0);
  assert.match(asked.stderr, /is kept in a file/);
  const server = await world.start();
  assert.equal((await server.request("rubberduck/store/status", {})).state, "open");
  assert.equal((await server.request("rubberduck/conversation/list", {})).conversations.length, 1);
});

/** A store with a conversation that an earlier profile made. Answers its recovery code. */
async function leaveBehind(content: string, conversationId: string): Promise<string> {
  const server = await world.start();
  await server.send(content, { conversationId }).result;
  const { code } = await server.request("rubberduck/store/recoveryCode", {});
  await server.kill("SIGKILL");
  return code;
}

async function everythingIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")));
  return [...entries.map(({ name }) => name), ...read].join("\n");
}

function ask(args: string[], env: Record<string, string> = {}): Promise<{ code: number; stderr: string }> {
  const { folder, storePath } = world.workspace;
  const all = [CLI, "ask", "Who greets politely?", "--folder", folder, "--store", storePath, ...args];
  const environment = { ...process.env, XDG_CONFIG_HOME: configBeside(storePath), ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, all, { timeout: 10_000, env: environment }, (error, _stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stderr });
    });
  });
}
