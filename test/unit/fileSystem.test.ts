import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { errnoOf, type FileSystem } from "../../server/store/fileSystem.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

/** What the port promises, of the real disk and of the simulated one: so what is shown on the one holds for the other. */
const temporary: string[] = [];
after(() => Promise.all(temporary.map((folder) => rm(folder, { recursive: true, force: true }))));

const disks: Record<string, () => Promise<{ fs: FileSystem; root: string }>> = {
  real: async () => {
    const root = await mkdtemp(join(tmpdir(), "duck-disk-"));
    temporary.push(root);
    return { fs: nodeFileSystem, root };
  },
  simulated: async () => {
    const fs = new SimulatedDisk();
    await fs.makeFolder("/store");
    return { fs, root: "/store" };
  },
};

for (const [disk, make] of Object.entries(disks)) {
  test(`${disk}: what is written stands at the end of the file, also when another one wrote in between`, async () => {
    const { fs, root } = await make();
    const path = join(root, "a");
    const one = await fs.open(path, "create");
    const two = await fs.open(path, "append");
    for (const [file, text] of [
      [one, "1"],
      [two, "22"],
      [one, "333"],
    ] as const)
      await file.write(Buffer.from(text));
    await one.sync();
    await one.close();
    await two.close();
    assert.equal(String(await fs.readFile(path)), "122333");
    assert.deepEqual(await fs.stat(path), { kind: "file", size: 6 });
  });

  test(`${disk}: a file is read from any place, and up to its end`, async () => {
    const { fs, root } = await make();
    await write(fs, join(root, "a"), "0123456789");
    const file = await fs.open(join(root, "a"), "read");
    const into = Buffer.alloc(4, ".");
    assert.equal(await file.read(into, 3), 4);
    assert.equal(String(into), "3456");
    assert.equal(await file.read(into, 8), 2);
    assert.equal(String(into), "8956");
    assert.equal(await file.read(into, 10), 0);
    assert.equal(await file.read(into, 99), 0);
    await file.close();
  });

  test(`${disk}: an open file stays itself when its name goes to another place, or away`, async () => {
    const { fs, root } = await make();
    const file = await fs.open(join(root, "a"), "create");
    await fs.rename(join(root, "a"), join(root, "b"));
    await file.write(Buffer.from("1"));
    assert.equal(String(await fs.readFile(join(root, "b"))), "1");
    await fs.remove(join(root, "b"));
    await file.write(Buffer.from("2"));
    await file.close();
    assert.deepEqual(await fs.list(root), []);
  });

  test(`${disk}: a link is a second name of the same file`, async () => {
    const { fs, root } = await make();
    await write(fs, join(root, "a"), "1");
    await fs.link(join(root, "a"), join(root, "b"));
    await fs.remove(join(root, "a"));
    assert.equal(String(await fs.readFile(join(root, "b"))), "1");
  });

  test(`${disk}: a folder is made with its parents and removed with all in it`, async () => {
    const { fs, root } = await make();
    await fs.makeFolder(join(root, "a", "b", "c"));
    await fs.makeFolder(join(root, "a", "b", "c"));
    await write(fs, join(root, "a", "b", "file"), "1");
    await fs.syncFolder(join(root, "a", "b"));
    assert.deepEqual((await fs.list(join(root, "a", "b"))).sort(byName), [
      { name: "c", kind: "folder" },
      { name: "file", kind: "file" },
    ]);
    await fs.removeFolder(join(root, "a"));
    assert.equal(await fs.stat(join(root, "a")), undefined);
  });
}

test("new files and folders of the real disk belong to their user alone", async () => {
  const { fs, root } = await (disks.real ?? assert.fail)();
  await fs.makeFolder(join(root, "a", "b"));
  await write(fs, join(root, "a", "b", "file"), "1");
  for (const path of [["a"], ["a", "b"], ["a", "b", "file"]]) {
    assert.equal((await stat(join(root, ...path))).mode & 0o077, 0);
  }
});

test("whatever is done, the real disk and the simulated one answer alike and look alike", {
  skip: process.platform !== "linux" && "which errno it is differs between systems",
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: "max" }), async (steps) => {
      const real = await (disks.real ?? assert.fail)();
      const simulated = await (disks.simulated ?? assert.fail)();
      for (const [index, next] of steps.entries()) {
        const said = await answer(real, next);
        assert.deepEqual(await answer(simulated, next), said, `step ${index}: ${JSON.stringify(next)}`);
      }
      assert.deepEqual(await tree(simulated.fs, simulated.root), await tree(real.fs, real.root));
    }),
    { numRuns: process.env.RUBBERDUCK_NIGHTLY ? 2000 : 60 },
  );
});

type Step =
  | { readonly kind: "write"; readonly mode: "append" | "create"; readonly path: string; readonly text: string }
  | { readonly kind: "rename" | "link"; readonly path: string; readonly to: string }
  | { readonly kind: Plain; readonly path: string };
type Plain = "readFile" | "open" | "list" | "stat" | "makeFolder" | "remove" | "removeFolder" | "syncFolder";

const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    mode: fc.constantFrom("append" as const, "create" as const),
    path,
    text: fc.string({ maxLength: 9 }),
  }),
  fc.record({ kind: fc.constantFrom("rename" as const, "link" as const), path, to: path }),
  fc.record({ kind: fc.constant("makeFolder" as const), path }),
  fc.record({
    kind: fc.constantFrom<Plain>(
      "readFile",
      "open",
      "list",
      "stat",
      "makeFolder",
      "remove",
      "removeFolder",
      "syncFolder",
    ),
    path,
  }),
);

async function answer({ fs, root }: { fs: FileSystem; root: string }, step: Step): Promise<unknown> {
  try {
    return await take(fs, step, join(root, step.path), "to" in step ? join(root, step.to) : "");
  } catch (error) {
    return errnoOf(error);
  }
}

async function take(fs: FileSystem, step: Step, path: string, to: string): Promise<unknown> {
  switch (step.kind) {
    case "write":
      return write(fs, path, step.text, step.mode);
    case "rename":
    case "link":
      return fs[step.kind](path, to);
    case "open":
      return firstByte(fs, path);
    case "readFile":
      return String(await fs.readFile(path));
    case "list":
      return (await fs.list(path)).sort(byName);
    case "stat": {
      const found = await fs.stat(path);
      return found?.kind === "folder" ? "folder" : found;
    }
    case "syncFolder":
      // Syncing a file by this door is nobody's business, and differs.
      return (await fs.stat(path))?.kind === "file" ? undefined : fs.syncFolder(path);
    default:
      return fs[step.kind](path);
  }
}

async function write(fs: FileSystem, path: string, text: string, mode: "append" | "create" = "create"): Promise<void> {
  const file = await fs.open(path, mode);
  await file.write(Buffer.from(text));
  await file.close();
}

/** A folder may be refused when it is opened or when it is read. */
async function firstByte(fs: FileSystem, path: string): Promise<number> {
  const file = await fs.open(path, "read");
  try {
    return await file.read(Buffer.alloc(1), 0);
  } finally {
    await file.close();
  }
}

async function tree(fs: FileSystem, folder: string): Promise<unknown[]> {
  const entries = (await fs.list(folder)).sort(byName);
  return Promise.all(
    entries.map(async ({ name, kind }) => [
      name,
      kind === "folder" ? await tree(fs, join(folder, name)) : String(await fs.readFile(join(folder, name))),
    ]),
  );
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
