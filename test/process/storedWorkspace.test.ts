import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { workspaceKey } from "../../server/store/location.ts";
import { until } from "../fakes/clock.ts";
import { ServerProcess } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

test("a repository that was moved finds its conversations, and two clones have each their own", async () => {
  const { folder, storePath } = world.workspace;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "-q");
  git("add", ".");
  git("-c", "user.name=Duck", "-c", "user.email=duck@example.org", "commit", "-q", "-m", "Begin");
  const first = await world.start();
  await first.send("Who greets politely?", { conversationId: "before" }).result;
  await until(async () => (await readdir(storePath)).includes("workspaces-2.bin"), "the repository is known");
  await first.kill("SIGTERM");
  const moved = `${folder} moved`;
  execFileSync("git", ["clone", "-q", folder, `${folder} clone`], { stdio: "ignore" });
  await rename(folder, moved);
  assert.deepEqual(await conversationsIn(moved), ["before"]);
  assert.deepEqual(await conversationsIn(`${folder} clone`), []);
});

test("conversations of an earlier build are there at the next start, and its plain files are gone", async () => {
  const { folder, storePath } = world.workspace;
  const plain = join(storePath, workspaceKey([folder], true));
  const log = join(plain, "conversations", "old", "events.jsonl");
  await mkdir(join(log, ".."), { recursive: true });
  await writeFile(log, EARLIER.map((event) => `${JSON.stringify(event)}\n`).join(""));
  assert.deepEqual(await conversationsIn(folder), ["old"]);
  assert.ok(!(await readdir(storePath)).includes(workspaceKey([folder], true)));
  for (const path of await filesBelow(storePath)) assert.doesNotMatch(await readFile(path, "latin1"), /polite/i, path);
  const server = await world.start();
  const { events, result } = server.send("And who is rude?", { conversationId: "old" });
  await result;
  assert.ok(events.some((event) => event.type === "accepted" && event.seq > EARLIER.length));
});

test("the index is kept sealed, loaded at the next start, and stays paused when it was", async () => {
  const { storePath } = world.workspace;
  const first = await world.start();
  await first.request("rubberduck/index/search", { query: "greetPolitely" });
  await until(async () => (await filesBelow(storePath)).some((path) => /code-\w+\.bin$/.test(path)), "the kept index");
  for (const path of await filesBelow(storePath)) assert.doesNotMatch(await readFile(path, "latin1"), /greet/i, path);
  await first.request("rubberduck/index/pause", { paused: true });
  await first.kill("SIGTERM");
  const second = await world.start();
  const { hits } = await second.request("rubberduck/index/search", { query: "greetPolitely" });
  assert.equal(hits.length, 1);
  assert.equal((await second.request("rubberduck/index/status", {})).state, "paused");
  await second.request("rubberduck/index/pause", { paused: false });
  await second.kill("SIGTERM");
  const third = await world.start();
  await third.request("rubberduck/index/search", { query: "greetPolitely" });
  assert.equal((await third.request("rubberduck/index/status", {})).state, "ready");
});

test("killed after the list was kept, it shows the same list without a log to read", async () => {
  const first = await world.start();
  await first.send("Who greets politely?", { conversationId: "one" }).result;
  const { conversations } = await first.request("rubberduck/conversation/list", {});
  await until(async () => (await filesBelow(world.workspace.storePath)).some((path) => /list-\d+\.bin$/.test(path)));
  await first.kill("SIGKILL");
  const second = await world.start();
  assert.deepEqual((await second.request("rubberduck/conversation/list", {})).conversations, conversations);
});

async function conversationsIn(folder: string): Promise<string[]> {
  const server = await ServerProcess.start({ folder, storePath: world.workspace.storePath });
  try {
    const { conversations } = await server.request("rubberduck/conversation/list", {});
    return conversations.map(({ conversationId }) => conversationId);
  } finally {
    await server.kill("SIGTERM");
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? join(entry.parentPath, entry.name) : []));
}

const EARLIER: readonly PersistedEvent[] = [
  {
    type: "accepted",
    seq: 1,
    at: "2026-01-02T03:04:05.000Z",
    turnId: "t1",
    operationId: "o1",
    content: "Who greets politely?",
    attachments: [],
    options: {},
    client: "panel",
  },
  { type: "titled", seq: 2, at: "2026-01-02T03:04:05.000Z", title: "Who greets politely?", byUser: false },
  { type: "started", seq: 3, at: "2026-01-02T03:04:06.000Z", turnId: "t1", kind: "chat" },
  {
    type: "done",
    seq: 4,
    at: "2026-01-02T03:04:07.000Z",
    turnId: "t1",
    text: "greetPolitely.",
    stopReason: "complete",
    model: { kind: "offline", id: "offline", label: "Offline" },
  },
];
