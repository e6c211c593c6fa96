import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { DiskFiles } from "../../server/edits/diskFiles.ts";

const files = new DiskFiles();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "disk-files-"));
});

afterEach(() => rm(folder, { recursive: true }));

test("a file is read with its byte order mark and line ends, and one that is not there is null", async () => {
  await writeFile(at("a.txt"), "\uFEFFa\r\nb");
  assert.deepEqual(await files.read(at("a.txt")), { text: "\uFEFFa\r\nb" });
  assert.deepEqual(await files.read(at("none.txt")), { text: null });
});

test("what is no text is refused, with the cause", async () => {
  await writeFile(at("a.bin"), Uint8Array.of(0xff, 0xfe, 0x00, 0xd8));
  const { refused } = await files.read(at("a.bin"));
  assert.match(refused ?? "", /UTF-8/);
});

test("files are written, made in new folders, and deleted; the mode stays, a link leads where it led", async () => {
  await writeFile(at("run.sh"), "old", { mode: 0o755 });
  await writeFile(at("gone.txt"), "bye");
  await symlink("run.sh", at("link.sh"));
  const refused = await files.write("Change", [
    { path: at("link.sh"), before: "old", after: "new" },
    { path: at("new/deep/b.txt"), before: null, after: "b" },
    { path: at("gone.txt"), before: "bye", after: null },
  ]);
  assert.deepEqual(refused, []);
  assert.equal(await readFile(at("run.sh"), "utf8"), "new");
  assert.equal((await stat(at("run.sh"))).mode & 0o777, 0o755);
  assert.equal(await readlink(at("link.sh")), "run.sh");
  assert.equal(await readFile(at("new/deep/b.txt"), "utf8"), "b");
  assert.deepEqual((await readdir(folder)).sort(), ["link.sh", "new", "run.sh"]);
});

test("with one file changed meanwhile none is written", async () => {
  await writeFile(at("a.txt"), "a");
  await writeFile(at("b.txt"), "somebody's");
  const refused = await files.write("Change", [
    { path: at("a.txt"), before: "a", after: "A" },
    { path: at("b.txt"), before: "b", after: "B" },
  ]);
  assert.deepEqual(
    refused.map(({ path }) => path),
    [at("b.txt")],
  );
  assert.equal(await readFile(at("a.txt"), "utf8"), "a");
});

test("when the disk refuses the second, the first is as it was, and nothing is left beside it", async () => {
  await writeFile(at("a.txt"), "a");
  await writeFile(at("folder"), "a file where a folder would have to be");
  await chmod(at("a.txt"), 0o600);
  const refused = await files.write("Change", [
    { path: at("a.txt"), before: "a", after: "A" },
    { path: at("folder/b.txt"), before: null, after: "B" },
  ]);
  assert.equal(refused.length, 1);
  assert.equal(await readFile(at("a.txt"), "utf8"), "a");
  assert.deepEqual((await readdir(folder)).sort(), ["a.txt", "folder"]);
});

function at(name: string): string {
  return join(folder, name);
}
