import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { Workspaces } from "../../server/store/workspaces.ts";
import { silentLog } from "../../server/util/log.ts";
import { gitIdentity, repositoryAt } from "../../server/workspace/gitIdentity.ts";
import { until } from "../fakes/clock.ts";
import { callsOf, killsIn, nameOf, troubledAt } from "../fakes/everyCall.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

test("the same folders are the same workspace, in whatever order, through whatever link, without asking git", async (t) => {
  const world = new World(t);
  const [one, two] = [world.folder("one"), world.folder("two")];
  const id = await world.idOf([one, two]);
  assert.match(basename(id), /^[0-9a-f]{32}$/);
  await world.learned();
  world.asked.length = 0;
  assert.equal(await world.idOf([two, one, two]), id);
  symlinkSync(one, join(world.root, "link"));
  assert.equal(await world.idOf([join(world.root, "link"), two]), id);
  assert.deepEqual(world.asked, []);
  assert.notEqual(await world.idOf([one]), id);
  assert.notEqual(await world.idOf([]), id);
});

test("a restricted window is a workspace of its own, and git is never asked in it", async (t) => {
  const world = new World(t);
  const folder = world.repository("app");
  const restricted = await world.idOf([folder], false);
  assert.equal(await world.idOf([folder], false), restricted);
  assert.deepEqual(world.asked, []);
  assert.notEqual(await world.idOf([folder]), restricted);
});

test("a repository that was moved is found again", async (t) => {
  const world = new World(t);
  const folder = world.repository("app");
  const id = await world.idOf([folder]);
  await world.learned();
  const moved = join(world.root, "moved");
  renameSync(folder, moved);
  assert.equal(await world.idOf([moved]), id);
  assert.equal(await world.idOf([moved]), id);
});

test("a repository that was cloned again in another place is found again", async (t) => {
  const world = new World(t);
  const origin = world.repository("origin");
  const first = world.clone(origin, "first");
  const id = await world.idOf([first]);
  await world.learned();
  rmSync(first, { recursive: true });
  assert.equal(await world.idOf([world.clone(origin, "second")]), id);
});

test("two clones that are both there are two workspaces, also once the place of a third was taken over", async (t) => {
  const world = new World(t);
  const origin = world.repository("origin");
  const [first, second] = [world.clone(origin, "first"), world.clone(origin, "second")];
  const id = await world.idOf([first]);
  await world.learned();
  assert.notEqual(await world.idOf([second]), id);
  await world.learned(2);
  renameSync(first, join(world.root, "third"));
  assert.equal(await world.idOf([join(world.root, "third")]), id);
  assert.notEqual(await world.idOf([world.clone(origin, "first")]), id);
});

test("another repository in the place of one that is gone is another workspace", async (t) => {
  const world = new World(t);
  const folder = world.repository("app");
  const id = await world.idOf([folder]);
  await world.learned();
  rmSync(folder, { recursive: true });
  assert.notEqual(await world.idOf([world.repository("other")]), id);
});

test("a folder without a repository that was moved is a new workspace", async (t) => {
  const world = new World(t);
  const folder = world.folder("notes");
  const id = await world.idOf([folder]);
  await world.learned();
  renameSync(folder, join(world.root, "moved"));
  assert.notEqual(await world.idOf([join(world.root, "moved")]), id);
});

test("several folders are found again when all of them were moved, not when one is still there", async (t) => {
  const world = new World(t);
  const [one, two] = [world.repository("one"), world.repository("two")];
  const id = await world.idOf([one, two]);
  await world.learned();
  renameSync(one, join(world.root, "one moved"));
  assert.notEqual(await world.idOf([join(world.root, "one moved"), two]), id);
  renameSync(two, join(world.root, "two moved"));
  assert.equal(await world.idOf([join(world.root, "two moved"), join(world.root, "one moved")]), id);
});

test("folders of one repository are workspaces of their own", async (t) => {
  const world = new World(t);
  const folder = world.repository("app");
  for (const name of ["client", "server"]) mkdirSync(join(folder, name));
  const id = await world.idOf([join(folder, "client")]);
  await world.learned();
  renameSync(folder, join(world.root, "moved"));
  assert.notEqual(await world.idOf([join(world.root, "moved", "server")]), id);
  assert.equal(await world.idOf([join(world.root, "moved", "client")]), id);
});

test("processes that start at once agree", async (t) => {
  const world = new World(t);
  const folder = world.repository("app");
  const ids = await Promise.all(Array.from({ length: 6 }, () => world.idOf([folder])));
  assert.equal(new Set(ids).size, 1);
});

test("every workspace is found again when the file of all is damaged, in all its generations", async (t) => {
  const world = new World(t);
  const folders = ["a", "b", "c"].map((name) => world.folder(name));
  const ids = [];
  for (const folder of folders) ids.push(await world.idOf([folder]));
  await world.learned(3);
  for (const name of readdirSync(world.store)) {
    if (name.startsWith("workspaces-")) writeFileSync(join(world.store, name), "damaged");
  }
  assert.deepEqual(
    [await world.idOf([folders[1] ?? ""]), await world.idOf([folders[0] ?? ""]), await world.idOf([folders[2] ?? ""])],
    [ids[1], ids[0], ids[2]],
  );
});

test("neither a path nor an address stands in the store for others to read", async (t) => {
  const world = new World(t);
  const folder = world.repository("canaryFolder");
  execFileSync("git", ["remote", "add", "origin", "https://user:canaryPassword@canary.example/app.git"], {
    cwd: folder,
  });
  await world.idOf([folder]);
  await world.learned();
  for (const name of readdirSync(world.store, { recursive: true, withFileTypes: true })) {
    assert.doesNotMatch(name.name, /canary/i);
    if (name.isFile()) assert.doesNotMatch(readFileSync(join(name.parentPath, name.name), "latin1"), /canary/i);
  }
  assert.equal((await gitIdentity(folder))?.split(" ")[1], "canary.example/app");
});

test("a repository's address is the same however it is reached and by whom", () => {
  for (const address of [
    "https://example.org/a/b.git",
    "https://user:token@example.org/a/b",
    "ssh://git@example.org/a/b.git/",
    "git@example.org:a/b.git",
    "https://example.org/a/b.git?token=secret",
  ]) {
    assert.equal(repositoryAt(address), "example.org/a/b", address);
  }
  assert.equal(repositoryAt("/srv/git/b.git"), "/srv/git/b");
});

test("a folder in no repository, or in one without a commit, has no identity", async (t) => {
  const world = new World(t);
  const folder = world.folder("empty");
  assert.equal(await gitIdentity(folder), undefined);
  execFileSync("git", ["init", "-q"], { cwd: folder });
  assert.equal(await gitIdentity(folder), undefined);
});

test("a folder that is not known yet is not made known by looking for it", async (t) => {
  const world = new World(t);
  const folder = world.folder("app");
  const place = { fs: nodeFileSystem, keys: world.keys, path: world.store, logger: silentLog };
  const open = { paths: [folder], trusted: true, gitIdentity: async () => undefined };
  assert.equal(await new Workspaces(place).knownFolderOf(open), undefined);
  assert.deepEqual(readdirSync(world.store), []);
  const id = await world.idOf([folder]);
  assert.equal(await new Workspaces(place).knownFolderOf(open), id);
});

test("wherever the first look is cut off, all later ones agree, and with the first if it had an answer", async () => {
  const base = new SimulatedDisk();
  await base.makeFolder("/store");
  const keys = keysOf("0".repeat(32), randomBytes(32));
  const look = (disk: SimulatedDisk) =>
    new Workspaces({ fs: disk, keys, path: "/store", logger: silentLog }).folderOf({
      paths: ["/nowhere/app"],
      trusted: false,
      gitIdentity: async () => undefined,
    });
  let points = 0;
  for (const point of killsIn(await callsOf(base.copy(), look))) {
    const disk = troubledAt(base, point);
    const first = await look(disk).catch(() => undefined);
    const found = [disk.otherProcess(), ...[0, 1, 2, 3].map((seed) => disk.afterPowerLoss(seed))];
    for (const after of found) {
      const second = await look(after);
      assert.equal(await look(after.otherProcess()), second, nameOf(point));
      if (first !== undefined) assert.equal(second, first, nameOf(point));
      points++;
    }
  }
  console.log(`points: ${points}`);
  assert.ok(points >= 100);
});

class World {
  readonly root: string;
  readonly store: string;
  readonly asked: string[] = [];
  #answered = 0;
  readonly keys = keysOf("0".repeat(32), randomBytes(32));

  constructor(t: TestContext) {
    this.root = mkdtempSync(join(tmpdir(), "duck-workspaces-"));
    t.after(() => rmSync(this.root, { recursive: true, force: true, maxRetries: 5 }));
    this.store = this.folder("store");
  }

  folder(name: string): string {
    mkdirSync(join(this.root, name));
    return join(this.root, name);
  }

  repository(name: string): string {
    const folder = this.folder(name);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "-q");
    git("-c", "user.name=Duck", "-c", "user.email=duck@example.org", "commit", "-q", "--allow-empty", "-m", name);
    return folder;
  }

  clone(origin: string, name: string): string {
    execFileSync("git", ["clone", "-q", origin, join(this.root, name)]);
    return join(this.root, name);
  }

  /** As a process that starts anew is told. */
  idOf(paths: readonly string[], trusted = true): Promise<string> {
    const workspaces = new Workspaces({ fs: nodeFileSystem, keys: this.keys, path: this.store, logger: silentLog });
    const ask = async (folder: string) => {
      this.asked.push(folder);
      const identity = await gitIdentity(folder);
      this.#answered++;
      return identity;
    };
    return workspaces.folderOf({ paths, trusted, gitIdentity: ask });
  }

  /** Once so many workspaces are known by their repositories, too, or as in none. */
  async learned(workspaces = 1): Promise<void> {
    await until(() => this.#answered >= workspaces && this.asked.length === this.#answered, "the answer of git");
    await until(() => generations(this.store) >= 2 * workspaces, "the file with the answer");
  }
}

function generations(store: string): number {
  const numbers = readdirSync(store).flatMap((name) => /^workspaces-(\d+)\.bin$/.exec(name)?.[1] ?? []);
  return Math.max(0, ...numbers.map(Number));
}
