import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { FolderRules } from "../../server/workspace/ignore.ts";
import { walk } from "../../server/workspace/walk.ts";

function tree(t: TestContext, files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ignore-")));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function met(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of walk(folder, "", new FolderRules(folder)))
    if (!file.skip && !file.relative.endsWith(".gitignore")) files.push(file.relative);
  return files;
}

test("a .gitignore counts for its folder and below, and the deepest one wins", async (t) => {
  const root = tree(t, {
    ".gitignore": "*.log\n/build/\n",
    "a.ts": "",
    "a.log": "",
    "build/out.ts": "",
    "src/build/kept.ts": "",
    "src/.gitignore": "!keep.log\nlocal.ts\n",
    "src/keep.log": "",
    "src/other.log": "",
    "src/local.ts": "",
    "local.ts": "",
  });
  assert.deepEqual(await met(root), ["a.ts", "local.ts", "src/keep.log", "src/build/kept.ts"]);
});

test("a file in an ignored folder cannot be brought back, as in git", async (t) => {
  const root = tree(t, { ".gitignore": "out\n!out/kept.ts\n", "out/kept.ts": "", "a.ts": "" });
  assert.deepEqual(await met(root), ["a.ts"]);
});

test(".git/info/exclude counts, after any .gitignore, also in a worktree", async (t) => {
  const root = tree(t, {
    "main/.git/info/exclude": "*.tmp\nnotes.md\n",
    "main/.git/worktrees/w/commondir": "../..\n",
    "main/.gitignore": "!notes.md\n",
    "main/a.tmp": "",
    "main/notes.md": "",
    "w/.git": "",
    "w/a.tmp": "",
    "w/b.ts": "",
  });
  writeFileSync(join(root, "w/.git"), `gitdir: ${join(root, "main/.git/worktrees/w")}\n`);
  assert.deepEqual(await met(join(root, "main")), ["notes.md"]);
  assert.deepEqual(await met(join(root, "w")), ["b.ts"]);
});

test("the rules of the repository above the opened folder count, unless they ignore that folder itself", async (t) => {
  const root = tree(t, {
    ".git/HEAD": "",
    ".gitignore": "dist\nscratch\n*.gen.ts\n",
    "packages/app/a.ts": "",
    "packages/app/b.gen.ts": "",
    "packages/app/dist/c.ts": "",
    "scratch/d.gen.ts": "",
  });
  assert.deepEqual(await met(join(root, "packages/app")), ["a.ts"]);
  assert.deepEqual(await met(join(root, "scratch")), ["d.gen.ts"]);
});

test("folders that hold no code of the project are never entered; dist is, unless git ignores it", async (t) => {
  const root = tree(t, {
    "node_modules/x/index.js": "",
    "src/node_modules/x/index.js": "",
    ".git/config": "",
    ".hg/store": "",
    ".svn/entries": "",
    "__pycache__/a.py": "",
    ".venv/lib/a.py": "",
    "dist/a.js": "",
  });
  assert.deepEqual(await met(root), ["dist/a.js"]);
});

test("patterns that make no sense ignore nothing and break nothing", async (t) => {
  const root = tree(t, { ".gitignore": "[z-a]\n[\n\\\n!\n(((\nfoo[\n\u0000\n", "a.ts": "" });
  assert.deepEqual(await met(root), ["a.ts"]);
});

test("a .gitignore that is a symlink or a folder has no rules", async (t) => {
  const root = tree(t, { "rules.txt": "*.ts", "a.ts": "", "sub/.gitignore/x.ts": "", "sub/b.ts": "" });
  symlinkSync("rules.txt", join(root, ".gitignore"));
  assert.deepEqual(await met(root), ["a.ts", "rules.txt", "sub/b.ts", "sub/.gitignore/x.ts"]);
});

test("names with newlines, spaces and other odd characters are met and can be ignored", async (t) => {
  const odd = ["a\nb.ts", " lead.ts", "..dots.ts", "!bang.ts", "#hash.ts", "back\\slash.ts", "日本.ts"];
  const root = tree(t, {
    ".gitignore": "*.log\n",
    "x\ny.log": "",
    ...Object.fromEntries(odd.map((name) => [name, ""])),
  });
  assert.deepEqual(await met(root), odd.toSorted());
});
