import { join } from "node:path";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Key } from "./crypto.ts";
import type { FileSystem } from "./fileSystem.ts";
import { KeyFile } from "./keyFile.ts";
import { type Keyring, openKeyring, parseKeyring } from "./keyring.ts";
import { WORKSPACE_ID } from "./knownWorkspaces.ts";
import { parseRecoveryCode } from "./recoveryCode.ts";
import { findRoot } from "./rootKey.ts";
import { keysOf, type StoreKeys } from "./storeKeys.ts";
import { isUnsupported, keyringDamaged, keyringMissing, newerLocked } from "./storeTrouble.ts";
import { type FormatVersion, parseStoreFile } from "./storeVersion.ts";

export interface StoreReadingOptions {
  readonly fs: FileSystem;
  /** Absolute. */
  readonly path: string;
  /** Where key files stand; absolute. */
  readonly keyFolder: string;
  /** As a person typed it. */
  readonly recoveryCode?: string | undefined;
  /** Asks processes of this user that have the store open. */
  readonly borrowKey?: (() => Promise<Key | undefined>) | undefined;
}

/** What of a file that is replaced as a whole, or made once, does not stand as it was written. */
export interface FileFinding {
  /** Below the store's folder, with forward slashes. */
  readonly path: string;
  readonly what: "damaged" | "wrongKey" | "unknown";
}

/** A store, seen by somebody who changes nothing in it, whoever has it open meanwhile. */
export interface StoreReading {
  readonly fs: FileSystem;
  readonly path: string;
  readonly storeId: string;
  readonly formatVersion: FormatVersion;
  /** Kinds of secrets that open it. */
  readonly slots: readonly string[];
  /** Absent while it is locked. */
  readonly keys?: StoreKeys;
  /** Why it is locked and what helps; absent when it is not. */
  readonly locked?: string;
  /** Of store.json and the keyring. */
  readonly files: readonly string[];
  readonly findings: readonly FileFinding[];
}

/** Throws DuckError notFound when there is no store, storeFailed for what the disk says, storeLocked without a keyring. */
export async function readStore(options: StoreReadingOptions): Promise<StoreReading> {
  const { fs, path } = options;
  try {
    return await read(options);
  } catch (error) {
    if (error instanceof DuckError) throw error;
    if ((await fs.stat(path).catch(() => undefined)) === undefined) throw noStore(path);
    throw new DuckError("storeFailed", `The store in ${path} cannot be read: ${causeOf(error)}.`, { cause: error });
  }
}

/** Throws DuckError storeLocked. */
export function keysIn({ keys, locked, path }: StoreReading): StoreKeys {
  if (keys === undefined) throw new DuckError("storeLocked", locked ?? `The store in ${path} is locked.`);
  return keys;
}

/** Names of the workspaces' folders, in their order. */
export async function workspacesIn({ fs, path }: Pick<StoreReading, "fs" | "path">): Promise<string[]> {
  const entries = await fs.list(path);
  return entries.flatMap(({ name, kind }) => (kind === "folder" && WORKSPACE_ID.test(name) ? name : [])).sort();
}

async function read(options: StoreReadingOptions): Promise<StoreReading> {
  const { fs, path } = options;
  const names = (await fs.list(path)).map(({ name }) => name);
  const files = [...names.filter((name) => name === "store.json"), ...keyrings(names)];
  if (files.length === 0) throw noStore(path);
  const findings: FileFinding[] = [];
  const damaged = (name: string) => findings.push({ path: name, what: "damaged" });

  const file = names.includes("store.json") ? parseStoreFile(await fs.readFile(join(path, "store.json"))) : undefined;
  if (file === undefined) damaged("store.json");
  let keyring: Keyring | undefined;
  for (const name of keyrings(names)) {
    const found = parseKeyring(await fs.readFile(join(path, name)));
    if (found === undefined || (file !== undefined && found.storeId !== file.storeId)) damaged(name);
    else keyring ??= found;
  }
  if (keyring === undefined) {
    if (file !== undefined && isUnsupported(file.formatVersion)) throw asError(newerLocked(path, file.formatVersion));
    throw asError(keyrings(names).length === 0 ? keyringMissing(path) : keyringDamaged(path, keyrings(names)));
  }
  const { storeId } = keyring;
  const formatVersion = file?.formatVersion ?? keyring.formatVersion;
  const slots = keyring.slots.map(({ kind }) => kind);
  return { fs, path, storeId, formatVersion, slots, files, findings, ...(await unlocked(options, keyring)) };
}

async function unlocked(
  options: StoreReadingOptions,
  keyring: Keyring,
): Promise<Pick<StoreReading, "keys" | "locked">> {
  const { fs, path, keyFolder, recoveryCode = "", borrowKey } = options;
  const { storeId } = keyring;
  const code = parseRecoveryCode(recoveryCode);
  const byCode = code && openKeyring(keyring, "recovery", code);
  if (Buffer.isBuffer(byCode)) return { keys: keysOf(storeId, byCode) };
  const keyFile = new KeyFile(fs, keyFolder, storeId);
  const found = await findRoot(keyring, { path, keyFile, osSecret: undefined, awaitsSecret: false, borrow: borrowKey });
  return "state" in found ? { locked: found.message } : { keys: keysOf(storeId, found.root) };
}

/** Newest first. */
function keyrings(names: readonly string[]): string[] {
  const number = (name: string) => Number(/^keyring-(\d+)\.json$/.exec(name)?.[1] ?? Number.NaN);
  return names.filter((name) => !Number.isNaN(number(name))).sort((a, b) => number(b) - number(a));
}

function noStore(path: string): DuckError {
  return new DuckError("notFound", `There is no store in ${path}. Name the folder in which store.json stands.`);
}

function asError({ message }: { readonly message: string }): DuckError {
  return new DuckError("storeLocked", message);
}
