import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FileReader } from "../../server/workspace/fileReader.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";

let root: string;
let folder: string;
let files: FileReader;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-files-"));
  folder = join(root, "ws");
  await mkdir(join(folder, "src"), { recursive: true });
  await mkdir(join(root, "ws-evil"));
  await writeFile(join(folder, "src", "a.ts"), "export const a = 1;\n");
  await writeFile(join(folder, "production"), "KEY=1");
  await writeFile(join(folder, "server.pem"), "-----BEGIN");
  await writeFile(join(folder, "picture.bin"), Buffer.from([1, 0, 2]));
  await writeFile(join(folder, "large.txt"), "x".repeat(1024 * 1024 + 1));
  await writeFile(join(root, "outside.txt"), "outside");
  await writeFile(join(root, "ws-evil", "twin.txt"), "twin");
  await symlink(join(folder, "production"), join(folder, ".env"));
  await symlink(join(folder, "server.pem"), join(folder, "notes.txt"));
  await symlink(join(root, "outside.txt"), join(folder, "way-out.txt"));
  for (const folder of [".git/logs", "sub/.git", "mirror.git", ".hg"])
    await mkdir(join(root, "ws", folder), { recursive: true });
  for (const name of [".git/config", ".git/logs/HEAD", "sub/.git/config", "mirror.git/config", ".hg/hgrc"])
    await writeFile(join(folder, name), "url = https://duck:pond@example.test/a\n");
  await symlink(join(folder, ".git", "logs", "HEAD"), join(folder, "history.txt"));
  await symlink(join(folder, ".git", "config"), join(folder, "config.txt"));
  await symlink(join(folder, ".git"), join(folder, "repository"));
  files = new FileReader(new WorkspacePaths([{ path: folder, name: "ws" }]));
});
after(() => rm(root, { recursive: true, force: true }));

test("a file of the workspace is read by the path that the explorer shows, and by its whole path", async () => {
  assert.equal((await files.read("src/a.ts")).text, "export const a = 1;\n");
  assert.equal((await files.read(join(folder, "src", "a.ts"))).label, "src/a.ts");
});

for (const [what, label, code, message] of [
  ["a file that is not there", "src/b.ts", "notFound", /no file src\/b\.ts/],
  ["a folder", "src", "notFound", /no file src/],
  ["a path that climbs out", "../outside.txt", "invalidRequest", /outside the open folder/],
  ["a link that leads out", "way-out.txt", "invalidRequest", /outside the open folder/],
  ["a folder whose name begins alike", "../ws-evil/twin.txt", "invalidRequest", /outside the open folder/],
  ["a secret file", "server.pem", "invalidRequest", /secrets/],
  ["a secret name that leads to a harmless one", ".env", "invalidRequest", /secrets/],
  ["a harmless name that leads to a secret file", "notes.txt", "invalidRequest", /secrets/],
  ["a repository's settings", ".git/config", "invalidRequest", /secrets/],
  ["a repository's settings, written otherwise,", "./.git//config", "invalidRequest", /secrets/],
  ["the settings of a repository within", "sub/.git/config", "invalidRequest", /secrets/],
  ["the settings of a bare repository", "mirror.git/config", "invalidRequest", /secrets/],
  ["another version control's settings", ".hg/hgrc", "invalidRequest", /secrets/],
  ["what version control keeps", ".git/logs/HEAD", "invalidRequest", /belongs to version control/],
  ["a link to a repository's settings", "config.txt", "invalidRequest", /secrets/],
  ["a link to what version control keeps", "history.txt", "invalidRequest", /belongs to version control/],
  ["what lies behind a link to version control's folder", "repository/logs/HEAD", "invalidRequest", /version control/],
  ["a file that is no text", "picture.bin", "invalidRequest", /not a text file/],
  ["a file of more than 1 MiB", "large.txt", "invalidRequest", /larger than 1 MiB/],
] as const) {
  test(`${what} is not read, and the message says why`, async () => {
    await assert.rejects(files.read(label), { code, message });
  });
}

test("an attached file that is secret under either of its names is refused, and the message says why", async () => {
  for (const name of ["server.pem", "notes.txt", ".env"]) {
    const path = join(folder, name);
    const refusal = { code: "invalidRequest", message: /looks like a file with secrets/ };
    await assert.rejects(files.load({ kind: "file", path, language: "plaintext", text: "KEY" }), refusal);
    const selection = {
      kind: "selection" as const,
      path,
      language: "plaintext",
      startLine: 1,
      endLine: 1,
      text: "KEY",
    };
    await assert.rejects(files.load(selection), refusal);
  }
});

test("an attached file of version control is refused under either of its names, also with its text", async () => {
  for (const name of [".git/logs/HEAD", "history.txt", "repository/logs/HEAD"]) {
    const attached = { kind: "file", path: join(folder, name), language: "plaintext" } as const;
    const refusal = { code: "invalidRequest", message: /belongs to version control/ };
    await assert.rejects(files.load(attached), refusal);
    await assert.rejects(files.load({ ...attached, text: "url" }), refusal);
  }
});

test("a folder of version control is not found, nor one behind a link", async () => {
  for (const name of [".git", ".git/logs", "repository"])
    await assert.rejects(files.find(name, "folder"), { message: /version control/ });
  assert.match(await files.find(".", "folder"), /ws$/);
});

test("a file outside version control whose name begins alike is read", async () => {
  await writeFile(join(folder, ".gitignore"), "dist\n");
  assert.equal((await files.read(".gitignore")).text, "dist\n");
});

test("an attached file that came without its text is read again", async () => {
  const loaded = await files.load({ kind: "file", path: join(folder, "src", "a.ts"), language: "typescript" });
  assert.equal(loaded.text, "export const a = 1;\n");
});
