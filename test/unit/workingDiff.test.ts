import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { WorkingDiff } from "../../server/workspace/workingDiff.ts";
import { commitAll, mentionWorld } from "./mentionWorld.ts";

for (const [what, open, added] of [
  ["two folders of one repository are both compared", ["app", "lib"], ["app", "deep", "lib"]],
  ["a folder inside another one is compared once, whichever stands first", ["lib/deep", "lib"], ["deep", "lib"]],
  ["a folder that is open twice is compared once", ["lib", "lib"], ["deep", "lib"]],
  ["a folder in no repository hinders no other", ["..", "app"], ["app"]],
] as const) {
  test(what, async () => {
    const files = { "app/a.ts": "one\n", "lib/b.ts": "one\n", "lib/deep/c.ts": "one\n" };
    const world = await mentionWorld(files);
    await commitAll(world);
    await world.write({ "app/a.ts": "app\n", "lib/b.ts": "lib\n", "lib/deep/c.ts": "deep\n" });
    const diff = new WorkingDiff(open.map((path) => ({ path: join(world.folder, path), name: path })));
    const lines = (await diff.read()).split("\n").filter((line) => /^\+\w/.test(line));
    assert.deepEqual(lines.sort(), added.map((line) => `+${line}`).sort());
  });
}
