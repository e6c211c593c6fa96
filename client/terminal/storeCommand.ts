import { resolve } from "node:path";
import { exportStore } from "../../server/conversation/exportStore.ts";
import { ownerLink } from "../../server/gateway/ownerLink.ts";
import { memoriesMarkdown, storedMemories } from "../../server/memory/storedMemories.ts";
import { defaultKeyFolder, defaultStorePath } from "../../server/store/location.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { borrowRootKey } from "../../server/store/rootKeyLoan.ts";
import { runtimeFolder } from "../../server/store/runtimeFolder.ts";
import { type StoreInfo, storeInfo } from "../../server/store/storeInfo.ts";
import { keysIn, readStore, type StoreReading } from "../../server/store/storeReading.ts";
import { verdictOf } from "../../server/store/verifyReport.ts";
import { verifyStore } from "../../server/store/verifyStore.ts";
import { systemClock } from "../../server/util/clock.ts";
import { DuckError } from "../../server/util/errors.ts";
import { escapeControls } from "../../server/util/escapeControls.ts";
import { KEYS_HERE, recoveryCode } from "./store.ts";

export const STORE_TASKS = ["verify", "export", "info"] as const;
export type StoreTask = (typeof STORE_TASKS)[number];

export interface StoreCommandOptions {
  /** Absent: that of the editor. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly json: boolean;
}

export function isStoreTask(text: string): text is StoreTask {
  return STORE_TASKS.some((task) => task === text);
}

/** Answers the exit code: 0, or 1 when something is damaged. Changes nothing in the store. Throws DuckError. */
export async function storeCommand(task: StoreTask, options: StoreCommandOptions): Promise<number> {
  const store = await opened(options);
  switch (task) {
    case "verify":
      return verify(store, options.json);
    case "export":
      return printExport(store, options.json);
    case "info":
      return info(store, options.json);
  }
}

async function opened({ store, codeFile }: StoreCommandOptions): Promise<StoreReading> {
  const { env, platform } = process;
  const path = store === undefined ? defaultStorePath(platform, env) : resolve(store);
  const fs = nodeFileSystem;
  const runtime = runtimeFolder(platform, env);
  return readStore({
    fs,
    path,
    keyFolder: defaultKeyFolder(platform, env),
    recoveryCode: await recoveryCode(codeFile),
    borrowKey: () => borrowRootKey({ fs, storePath: path, runtime, wire: ownerLink, clock: systemClock }),
  });
}

async function verify(store: StoreReading, json: boolean): Promise<number> {
  const checked = await verifyStore(store, unlocked(store), new AbortController().signal);
  console.log(json ? JSON.stringify(checked) : escapeControls(verdictOf(checked).report));
  return checked.isWhole ? 0 : 1;
}

async function printExport(store: StoreReading, json: boolean): Promise<number> {
  let unreadable = 0;
  for await (const { conversation, markdown } of exportStore(store, unlocked(store), new AbortController().signal)) {
    unreadable += conversation.unreadable;
    await print(json ? JSON.stringify(conversation) : markdown, json);
  }
  for await (const one of storedMemories(store, unlocked(store))) {
    unreadable += one.unreadable;
    await print(json ? JSON.stringify(one) : memoriesMarkdown(one), json);
  }
  if (unreadable > 0) console.error(`${unreadable} records could not be read. Run: rubberduck store verify`);
  return unreadable > 0 ? 1 : 0;
}

async function print(text: string, json: boolean): Promise<void> {
  const isTerminal = process.stdout.isTTY && !json;
  if (process.stdout.write(`${isTerminal ? escapeControls(text) : text}\n`)) return;
  await new Promise((resume) => process.stdout.once("drain", resume));
}

async function info(store: StoreReading, json: boolean): Promise<number> {
  const found = await storeInfo(store);
  console.log(json ? JSON.stringify(found) : escapeControls(told(found)));
  return 0;
}

function told({ path, storeId, formatVersion, locked, slots, bytes, workspaces }: StoreInfo): string {
  const { major, minor } = formatVersion;
  return [
    path,
    `store ${storeId}, format ${major}.${minor}, ${sizeOf(bytes)}`,
    `opened by: ${slots.join(", ")}${locked === undefined ? "" : "; locked here"}`,
    ...workspaces.map(
      (one) => `${one.id}: ${one.conversations} conversations, ${one.deleted} deleted, ${sizeOf(one.bytes)}`,
    ),
  ].join("\n");
}

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function unlocked(store: StoreReading) {
  if (store.locked === undefined) return keysIn(store);
  throw new DuckError("storeLocked", `${store.locked} ${KEYS_HERE}`);
}
