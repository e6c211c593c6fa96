import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { TITLE_PROMPT } from "../../server/context/titler.ts";
import { until } from "../fakes/clock.ts";
import { DONE, delta, type Reply } from "../fakes/modelServer.ts";
import { seeded } from "../unit/secrets/random.ts";
import { configBeside, PROFILE, ServerProcess } from "./serverProcess.ts";
import { rawBytes, storedTexts } from "./storedTexts.ts";
import { useWorld } from "./world.ts";

/**
 * A word that stands nowhere else goes through everything that is kept: whoever has the key finds it, and nobody else does, in
 * any file, whatever its name, in anything that was ever written to one, or in the log.
 */
const world = useWorld();
const MARK = "zqxv";
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 30);
});

test("no word of a conversation, a workspace or its settings is in a stored byte, a file's name or a line of the log", async (context) => {
  const { folder, storePath } = world.workspace;
  const at = { folder: join(folder, canary("workspace folder")), storePath };
  await plantFiles(at.folder);
  const report = join(folder, "writes.txt");
  const temporary = join(folder, "..", "tmp");
  const runtime = join(folder, "..", "run");
  for (const made of [temporary, runtime]) await mkdir(made, { mode: 0o700 });
  await writeFile(report, "");
  const env = { RUBBERDUCK_WRITES: report, RUBBERDUCK_MARK: MARK, TMPDIR: temporary, XDG_RUNTIME_DIR: runtime };
  const options = { preload: join(import.meta.dirname, "writes.cjs"), env };
  const server = await ServerProcess.start(at, settings(), options);
  context.after(() => server.kill());
  await talk(server, at.folder);
  await lookAround(server);
  const { code } = await server.request("rubberduck/store/recoveryCode", {});
  await until(async () => (await rawBytes(storePath)).includes("code-"), "the kept index");
  await cutOff(server);
  await server.kill();
  const next = await ServerProcess.start(at, settings(), options);
  context.after(() => next.kill());
  await next.request("rubberduck/conversation/list", {});
  const [hit] = (await next.request("rubberduck/index/search", { query: canary("symbol") })).hits;
  assert.ok(hit?.path.includes(canary("file name")), "the index has it");
  await next.kill("SIGTERM");

  const kept = await storedTexts(storePath);
  assert.deepEqual(
    KEPT.filter((what) => !kept.includes(canary(what))),
    [],
    "whoever has the key reads all of it",
  );
  const places = {
    "the store": await rawBytes(storePath),
    "the key file's folder": await rawBytes(configBeside(storePath)).catch(() => Buffer.alloc(0)),
    "the temporary folder": await rawBytes(temporary),
    "the runtime folder": await rawBytes(runtime),
    "what was written": await readFile(report),
    "the log": Buffer.from([...server.logged, ...next.logged].join("\n")),
  };
  const watched = String(places["what was written"]);
  assert.deepEqual([...new Set(watched.match(/^watching a .*/gm))].sort(), ["watching a process", "watching a worker"]);
  for (const what of [...canaries.keys()]) {
    for (const [place, bytes] of Object.entries(places)) {
      for (const form of formsOf(canary(what))) assert.ok(!bytes.includes(form), `${what} is in ${place}`);
    }
    points++;
  }
  for (const [place, bytes] of Object.entries(places)) {
    assert.ok(!bytes.includes(MARK), `${place}: ${around(bytes)}`);
    for (const secret of [code, PROFILE]) assert.ok(!bytes.includes(secret), `a key is in ${place}`);
  }
  points += 2;
});

test("control: what is written in the clear is seen, also when the file is gone at once", async () => {
  const { folder } = world.workspace;
  const report = join(folder, "writes.txt");
  await writeFile(report, "");
  const env = { ...process.env, RUBBERDUCK_WRITES: report, RUBBERDUCK_MARK: MARK };
  const preload = join(import.meta.dirname, "writes.cjs");
  for (const ending of ["mjs", "cjs"]) {
    const script = join(folder, `control.${ending}`);
    const load = (name: string) => (ending === "mjs" ? `await import("${name}")` : `require("${name}")`);
    await writeFile(
      script,
      `const run = async (fs, promises) => {
        fs.writeFileSync("gone", "${MARK} sync");
        await promises.writeFile("gone", "${MARK} promise");
        const file = await promises.open("gone", "a");
        await file.write(Buffer.from("${MARK} handle"));
        await file.close();
        fs.rmSync("gone");
      };
      ${ending === "mjs" ? "await " : ""}(async () => run(${load("node:fs")}, ${load("node:fs/promises")}))();`,
    );
    execFileSync(process.execPath, ["--require", preload, script], { cwd: folder, env });
  }
  const seen = await readFile(report, "utf8");
  for (const how of ["sync", "promise", "handle"]) assert.equal(seen.split(`${MARK} ${how}`).length - 1, 2, how);
});

const random = seeded(20_261_122);
const canaries = new Map<string, string>();

/** The word that stands for this; always the same one. Small letters, so that it is a word to whoever splits or folds. */
function canary(what: string): string {
  const letters = () => String.fromCharCode(97 + Math.floor(random() * 26));
  const word = canaries.get(what) ?? `${MARK}${Array.from({ length: 10 }, letters).join("")}`;
  canaries.set(what, word);
  return word;
}

/** Those that must be found with the key: else the test would look for what was never kept. */
const KEPT = [
  "question",
  "answer",
  "thought",
  "attached file's name",
  "selection",
  "terminal",
  "pasted name",
  "pasted text",
  "problems",
  "queued message",
  "revised message",
  "withdrawn message",
  "edited message",
  "answer to it",
  "own title",
  "made title",
  "chosen model",
  "tool's argument",
  "endpoint's error",
  "command's argument",
  "cut off answer",
  "deleted question",
  "link's address",
  "link's text",
];

function settings() {
  return {
    ...world.configured(),
    name: canary("model's name"),
    apiKey: canary("key"),
    titles: true,
    tools: "on" as const,
  };
}

async function plantFiles(folder: string): Promise<void> {
  const inside = join(folder, canary("folder name"));
  await mkdir(inside, { recursive: true });
  await writeFile(
    join(inside, `${canary("file name")}.ts`),
    `/** ${canary("comment")} */\nexport function ${canary("symbol")}() { return "${canary("file text")}"; }\n`,
  );
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "-q", "-b", canary("branch"));
  git("add", ".");
  git("-c", `user.name=${canary("author")}`, "-c", "user.email=duck@example.org", "commit", "-q", "-m", "Begin");
  git("remote", "add", "origin", `https://example.org/${canary("remote")}.git`);
}

async function talk(server: ServerProcess, folder: string): Promise<void> {
  world.models.reply(({ body }) => {
    if (isForTitle(body)) return { type: "answer", pieces: [canary("made title")] };
    return raw([delta({ reasoning_content: canary("thought") }), delta({ content: canary("answer") })]);
  });
  const path = join(folder, canary("attached file's name"));
  const place = { path, language: "typescript" };
  const first = await server.send(canary("question"), {
    conversationId: "a",
    attachments: [
      { kind: "file", ...place, text: canary("attached text") },
      { kind: "selection", ...place, startLine: 1, endLine: 2, text: canary("selection") },
      { kind: "terminal", text: canary("terminal") },
      { kind: "problems", text: canary("problems") },
      { kind: "text", name: canary("pasted name"), text: canary("pasted text") },
      { kind: "url", url: `https://example.org/${canary("link's address")}`, text: canary("link's text") },
    ],
  }).result;
  await until(async () => (await listed(server)).includes(canary("made title")), "the made title");
  world.models.reply({ type: "answer", pieces: [canary("answer to it")] });
  await server.send(canary("edited message"), { conversationId: "a", edits: first.turnId }).result;
  await queue(server);
  world.models.reply(({ body }) => {
    if (isForTitle(body) || body?.messages?.at(-1)?.role === "tool") return { type: "answer", pieces: ["done"] };
    return { type: "calls", calls: [{ name: "search_code", arguments: { query: canary("tool's argument") } }] };
  });
  await server.send("look for it", { conversationId: "b" }).result;
  world.models.reply({
    type: "status",
    status: 400,
    body: JSON.stringify({ error: { message: canary("endpoint's error") } }),
  });
  await server.send("fail", { conversationId: "b" }).result;
  await server.send(`/explain ${canary("command's argument")}`, { conversationId: "b" }).result.catch(() => {});
  await server.request("rubberduck/conversation/rename", { conversationId: "b", title: canary("own title") });
  const choice = { kind: "openai", name: canary("chosen model") } as const;
  await server.request("rubberduck/conversation/chooseModel", { conversationId: "b", choice });
  world.models.reply({ type: "answer", pieces: ["yes"] });
  await server.send(canary("deleted question"), { conversationId: "c" }).result;
  await server.request("rubberduck/conversation/delete", { conversationId: "c" });
}

async function queue(server: ServerProcess): Promise<void> {
  world.models.hold();
  const running = server.send("first", { conversationId: "q" });
  await world.models.nextRequest();
  const turnOf = async (content: string) => {
    const { events, result } = server.send(content, { conversationId: "q" });
    await until(() => events.some(({ type }) => type === "accepted"), content);
    const accepted = events.find((event) => event.type === "accepted");
    return { turnId: accepted?.type === "accepted" ? accepted.turnId : "", result };
  };
  const queued = await turnOf(canary("queued message"));
  const revised = { conversationId: "q", turnId: queued.turnId, content: canary("revised message") };
  await server.request("rubberduck/conversation/revise", revised);
  const { turnId } = await turnOf(canary("withdrawn message"));
  await server.request("rubberduck/conversation/withdraw", { conversationId: "q", turnId });
  world.models.release();
  await running.result;
  await queued.result;
}

/** What is asked and typed, and not kept. */
async function lookAround(server: ServerProcess): Promise<void> {
  await server.request("rubberduck/conversation/search", { query: canary("search of conversations") });
  await server.request("rubberduck/index/search", { query: canary("search of code") });
  await server.request("rubberduck/mention/complete", { query: canary("mention") });
  await server.request("rubberduck/context/preview", { content: canary("draft"), attachments: [] });
  await server.request("rubberduck/conversation/export", { conversationId: "a", format: "markdown" });
  await server.request("rubberduck/index/pause", { paused: true });
  await server.request("rubberduck/index/pause", { paused: false });
}

/** Killed in the middle of an answer, of which a checkpoint was written. */
async function cutOff(server: ServerProcess): Promise<void> {
  world.models.reply({ type: "answer", pieces: [`${canary("cut off answer")} and so on. `, "And ", "more."] });
  world.models.hold();
  const { events } = server.send("go on", { conversationId: "d" });
  await world.models.nextRequest();
  world.models.release(2);
  await until(() => events.some(({ type }) => type === "text"), "the answer begins");
  await until(
    async () => (await storedTexts(world.workspace.storePath)).includes(canary("cut off answer")),
    "a checkpoint",
  );
}

function isForTitle(body: unknown): boolean {
  return JSON.stringify(body).includes(TITLE_PROMPT.slice(0, 40));
}

async function listed(server: ServerProcess): Promise<string> {
  return JSON.stringify(await server.request("rubberduck/conversation/list", {}));
}

function raw(chunks: readonly string[]): Reply {
  return {
    type: "raw",
    headers: { "content-type": "text/event-stream" },
    chunks: [...chunks, delta({}, "stop"), DONE],
  };
}

/** As text, as a wide one, in base64 at each of its three places, in hex. */
function formsOf(word: string): (string | Buffer)[] {
  const base64 = [0, 1, 2].map((shift) => {
    const inner = Buffer.concat([Buffer.alloc(shift), Buffer.from(word)]).toString("base64");
    return inner.slice(shift === 0 ? 0 : 4, -4);
  });
  return [word, word.toUpperCase(), Buffer.from(word, "utf16le"), Buffer.from(word).toString("hex"), ...base64];
}

function around(bytes: Buffer): string {
  const at = bytes.indexOf(MARK);
  return bytes.subarray(Math.max(0, at - 100), at + 100).toString("latin1");
}
