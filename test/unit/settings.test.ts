import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Settings } from "../../server/store/settings.ts";
import { keysOf } from "../../server/store/storeKeys.ts";
import { workspaceSettings } from "../../server/store/workspaceSettings.ts";
import { DuckError } from "../../server/util/errors.ts";
import { silentLog } from "../../server/util/log.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";

const keys = keysOf("0".repeat(32), randomBytes(32));

test("a setting is there for the next process", async () => {
  const disk = new SimulatedDisk();
  await settingsOn(disk).change((known) => ({ ...known, indexPaused: true }));
  assert.deepEqual(await settingsOn(disk.otherProcess()).read(), { indexPaused: true });
});

test("while the store is locked a setting holds in this process, and is kept with the next change after that", async () => {
  const disk = new SimulatedDisk();
  let isLocked = true;
  const settings = new Settings(async () => {
    if (isLocked) throw new DuckError("storeLocked", "The key is not here.");
    return fileOn(disk);
  }, silentLog);
  await settings.change((known) => ({ ...known, indexPaused: true }));
  assert.deepEqual(await settings.read(), { indexPaused: true });
  isLocked = false;
  assert.deepEqual(await settings.read(), { indexPaused: true });
  await settings.change((known) => ({ ...known }));
  assert.deepEqual(await settingsOn(disk).read(), { indexPaused: true });
});

test("where nothing is kept a setting holds in this process", async () => {
  const settings = new Settings(undefined, silentLog);
  assert.deepEqual(await settings.read(), {});
  await settings.change((known) => ({ ...known, indexPaused: true }));
  assert.deepEqual(await settings.read(), { indexPaused: true });
});

test("a full disk is no reason to refuse a setting", async () => {
  const disk = new SimulatedDisk();
  disk.trouble = ({ mutates }) => (mutates ? { effect: "none", fault: "ENOSPC" } : undefined);
  const settings = settingsOn(disk);
  await settings.change((known) => ({ ...known, indexPaused: true }));
  assert.deepEqual(await settings.read(), { indexPaused: true });
});

function fileOn(disk: SimulatedDisk) {
  return workspaceSettings({ fs: disk, keys, folder: "/store/workspace", logger: silentLog });
}

function settingsOn(disk: SimulatedDisk): Settings {
  return new Settings(async () => fileOn(disk), silentLog);
}
