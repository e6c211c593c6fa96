import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileSystem } from "../../server/store/fileSystem.ts";
import type { Trouble } from "../fakes/simulatedCalls.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

/** The simulator is as hard as POSIX lets a disk be, and no harder: each test looks at what is found over many seeds. */
const SEEDS = 300;

test("what was synced, bytes and name, is there after every loss of power", async () => {
  const disk = await diskWith("/s/a");
  const file = await disk.open("/s/a/file", "create");
  await file.write(Buffer.from("kept"));
  await file.sync();
  await disk.syncFolder("/s/a");
  assert.deepEqual(found(disk, "/s/a/file"), ["kept"]);
});

test("bytes that were not synced are lost, kept, torn or zeros, and those before them stand", async () => {
  const disk = await diskWith("/s");
  const file = await disk.open("/s/file", "create");
  await disk.syncFolder("/s");
  await file.write(Buffer.from("kept"));
  await file.sync();
  await file.write(Buffer.from("12345"));
  const texts = found(disk, "/s/file");
  for (const text of ["kept", "kept1", "kept12345", "kept\0\0\0\0\0"]) assert.ok(texts.includes(text), text);
  for (const text of texts) assert.match(text ?? "", /^kept(1?2?3?4?5?|\0*)$/);
});

test("of a long write that was not synced any sectors may be missing", async () => {
  const disk = await diskWith("/s");
  const file = await disk.open("/s/file", "create");
  await disk.syncFolder("/s");
  await file.write(Buffer.alloc(2048, "x"));
  assert.ok(found(disk, "/s/file").some((text) => /^\0{512}x{512}/.test(text ?? "")));
});

test("a name that was not synced may be gone, though the bytes were synced", async () => {
  const disk = await diskWith("/s");
  await write(disk, "/s/file", "1");
  assert.deepEqual(found(disk, "/s/file"), ["1", undefined]);
});

test("a folder takes with it what was synced in it when its own name was not, until it is made again", async () => {
  const disk = new SimulatedDisk();
  disk.trouble = partOf("makeFolder", "end");
  await assert.rejects(disk.makeFolder("/s/a/b"), /killed/);
  const next = disk.otherProcess();
  await write(next, "/s/a/b/file", "1");
  await next.syncFolder("/s/a/b");
  assert.deepEqual(found(next, "/s/a/b/file"), ["1", undefined]);
  await next.makeFolder("/s/a/b");
  assert.deepEqual(found(next, "/s/a/b/file"), ["1"]);
});

test("a rename happens whole or not at all, also over another file and from folder to folder", async () => {
  const disk = await diskWith("/s/a", "/s/b");
  await write(disk, "/s/a/file", "new");
  await write(disk, "/s/b/file", "old");
  await disk.syncFolder("/s/a");
  await disk.syncFolder("/s/b");
  await disk.rename("/s/a/file", "/s/b/file");
  const both = seeds((seed) => {
    const files = disk.afterPowerLoss(seed).files();
    return `${files.get("/s/a/file")}, ${files.get("/s/b/file")}`;
  });
  assert.deepEqual(both, ["new, old", "undefined, new"]);
  await disk.syncFolder("/s/a");
  assert.deepEqual(found(disk, "/s/b/file"), ["new"]);
});

test("changes of names reach the disk in any order", async () => {
  const disk = await diskWith("/s");
  await write(disk, "/s/old", "1");
  await disk.syncFolder("/s");
  await write(disk, "/s/new", "2");
  await disk.remove("/s/old");
  const left = seeds((seed) => [...disk.afterPowerLoss(seed).files().keys()].sort().join());
  assert.deepEqual(left, ["", "/s/new", "/s/new,/s/old", "/s/old"]);
});

test("a folder that was moved twice is in one place", async () => {
  const disk = await diskWith("/s/a", "/s/b", "/s/c", "/s/a/moved");
  await disk.rename("/s/a/moved", "/s/b/moved");
  await disk.rename("/s/b/moved", "/s/c/moved");
  for (let seed = 0; seed < SEEDS; seed++) {
    const after = disk.afterPowerLoss(seed);
    const places = await Promise.all(["a", "b", "c"].map((name) => after.stat(`/s/${name}/moved`)));
    assert.equal(places.filter((place) => place !== undefined).length, 1);
  }
});

test("what a failed sync should have written is gone, though it can still be read and a later sync succeeds", async () => {
  const disk = await diskWith("/s");
  const file = await disk.open("/s/file", "create");
  await disk.syncFolder("/s");
  await file.write(Buffer.from("gone"));
  disk.trouble = partOf("sync", "EIO");
  await assert.rejects(file.sync(), { code: "EIO", message: /^EIO: i\/o error, sync$/ });
  disk.trouble = () => undefined;
  await file.write(Buffer.from("kept"));
  await file.sync();
  assert.equal(String(await disk.readFile("/s/file")), "gonekept");
  assert.deepEqual(found(disk, "/s/file"), ["\0\0\0\0kept"]);
});

test("what is written while a sync runs is not synced by it", async () => {
  const disk = await diskWith("/s");
  const file = await disk.open("/s/file", "create");
  await disk.syncFolder("/s");
  const syncing = file.sync();
  await file.write(Buffer.from("1"));
  await syncing;
  assert.ok(found(disk, "/s/file").includes(""));
});

test("a call that fails has done nothing, a part or all of it", async () => {
  const left = async (effect: Trouble["effect"]) => {
    const disk = await diskWith("/s");
    const file = await disk.open("/s/file", "create");
    disk.trouble = ({ name }) => (name === "write" ? { effect, fault: "ENOSPC" } : undefined);
    await assert.rejects(file.write(Buffer.from("1234")), { code: "ENOSPC" });
    return String(await disk.readFile("/s/file"));
  };
  assert.deepEqual([await left("none"), await left("part"), await left("whole")], ["", "12", "1234"]);
});

test("a killed process does nothing more, and another one finds what it wrote", async () => {
  const disk = await diskWith("/s");
  const file = await disk.open("/s/file", "create");
  await file.write(Buffer.from("1"));
  disk.end();
  await assert.rejects(file.write(Buffer.from("2")), /killed/);
  await assert.rejects(disk.remove("/s/file"), /killed/);
  assert.equal(String(await disk.otherProcess().readFile("/s/file")), "1");
});

test("calls are counted, with what they would change", async () => {
  const disk = await diskWith("/s");
  const before = disk.calls.length;
  await disk.makeFolder("/s");
  await write(disk, "/s/file", "1");
  await disk.readFile("/s/file");
  const made = disk.calls.slice(before).map(({ name, mutates }) => `${name} ${mutates}`);
  assert.deepEqual(made, ["makeFolder true", "open true", "write true", "sync true", "readFile false"]);
});

async function diskWith(...folders: string[]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  for (const folder of folders) await disk.makeFolder(folder);
  return disk;
}

async function write(fs: FileSystem, path: string, text: string): Promise<void> {
  const file = await fs.open(path, "create");
  await file.write(Buffer.from(text));
  await file.sync();
  await file.close();
}

/** The different texts that a file has after a loss of power; undefined where it is not there. */
function found(disk: SimulatedDisk, path: string): (string | undefined)[] {
  return seeds((seed) => disk.afterPowerLoss(seed).files().get(path)?.toString());
}

function seeds<T>(look: (seed: number) => T): T[] {
  return [...new Set(Array.from({ length: SEEDS }, (_, seed) => look(seed)))].sort();
}

function partOf(name: string, fault: Trouble["fault"]) {
  return (call: { readonly name: string }): Trouble | undefined =>
    call.name === name ? { effect: "part", fault } : undefined;
}
