import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { anchorsOf, check, renewed } from "../../server/memory/anchors.ts";
import { AnchorWatch } from "../../server/memory/anchorWatch.ts";
import { silentLog } from "../../server/util/log.ts";
import { currentBranch } from "../../server/workspace/branch.ts";
import { FileList } from "../../server/workspace/fileList.ts";
import { FileReader } from "../../server/workspace/fileReader.ts";
import { WorkspaceCode } from "../../server/workspace/workspaceCode.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { FakeClock, turn } from "../fakes/clock.ts";
import { memory } from "../fakes/tidied.ts";

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-anchors-"));
});
after(() => rm(root, { recursive: true, force: true }));

const RETRY = `export async function retry(times: number): Promise<void> {
  for (let n = 0; n < times; n++) await wait(200);
}`;

test("anchors are the files and definitions that a memory names, and no other", async () => {
  const { code } = await workspace();
  const places = async (text: string, attached: string[] = []) =>
    (await anchorsOf(text, attached, code)).map(({ path, symbol }) => (symbol ? `${path}#${symbol}` : path));
  assert.deepEqual(await places("`retry()` in src/net/resilience.ts waits 200 ms."), ["src/net/resilience.ts#retry"]);
  assert.deepEqual(await places("All time comes from clock.ts."), ["src/util/clock.ts"]);
  assert.deepEqual(await places("`retry` waits 200 ms.", ["src/net/resilience.ts"]), ["src/net/resilience.ts#retry"]);
  assert.deepEqual(await places("This module must stay pure.", ["src/util/clock.ts"]), ["src/util/clock.ts"]);
  assert.deepEqual(await places("We prefer pnpm.", ["src/util/clock.ts"]), []);
  assert.deepEqual(await places("index.ts is in two places, gone.ts and .env in none."), []);
});

test("a file may change, but not go or move; a definition must say what it said, however it is laid out", async () => {
  const { code, write, move, remove } = await workspace();
  const file = await anchorsOf("All time comes from clock.ts.", [], code);
  const symbol = await anchorsOf("`retry()` in src/net/resilience.ts waits 200 ms.", [], code);
  assert.deepEqual([await check(file, code), await check(symbol, code)], [undefined, undefined]);
  await write("src/util/clock.ts", "export const now = () => new Date();");
  await write("src/net/resilience.ts", `// New.\n\n${RETRY.replaceAll("  ", "    ")}\nexport const more = 1;\n`);
  assert.deepEqual([await check(file, code), await check(symbol, code)], [undefined, undefined]);
  await write("src/net/resilience.ts", RETRY.replace("200", "500"));
  assert.deepEqual(await check(symbol, code), { because: "retry in resilience.ts has changed" });
  assert.equal(await check(await renewed(symbol, code), code), undefined, "confirmed");
  await write("src/net/resilience.ts", "export const more = 1;\n");
  assert.deepEqual(await check(symbol, code), { because: "retry is not in resilience.ts any more" });
  assert.deepEqual(await renewed(symbol, code), []);
  await move("src/util/clock.ts", "src/time/clock.ts");
  assert.deepEqual(await check(file, code), { because: "clock.ts was moved to src/time/clock.ts" });
  await remove("src/time/clock.ts");
  assert.deepEqual(await check(file, code), { because: "src/util/clock.ts is gone" });
});

test("nothing is stale because a whole workspace is not there, or a file may not be read", async () => {
  const { code, write, folder } = await workspace();
  const anchors = await anchorsOf("All time comes from clock.ts.", [], code);
  await write("src/util/clock.ts", "x".repeat(1024 * 1024 + 1));
  assert.equal(await check(anchors, code), undefined);
  await rename(folder, `${folder} away`);
  assert.equal(await check(anchors, code), undefined);
});

test("memories are looked at when their files have changed and settled, and come back when those do", async () => {
  const { code, move } = await workspace();
  const clock = new FakeClock();
  const anchors = await anchorsOf("All time comes from clock.ts.", [], code);
  let memories = [memory("anchored", "All time comes from clock.ts.", { anchors }), memory("other", "We use pnpm.")];
  const told: unknown[] = [];
  let wake = () => {};
  const onChange = (id: string, stale?: { because: string }) => {
    told.push([id, stale?.because]);
    memories = memories.map((each) => {
      if (each.id !== id) return each;
      const { because: _, ...rest } = each;
      return stale ? { ...rest, status: "stale", because: stale.because } : { ...rest, status: "active" };
    });
    wake();
  };
  const watch = new AnchorWatch({ memories: () => memories, code, onChange, clock, logger: silentLog });
  const nextChange = () => new Promise<void>((resolve) => (wake = resolve));
  assert.equal(clock.pending, 0);
  await move("src/util/clock.ts", "src/time/clock.ts");
  let changed = nextChange();
  watch.changed(["src/util"]);
  watch.changed(["src/time/clock.ts"]);
  await clock.advance(1999);
  assert.deepEqual(told, []);
  await clock.advance(1);
  await changed;
  await move("src/time/clock.ts", "src/util/clock.ts");
  changed = nextChange();
  watch.changed(["src/util/clock.ts", "src/time/clock.ts"]);
  await clock.advance(2000);
  await changed;
  watch.changed(["README.md"]);
  await clock.advance(2000);
  await watch.checkAll();
  await turn();
  assert.deepEqual(told, [
    ["anchored", "clock.ts was moved to src/time/clock.ts"],
    ["anchored", undefined],
  ]);
  assert.equal(clock.pending, 0);
  watch.close();
});

test("the branch is read where git keeps it: beside, above, in a worktree; none where none is checked out", async () => {
  const folder = await mkdtemp(join(root, "git-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
  assert.equal(await currentBranch(folder), undefined);
  git("init", "-q", "-b", "feature/first");
  assert.equal(await currentBranch(folder), "feature/first", "before the first commit");
  git("-c", "user.name=Duck", "-c", "user.email=duck@example.org", "commit", "-q", "--allow-empty", "-m", "Begin");
  await mkdir(join(folder, "deep/er"), { recursive: true });
  git("worktree", "add", "-q", "-b", "second", join(folder, "tree"));
  assert.equal(await currentBranch(join(folder, "deep/er")), "feature/first");
  assert.equal(await currentBranch(join(folder, "tree")), "second");
  git("checkout", "-q", "--detach");
  assert.equal(await currentBranch(folder), undefined);
});

async function workspace() {
  const folder = join(await mkdtemp(join(root, "ws-")), "workspace");
  const list = { changed: (_: string[]) => {} };
  const at = (path: string) => join(folder, path);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    list.changed([at(path)]);
  };
  await write("src/net/resilience.ts", RETRY);
  await write("src/util/clock.ts", "export const now = () => 0;\n");
  await write("src/index.ts", "export {};\n");
  await write("test/index.ts", "export {};\n");
  await write(".env", "TOKEN=1\n");
  const paths = new WorkspacePaths([{ path: folder, name: "workspace" }]);
  const files = new FileList({ folders: paths.folders });
  list.changed = (changed) => files.changed(changed);
  const move = async (from: string, to: string) => {
    await mkdir(dirname(at(to)), { recursive: true });
    await rename(at(from), at(to));
    files.changed([at(from), at(to)]);
  };
  const remove = async (path: string) => {
    await rm(at(path));
    files.changed([at(path)]);
  };
  return { folder, code: new WorkspaceCode(new FileReader(paths), files, paths), write, move, remove };
}
