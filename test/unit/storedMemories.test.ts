import assert from "node:assert/strict";
import { test } from "node:test";
import { memoriesMarkdown, storedMemories } from "../../server/memory/storedMemories.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { memory, shelvesOn } from "./memoryWorld.ts";
import { KEYS, WORKSPACE } from "./storeWorld.ts";

test("memories of a store are read beside whoever writes them: a workspace's, then the user's, without what is forgotten", async () => {
  const disk = new SimulatedDisk();
  const shelves = shelvesOn(disk);
  await shelves.open();
  await shelves.set([memory("a", "We deploy on Tuesdays"), memory("b", "The mascot is a capybara")], "Remembered");
  await shelves.set([memory("c", "I prefer tabs", { scope: { kind: "user" } })], "Remembered");
  await shelves.forget(["b"], "undoable");
  const before = disk.calls.length;
  const found = [];
  for await (const one of storedMemories({ fs: disk, path: "/store" }, KEYS)) found.push(one);
  assert.deepEqual(
    found.map(({ workspace, memories, unreadable }) => [workspace, memories.map(({ text }) => text), unreadable]),
    [
      [WORKSPACE.split("/").at(-1), ["We deploy on Tuesdays"], 0],
      [undefined, ["I prefer tabs"], 0],
    ],
  );
  assert.match(found.map(memoriesMarkdown).join("\n"), /^- We deploy on Tuesdays \(convention, 2026-03-12\)$/m);
  assert.ok(
    disk.calls.slice(before).every(({ mutates }) => !mutates),
    "nothing is changed",
  );
});
