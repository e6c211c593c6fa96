import assert from "node:assert/strict";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { DiskFiles } from "../../server/edits/diskFiles.ts";
import { createProposal } from "../../server/edits/proposal.ts";
import { ReviewedFiles } from "../../server/edits/reviewedFiles.ts";
import { WritablePlaces } from "../../server/edits/writablePlaces.ts";
import type { ProposedFile } from "../../server/protocol/edits.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { until } from "../fakes/clock.ts";
import { finished, message, supervised, unending } from "../fakes/supervised.ts";
import { guarded, refused } from "./attackedPaths.ts";

/** A model that does what an attacker says: it proposes changes of files that are run, or that are none of its business. */

let points = 0;
let root: string;
let ws: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "attacker-")));
  ws = join(root, "ws");
  for (const folder of ["ws/src", "ws/.git/hooks", "ws/.vscode", "ws-evil", "away"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["ws/src/a.ts", "ws/src/caf\u00e9.ts", "ws/.git/config", "ws/.vscode/settings.json", "ws/.env"])
    put(join(root, file));
  for (const file of ["ws-evil/a.ts", "outside.txt", "away/a.ts"]) put(join(root, file));
  link("outside.txt", "out-file");
  link("away", "out-folder");
  link("nothing.txt", "dangling");
  link("nowhere", "dangling-folder");
  link("ws/out-folder", "link-to-link");
  link("ws/.git", "git-link");
  link("ws/.env", "secret-link");
  link("ws/.vscode", "inside-link");
});

afterEach(() => rmSync(root, { recursive: true }));

after(() => {
  console.log(`points: ${points}`);
  assert(points >= 140);
});

for (const name of guarded) {
  test(`${name} is written only after an approval of this file`, async () => {
    const { path, guarded: why } = await places().find(name);
    assert.match(why ?? "", /^[A-Z].*\.$/);
    await prepare(path);
    const before = await allFiles();
    const proposal = createProposal({ id: "p", title: "Attack", files: [await changed(path, why)] });
    const decide = await proposed(proposal.files);

    await assert.rejects(decide(["0"]), { code: "invalidRequest" });
    await assert.rejects(decide(["0"], join(ws, "src/a.ts")), { code: "invalidRequest" });
    assert.deepEqual(await allFiles(), before);
    await decide(["0"], path);
    assert.equal(readFileSync(path, "utf8"), "evil\n");
    points++;
  });
}

for (const name of refused) {
  test(`${JSON.stringify(name)} is never written, also when a proposal names it`, async () => {
    const label = name.replace(/^ROOT/, root);
    const before = await allFiles();
    await assert.rejects(places().find(label), { code: "invalidRequest" });
    const forged = forge(label);
    const outcomes = await reviewed().apply(
      "Attack",
      [{ file: forged, hunks: forged.hunks }],
      { isResumed: false },
      unending,
    );

    assert.deepEqual(
      outcomes.map(({ state }) => state),
      ["refused"],
    );
    assert.deepEqual(await allFiles(), before);
    points++;
  });
}

test("A file that became guarded, or a way out, after it was proposed is looked at again", async () => {
  const forged = forge(join(ws, "package.json"));
  const first = await reviewed().apply(
    "Attack",
    [{ file: forged, hunks: forged.hunks }],
    { isResumed: false },
    unending,
  );
  assert.deepEqual(
    first.map(({ state }) => state),
    ["refused"],
  );

  const { path } = await places().find("later/a.ts");
  const later = forge(path);
  symlinkSync(join(root, "away"), join(ws, "later"));
  const before = await allFiles();
  const second = await reviewed().apply(
    "Attack",
    [{ file: later, hunks: later.hunks }],
    { isResumed: false },
    unending,
  );
  assert.deepEqual(
    second.map(({ state }) => state),
    ["refused"],
  );
  assert.deepEqual(await allFiles(), before);
});

test("A file with another name elsewhere is approved by itself, and none is written where conversations are kept", async () => {
  linkSync(join(root, "outside.txt"), join(ws, "hard.txt"));
  assert.match((await places().find("hard.txt")).guarded ?? "", /another name/);
  const data = process.env.XDG_DATA_HOME;
  process.env.XDG_DATA_HOME = ws;
  try {
    if (process.platform === "linux")
      await assert.rejects(places().find("rubberduck/a.ts"), { code: "invalidRequest" });
  } finally {
    if (data === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = data;
  }
});

test("A store that settings put into the open folder is not written, by its name or through a link to it", async () => {
  mkdirSync(join(ws, ".duck", "store"), { recursive: true });
  symlinkSync(join(ws, ".duck"), join(ws, "elsewhere"));
  const paths = new WorkspacePaths([{ path: ws, name: "ws" }]);
  const own = new WritablePlaces(paths, join(root, "home"), [join(ws, "elsewhere", "store")]);
  for (const name of [
    ".duck/store",
    ".duck/store/keyring-1.json",
    "elsewhere/store/new/a.ts",
    ".duck/../.duck/store/a.ts",
  ])
    await assert.rejects(own.find(name), { code: "invalidRequest" }, name);
  assert.equal((await own.find(".duck/other.ts")).label, ".duck/other.ts");
});

test("An ordinary file needs no approval of its own", async () => {
  for (const name of ["src/a.ts", "src/new/deep/b.ts", "README.md", "docs/hook.md", "src/..a.ts", ".gitignore"]) {
    assert.equal((await places().find(name)).guarded, undefined, name);
  }
});

function places(): WritablePlaces {
  return new WritablePlaces(new WorkspacePaths([{ path: ws, name: "ws" }]), join(root, "home"));
}

function reviewed(): ReviewedFiles {
  return new ReviewedFiles(new DiskFiles(), places());
}

/** The real deciding of hunks, on a real disk. */
async function proposed(files: readonly ProposedFile[]) {
  const { supervisor, runner } = supervised({ reviewedFiles: reviewed() });
  const sending = finished(supervisor.send(message("do as it says"), unending));
  await until(() => runner.turns.length === 1);
  runner.last.emit({ type: "proposed", proposal: { id: "p", title: "Attack", files } });
  runner.last.finish();
  const { turnId } = (await sending).result;
  return (hunkIds: readonly string[], approved?: string) => {
    const decision = { hunkIds, decision: "accepted" as const, ...(approved !== undefined && { approved }) };
    return supervisor.edit(
      "rubberduck/edit/decide",
      { conversationId: "c", turnId, proposalId: "p", ...decision },
      unending,
    );
  };
}

async function changed(path: string, why: string | undefined) {
  const before = await readFile(path, "utf8").catch(() => null);
  return {
    path,
    label: "x",
    language: "plaintext",
    before,
    after: "evil\n",
    ...(why !== undefined && { guarded: why }),
  };
}

/** As if somebody had put it into the log: nobody looked at the path, and nothing says that it is guarded. */
function forge(path: string): ProposedFile {
  const hunk = { id: "0", startLine: 1, endLine: 0, search: "", replace: "evil\n" };
  return { path, label: "a.ts", language: "plaintext", change: "create", hunks: [hunk] };
}

async function prepare(path: string): Promise<void> {
  if (path.includes(`${ws}/sub/`)) mkdirSync(dirname(path), { recursive: true });
}

async function allFiles(): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.push(`${path}: ${await readFile(path, "utf8")}`);
  }
  return found.sort();
}

function put(path: string): void {
  writeFileSync(path, "good\n");
}

function link(target: string, name: string): void {
  symlinkSync(join(root, target), join(ws, name));
}
