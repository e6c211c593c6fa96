import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { configBeside, ServerProcess, temporaryWorkspace } from "./serverProcess.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
before(async () => {
  workspace = await temporaryWorkspace();
});
after(() => workspace.dispose());

test("where there is no store, looking says so and makes none", async () => {
  const { code, stderr } = await memory(["list"]);
  assert.equal(code, 1);
  assert.match(stderr, /There is no store in /);
  await assert.rejects(stat(workspace.storePath), { code: "ENOENT" });
});

test("what one process remembers another one finds, with its score and where it comes from", async () => {
  assert.match(
    (await memory(["remember", "We deploy on Tuesdays"])).stdout,
    /^Remembered: \S+ {2}\w+ {2}We deploy on Tuesdays/,
  );
  await memory(["remember", "The staging cluster is called heron"]);
  const { code, stdout } = await memory(["search", "when do we deploy?", "--json"]);
  assert.equal(code, 0);
  const [first] = JSON.parse(stdout);
  assert.deepEqual(Object.keys(first), ["id", "kind", "text", "score", "signals", "source"]);
  assert.equal(first.text, "We deploy on Tuesdays");
  assert.equal(first.source.who, "user");
  const sum = Object.values<number>(first.signals).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - first.score) < 1e-6, `${sum} is not ${first.score}`);
  assert.match(
    (await memory(["search", "heron"])).stdout,
    /^0\.\d\d {2}\S+ {2}\w+ {2}The staging cluster is called heron\n/,
  );
});

test("an editor that owns the workspace and the terminal see the same", async (t) => {
  const server = await ServerProcess.start(workspace);
  t.after(() => server.kill());
  await server.request("rubberduck/memory/remember", { text: "The API is frozen until May" });
  assert.match((await memory(["list"])).stdout, /The API is frozen until May/);
  await memory(["remember", "Fridays are for reviews"]);
  const { memories } = await server.request("rubberduck/memory/list", {});
  assert.ok(memories.some(({ text }) => text === "Fridays are for reviews"));
  await server.kill("SIGKILL");
  assert.match((await memory(["list"])).stdout, /Fridays are for reviews/);
});

test("forget by the beginning of an id; unforget; for good", async () => {
  const { id } = JSON.parse((await memory(["remember", "The mascot is a capybara", "--json"])).stdout).memory;
  const forgotten = JSON.parse((await memory(["forget", id.slice(0, 8), "--json"])).stdout);
  assert.equal(forgotten.memories, 1);
  assert.ok(Date.parse(forgotten.finalAt) > Date.now());
  assert.doesNotMatch((await memory(["list"])).stdout, /capybara/);
  assert.equal((await memory(["unforget", id])).code, 0);
  assert.match((await memory(["list"])).stdout, /capybara/);
  assert.match((await memory(["forget", id, "--now"])).stdout, /^Forgotten: 1 memory; for good\.\n$/);
  assert.equal((await memory(["unforget", id])).code, 1);
  const { code, stderr } = await memory(["forget", id]);
  assert.equal(code, 1);
  assert.match(stderr, /There is no memory with the id/);
});

test("export and import: all in another store, once, without what was forgotten there", async () => {
  const path = join(workspace.folder, "..", "memories.json");
  assert.equal((await memory(["export", path])).code, 0);
  assert.equal((await stat(path)).mode & 0o077, 0);
  assert.match((await memory(["export", path])).stderr, /could not be written/);
  assert.deepEqual(
    JSON.parse((await memory(["export"])).stdout).memories,
    JSON.parse(await readFile(path, "utf8")).memories,
  );
  const elsewhere = ["--store", join(workspace.folder, "..", "other")];
  const { stdout } = await memory(["import", path, "--json", ...elsewhere]);
  assert.deepEqual(JSON.parse(stdout), { added: 4, known: 0, refused: [] });
  const list = JSON.parse((await memory(["list", "--json", ...elsewhere])).stdout);
  const frozen = list.find(({ text }: { text: string }) => text === "The API is frozen until May");
  assert.equal(frozen.sources[0].who, "import");
  await memory(["forget", frozen.id, "--now", ...elsewhere]);
  const again = await memory(["import", path, ...elsewhere]);
  assert.equal(again.stdout, "0 added, 3 known already, 1 refused.\n");
  assert.match(again.stderr, /Refused: “The API is frozen until May” was forgotten here\./);
});

test("an import that is not ours is refused with what is expected", async () => {
  const path = join(workspace.folder, "..", "notes.txt");
  await writeFile(path, "We deploy on Tuesdays\n");
  const { code, stdout, stderr } = await memory(["import", path]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /rubberduck\.memories/);
});

test("the export of the whole store has the memories, those of the workspace and the user's", async () => {
  await memory(["remember", "In all my projects I always prefer tabs"]);
  const { code, stdout } = await run(["store", "export", "--json", "--store", workspace.storePath]);
  assert.equal(code, 0);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const texts = lines.flatMap((line) => (line.kind === "memories" ? line.memories : [])).map(({ text }) => text);
  const remembered = JSON.parse((await memory(["list", "--json"])).stdout).map(({ text }: { text: string }) => text);
  assert.deepEqual(texts.sort(), remembered.sort());
  assert.ok(!texts.some((text) => text.includes("capybara")));
});

test("control characters of a memory are shown and not obeyed, as text and as JSON", async () => {
  await memory(["remember", "The prompt is \u001b]52;c;aGk=\u0007 \u009b31m \u202etxt.exe"]);
  const { stdout } = await memory(["list"]);
  assert.doesNotMatch(stdout, /(?!\n)[\p{Cc}\u202e]/u);
  const json = (await memory(["list", "--json"])).stdout;
  assert.doesNotMatch(json, /(?!\n)[\p{Cc}\u202e]/u);
  assert.match(JSON.stringify(JSON.parse(json)), /The prompt is/);
});

test("test and overview report on the store; undo takes the last change back", async () => {
  const { asked, found, missed } = JSON.parse((await memory(["test", "--json"])).stdout);
  assert.equal(asked, found + missed.length);
  assert.ok(asked >= 4 && found >= asked - 1, `${found} of ${asked}`);
  assert.match((await memory(["overview"])).stdout, /^memories: \d+ active/);
  await memory(["remember", "This is a slip"]);
  assert.match((await memory(["undo"])).stdout, /^Taken back: /);
  assert.doesNotMatch((await memory(["list"])).stdout, /slip/);
});

test("a locked store: exit code 3 and what helps", async () => {
  const { code, stdout, stderr } = await memory(["list"], { XDG_CONFIG_HOME: workspace.folder });
  assert.deepEqual([code, stdout], [3, ""]);
  assert.match(stderr, /RUBBERDUCK_RECOVERY_CODE/);
});

for (const [what, args, message] of [
  ["no task", [], /memory list\|search/],
  ["an unknown task", ["recollect"], /memory list\|search/],
  ["nothing to search for", ["search"], /Search for what/],
  ["nothing to remember", ["remember", " "], /Remember what/],
  ["nothing to forget", ["forget"], /Forget which/],
  ["an unknown kind", ["list", "jokes"], /kinds are fact/],
  ["no file to import", ["import"], /Name the file/],
] as const) {
  test(`${what}: exit code 2, and what to say instead`, async () => {
    const { code, stdout, stderr } = await memory([...args]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  });
}

function memory(args: readonly string[], env: Record<string, string> = {}) {
  const hasStore = args.includes("--store");
  const where = ["--folder", workspace.folder, ...(hasStore ? [] : ["--store", workspace.storePath])];
  return run(["memory", ...args, ...where], env);
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  const all = { ...process.env, XDG_CONFIG_HOME: configBeside(workspace.storePath), ...env };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env: all }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}
